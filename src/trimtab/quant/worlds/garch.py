"""A world of storms: each instrument's variance follows its own GARCH(1, 1), shocks have fat tails.

Variance targeting fixes the level of each variance, maximum likelihood its two rates and the tails;
shocks keep one correlation and fall together, since all share one chi-square (multivariate t).

Errors: those of `checked_history`; a likelihood without a maximum is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Drawn, Floats, checked_history, checked_size
from trimtab.quant.worlds._recursions import garch_paths, garch_variances
from trimtab.quant.worlds.lognormal import root_of

__all__ = ["GarchT", "fit_garch"]

PERSISTENCE_MAX = 0.998
"""Sum of the two rates: above, a storm would last for decades."""
TAILS = (4.0, 60.0)
"""Degrees of freedom; up to 4 there is no kurtosis, above 60 it is as good as normal."""
STORM_MAX = 25.0
"""Times its level that a variance may reach: five times the volatility, as in autumn 2008."""
WARM_UP = 250
"""Sessions that are drawn and dropped, so that no history begins in average weather."""


@dataclass(frozen=True, slots=True)
class GarchT:
    """GARCH(1, 1) in each instrument, Student's t in all of them together.

    variance' = level·(1 − shock − memory) + shock·(last return − mean)² + memory·variance, but
    never more than `STORM_MAX` levels: without a bound, fat tails and long memory together explode.
    Shape: `mean`, `level`, `shock`, `memory` (n,); `root` (n, n) of the shocks' correlation.
    Unit: log returns per session; `tails` degrees of freedom.
    Source: Bollerslev (1987, 1990), Review of Economics and Statistics 69(3) and 72(3).
    """

    mean: Floats
    level: Floats
    shock: Floats
    memory: Floats
    root: Floats
    tails: float
    name: str = "GARCH-t"

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories.  Refuses: fewer than one path or period."""
        checked_size(paths, periods)
        length = periods + WARM_UP
        shocks = chance.standard_normal((paths, length, len(self.mean))) @ self.root.T
        common = chance.chisquare(self.tails, (paths, length))
        shocks *= np.sqrt((self.tails - 2.0) / common)[:, :, None]
        garch_paths(self.level, self.shock, self.memory, STORM_MAX, shocks)
        return Drawn(np.expm1(shocks[:, WARM_UP:] + self.mean))


def fit_garch(history: npt.ArrayLike) -> GarchT:
    """Fit each instrument by likelihood, then the correlation of what is left.

    Shape: (T, n) simple returns of sessions.
    Refuses: what `checked_history` refuses; an instrument whose likelihood has no maximum.
    """
    logs = checked_history(history)
    mean = logs.mean(axis=0)
    away = logs - mean
    fitted = [_fit_one(np.ascontiguousarray(column), i) for i, column in enumerate(away.T)]
    shock, memory, tails = np.array(fitted).T
    level = (away**2).mean(axis=0)
    left = np.column_stack(
        [
            column / np.sqrt(garch_variances(np.ascontiguousarray(column), *rates))
            for column, rates in zip(away.T, zip(level, shock, memory, strict=True), strict=True)
        ]
    )
    correlation = np.atleast_2d(np.corrcoef(left, rowvar=False))
    return GarchT(mean, level, shock, memory, root_of(correlation), float(np.median(tails)))


def _fit_one(away: Floats, number: int) -> tuple[float, float, float]:
    """Both rates and the degrees of freedom of one instrument."""
    from scipy.optimize import minimize

    level = float((away**2).mean())

    def unlikely(given: Floats) -> float:
        persistence, part, tails = _unpacked(given)
        variance = garch_variances(away, level, persistence * part, persistence * (1.0 - part))
        scaled = away**2 / (variance * (tails - 2.0))
        constant = lgamma((tails + 1.0) / 2.0) - lgamma(tails / 2.0) - 0.5 * np.log(tails - 2.0)
        likely = constant - 0.5 * np.log(variance) - 0.5 * (tails + 1.0) * np.log1p(scaled)
        return -float(likely.mean())

    found = minimize(unlikely, np.array([3.5, -2.2, -2.0]), method="Nelder-Mead")
    if not found.success:
        raise InputError(
            f"instrument {number} of the history",
            f"has no most likely GARCH parameters ({found.message})",
            remedy="take a longer history",
        )
    persistence, part, tails = _unpacked(found.x)
    return persistence * part, persistence * (1.0 - part), tails


def _unpacked(given: Floats) -> tuple[float, float, float]:
    """Three free numbers as persistence, the shock's part of it, and degrees of freedom."""
    share = 1.0 / (1.0 + np.exp(-given))
    return (
        float(PERSISTENCE_MAX * share[0]),
        float(share[1]),
        float(TAILS[0] + (TAILS[1] - TAILS[0]) * share[2]),
    )
