"""Current targets: the weights that a source of targets gives today, beside the stated ones.

A source looks at prices up to the latest review and at nothing else; what is held plays no part, so
that the same day has the same targets whoever asks and whenever it was asked before.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate

__all__ = ["CurrentTargets", "review_day"]

FIRST_REVIEW = date(1970, 1, 5)
"""A Monday, from which all reviews are counted."""
DAYS_A_WEEK, WEEKDAYS = 7, 5
SAME = Decimal("0.00005")
"""Weights that differ by less read the same."""


def review_day(as_of: date, sessions: int) -> date:
    """The latest day on or before `as_of` on which targets are estimated.

    Reviews are `sessions` weekdays apart, counted from one fixed Monday for everybody: a plan today
    and a backtest that passes through today review on the same day.
    """
    weeks, day = divmod((as_of - FIRST_REVIEW).days, DAYS_A_WEEK)
    weekday = weeks * WEEKDAYS + min(day, WEEKDAYS - 1)
    weeks, day = divmod(weekday - weekday % sessions, WEEKDAYS)
    return FIRST_REVIEW + timedelta(days=DAYS_A_WEEK * weeks + day)


@dataclass(frozen=True, slots=True)
class CurrentTargets:
    """The weights of a review: `stated` by the owner, `weights` as the source has them since.

    `words` say what they rest on; `findings` why the stated weights stand where they do.
    Unit: fractions of the household's value, by target; both sum to the same.
    """

    reviewed: date
    source: str
    stated: Mapping[str, Decimal]
    weights: Mapping[str, Decimal]
    words: str
    findings: tuple[Finding, ...] = ()

    @property
    def moved(self) -> tuple[str, ...]:
        """The targets whose weight is no longer the stated one."""
        return tuple(
            name for name, weight in self.weights.items() if abs(weight - self.stated[name]) >= SAME
        )

    def applied_to(self, mandate: Mandate) -> Mandate:
        """The mandate with these weights; a band that is relative follows its target."""
        targets = tuple(
            replace(target, weight=self.weights.get(target.name, target.weight))
            for target in mandate.targets
        )
        return replace(mandate, targets=targets)

    def told(self) -> tuple[Finding, ...]:
        """What a person is told: from what to what the targets went and why, or why they stand."""
        if not self.moved:
            return self.findings
        moves = ", ".join(
            f"{name} from {_percent(self.stated[name])} to {_percent(self.weights[name])}"
            for name in self.moved
        )
        fact = f"re-estimated by {self.source} on {self.reviewed}: {moves}; {self.words}"
        note = Finding("targets_re_estimated", Severity.NOTE, "targets", fact)
        return (note, *self.findings)


def _percent(weight: Decimal) -> str:
    shown = round(float(weight) * 100, 1) + 0.0  # what rounding left below zero is zero
    return f"{shown:.1f} %"
