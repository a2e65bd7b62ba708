"""The cube-root law, held against the limits that are known in closed form."""

from dataclasses import replace

import numpy as np
import pytest

from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.quant.control.small_cost import metric_of, small_cost, weights_motion

VANISHING = 1e-9  # years: reviewed as good as always


def half_width(problem) -> float:
    return float(problem.cost.sum() / (4.0 * small_cost(problem).metric[0, 0]))


@pytest.mark.parametrize("cost", [1e-5, 1e-4, 1e-3])
def test_two_instruments_reviewed_always_have_the_cube_root_half_width(cost):
    problem = stocks_and_bonds(cost, years=VANISHING)
    relative = 0.18**2 + 0.06**2 - 2 * 0.1 * 0.18 * 0.06
    noise, risk = 0.6**2 * 0.4**2 * relative, 4.0 * relative
    assert half_width(problem) == pytest.approx(
        (1.5 * 2 * cost * noise / risk) ** (1 / 3), rel=2e-3
    )


def test_eight_times_the_cost_is_twice_the_width():
    narrow, wide = (half_width(stocks_and_bonds(c, years=VANISHING)) for c in (1e-4, 8e-4))
    assert wide / narrow == pytest.approx(2.0, rel=2e-3)


def test_rarer_review_means_a_narrower_region():
    often, seldom = (half_width(stocks_and_bonds(years=years)) for years in (1 / 52, 1 / 4))
    assert seldom < often


def test_drift_upwards_moves_the_centre_down():
    problem = stocks_and_bonds()
    assert small_cost(problem).centre[0] < problem.target[0]


def test_the_law_does_not_depend_on_the_order_of_the_instruments():
    problem = many(6, seed=4)
    order = np.array([3, 0, 5, 1, 4, 2])
    turned = replace(
        problem,
        target=problem.target[order],
        drift=problem.drift[order],
        covariance=problem.covariance[np.ix_(order, order)],
        cost=problem.cost[order],
    )
    plain, other = small_cost(problem), small_cost(turned)
    np.testing.assert_allclose(other.centre, plain.centre[order], rtol=1e-6)
    np.testing.assert_allclose(other.metric, plain.metric[np.ix_(order, order)], rtol=1e-5)


def test_the_metric_solves_its_riccati_equation():
    problem = many(4, seed=2)
    law = small_cost(problem)
    metric = metric_of(problem, law.quadratic, 1.0)
    basis = np.linalg.svd(np.ones((1, 4)))[2][1:].T
    inverse = np.linalg.inv(basis.T @ np.diag(law.quadratic) @ basis)
    left = basis.T @ metric @ basis @ inverse @ basis.T @ metric @ basis
    right = problem.risk_aversion * basis.T @ problem.covariance @ basis
    np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-9)


def test_the_movement_of_weights_sums_to_zero():
    noise, drift = weights_motion(many(5))
    np.testing.assert_allclose(noise.sum(axis=0), 0.0, atol=1e-15)
    assert drift.sum() == pytest.approx(0.0, abs=1e-15)


def test_free_trading_is_to_the_target():
    law = small_cost(stocks_and_bonds(cost=0.0))
    np.testing.assert_array_equal(law.centre, [0.6, 0.4])
