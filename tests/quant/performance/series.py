"""Series whose truth is known."""

import numpy as np

BURN_IN = 200


def first_order(
    chance: np.random.Generator, days: int, memory: float, scale: float = 1.0
) -> np.ndarray:
    """A stationary AR(1): each value is `memory` times the last one, plus chance."""
    shocks = chance.normal(0.0, scale, days + BURN_IN)
    values = np.zeros_like(shocks)
    for day in range(1, len(shocks)):
        values[day] = memory * values[day - 1] + shocks[day]
    return values[BURN_IN:]
