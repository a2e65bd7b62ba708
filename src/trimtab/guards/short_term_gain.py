"""Gains sold days before they would be long-term: what waiting would save."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._base import Strictness, money, subject, taxable_sales
from trimtab.model.findings import Finding
from trimtab.model.lots import Term, long_term_from
from trimtab.model.mandate import Mandate
from trimtab.model.money import cents
from trimtab.model.plans import LotSale, Plan, Trade
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "ShortTermGain"]


@dataclass(frozen=True, slots=True)
class ShortTermGain:
    """Speaks up when a short-term gain is taken within `days` of its anniversary.

    What waiting saves is reckoned at what one more dollar of either term costs after the plan, so a
    gain that losses take up anyway raises no finding.
    Unit: `saving_min` base currency a lot.
    Source: 26 USC 1222; a month is the horizon over which drift seldom outweighs a rate difference
    of 15 points or more, our judgement.
    """

    name: ClassVar[str] = "short_term_gain"
    days: int = 30
    saving_min: Decimal = Decimal(25)
    strictness: Strictness = Strictness.WARNING

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each such lot."""
        spread = plan.bill_after.marginal_short - plan.bill_after.marginal_long
        starts = {lot.id: lot.starts for lot in snapshot.lots}
        found = []
        for trade, sale in taxable_sales(plan, snapshot):
            start = starts.get(sale.lot)
            if start is None or sale.gain is None or sale.term is not Term.SHORT:
                continue
            first = long_term_from(start)
            saved = cents(sale.gain * spread)
            if (first - snapshot.as_of).days <= self.days and saved >= self.saving_min:
                wait = (first - snapshot.as_of).days
                found.append(self._finding(trade, sale, wait, f"{first}", saved))
        return tuple(found)

    def _finding(
        self, trade: Trade, sale: LotSale, wait: int, first: str, saved: Decimal
    ) -> Finding:
        gain = sale.gain if sale.gain is not None else Decimal(0)
        return Finding(
            "short_term_gain",
            self.strictness.severity,
            subject(trade),
            f"lot {sale.lot} realises a short-term gain of {money(gain)}; it is long-term from "
            f"{first}, and waiting {wait} days would save about {money(saved)}",
            actual=f"{wait} days to long-term",
            bound=f"more than {self.days} days",
            remedy=f"sell it on {first} or later, or sell another lot now",
            clause="tax",
        )


PLUGIN = ShortTermGain
