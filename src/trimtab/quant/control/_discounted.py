"""The band of least discounted cost around a target: collocation, and Newton on the two ends.

In the log odds x, with g = dV/dx = V'·w(1−w), the value's slope obeys

    ½σ²g'' + νg' − ρg + q(w−w*)w(1−w) = 0,   V' = −κ below and κ above, V'' = 0 at both ends.

For given ends the first two conditions fix g on Chebyshev points; the ends are moved until the
other two hold, starting from the band without discount.

Errors: where no band does, `InputError`: trading costs more than it can ever save.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import root

from trimtab.model.errors import InputError
from trimtab.quant.control._diffusion import LogOddsDiffusion, log_odds, weight_at
from trimtab.quant.control.tracking import Floats

__all__ = ["discounted_ends"]

POINTS = 64
RESIDUAL_MAX = 1e-8
STEPS = ((1.0,), (0.03, 0.1, 0.3, 0.6, 1.0), tuple(np.geomspace(1e-3, 1.0, 40)))
"""Fractions of the discount by which the band is followed from none, tried in turn."""


def discounted_ends(
    diffusion: LogOddsDiffusion,
    target: float,
    cost: float,
    penalty: float,
    discount: float,
    start: tuple[float, float],
) -> tuple[float, float]:
    """The two ends, from those without discount.

    Refuses: costs at which no band is found.
    """
    if start[0] > 0.0 and start[1] < 1.0:
        for steps in STEPS:
            ends = np.array([log_odds(w) for w in start])
            good = True
            for step in steps:
                good, ends = _newton(diffusion, target, cost, penalty, step * discount, ends)
                if not good:
                    break
            if good:
                lower, upper = (float(w) for w in weight_at(ends))
                return lower, upper
    fact = f"is {cost:g}, which with a discount of {discount:g} trading hardly ever earns back"
    raise InputError("cost", fact, "a band needs one that does", "lower the cost or the discount")


def _newton(
    diffusion: LogOddsDiffusion,
    target: float,
    cost: float,
    penalty: float,
    discount: float,
    start: Floats,
) -> tuple[bool, Floats]:
    """Whether ends were found at which V'' is zero, and these."""

    def residual(ends: Floats) -> Floats:
        points, slopes = _derivative(POINTS)
        half = 0.5 * (ends[1] - ends[0])
        w = weight_at(0.5 * (ends[0] + ends[1]) + half * points)
        swing = w * (1.0 - w)
        first = slopes / half
        matrix = 0.5 * diffusion.volatility**2 * (first @ first) + diffusion.drift * first
        matrix -= discount * np.eye(POINTS)
        forced = -penalty * (w - target) * swing
        matrix[[0, -1]] = np.eye(POINTS)[[0, -1]]
        forced[[0, -1]] = [-cost * swing[0], cost * swing[-1]]
        bend = first @ np.linalg.solve(matrix, forced) - forced * (1.0 - 2.0 * w)
        return np.asarray(bend[[0, -1]] / (cost * swing[[0, -1]]))

    scale = start[1] - start[0]
    found = root(lambda moved: residual(start + scale * moved), np.zeros(2), tol=1e-13)
    ends = start + scale * found.x
    ordered = bool(ends[0] < log_odds(target) < ends[1])
    return ordered and bool(np.max(np.abs(found.fun)) < RESIDUAL_MAX), ends


@lru_cache(maxsize=4)
def _derivative(count: int) -> tuple[Floats, Floats]:
    """Chebyshev points on [−1, 1], ascending, and the matrix that differentiates on them.

    Source: Trefethen (2000), Spectral Methods in MATLAB, chapter 6.
    """
    points = -np.cos(np.pi * np.arange(count) / (count - 1))
    ends = np.ones(count)
    ends[[0, -1]] = 2.0
    signs = ends * (-1.0) ** np.arange(count)
    apart = points[:, None] - points[None, :] + np.eye(count)
    matrix = (signs[:, None] / signs[None, :]) / apart
    matrix -= np.diag(matrix.sum(axis=1))
    return points, matrix
