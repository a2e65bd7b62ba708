"""How much of the household one cycle may turn over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import value_after
from trimtab.guards._base import ROUNDING_SLACK, percent
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["PLUGIN", "Turnover"]


@dataclass(frozen=True, slots=True)
class Turnover:
    """Refuses turnover above the mandate's limit, and asks where there is none and it is unusual.

    Unit: `ask_above` a fraction of the household's value, one-way; measured on sales, so that
    investing a deposit is not unusual.
    Source: rebalanced stock and bond portfolios turn over a few percent a year (Jaconetti, Kinniry
    and Zilbering, Vanguard 2010); where "unusual" begins is our judgement.
    """

    name: ClassVar[str] = "turnover"
    ask_above: Decimal = Decimal("0.30")

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """At most one finding."""
        value = max(snapshot.value, value_after(plan, snapshot)) if plan.trades else Decimal(0)
        if value <= 0:
            return ()
        bought, sold = plan.amount(Side.BUY) / value, plan.amount(Side.SELL) / value
        limit = mandate.limits.turnover_max
        if limit is not None and max(bought, sold) > limit * (1 + ROUNDING_SLACK):
            return (_finding(Severity.REFUSAL, max(bought, sold), limit, "limits.turnover_max"),)
        if limit is None and sold > self.ask_above:
            clause = "guards.turnover.ask_above"
            return (_finding(Severity.APPROVAL, sold, self.ask_above, clause),)
        return ()


def _finding(severity: Severity, actual: Decimal, bound: Decimal, clause: str) -> Finding:
    return Finding(
        "turnover",
        severity,
        "household",
        f"the plan turns over {percent(actual)} of its value; {percent(bound)} is the bound",
        actual=percent(actual),
        bound=percent(bound),
        remedy="trade in several cycles, or raise the limit",
        clause=clause,
    )


PLUGIN = Turnover
