"""The series near the weight 1: it solves its equation, and ends where one sells."""

import numpy as np
import pytest
from numpy.polynomial import polynomial

from trimtab.quant.control._consumption_at_one import near_one

#  impatience, risk aversion, volatility, excess drift, M(1)
TABLE = [
    (0.05, 1.0, 0.20, 0.05, 0.04),
    (0.34, 2.1, 0.16, 0.0557, 0.0307),
    (0.06, 0.7, 0.30, 0.07, 0.0485),
]


@pytest.mark.parametrize(("impatience", "gamma", "sigma", "excess", "growth"), TABLE)
def test_the_curve_solves_its_equation_on_both_sides(impatience, gamma, sigma, excess, growth):
    near = near_one(impatience, gamma, sigma**2, excess, growth)
    below = 0.5 * sigma**2 * polynomial.polymul([0.0, 0.0, 1.0, -1.0], near.series)
    s = np.linspace(-near.reach, near.reach, 21)
    slope = excess - gamma * sigma**2 * (1.0 - s)
    value = growth - (excess - gamma * sigma**2) * s - 0.5 * gamma * sigma**2 * s**2
    consumed = (impatience - (1.0 - gamma) * (value + polynomial.polyval(s, below))) / gamma
    g = near.slope(s)
    left = polynomial.polyval(s, polynomial.polyder(below))
    right = consumed * g / (1.0 + s * g) + slope
    assert np.abs(left - right).max() < 1e-9 * abs(consumed[10] * near.series[0])


def test_one_sells_where_the_curve_crosses_zero():
    near = near_one(0.34, 2.07, 0.1638**2, 1.002 * 2.07 * 0.1638**2, 0.03)
    gap = near.sells()
    assert gap == pytest.approx(-0.002, abs=2e-4)
    assert near.slope(gap) == pytest.approx(0.0, abs=1e-12)


def test_a_weight_far_from_one_has_no_end_on_the_curve():
    assert near_one(0.05, 2.0, 0.04, 0.2, 0.17).sells() is None
