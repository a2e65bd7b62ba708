"""Which of several plans are beaten in everything by another.

Errors: none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["undominated"]

Floats = npt.NDArray[np.float64]


def undominated(objectives: Floats) -> list[int]:
    """The rows that no other row beats: none is as low in every column and lower in one.

    Of equal rows the first stays.
    Shape: `objectives` (points, objectives), all to be minimised.
    """
    kept = []
    for at, row in enumerate(objectives):
        no_worse = (objectives <= row).all(axis=1)
        better = no_worse & (objectives < row).any(axis=1)
        twin = no_worse[:at] & (objectives[:at] == row).all(axis=1)
        if not better.any() and not twin.any():
            kept.append(at)
    return kept
