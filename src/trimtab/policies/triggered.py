"""Act on the field's triggers: nothing, half-way, to target, or to target with everything.

Single-asset drift, concentration, drift of the whole, tracking error and crisis drift each compare
one measure with its threshold; the most urgent answer decides how far to go.  The thresholds and
their sources stand in `trimtab.quant.triggers.TriggerThresholds`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import TO_TARGET, Way, go_to
from trimtab.policies._duties import only_duties
from trimtab.policies._words import points
from trimtab.quant.situation import Situation
from trimtab.quant.triggers import Trigger, TriggerThresholds, check_triggers

__all__ = ["PLUGIN", "Triggered"]

_KINDS = {
    "single_drift": "drift",
    "crisis_drift": "crisis drift",
    "total_drift": "drift of the whole",
    "tracking_error": "tracking error",
}


@dataclass(frozen=True, slots=True)
class Triggered:
    """Goes as far as the most urgent trigger asks.

    `immediate` goes to target with everything: losses that pass the mandate's tests are taken on
    the way.  The mandate's least trade holds for it too.
    Unit: `partial_fraction` of the drift, above 0 and at most 1.
    Refuses: a fraction outside that range.
    """

    name: ClassVar[str] = "triggered"
    thresholds: TriggerThresholds = field(default_factory=TriggerThresholds)
    partial_fraction: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.partial_fraction <= 1.0:
            raise ValueError(
                f"partial_fraction is {self.partial_fraction}; it must be above 0 and at most 1"
            )

    def propose(self, situation: Situation) -> Proposal:
        """As far as the triggers ask, else nothing but the duties."""
        report = check_triggers(situation.drift, self.thresholds)
        if report.action is Action.NONE:
            return only_duties(situation, "no trigger fired", "policy")
        first = report.triggers[0]
        clause = "targets" if first.subject == "household" else f"targets.{first.subject}"
        reason = _words(first, len(report.triggers))
        if report.action is Action.PARTIAL:
            return go_to(
                situation,
                Way(fraction=self.partial_fraction, loose_kept=1.0 - self.partial_fraction),
                Action.PARTIAL,
                reason,
                clause,
            )
        everything = report.action is Action.IMMEDIATE
        return go_to(situation, TO_TARGET, report.action, reason, clause, everything=everything)


def _words(trigger: Trigger, count: int) -> str:
    if trigger.name == "concentration":
        actual, threshold = f"{trigger.actual:.1f} times", f"{trigger.threshold:.1f} times"
        words = f"{trigger.subject} is {actual} its target, threshold {threshold}"
    else:
        kind = _KINDS[trigger.name]
        words = (
            f"{kind} of {trigger.subject} is {points(trigger.actual)}, "
            f"threshold {points(trigger.threshold)}"
        )
    others = f"; {count - 1} more fired" if count > 1 else ""
    return f"{words}: {trigger.action} rebalance{others}"


PLUGIN = Triggered
