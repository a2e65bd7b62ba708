"""The tax curve: T(S, L) in each region of gains and losses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.taxes import TaxCurve

# 40 % short, 20 % long; 3,000 of losses against income at 30 %; carried losses at half their rate
CURVE = TaxCurve(0.40, 0.20, 0.30, 3000.0, 0.20, 0.10)
dollars = st.floats(-50_000, 50_000)


@pytest.mark.parametrize(
    ("short", "long", "tax"),
    [
        (1000, 1000, 400 + 200),
        (1000, -400, 600 * 0.40),
        (-400, 1000, 600 * 0.20),
        (1000, -2000, -1000 * 0.30),
        (-5000, 0, -3000 * 0.30 - 2000 * 0.20),
        (0, -5000, -3000 * 0.30 - 2000 * 0.10),
        (-2000, -4000, -3000 * 0.30 - 3000 * 0.10),
        (-9000, 1000, -3000 * 0.30 - 5000 * 0.20),
        (1000, -9000, -3000 * 0.30 - 5000 * 0.10),
        (0, 0, 0),
    ],
)
def test_gains_and_losses_net_as_the_law_says(short, long, tax):
    assert CURVE.tax(short, long) == pytest.approx(tax)


def test_what_the_year_has_realised_comes_first():
    later = TaxCurve(0.40, 0.20, 0.30, 3000.0, 0.20, 0.10, net_short=-2000.0, net_long=500.0)
    assert later.tax(4000.0, -100.0) == CURVE.tax(2000.0, 400.0)


def test_without_netting_each_dollar_counts_at_its_own_rate():
    assert TaxCurve(0.40, 0.20, netting=False).tax(-1000.0, 1000.0) == pytest.approx(-200.0)


@given(dollars, dollars, st.floats(0, 5_000), st.floats(0, 5_000))
def test_more_gain_never_costs_less_nor_more_than_the_highest_rate(short, long, more, other):
    steps = [(short, long), (short + more, long), (short + more, long + other)]
    for before, after in pairwise(steps):
        added = sum(after) - sum(before)
        cost = CURVE.tax(*after) - CURVE.tax(*before)
        assert -1e-6 <= cost <= 0.40 * added + 1e-6
