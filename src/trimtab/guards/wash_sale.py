"""Losses that a purchase of the same thing within 30 days would disallow (26 USC 1091).

The exact rule stands in the books and was applied when the plan was made; this guard reads its
answer, looks once more at the plan's own purchases, also at those that reach back to a loss taken
earlier, and says what the answer did not cover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from trimtab.books.wash_planning import wash_windows
from trimtab.books.wash_sales import COUNTED_ALWAYS
from trimtab.guards._after import is_forced
from trimtab.guards._base import money, subject, taxable_sales
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import EarlierLoss, LotSale, Plan, Trade
from trimtab.model.snapshots import Side, Snapshot
from trimtab.model.wash_readings import WashSaleReading

__all__ = ["PLUGIN", "WashSale"]

CLAUSE = "wash_sales"
WINDOW = timedelta(days=30)
"""26 USC 1091(a): 30 days before and 30 days after the sale."""


@dataclass(frozen=True, slots=True)
class WashSale:
    """Refuses a plan that throws away more of its losses than the tolerance.

    The larger of `tolerance` (base currency) and `tolerance_fraction` of the group's losses is let
    pass with a warning.  A plan that must raise cash or obey a restriction asks a person instead of
    being refused: there may be nothing better to sell.
    """

    name: ClassVar[str] = "wash_sale"
    tolerance: Decimal = Decimal(100)
    tolerance_fraction: Decimal = Decimal("0.10")

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """Findings group by group, then what the answer covers."""
        groups = _losses_by_group(plan, snapshot)
        worst = Severity.APPROVAL if is_forced(plan, mandate) else Severity.REFUSAL
        found = [*self._reaching_back(plan, snapshot, mandate.wash_sales.reading)]
        if not groups:
            return tuple(found)
        for group, sales in groups.items():
            found += self._disallowed(group, sales, snapshot, worst)
            found += _overlooked(group, sales, plan, snapshot)
        return (*found, _coverage(plan))

    def _reaching_back(
        self, plan: Plan, snapshot: Snapshot, reading: WashSaleReading
    ) -> Iterator[Finding]:
        """Purchases that would disallow a loss taken in the last 30 days, group by group.

        What the plan's own figures say of it counts; where they say nothing of a group, a share
        for each unit bought, and the finding says that the bill knows nothing of it.
        """
        bought = _purchases_by_group(plan, snapshot, reading)
        windows = wash_windows(snapshot, snapshot.as_of, reading, tuple(bought))
        for group, window in windows.items():
            losses, trades = window.losses, bought[group]
            places = {(trade.account, trade.instrument) for trade in trades}
            billed = [loss for loss in plan.earlier_losses if (loss.buyer, loss.bought) in places]
            loss, units = total(x.loss for x in losses), total(x.quantity for x in losses)
            quantity = total(trade.quantity for trade in trades)
            if not losses or units <= 0:
                continue
            lost = total(x.disallowed for x in billed) or loss * min(Decimal(1), quantity / units)
            last = max(losses, key=lambda past: past.until)
            most = max(self.tolerance, self.tolerance_fraction * loss)
            yield Finding(
                "wash_sale_earlier",
                Severity.REFUSAL if lost > most else Severity.WARNING,
                ", ".join(subject(trade) for trade in trades),
                f"would disallow {money(lost)} of the loss that {last.account} took on "
                f"{last.sold} with {last.instrument}, the same thing"
                + _billed_words(billed, snapshot.as_of),
                actual=money(lost),
                bound=money(most),
                remedy=f"buy it after {last.until}, or a substitute that is not the same",
                clause=CLAUSE,
            )

    def _disallowed(
        self,
        group: str,
        sales: list[tuple[Trade, LotSale]],
        snapshot: Snapshot,
        worst: Severity,
    ) -> Iterator[Finding]:
        lost = total(sale.disallowed for _, sale in sales)
        # Share by share, a lot's losing units may lose more than the lot does as a whole.
        loss = max(lost, total(-(sale.gain or ZERO) for _, sale in sales))
        most = max(self.tolerance, self.tolerance_fraction * loss)
        if lost <= 0:
            return
        free_from = snapshot.as_of + WINDOW + timedelta(days=1)
        yield Finding(
            "wash_sale",
            worst if lost > most else Severity.WARNING,
            ", ".join(dict.fromkeys(subject(trade) for trade, _ in sales)),
            f"{money(lost)} of a loss of {money(loss)} is disallowed: the household buys or bought "
            f"{group}, the same thing, within 30 days",
            actual=money(lost),
            bound=money(most),
            remedy=f"buy a substitute that is not the same, or nothing of {group} before "
            f"{free_from}; sell what was bought 30 days ago or less together with the loss",
            clause=CLAUSE,
        )


def _purchases_by_group(
    plan: Plan, snapshot: Snapshot, reading: WashSaleReading
) -> dict[str, list[Trade]]:
    """Purchases that can replace something, as the law is read."""
    groups: dict[str, list[Trade]] = defaultdict(list)
    for trade in plan.trades:
        instrument = snapshot.instruments[trade.instrument]
        wrapper = snapshot.household.account(trade.account).wrapper
        counts = wrapper in COUNTED_ALWAYS or reading.workplace_counts
        if trade.side is Side.BUY and instrument.is_security and counts:
            groups[instrument.wash_group].append(trade)
    return groups


def _billed_words(billed: Sequence[EarlierLoss], as_of: date) -> str:
    """What the plan's bill makes of the losses that its purchases disallow."""
    if not billed:
        return "; the plan's bill does not count it"
    other = sorted({loss.sold.year for loss in billed if loss.sold.year != as_of.year})
    if not other:
        return ""
    years = " and ".join(map(str, other))
    return f"; what was taken in {years} belongs to that year's return, not to this plan's bill"


