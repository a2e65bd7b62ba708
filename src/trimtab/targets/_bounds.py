"""Weights within bounds that sum to one.

Errors: none; the bounds must allow a sum of one, which who asks has checked.
"""

import numpy as np

from trimtab.targets._base import Floats

__all__ = ["projected", "whole_steps"]

BISECTIONS = 200
EXACT = 1e-12


def projected(weights: Floats, lower: Floats, upper: Floats) -> Floats:
    """The nearest weights that keep their bounds and sum to one.

    Shape: (n,) each.
    """
    if abs(float(weights.sum()) - 1.0) < EXACT and bool(
        ((weights >= lower) & (weights <= upper)).all()
    ):
        return weights
    low, high = float((lower - weights).min()), float((upper - weights).max())
    for _ in range(BISECTIONS):  # one shift for all, each then cut at its bounds
        middle = (low + high) / 2.0
        if float(np.clip(weights + middle, lower, upper).sum()) < 1.0:
            low = middle
        else:
            high = middle
    found = np.clip(weights + (low + high) / 2.0, lower, upper)
    room = np.where(found + 1.0 - found.sum() <= upper, found, -1.0)
    found[int(np.argmax(room))] += 1.0 - found.sum()  # what bisection leaves, below 1e-15
    return np.asarray(np.maximum(found, 0.0))


def whole_steps(weights: Floats, lower: Floats, upper: Floats, steps: int) -> Floats | None:
    """The nearest weights in whole `1/steps`, by largest remainders; none where bounds forbid it.

    Shape: (n,) each.
    """
    least = np.ceil(lower * steps - 1e-9)
    most = np.floor(upper * steps + 1e-9)
    if (least > most).any() or least.sum() > steps or most.sum() < steps:
        return None
    units = np.clip(np.floor(weights * steps), least, most)
    while (missing := steps - int(units.sum())) != 0:
        wanted = weights * steps - units
        if missing > 0:
            wanted[units >= most] = -np.inf
            units[int(np.argmax(wanted))] += 1.0
        else:
            wanted[units <= least] = np.inf
            units[int(np.argmin(wanted))] -= 1.0
    return np.asarray(units / steps)
