"""Triggers: which of the field's signals call for a rebalance, and how far.

Each signal compares one measure of drift with its threshold; the most urgent answer wins.  All
thresholds stand in `TriggerThresholds`, each with its source; `None` switches a signal off.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.drift import EDGE, Drift, TargetDrift
from trimtab.model.proposals import Action

__all__ = ["Trigger", "TriggerReport", "TriggerThresholds", "check_triggers"]


@dataclass(frozen=True, slots=True)
class TriggerThresholds:
    """When each signal fires.

    Unit: fractions of one; `concentration_ratio` a ratio of actual to wanted weight.
    """

    single_drift: float | None = None
    """Absolute drift of one target; `None` uses each target's own band (5/25, Swedroe)."""
    concentration_ratio: float | None = 2.0
    """A target at twice its wanted weight or more (common concentration limit of advisers)."""
    concentration_weight_min: float = 0.05
    """Concentration is not looked at below this weight: a 1 % holding at 2 % harms nobody."""
    total_drift: float | None = 0.10
    """Half the sum of absolute drifts (turnover needed to go back; ½Σ|d|)."""
    tracking_error: float | None = 0.02
    """Annualised; 200 bp is where active risk is usually called active (Grinold and Kahn)."""
    crisis_drift: float | None = 0.15
    """Absolute drift of one target at which waiting is no longer weighed."""
    full_multiple: float = 2.0
    """A drift beyond this multiple of its threshold asks for a full, not a partial, return."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One signal that fired: what was measured, on what, against which threshold."""

    name: str
    subject: str
    actual: float
    threshold: float
    action: Action


@dataclass(frozen=True, slots=True)
class TriggerReport:
    """The action of the most urgent signal, and every signal that fired."""

    action: Action
    triggers: tuple[Trigger, ...]


_URGENCY = (Action.NONE, Action.PARTIAL, Action.FULL, Action.IMMEDIATE)


def _graded(
    name: str, subject: str, actual: float, threshold: float | None, full_multiple: float
) -> list[Trigger]:
    """A trigger that asks for a partial return, and beyond the multiple for a full one."""
    if threshold is None or actual <= threshold + EDGE:
        return []
    action = Action.FULL if actual > full_multiple * threshold + EDGE else Action.PARTIAL
    return [Trigger(name, subject, actual, threshold, action)]


def _of_target(target: TargetDrift, at: TriggerThresholds) -> list[Trigger]:
    distance = abs(target.drift)
    limit = target.band if at.single_drift is None else at.single_drift
    fired = _graded("single_drift", target.name, distance, limit, at.full_multiple)
    if at.crisis_drift is not None and distance > at.crisis_drift + EDGE:
        fired.append(
            Trigger("crisis_drift", target.name, distance, at.crisis_drift, Action.IMMEDIATE)
        )
    if at.concentration_ratio is not None and target.actual >= at.concentration_weight_min:
        ratio = target.actual / target.weight if target.weight > 0 else float("inf")
        if ratio >= at.concentration_ratio - EDGE:
            fired.append(
                Trigger("concentration", target.name, ratio, at.concentration_ratio, Action.FULL)
            )
    return fired


def check_triggers(drift: Drift, thresholds: TriggerThresholds | None = None) -> TriggerReport:
    """What the drift asks for: no action, or a partial, full or immediate rebalance.

    Unit: thresholds and measures are fractions of one.
    Source: the signals are those of Vanguard (2015) "Best practices for portfolio rebalancing",
    Daryanani (2008), and Grinold and Kahn (2000); their defaults stand in `TriggerThresholds`.
    """
    at = TriggerThresholds() if thresholds is None else thresholds
    fired = [trigger for target in drift.targets for trigger in _of_target(target, at)]
    multiple = at.full_multiple
    fired += _graded("total_drift", "household", drift.total, at.total_drift, multiple)
    fired += _graded(
        "tracking_error", "household", drift.tracking_error, at.tracking_error, multiple
    )
    action = max((trigger.action for trigger in fired), key=_URGENCY.index, default=Action.NONE)
    ranked = sorted(fired, key=lambda trigger: -_URGENCY.index(trigger.action))
    return TriggerReport(action, tuple(ranked))
