"""Fewer points of a long line that look the same: a screen has fewer columns than a history days.

Errors: none.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["POINTS_MAX", "kept_days", "spread_days"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

POINTS_MAX = 600
"""Points of a line on a wide page: about one a pixel."""


def kept_days(values: Floats, points: int = POINTS_MAX) -> Indices:
    """The days to draw: of each stretch its lowest and its highest, and both ends of the line.

    A crash of one day stays as deep as it was; an average would file it off.

    Shape: (T,) → at most `points` + 2 ascending indices.
    """
    count = len(values)
    if count <= points:
        return np.arange(count, dtype=np.int64)
    stretches = points // 2
    edges = np.linspace(0, count, stretches + 1).astype(np.int64)
    picked = [
        start + extreme
        for start, stop in pairwise(edges.tolist())
        for extreme in (int(np.argmin(values[start:stop])), int(np.argmax(values[start:stop])))
    ]
    return np.unique(np.array([0, *picked, count - 1], dtype=np.int64))


def spread_days(count: int, columns: int) -> Indices:
    """Days at even distances, the first and the last among them.

    Shape: at most `columns` ascending indices below `count`.
    """
    return np.unique(np.linspace(0, count - 1, min(count, columns)).round().astype(np.int64))
