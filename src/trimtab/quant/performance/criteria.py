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

__all__ = ["Criterion", "DaySums", "daily_values", "score", "sums_of_days"]

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
    """Sums over some days of what a criterion adds up.

    Shape: `count` (…, 1), `total` and `square` (…, N), `centre` (N,), for N trials.
    Unit: both sums are about `centre`, each trial's mean over the whole time, so that small
    variances keep their digits.
    """

    count: Floats
    total: Floats
    square: Floats
    centre: Floats


def daily_values(returns: Floats, criterion: Criterion) -> Floats:
    """What a criterion adds up of each day: the return, or its logarithm."""
    if criterion is Criterion.GROWTH:
        return np.log(np.maximum(1.0 + returns, LEAST_GROWTH))
    return returns


def sums_of_days(values: Floats, centre: Floats | None = None) -> DaySums:
    """The sums of all days of a table.

    Shape: `values` (T, N) from `daily_values`; `centre` (N,), each trial's mean if not given.
    """
    middle = values.mean(axis=0) if centre is None else centre
    away = values - middle
    square = np.einsum("tn,tn->n", away, away)
    return DaySums(np.array([float(len(values))]), away.sum(axis=0), square, middle)


def score(sums: DaySums, criterion: Criterion) -> Floats:
    """One figure a trial, per day, the higher the better.

    Shape: (…, N), as the sums.
    """
    away = sums.total / sums.count
    mean = sums.centre + away
    if criterion is not Criterion.SHARPE:
        return np.asarray(mean)
    variance = (sums.square - sums.total * away) / (sums.count - 1.0)
    moves = variance > STILL
    return np.where(moves, mean / np.sqrt(np.where(moves, variance, 1.0)), 0.0)