def _losses_by_group(plan: Plan, snapshot: Snapshot) -> dict[str, list[tuple[Trade, LotSale]]]:
    groups: dict[str, list[tuple[Trade, LotSale]]] = defaultdict(list)
    for trade, sale in taxable_sales(plan, snapshot):
        instrument = snapshot.instruments[trade.instrument]
        if instrument.is_security and sale.gain is not None and sale.gain < 0:
            groups[instrument.wash_group].append((trade, sale))
    return groups


def _overlooked(
    group: str, sales: list[tuple[Trade, LotSale]], plan: Plan, snapshot: Snapshot
) -> Iterator[Finding]:
    """A purchase of the plan itself that the plan's own figures do not reckon with."""
    if any(sale.disallowed > 0 for _, sale in sales):
        return
    for trade in plan.trades:
        same = snapshot.instruments[trade.instrument].wash_group == group
        if same and trade.side is Side.BUY:
            yield Finding(
                "wash_sale_overlooked",
                Severity.REFUSAL,
                subject(trade),
                f"buys {group} while the plan sells it at a loss and counts that loss in full",
                actual="loss counted in full",
                bound="no purchase within 30 days of the loss sale",
                remedy="buy a substitute that is not the same",
                clause=CLAUSE,
            )


def _coverage(plan: Plan) -> Finding:
    """What the answer looked at; an answer that was never given is a refusal."""
    coverage = plan.coverage
    if coverage is None:
        return Finding(
            "wash_sale_coverage",
            Severity.REFUSAL,
            "wash sales",
            "losses are realised, but nobody looked for purchases of the same thing",
            actual="no check",
            bound="a check of every loaded account",
            remedy="make the plan with the household's trades of the last 30 days",
            clause=CLAUSE,
        )
    count = len(coverage.accounts)
    return Finding(
        "wash_sale_coverage",
        Severity.WARNING if coverage.not_loaded else Severity.NOTE,
        "wash sales",
        coverage.sentence,
        actual=f"looked at {count} account{'' if count == 1 else 's'}",
        bound="every account of the household",
        remedy="look into the accounts not loaded yourself" if coverage.not_loaded else "",
        clause=CLAUSE,
    )


PLUGIN = WashSale
