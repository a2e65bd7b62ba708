"""The days of a comparison that no learned policy of it has seen in its training.

Where days tested overlap the days of a training, figures over all of them flatter the model.  Here
every policy is measured once more over the later days alone, in the same runs: each goes on with
the lots and the cash that its own earlier days left.

Errors: none; with fewer than two later sessions there are no figures, and the days say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trimtab.app.evidence.figures import daily_returns
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.quant.performance.returns import years_by_days

__all__ = ["OutOfSample", "UnseenFigures", "out_of_sample"]

SESSIONS_MIN = 2


@dataclass(frozen=True, slots=True)
class UnseenFigures:
    """One policy over the days that no training saw.

    Unit: `gained` over these days after liquidation tax, flows left out, fraction of one;
    `turnover` the larger of bought and sold, of the mean value; `tax` what was paid and what more
    is due at the end than at the beginning, and `cost`, dollars.
    """

    policy: str
    gained: float | None
    turnover: float
    tax: float
    cost: float


@dataclass(frozen=True, slots=True)
class OutOfSample:
    """Which days are later than all training, and every policy on them; none where there are none.

    Unit: `seen` sessions tested that a training saw; `first` and `last` of the `sessions` later.
    """

    trained_until: date
    seen: int
    sessions: int
    years: float
    first: date | None
    last: date | None
    figures: tuple[UnseenFigures, ...]

    @property
    def sentence(self) -> str:
        """Which days are out of sample, in words."""
        opening = f"A model compared here learned from days up to {self.trained_until}: "
        if self.first is None or self.last is None:
            return opening + "no day of this comparison is out of sample, and it is no evidence."
        return opening + (
            f"out of sample are the {self.sessions:,} sessions from {self.first} to {self.last}; "
            f"the {self.seen:,} before them say nothing of it."
        )


def out_of_sample(runs: Sequence[BacktestRun]) -> OutOfSample | None:
    """The unseen days of runs over the same days; none where no training overlaps them."""
    learned = [run.trained_until for run in runs if run.trained_until is not None]
    dates = runs[0].daily.dates if runs else ()
    if not learned or not dates or max(learned) < dates[0]:
        return None
    until = max(learned)
    seen = sum(day <= until for day in dates)
    later = dates[seen:]
    if len(later) < SESSIONS_MIN:
        return OutOfSample(until, len(dates), 0, 0.0, None, None, ())
    years = years_by_days(dates[seen - 1], later[-1])
    figures = tuple(_figures(run, seen) for run in runs)
    return OutOfSample(until, seen, len(later), years, later[0], later[-1], figures)


def _figures(run: BacktestRun, seen: int) -> UnseenFigures:
    """A run's figures from the close of the last day that was seen."""
    daily, base = run.daily, seen - 1
    returns = daily_returns(daily.after_liquidation[base:], daily.flow[base:])
    gained = None if returns is None else float(np.prod(1.0 + returns) - 1.0)
    value = float(daily.value[seen:].mean())
    moved = max(float(daily.bought[seen:].sum()), float(daily.sold[seen:].sum()))
    due = daily.accrued_tax + daily.liquidation_tax
    tax = float(daily.tax_paid[seen:].sum() + due[-1] - due[base])
    cost = float(daily.cost[seen:].sum())
    return UnseenFigures(run.policy, gained, moved / value if value > 0.0 else 0.0, tax, cost)
