"""Sides that cost nothing: who is moved without a search, and who stays."""

import numpy as np
import pytest

from tests.quant.households import make_household
from trimtab.quant.solver import solve


def at_its_target(**changes):
    """A loss lot of 10,000 dollars at −20 %, held as wanted; each further dollar sold costs more.

    Selling 200 dollars costs 10 in drift, and the next dollar more than its tax would save.
    """
    fields = {
        "covariance": np.array([[0.04]]),
        "target": np.array([10_000.0 / 11_000.0]),
        "lot_position": np.array([0]),
        "lot_value": np.array([10_000.0]),
        "lot_gain": np.array([-0.2]),
        "lot_long_term": np.array([False]),
        "cash": np.array([1_000.0]),
        "value": 11_000.0,
        "kappa": 137.5,
        "location_cost": np.zeros(1),
        "minimum_trade": np.array([200.0]),
    }
    return make_household(1, n=1, lots=1, accounts=1, **(fields | changes))


def test_a_sale_that_its_least_trade_makes_larger_than_what_is_washed_keeps_its_side():
    solution = solve(at_its_target(group_recent_value=np.array([50.0])))
    assert solution.sold[0] == pytest.approx(200.0)
    assert solution.parts.tax == pytest.approx(-0.408 * 0.2 * 150.0)


def test_a_sale_that_is_washed_as_a_whole_is_not_made():
    solution = solve(at_its_target(group_recent_value=np.array([200.0])))
    assert solution.sold[0] == 0.0


def test_a_group_that_buys_nothing_takes_its_losses():
    solution = solve(at_its_target(minimum_trade=np.zeros(1)))
    assert solution.sold[0] > 100.0
    assert solution.parts.tax == pytest.approx(-0.408 * 0.2 * solution.sold[0])
