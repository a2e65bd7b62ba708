"""The textbook's world: correlated log returns, normal, without memory.

Errors: those of `checked_history`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.quant.worlds._base import Drawn, Floats, checked_history, checked_size

__all__ = ["Lognormal", "fit_lognormal"]


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Independent normal log returns.

    Shape: `mean` (n,), `root` (n, n) lower with root·rootᵀ the covariance.
    Unit: of log returns, per session.
    """

    mean: Floats
    root: Floats
    name: str = "lognormal"

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories.  Refuses: fewer than one path or period."""
        checked_size(paths, periods)
        shocks = chance.standard_normal((paths, periods, len(self.mean)))
        return Drawn(np.expm1(self.mean + shocks @ self.root.T))


def fit_lognormal(history: npt.ArrayLike) -> Lognormal:
    """Mean and covariance of a history's log returns.

    Shape: (T, n) simple returns of sessions.
    Refuses: what `checked_history` refuses; instruments that are sums of others.
    """
    logs = checked_history(history)
    covariance = np.atleast_2d(np.cov(logs, rowvar=False))
    return Lognormal(logs.mean(axis=0), root_of(covariance))


def root_of(covariance: Floats) -> Floats:
    """A lower root of a covariance, or of one that is singular.

    Shape: (n, n) → (n, n) with root·rootᵀ the covariance.
    """
    values, vectors = np.linalg.eigh(covariance)
    _, upper = np.linalg.qr((vectors * np.sqrt(np.maximum(values, 0.0))).T)
    return np.asarray(upper.T * np.sign(np.diag(upper)))
