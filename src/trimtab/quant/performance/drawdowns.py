"""Drawdowns: how far below its last high a portfolio stood, how deep, and for how long.

The value before the first return counts as a high, so that a series that only falls has a
drawdown from its first day.

Errors: dates that do not fit the returns are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, closing_dates, return_series
from trimtab.quant.performance.returns import growth

__all__ = ["Drawdown", "drawdowns", "maximum_drawdown", "underwater"]


def underwater(returns: npt.ArrayLike) -> Floats:
    """Value over its highest value so far, minus one: zero at a high, negative below.

    Shape: (T,) → (T+1,), (T, B) → (T+1, B): from the close before the first return on.
    """
    wealth = growth(returns)
    below = wealth / np.maximum.accumulate(wealth, axis=0)
    below -= 1.0
    return np.asarray(below)


def maximum_drawdown(returns: npt.ArrayLike) -> Floats:
    """The deepest fall from a high, negative or zero.

    Shape: (T,) → (), (T, B) → (B,).
    Source: Magdon-Ismail and Atiya (2004), Risk 17(10).
    """
    return np.asarray(underwater(returns).min(axis=0))[()]


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One stretch below a high.

    Unit: `depth` a negative fraction of the high.  `peak` is the last day of the high, `recovery`
    the first close back at it, `None` where the series ends before.
    """

    depth: float
    peak: date
    trough: date
    recovery: date | None

    @property
    def days_down(self) -> int:
        """Calendar days from the high to the lowest close."""
        return (self.trough - self.peak).days

    @property
    def days_under_water(self) -> int | None:
        """Calendar days from the high until it was reached again."""
        return None if self.recovery is None else (self.recovery - self.peak).days


def drawdowns(
    returns: npt.ArrayLike, dates: npt.ArrayLike, count: int | None = None
) -> tuple[Drawdown, ...]:
    """Every drawdown of a series, the deepest first; `count` keeps that many.

    Shape: `returns` (T,), `dates` (T+1,): the closes between which the returns lie.
    """
    daily = return_series(returns)
    if daily.ndim != 1:
        raise InputError("returns", f"shape {daily.shape}", "one series (T,) is meant")
    days = closing_dates(dates, len(daily)).astype(object)
    depth = underwater(daily)
    below = np.concatenate(([False], depth < 0.0, [False]))
    edges = np.flatnonzero(below[1:] != below[:-1])
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        low = start + int(np.argmin(depth[start:end]))
        recovery = days[end] if end < len(days) else None
        found.append(Drawdown(float(depth[low]), days[start - 1], days[low], recovery))
    found.sort(key=lambda one: one.depth)
    return tuple(found[:count])
