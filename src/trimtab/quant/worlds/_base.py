"""What a world is: something that draws yearly histories of several instruments from chance.

Errors: `InputError` for histories that are too short, not finite, or never move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = [
    "PERIODS_A_YEAR",
    "Drawn",
    "Floats",
    "Ints",
    "World",
    "checked_history",
    "checked_size",
    "compounded",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERIODS_A_YEAR = 252
"""Sessions of a year, of which all worlds here are made."""

HISTORY_MIN = 250
"""Sessions below which nothing is fitted: about a year."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Histories that did not happen.

    Shape: `returns` (paths, periods, n), simple returns of one session; `states` (paths, periods)
    of worlds that have hidden states, which no policy may see.
    """

    returns: Floats
    states: Ints | None = None


class World(Protocol):
    """A market that can be drawn as often as wanted."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories; the same generator state gives the same ones.

        Refuses: fewer than one path or period.
        """
        ...


def checked_history(returns: npt.ArrayLike) -> Floats:
    """Simple returns to fit a world to, as logarithms.

    Shape: (T, n) → (T, n).
    Refuses: fewer than `HISTORY_MIN` sessions, values that are no numbers or at −100 % or below, an
    instrument that never moves.
    """
    table = np.asarray(returns, dtype=np.float64)
    if table.ndim != 2 or len(table) < HISTORY_MIN or table.shape[1] < 1:
        raise InputError(
            "history",
            f"has the shape {table.shape}",
            f"at least {HISTORY_MIN} sessions of one or more instruments are needed",
            "take a longer history",
        )
    if not np.isfinite(table).all() or (table <= -1.0).any():
        raise InputError("history", "has returns that are no numbers, or of −100 % and below")
    still = np.flatnonzero(np.ptp(table, axis=0) == 0.0)
    if still.size:
        raise InputError(
            f"instrument {int(still[0])} of the history",
            "never moves",
            "a world is fitted to what moves",
            "leave it out, or give it as cash",
        )
    return np.log1p(table)


def compounded(returns: Floats, sessions: int) -> Floats:
    """Returns of so many sessions each; a rest at the end is left out.

    Shape: (paths, T, n) → (paths, T // sessions, n).
    """
    paths, total, n = returns.shape
    kept = total // sessions * sessions
    parts = (1.0 + returns[:, :kept]).reshape(paths, total // sessions, sessions, n)
    return np.asarray(parts.prod(axis=2) - 1.0)


def checked_size(paths: int, periods: int) -> None:
    """Refuse a draw of nothing."""
    if paths < 1 or periods < 1:
        raise InputError("draw", f"{paths} paths of {periods} periods", "each is at least one")
