"""The kernel that draws days in blocks; kept apart, so that only who resamples loads Numba."""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry
from trimtab.quant.performance._series import Ints

__all__ = ["draw_days"]


@entry
def draw_days(chance: np.random.Generator, days: int, ends: float, drawn: Ints) -> None:
    """Fill each row with days in blocks of geometric length, wrapping from the last to the first.

    Row after row, day after day: how many rows are drawn at a time changes nothing.

    Shape: `drawn` (resamples, length), written in place.
    Unit: `ends` the probability that a block ends after a day.
    """
    for row in range(drawn.shape[0]):
        day = 0
        for place in range(drawn.shape[1]):
            day += 1
            if place == 0 or chance.random() < ends:
                day = int(chance.random() * days)
            if day >= days:
                day = 0
            drawn[row, place] = day
