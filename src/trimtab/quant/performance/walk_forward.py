"""Choosing on the past only, with every trial on the record.

In each window the trial that was best in training is the one that is held in the test.  The record
keeps all trials, chosen or not, because how good the best one looks depends on how many were tried;
the deflated Sharpe ratio and the probability of overfitting stand beside the winner.

Errors: windows that look ahead, overlap or leave the table are `InputError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, Ints, return_series
from trimtab.quant.performance.criteria import Criterion, daily_values, score, sums_of_days
from trimtab.quant.performance.overfitting import BLOCKS, Overfitting, probability_of_overfitting
from trimtab.quant.performance.sharpe_evidence import (
    DeflatedSharpe,
    deflated_sharpe_ratio,
    sharpe_moments,
)
from trimtab.quant.performance.windows import Window

__all__ = ["TrialLog", "TrialRecord", "WalkForward", "choose_on_past"]

TRAIN_SESSIONS_MIN = 2


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One trial in one window: how it scored, and whether it was chosen."""

    window: int
    trial: int
    in_sample: float
    out_of_sample: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class TrialLog:
    """Every trial in every window, W × N of them; iterate it for single records.

    Shape: `in_sample` and `out_of_sample` (W, N), `chosen` (W,): the trial held in each window.
    Unit: the criterion's, per day.  A test of one day has no Sharpe ratio, and scores zero.
    """

    criterion: Criterion
    in_sample: Floats
    out_of_sample: Floats
    chosen: Ints

    def __len__(self) -> int:
        return self.in_sample.size

    def __iter__(self) -> Iterator[TrialRecord]:
        windows, trials = self.in_sample.shape
        for window in range(windows):
            for trial in range(trials):
                yield TrialRecord(
                    window,
                    trial,
                    float(self.in_sample[window, trial]),
                    float(self.out_of_sample[window, trial]),
                    trial == self.chosen[window],
                )


@dataclass(frozen=True, slots=True)
class WalkForward:
    """What choosing on the past would have earned, and how far the choice can be trusted.

    Shape: `returns` and `days` (D,): the chosen trials' test returns in order, and their indices.
    Unit: `winner` is the trial that scores best on the whole history, the one a person would now
    pick; `deflated` and `overfitting` judge that pick.  `deflated` counts every trial as
    independent, the strictest reading.
    """

    log: TrialLog
    returns: Floats
    days: Ints
    winner: int
    deflated: DeflatedSharpe
    overfitting: Overfitting


def choose_on_past(
    returns: npt.ArrayLike,
    windows: Sequence[Window],
    criterion: Criterion = Criterion.SHARPE,
    *,
    blocks: int = BLOCKS,
) -> WalkForward:
    """Hold in each window's test what was best in its training.

    Of equal scores the first trial is chosen, so put the plainest first.

    Shape: `returns` (T, N), N ≥ 2 trials side by side on the same days.
    Unit: `blocks` as in `probability_of_overfitting`.
    Refuses: see the module; trials of which the winner never moves.
    """
    table = return_series(returns, least=TRAIN_SESSIONS_MIN)
    if table.ndim != 2:
        raise InputError("returns", f"shape {table.shape}", "trials side by side (T, N) are meant")
    _check(windows, len(table))
    values = daily_values(table, criterion)
    inside = np.stack([_scored(values[one.train], criterion) for one in windows])
    outside = np.stack([_scored(values[one.test], criterion) for one in windows])
    chosen = inside.argmax(axis=1)
    held = zip(windows, chosen, strict=True)
    winner = int(_scored(values, criterion).argmax())
    sharpe = _scored(table, Criterion.SHARPE)
    return WalkForward(
        log=TrialLog(criterion, inside, outside, chosen),
        returns=np.concatenate([table[one.test, trial] for one, trial in held]),
        days=np.concatenate([np.arange(one.test.start, one.test.stop) for one in windows]),
        winner=winner,
        deflated=deflated_sharpe_ratio(
            sharpe_moments(table[:, winner]), table.shape[1], float(sharpe.var(ddof=1))
        ),
        overfitting=probability_of_overfitting(table, blocks, criterion),
    )


def _scored(values: Floats, criterion: Criterion) -> Floats:
    if criterion is Criterion.SHARPE and len(values) < TRAIN_SESSIONS_MIN:
        return np.zeros(values.shape[1])
    return score(sums_of_days(values), criterion)


def _check(windows: Sequence[Window], days: int) -> None:
    if not windows:
        raise InputError("windows", "none", "at least one is needed")
    tested = 0
    for number, one in enumerate(windows):
        train, test = one.train, one.test
        if train.stop > test.start:
            raise InputError(
                f"window {number}",
                f"trains up to day {train.stop} and tests from day {test.start}",
                "training ends before its test begins",
            )
        if test.start < tested or not test.start < test.stop <= days:
            raise InputError(
                f"window {number}",
                f"tests days {test.start} to {test.stop} of {days}",
                f"a test lies within the history and begins at {tested} or later",
            )
        if not 0 <= train.start <= train.stop - TRAIN_SESSIONS_MIN:
            raise InputError(
                f"window {number}",
                f"trains on days {train.start} to {train.stop}",
                f"at least {TRAIN_SESSIONS_MIN} days are needed",
            )
        tested = test.stop
