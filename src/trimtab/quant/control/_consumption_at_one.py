"""How one who consumes behaves near a risky weight of 1, as a power series.

There the equations of `consumption` have an irregular singular point: whatever was bought, h falls
onto one curve h = (1−π) g(π) at a rate that grows without bound, so explicit steps get ever shorter
and implicit ones are dear.  The curve itself is smooth.  With s = 1−π and D = E − M it obeys

    D' = k g / (1 + s g) + M'        D = ½σ²(1−s) s² g        ' = d/ds, but M' = dM/dπ

from which each coefficient of g follows from those before it.  The series is asymptotic, so it is
used only where its terms fall by a hundred each.

Source: Bender & Orszag (1978), Advanced Mathematical Methods for Scientists and Engineers, 3.4, for
irregular singular points; the equations are those of `consumption`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import polynomial
from scipy.optimize import brentq

from trimtab.quant.control.tracking import Floats

__all__ = ["NearOne", "near_one"]

TERMS = 9
SLOWNESS = 0.01
"""How many times the reach k/σ² of the curve is, at most: its terms fall as j·½ of this."""
BEND = 0.05
"""The most that h is on the curve."""
REACH_MAX = 0.1
LAYER = 0.1
"""Up to this share of the reach, falling onto the curve is a layer whose first term is exact."""
NODES = np.polynomial.legendre.leggauss(12)
SOUGHT = 41


@dataclass(frozen=True, slots=True)
class NearOne:
    """The curve g(s) and how far to either side of the weight 1 it holds.

    Unit: `reach` in weights; `settling` is σ²/(2k), so that a path falls onto the curve within
    settling × s² of the weight.
    """

    series: Floats
    reach: float
    settling: float
    variance: float

    @property
    def layer(self) -> float:
        """Within this of 1 a path that has just been bought is on the curve almost at once."""
        return LAYER * self.reach

    def slope(self, gap: float | Floats) -> Floats:
        """g where the weight is 1 − `gap`."""
        return np.asarray(polynomial.polyval(gap, self.series))

    def below_growth(self, gap: float) -> float:
        """E − M on the curve."""
        return float(0.5 * self.variance * (1.0 - gap) * gap**2 * self.slope(gap))

    def log_price(self, start: float, end: float) -> float:
        """By how much the log price changes along the curve between two gaps."""
        middle, half = 0.5 * (start + end), 0.5 * (end - start)
        gaps = middle + half * NODES[0]
        slope = self.slope(gaps)
        return float(-half * (NODES[1] @ (slope / ((1.0 - gaps) * (1.0 + gaps * slope)))))

    def bought_at(self, gap: float) -> float:
        """What falling onto the curve from h = 0 adds to the log price, inside the layer."""
        return -float(self.slope(gap)) * self.settling * gap**2

    def sells(self) -> float | None:
        """The gap at which the curve itself ends, where one sells; None beyond its reach."""
        grid = np.linspace(self.reach, -self.reach, SOUGHT)
        slopes = self.slope(grid)
        for (left, here), (right, there) in pairwise(zip(grid, slopes, strict=True)):
            if here < 0.0 <= there:
                return float(brentq(self.slope, left, right, xtol=1e-15))
        return None


def near_one(
    impatience: float, risk_aversion: float, variance: float, excess: float, growth: float
) -> NearOne:
    """The curve of a problem; `growth` is M(1), the safe rate that a weight of 1 is worth.

    Refuses: nothing; at the weight 1 too, something must be consumed.
    """
    taste = (1.0 - risk_aversion) / risk_aversion
    pull, curvature = excess - risk_aversion * variance, risk_aversion * variance
    eaten = np.zeros(TERMS + 2)
    eaten[:3] = impatience / risk_aversion - taste * growth, taste * pull, 0.5 * taste * curvature
    slopes = np.zeros(TERMS)
    for j in range(TERMS):
        # D and its slope, s g and M', up to the coefficient j: all from the slopes before it.
        risen = 0.5 * variance * np.convolve([0.0, 0.0, 1.0, -1.0], slopes)[: TERMS + 2]
        consumed = eaten - taste * risen
        grown = np.concatenate([[1.0], slopes])
        steeper = polynomial.polyder(risen) - [pull, curvature, *[0.0] * (TERMS - 1)]
        whole = np.convolve(steeper, grown)
        known = np.convolve(consumed, slopes)[j]
        slopes[j] = (whole[j] - known) / eaten[0]
    reach = min(REACH_MAX, SLOWNESS * eaten[0] / variance, BEND / max(abs(slopes[0]), BEND))
    return NearOne(slopes, float(reach), 0.5 * variance / float(eaten[0]), variance)
