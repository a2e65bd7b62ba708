"""A rebalancing must rebalance: the distance from the targets has to shrink noticeably."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import is_forced
from trimtab.guards._base import Strictness, percent
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["PLUGIN", "Improvement"]


@dataclass(frozen=True, slots=True)
class Improvement:
    """Refuses trades that leave the household about as far from its targets as it was, and cost.

    The distance is ½ Σ |weight − target|, or the tracking error: one of the two has to shrink, as a
    policy that goes by risk may well move a weight away from its target.  A plan that must raise
    cash or obey a restriction is let pass, and so is one that pays for itself: within a year it
    saves more than it costs, drift included, or it saves tax as a harvest does.  One that only puts
    cash to work has to come nearer, by however little: a small deposit cannot mend a large drift.
    Unit: `least` a fraction of what it was before.
    """

    name: ClassVar[str] = "improvement"
    least: Decimal = Decimal("0.10")
    strictness: Strictness = Strictness.REFUSAL

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """At most one finding."""
        if not plan.trades or is_forced(plan, mandate) or _pays_for_itself(plan):
            return ()
        before = _distance(plan.weights_before, mandate)
        after = _distance(plan.weights_after, mandate)
        least = 0.0 if _only_buys(plan) else float(self.least)
        error, remaining = plan.before.tracking_error, plan.after.tracking_error
        if after <= before * (1 - least) or (error > 0 and remaining <= error * (1 - least)):
            return ()
        improved = (before - after) / before if before > 0 else 0.0
        return (
            Finding(
                "improvement",
                self.strictness.severity,
                "household",
                f"the distance from the targets goes from {percent(before)} to {percent(after)}, "
                f"an improvement of {percent(improved)}, and the tracking error from "
                f"{percent(error)} to {percent(remaining)}; of one of them at least "
                f"{percent(self.least)} is asked",
                actual=percent(improved),
                bound=percent(self.least),
                remedy="wait until the drift is worth trading, or lower guards.improvement.least",
                clause="guards.improvement.least",
            ),
        )


def _distance(weights: Mapping[str, float], mandate: Mandate) -> float:
    return (
        sum(abs(weights.get(target.name, 0.0) - float(target.weight)) for target in mandate.targets)
        / 2.0
    )


def _only_buys(plan: Plan) -> bool:
    return all(trade.side is Side.BUY for trade in plan.trades)


def _pays_for_itself(plan: Plan) -> bool:
    """Whether a year comes out better with the plan than without, or tax and costs alone do."""
    before, after = plan.before, plan.after
    saves_besides = after.total - after.drift < before.total - before.drift
    return after.total < before.total or saves_besides


PLUGIN = Improvement
