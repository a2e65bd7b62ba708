"""By what a trial is judged: one figure a trial, the higher the better, from days or from blocks.

Each criterion is a function of sums over days, so that combinatorial cross-validation adds up
blocks instead of days.

Errors: none; a Sharpe ratio needs two days, which the callers see to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from trimtab.quant.performance._series import Floats

__all__ = ["Criterion", "DaySums", "score", "sums_of_days"]

STILL = 1e-28
"""Daily variance below which a trial only carries rounding: it never moved."""
LEAST_GROWTH = 1e-300
"""What a total loss leaves for its logarithm, which would be −∞ and not add up."""


class Criterion(StrEnum):
    """What the best trial is best at."""

    SHARPE = "sharpe"
    """Mean daily return over its standard deviation; zero for a trial that never moves."""
    MEAN = "mean"
    """Mean daily return."""
    GROWTH = "growth"
    """Mean daily log return: the highest final wealth."""


@dataclass(frozen=True, slots=True)
class DaySums:
    """Sums over some days: their count, returns, squares and log growth.

    Shape: `count` (…, 1), the others (…, N), N trials.  Squares are about each trial's own mean
    over the whole time, which `centre` (N,) holds, so that small variances keep their digits.
    """

    count: Floats
    total: Floats
    square: Floats
    log_growth: Floats
    centre: Floats


def sums_of_days(returns: Floats, centre: Floats | None = None) -> DaySums:
    """The sums of all days of a table.

    Shape: `returns` (T, N); `centre` (N,), each trial's mean if not given.
    """
    middle = returns.mean(axis=0) if centre is None else centre
    away = returns - middle
    logs = np.log(np.maximum(1.0 + returns, LEAST_GROWTH)).sum(axis=0)
    count = np.array([float(len(returns))])
    return DaySums(count, away.sum(axis=0), (away**2).sum(axis=0), logs, middle)


def score(sums: DaySums, criterion: Criterion) -> Floats:
    """One figure a trial, per day, the higher the better.

    Shape: (…, N), as the sums.
    """
    if criterion is Criterion.GROWTH:
        return np.asarray(sums.log_growth / sums.count)
    away = sums.total / sums.count
    mean = sums.centre + away
    if criterion is Criterion.MEAN:
        return np.asarray(mean)
    variance = (sums.square - sums.count * away**2) / (sums.count - 1.0)
    moves = variance > STILL
    return np.where(moves, mean / np.sqrt(np.where(moves, variance, 1.0)), 0.0)
