"""The stationary bootstrap: what history could as well have been, with its memory kept.

Days are drawn in blocks of random length, so that a resampled history is again stationary and has
the autocorrelation of the real one within blocks.  Every policy is measured on the *same* resampled
days (common random numbers), so that what moves all of them alike drops out of their difference.

Chance is an argument: the same generator state gives the same answer, whatever fits into memory.

Errors: series that are too short, blocks shorter than a day and counts below one are `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._resampling import draw_days
from trimtab.quant.performance._series import Floats, Ints, series
from trimtab.quant.performance.block_length import automatic_block_length

__all__ = [
    "Bootstrap",
    "Interval",
    "IntervalKind",
    "PairedDifference",
    "bootstrap",
    "stationary_indices",
]

RESAMPLES = 2_000
DRAWS_AT_ONCE = 2_000_000
"""Resampled days that are held at the same time: 16 MB an array."""

Statistic = Callable[[Floats], Floats]
"""(T, R) → (R,), as `sharpe_ratio` or `maximum_drawdown`: one figure a column."""


class IntervalKind(StrEnum):
    """How an interval is read off the resampled figures."""

    PERCENTILE = "percentile"
    """Their quantiles."""
    BASIC = "basic"
    """Their quantiles mirrored at the estimate, which turns a bias the right way round."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with what it could as well have been."""

    estimate: float
    low: float
    high: float
    level: float
    kind: IntervalKind


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """One policy's figure minus another's, on the same resampled days.

    `p_value` is two-sided: how often a difference at least this large arises where there is none.
    """

    interval: Interval
    p_value: float


def stationary_indices(
    chance: np.random.Generator,
    days: int,
    block: float,
    resamples: int,
    length: int | None = None,
) -> Ints:
    """Days drawn in blocks of geometric length, wrapping from the last day to the first.

    Shape: (length, resamples), one resampled history a column; `length` is `days` if not given.
    Unit: `block` the mean block length in sessions; 1 draws days independently.
    Refuses: `block` below 1, counts below 1.
    Source: Politis and Romano (1994), Journal of the American Statistical Association 89(428).
    """
    span = days if length is None else length
    if not (days >= 1 and span >= 1 and resamples >= 1 and block >= 1.0):
        raise InputError(
            "bootstrap",
            f"{days} days, blocks of {block:.6g}, {resamples} resamples of {span}",
            "each is at least one",
        )
    drawn = np.empty((resamples, span), dtype=np.int64)
    draw_days(chance, days, 1.0 / block, drawn)
    return drawn.T


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A figure of P policies, as measured and as resampled.

    Shape: `estimates` (P,), `resampled` (R, P): row r of every policy from the same days.
    Unit: `block` mean block length in sessions.
    """

    estimates: Floats
    resampled: Floats
    block: float

    def interval(
        self, policy: int = 0, level: float = 0.95, kind: IntervalKind = IntervalKind.PERCENTILE
    ) -> Interval:
        """The interval of one policy's figure.

        Refuses: a level outside (0, 1).
        Source: Davison and Hinkley (1997), section 5.2.
        """
        return _interval(float(self.estimates[policy]), self.resampled[:, policy], level, kind)

    def difference(
        self,
        policy: int,
        other: int,
        level: float = 0.95,
        kind: IntervalKind = IntervalKind.PERCENTILE,
    ) -> PairedDifference:
        """One policy's figure minus another's, with its p-value.

        The resampled differences are moved to zero mean difference, and those at least as large as
        the measured one are counted, with the measured one among them.

        Source: Davison and Hinkley (1997), section 4.4; Hall and Wilson (1991), Biometrics 47(2).
        """
        measured = float(self.estimates[policy] - self.estimates[other])
        resampled = self.resampled[:, policy] - self.resampled[:, other]
        as_large = int((np.abs(resampled - measured) >= abs(measured)).sum())
        return PairedDifference(
            _interval(measured, resampled, level, kind), (1 + as_large) / (1 + len(resampled))
        )


def bootstrap(
    returns: npt.ArrayLike,
    statistic: Statistic,
    chance: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    block: float | None = None,
) -> Bootstrap:
    """Measure P policies on resampled histories, each history the same days for all of them.

    Shape: `returns` (T,) or (T, P).
    Unit: `block` mean sessions; `None` takes the longest automatic length of any policy and of
    any policy's difference from the first, so that no memory is cut.
    Refuses: what `stationary_indices` and `automatic_block_length` refuse.
    """
    daily = series(returns, "returns", 2)
    table = daily[:, None] if daily.ndim == 1 else daily
    length = _longest_block(table) if block is None else block
    columns = np.ascontiguousarray(table.T)
    parts = [
        np.stack([statistic(column[days]) for column in columns], axis=1)
        for days in _batches(chance, len(table), length, resamples)
    ]
    return Bootstrap(np.asarray(statistic(table)), np.concatenate(parts), length)


def _longest_block(table: Floats) -> float:
    against_first = table[:, 1:] - table[:, :1]
    moving = [column for column in (*table.T, *against_first.T) if np.ptp(column)]
    return max((automatic_block_length(column).stationary for column in moving), default=1.0)


def _batches(
    chance: np.random.Generator, days: int, block: float, resamples: int
) -> Iterator[Ints]:
    """All resamples, so many at once that they fit into memory."""
    at_once = max(1, DRAWS_AT_ONCE // days)
    for start in range(0, resamples, at_once):
        yield stationary_indices(chance, days, block, min(at_once, resamples - start))


def _interval(estimate: float, resampled: Floats, level: float, kind: IntervalKind) -> Interval:
    if not 0.0 < level < 1.0:
        raise InputError("level", f"{level:.6g}", "a level lies between 0 and 1", "0.95 is usual")
    if not (np.isfinite(estimate) and np.isfinite(resampled).all()):
        raise InputError(
            "statistic",
            "it is not a number on some resampled histories",
            "an interval needs all of them",
            "take a longer series, or a statistic that is defined for every one",
        )
    tail = (1.0 - level) / 2.0
    low, high = (float(cut) for cut in np.quantile(resampled, (tail, 1.0 - tail)))
    if kind is IntervalKind.BASIC:
        low, high = 2.0 * estimate - high, 2.0 * estimate - low
    return Interval(estimate, low, high, level, kind)
