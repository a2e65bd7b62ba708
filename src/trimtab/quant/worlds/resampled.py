"""History itself, cut into blocks and dealt anew: fat tails, skewness and memory as they were.

All instruments take the same days, so that what fell together falls together again.

Errors: those of `checked_history`, and of the stationary bootstrap for blocks below a session.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.quant.performance.bootstrap import stationary_indices
from trimtab.quant.worlds._base import Drawn, Floats, checked_history, checked_size

__all__ = ["Resampled", "fit_resampled"]

BLOCK_SESSIONS = 63.0
"""Mean block: a quarter keeps a crisis in one piece, and leaves enough pieces to deal."""


@dataclass(frozen=True, slots=True)
class Resampled:
    """The stationary bootstrap of a history.

    Shape: `history` (T, n) simple returns.
    Unit: `block` mean sessions of a block.
    Source: Politis and Romano (1994), Journal of the American Statistical Association 89(428).
    """

    history: Floats
    block: float = BLOCK_SESSIONS
    name: str = "block bootstrap"

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories.  Refuses: fewer than one path or period."""
        checked_size(paths, periods)
        days = stationary_indices(chance, len(self.history), self.block, paths, periods)
        return Drawn(self.history[days.T])


def fit_resampled(history: npt.ArrayLike, block: float = BLOCK_SESSIONS) -> Resampled:
    """Take a history as it is.

    Shape: (T, n) simple returns of sessions.
    Refuses: what `checked_history` refuses.
    """
    return Resampled(np.expm1(checked_history(history)), block)
