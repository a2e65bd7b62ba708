"""Worlds that are not as was believed: risks, correlations and drifts moved away from the fit.

A policy is tuned in the world that was fitted, and judged in one that is wrong by a stated amount.

Errors: `InputError` for a move that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Drawn, Floats, World
from trimtab.quant.worlds.lognormal import root_of

__all__ = ["Moved", "moved_correlation"]


@dataclass(frozen=True, slots=True)
class Moved:
    """Another world whose log returns, less their mean, are put through a matrix.

    Shape: `mean`, `new_mean` (n,), `transform` (n, n).
    Unit: means of log returns per session.
    """

    world: World
    mean: Floats
    transform: Floats
    name: str
    new_mean: Floats

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories.  Refuses: fewer than one path or period."""
        drawn = self.world.draw(chance, paths, periods)
        logs = np.log1p(drawn.returns) - self.mean
        return Drawn(np.expm1(logs @ self.transform.T + self.new_mean), drawn.states)


def moved_correlation(covariance: Floats, towards: float, part: float) -> Floats:
    """The matrix that moves all correlations a part of the way to one number.

    Shape: (n, n) → (n, n); what it is applied to keeps its volatilities.
    Unit: `towards` a correlation, `part` from 0 (nothing moves) to 1.
    Refuses: a part outside [0, 1], a correlation that n instruments cannot share.
    """
    n = len(covariance)
    least = -1.0 / max(n - 1, 1)
    if not (0.0 <= part <= 1.0 and least <= towards <= 1.0):
        raise InputError(
            "move of correlations",
            f"{part:.6g} of the way to {towards:.6g}",
            f"the part is from 0 to 1, the correlation from {least:.3g} to 1",
        )
    size = np.sqrt(np.diag(covariance))
    common = np.full((n, n), towards)
    np.fill_diagonal(common, 1.0)
    target = ((1.0 - part) * covariance / np.outer(size, size) + part * common) * np.outer(
        size, size
    )
    before = root_of(covariance)
    return np.asarray(np.linalg.solve(before.T, root_of(target).T).T)
