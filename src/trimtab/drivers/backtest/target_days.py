"""The targets of each day of a backtest, where they are re-estimated.

On a review's day the source sees the closes up to that day and nothing later; until the next review
its weights stand.  Days share their review, so that what a day's targets are does not depend on
which other days were looked at.

Errors: none of its own; what a source lacks comes as findings with the stated weights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import CurrentTargets, review_day

__all__ = ["TargetDays", "TargetEstimator"]

TargetEstimator = Callable[[date, PriceHistory, Mandate], CurrentTargets]


class TargetDays:
    """A source of targets over a market; without a source, every day has the stated ones."""

    def __init__(
        self, mandate: Mandate, market: MarketDays, estimator: TargetEstimator | None
    ) -> None:
        self.mandate, self.market, self.estimator = mandate, market, estimator
        self.findings: list[Finding] = []
        self._names = tuple(
            dict.fromkeys(
                name
                for target in mandate.targets
                for name in target.instruments
                if name in market.column
            )
        )
        self._known: dict[date, CurrentTargets] = {}

    def review(self, t: int) -> date | None:
        """The day of the review that a session's targets come from, none where they are stated."""
        rules = self.mandate.target_source
        if self.estimator is None or rules is None:
            return None
        return review_day(self.market.dates[t], rules.review_sessions)

    def on(self, t: int) -> CurrentTargets | None:
        """The targets of a session, none where the stated ones are all."""
        day = self.review(t)
        return None if day is None else self._reviewed(day)

    def mandate_on(self, t: int) -> Mandate:
        """The mandate with the targets of a session."""
        current = self.on(t)
        return self.mandate if current is None else current.applied_to(self.mandate)

    def _reviewed(self, day: date) -> CurrentTargets:
        if day not in self._known and self.estimator is not None:
            found = self.estimator(day, self._history_until(day), self.mandate)
            self.findings += found.findings
            self._known[day] = found
        return self._known[day]

    def _history_until(self, day: date) -> PriceHistory:
        last = bisect_right(self.market.dates, day) - 1
        if last < 0:
            return PriceHistory((), self._names, (), self.market.history.source)
        return self.market.history_until(last, self._names, self.mandate.estimates.sessions)
