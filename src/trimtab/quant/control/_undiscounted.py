"""The band of least long-run average cost around a target, from one equation in that cost.

At the ends ½q(w−w*)² ∓ κb(w) = λ, a cubic in w each.  For each λ that gives the two ends, and V'
integrated between them must rise from −κ to κ.  What it lacks falls as λ grows (its derivative is
minus the mass of the band, for the ends are stationary), so the root is unique.

Errors: costs at which the best band lies at 0 or 1 are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from trimtab.model.errors import InputError
from trimtab.quant.control._diffusion import LogOddsDiffusion, log_odds
from trimtab.quant.control.tracking import Floats

__all__ = ["average_cost_ends"]

CORNER = 1e-6
"""How near a whole band must lie to 0 or 1 to count as leaving the target for good."""
HALVINGS_MAX = 60
"""Toward the cost of never trading, before that counts as best."""


def average_cost_ends(
    diffusion: LogOddsDiffusion, target: float, cost: float, penalty: float
) -> tuple[float, float]:
    """The two ends; 0 or 1 where nothing is to be traded on that side."""
    band = _Band(diffusion, target, cost, penalty)
    never = 0.5 * penalty * np.array([target**2, (1.0 - target) ** 2])
    most = float(never.min() if diffusion.tilt == 0.0 else never[int(diffusion.tilt > 0.0)])
    low, high = 0.0, 0.5 * most
    for _ in range(HALVINGS_MAX):
        if band.lacking(high) < 0.0:
            break
        low, high = high, 0.5 * (high + most)
    else:
        return 0.0, 1.0
    lower, upper = band.ends(float(brentq(band.lacking, low, high, xtol=1e-300, rtol=1e-14)))
    if lower > 1.0 - CORNER or upper < CORNER:
        fact = f"is {cost:g} per unit of weight, at which no band around {target:g} pays"
        bound = "it is best to leave the target for a weight of 0 or 1"
        raise InputError("cost", fact, bound, "lower the cost, or choose another target")
    return lower, upper


@dataclass(frozen=True, slots=True)
class _Band:
    diffusion: LogOddsDiffusion
    target: float
    cost: float
    penalty: float

    def ends(self, average: float) -> tuple[float, float]:
        """Below the first and above the second, trading at once costs less than waiting."""
        lower = _crossings(self._waiting(-1.0), average)
        upper = _crossings(self._waiting(1.0), average)
        low = 0.0 if self._waiting(-1.0)[0] <= average else float(lower[0]) if lower.size else 1.0
        high = self._waiting(1.0).sum() <= average
        return low, 1.0 if high else float(upper[-1]) if upper.size else 0.0

    def lacking(self, average: float) -> float:
        """How far V' stays below κ at the upper end, started from −κ at the lower one."""
        lower, upper = self.ends(average)
        if lower >= upper:
            return self.cost
        c = self.diffusion.tilt
        low, high = log_odds(lower), log_odds(upper)
        top = high if c > 0.0 else low
        swing = 0.0
        for weight, x in ((lower, low), (upper, high)):
            if 0.0 < weight < 1.0:
                swing += weight * (1.0 - weight) * float(np.exp(c * (x - top)))
        saved = self.diffusion.weighed(
            lambda w: average - 0.5 * self.penalty * (w - self.target) ** 2, low, high
        )
        return self.cost * swing - 2.0 / self.diffusion.volatility**2 * saved

    def _waiting(self, side: float) -> Floats:
        """½q(w−w*)² ± κb(w) by powers of w: what a moment at an end costs."""
        variance = self.diffusion.volatility**2
        pull = self.diffusion.drift + 0.5 * variance
        drift = np.array([0.0, pull, -(pull + variance), variance])
        square = np.array([self.target**2, -2.0 * self.target, 1.0, 0.0])
        return 0.5 * self.penalty * square + side * self.cost * drift


def _crossings(cubic: Floats, level: float) -> Floats:
    """Where a cubic takes a value, within (0, 1), ascending."""
    shifted = cubic.copy()
    shifted[0] -= level
    roots = np.polynomial.polynomial.polyroots(shifted)
    real = np.sort(roots.real[np.abs(roots.imag) < 1e-9])
    for _ in range(2):  # the digits that the eigenvalues lose
        slope = np.polynomial.polynomial.polyval(real, np.polynomial.polynomial.polyder(shifted))
        value = np.polynomial.polynomial.polyval(real, shifted)
        real = real - np.divide(value, slope, out=np.zeros_like(real), where=slope != 0.0)
    return real[(real > 0.0) & (real < 1.0)]
