"""How the weight of one of two instruments moves by itself, and where it is when held in a band.

In the log odds x = ln(w/(1−w)) it is a Brownian motion with drift, so its long-run law between two
reflecting ends has the density e^(cx), c = 2ν/σ², and everything else is a quadrature.

Source: Harrison (2013), Brownian Models of Performance and Control, section 6.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trimtab.quant.control.tracking import Floats

__all__ = ["LogOddsDiffusion", "ReflectedLaw", "gauss_legendre", "log_odds", "panels", "weight_at"]

NODES = 48
WIDEST_PANEL = 4.0
"""Log odds per panel of a quadrature: the logistic function is smooth at this scale."""
CORNER = 40.0
"""Log odds beyond which a weight is 0 or 1 to the last digit."""


def log_odds(weight: float) -> float:
    """ln(w/(1−w)), infinite at 0 and 1."""
    if weight in (0.0, 1.0):
        return math.inf if weight else -math.inf
    return math.log(weight) - math.log1p(-weight)


def weight_at(x: Floats) -> Floats:
    """The weight at some log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


@lru_cache(maxsize=64)
def gauss_legendre(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights on [−1, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def panels(low: float, high: float, widest: float = WIDEST_PANEL) -> tuple[Floats, Floats]:
    """Nodes and weights of a composite Gauss-Legendre rule on an interval."""
    count = max(1, math.ceil((high - low) / widest))
    nodes, weights = gauss_legendre(NODES)
    half = 0.5 * (high - low) / count
    centres = low + half * (2.0 * np.arange(count) + 1.0)
    return (centres[:, None] + half * nodes).ravel(), np.tile(half * weights, count)


@dataclass(frozen=True, slots=True)
class LogOddsDiffusion:
    """The weight of the first instrument as nobody trades: dx = ν dt + σ dB.

    Unit: a year.
    """

    drift: float
    volatility: float

    @property
    def tilt(self) -> float:
        """c = 2ν/σ²: how fast the long-run density grows with the log odds."""
        return 2.0 * self.drift / self.volatility**2

    def weighed(self, value: Callable[[Floats], Floats], low: float, high: float) -> float:
        """∫ value(w) e^(cx) dx from `low` to `high`, over its greatest e^(cx).

        The ends may be infinite where e^(cx) vanishes.
        """
        c, top = self.tilt, (high if self.tilt > 0.0 else low)
        x, weights = panels(max(low, -CORNER), min(high, CORNER))
        total = float(weights * np.exp(c * (x - top)) @ value(weight_at(x)))
        for start, end, corner in ((low, -CORNER, 0.0), (CORNER, high, 1.0)):
            if start < end:
                at_corner = float(value(np.array([corner]))[0])
                total += at_corner * _exponential(c, start - top, end - top)
        return total

    def within(self, lower: float, upper: float) -> ReflectedLaw:
        """The long-run law of the weight held between two ends at the least turnover."""
        return ReflectedLaw(self, lower, upper)


@dataclass(frozen=True, slots=True)
class ReflectedLaw:
    """Where a weight is in the long run when kept within a band; at 0 and 1 nothing is traded."""

    diffusion: LogOddsDiffusion
    lower: float
    upper: float

    @property
    def turnover(self) -> float:
        """Weight traded a year: the local time at both ends."""
        if self.lower == self.upper:
            return math.inf
        if self._leaves:
            return 0.0
        c, width = self.diffusion.tilt, log_odds(self.upper) - log_odds(self.lower)
        # Densities at the two ends: e^(cx) over its integral.
        with np.errstate(over="ignore"):
            at_low = 1.0 / width if c == 0.0 else float(c / np.expm1(c * width))
        at_high = at_low + c
        swings = [w * (1.0 - w) for w in (self.lower, self.upper)]
        return 0.5 * self.diffusion.volatility**2 * (at_low * swings[0] + at_high * swings[1])

    def mean_square_distance(self, target: float) -> float:
        """E(w − w*)²."""
        if self.lower == self.upper:
            return (self.lower - target) ** 2
        if self._leaves:
            ends = [target**2, (1.0 - target) ** 2]
            return 0.5 * sum(ends) if self.diffusion.tilt == 0.0 else ends[self._corner]
        low, high = log_odds(self.lower), log_odds(self.upper)
        away = self.diffusion.weighed(lambda w: (w - target) ** 2, low, high)
        return away / self.diffusion.weighed(np.ones_like, low, high)

    @property
    def _corner(self) -> int:
        """Where the weight goes when nobody trades."""
        return int(self.diffusion.tilt > 0.0)

    @property
    def _leaves(self) -> bool:
        """Whether no end stops the weight from going to a corner for good."""
        if self.diffusion.tilt == 0.0:
            return self.lower == 0.0 or self.upper == 1.0
        return self.upper == 1.0 if self._corner else self.lower == 0.0


def _exponential(c: float, low: float, high: float) -> float:
    """∫ e^(cx) dx."""
    if c == 0.0:
        return high - low
    return (math.exp(c * high) - math.exp(c * low)) / c
