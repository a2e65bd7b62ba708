"""Drawdowns with their days, worked by hand."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.quant.performance.drawdowns import Drawdown, drawdowns, maximum_drawdown, underwater

#            2 Jan  3 Jan  4 Jan  5 Jan  8 Jan  9 Jan  10 Jan
# value       100     80     90    100    120     60     90
RETURNS = [-0.2, 0.125, 1 / 9, 0.2, -0.5, 0.5]
DAYS = [date(2024, 1, day) for day in (2, 3, 4, 5, 8, 9, 10)]


def test_under_water_is_the_distance_from_the_last_high_the_first_value_being_one():
    np.testing.assert_allclose(underwater(RETURNS), [0, -0.2, -0.1, 0, 0, -0.5, -0.25], atol=1e-15)
    assert maximum_drawdown(RETURNS) == pytest.approx(-0.5)


def test_each_drawdown_names_its_high_its_low_and_its_recovery():
    worst, first = drawdowns(RETURNS, DAYS)
    assert worst == Drawdown(pytest.approx(-0.5), date(2024, 1, 8), date(2024, 1, 9), None)
    assert (worst.days_down, worst.days_under_water) == (1, None)
    assert first == Drawdown(
        pytest.approx(-0.2), date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 5)
    )
    assert (first.days_down, first.days_under_water) == (1, 3)
    assert drawdowns(RETURNS, DAYS, 1) == (worst,)


def test_a_series_that_only_rises_has_none():
    assert drawdowns([0.1, 0.0, 0.1], DAYS[:4]) == ()
    assert maximum_drawdown([0.1, 0.0, 0.1]) == 0.0


@given(st.lists(st.floats(-0.9, 2.0), min_size=1, max_size=50))
def test_the_deepest_is_the_maximum_drawdown_and_none_overlap(daily):
    days = [date(2020, 1, 1) + timedelta(days=step) for step in range(len(daily) + 1)]
    found = drawdowns(daily, days)
    assert (found[0].depth if found else 0.0) == maximum_drawdown(daily)
    by_time = sorted(found, key=lambda one: one.peak)
    for before, after in pairwise(by_time):
        assert before.peak < before.trough < before.recovery <= after.peak
