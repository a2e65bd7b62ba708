"""Wash-sale sides: what is harvested, what a recent purchase takes away, what stays unbought."""

import dataclasses

import numpy as np
import pytest

from tests.quant.households import make_household
from trimtab.quant.problem import Status, WashRule
from trimtab.quant.solver import solve


def one_loss_lot(**changes):
    """A loss lot of 10,000 dollars at −20 %, and a near twin to hold instead."""
    covariance = np.array([[0.04, 0.0396], [0.0396, 0.04]])
    base = make_household(1, n=2, lots=1, accounts=1)
    base = dataclasses.replace(
        base,
        covariance=covariance,
        target=np.array([0.9, 0.0]),
        lot_position=np.array([0]),
        lot_value=np.array([10_000.0]),
        lot_gain=np.array([-0.2]),
        lot_long_term=np.array([False]),
        cash=np.array([1_000.0]),
        value=11_000.0,
        kappa=8.0,
        location_cost=np.zeros(2),
    )
    return dataclasses.replace(base, **changes)


def test_a_loss_is_harvested_into_the_substitute():
    solution = solve(one_loss_lot())
    assert solution.sold[0] == pytest.approx(10_000.0)
    assert solution.bought[1] > 8_000.0
    assert solution.bought[0] == 0.0


def test_a_recent_purchase_blocks_only_as_many_dollars_as_were_bought():
    solution = solve(one_loss_lot(group_recent_value=np.array([4_000.0, 0.0])))
    assert solution.sold[0] == pytest.approx(10_000.0)
    assert solution.parts.tax == pytest.approx(-0.408 * 0.2 * 6_000.0)


def test_a_recent_purchase_of_as_much_leaves_nothing_to_harvest():
    solution = solve(one_loss_lot(group_recent_value=np.array([10_000.0, 0.0])))
    assert solution.parts.tax == 0.0


def test_a_group_sold_at_a_loss_is_bought_in_no_account():
    two = make_household(4, n=3, lots=12, accounts=2)
    solution = solve(two)
    group = two.position_instrument
    loss = two.lot_taxable & (two.lot_gain < 0) & (solution.sold > 0)
    sold_at_a_loss = set(group[two.lot_position[loss]])
    assert sold_at_a_loss
    assert not sold_at_a_loss & set(group[solution.bought > 0])


def test_without_a_wash_sale_rule_one_account_buys_what_another_sells_at_a_loss():
    problem = make_household(
        1,
        n=1,
        lots=1,
        target=np.array([0.5]),
        kappa=500.0,
        lot_position=np.array([0]),
        lot_value=np.array([10_000.0]),
        lot_gain=np.array([-0.4]),
        lot_taxable=np.array([True]),
        lot_long_term=np.array([False]),
        cash=np.array([0.0, 10_000.0]),
        value=20_000.0,
    )
    free = solve(dataclasses.replace(problem, wash_rule=WashRule.NONE))
    assert free.sold[0] > 9_000.0 and free.bought[1] > 9_000.0
    bound = solve(problem)
    assert bound.sold[0] < 1.0 or bound.bought[1] < 1.0


def test_a_wholly_washed_loss_is_sold_where_nothing_else_can_pay():
    problem = one_loss_lot(
        group_recent_value=np.array([10_000.0, 0.0]), flow=np.array([-4_000.0]), value=7_000.0
    )
    solution = solve(problem)
    assert solution.status != Status.INFEASIBLE
    assert solution.sold[0] >= 3_000.0
    assert solution.parts.tax == 0.0
