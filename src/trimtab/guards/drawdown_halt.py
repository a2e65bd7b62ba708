"""No trading by rule while a household is far below its highest value: a person looks first.

A fall that deep means that something is unusual: the market, a price, or the rule itself.  Whoever
keeps the history of values states the highest in the snapshot, or the owner does as a setting;
where nobody does, there is nothing to measure and this guard is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import is_forced
from trimtab.guards._base import Strictness, money, percent
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "DrawdownHalt"]


@dataclass(frozen=True, slots=True)
class DrawdownHalt:
    """Asks a person before anything is traded once the fall from the highest value is too deep.

    A plan that must raise cash or obey a restriction only gets a warning.
    Unit: `drawdown_max` fraction of the highest value; `high_water` base currency, where the
    snapshot does not know it; the higher of the two counts.  Either is adjusted for money that
    came and went since.
    """

    name: ClassVar[str] = "drawdown_halt"
    drawdown_max: Decimal = Decimal("0.20")
    high_water: Decimal | None = None
    strictness: Strictness = Strictness.APPROVAL

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """At most one finding."""
        marks = [mark for mark in (self.high_water, snapshot.high_water) if mark is not None]
        highest = max(marks, default=Decimal(0))
        if not plan.trades or highest <= 0:
            return ()
        value = snapshot.value
        drawdown = 1 - value / highest
        if drawdown <= self.drawdown_max:
            return ()
        forced = is_forced(plan, mandate)
        return (
            Finding(
                "drawdown_halt",
                Severity.WARNING if forced else self.strictness.severity,
                "household",
                f"is worth {money(value)}, {percent(round(drawdown, 4))} below its highest value "
                f"of {money(highest)}",
                actual=percent(round(drawdown, 4)),
                bound=percent(self.drawdown_max),
                remedy="look at prices and market first; raise drawdown_max or restate high_water "
                "if the fall is understood",
                clause="guards.drawdown_halt.drawdown_max",
            ),
        )


PLUGIN = DrawdownHalt
