"""From simulated growth to how far weights wander.

    w_i' = w_i G_i / (c + Σ_j w_j G_j)        c = 1 − Σ_j w_j, cash, which does not grow

Errors: `InputError` for moves so large that no weights follow from them; weights that are all cash
do not wander.
"""

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.model.errors import InputError
from trimtab.model.estimates import Forecast

__all__ = ["forecasts_of", "weights_after"]


def weights_after(weights: Floats, growth: Floats) -> Floats:
    """Weights after growth.

    Shape: `weights` (n,), `growth` draws × n, one plus the return; the answer draws × n.
    """
    grown = weights * growth
    cash = 1.0 - weights.sum()
    whole: Floats = grown / (cash + grown.sum(axis=1, keepdims=True))
    return whole


def forecasts_of(weights: Floats, growth: Floats, level: float) -> tuple[Forecast, ...]:
    """The mean change of each weight, and the interval that holds `level` of the draws.

    Shape: as `weights_after`.
    Refuses: growth that is no number.
    """
    if not len(weights):
        return ()
    with np.errstate(invalid="ignore", over="ignore"):
        change = weights_after(weights, growth) - weights
    if not np.isfinite(change).all():
        raise InputError(
            "how far weights will wander",
            "the returns are too wild to be drawn from",
            "a fall is of less than everything",
            "look at the prices: a cell in another unit makes such moves",
        )
    low, high = np.quantile(change, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    middle = np.clip(change.mean(axis=0), low, high)
    return tuple(
        Forecast(*figures, level)
        for figures in zip(low.tolist(), middle.tolist(), high.tolist(), strict=True)
    )
