"""Where a region trades to, held against a convex solver and against its own promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion


def region(n: int, seed: int) -> NoTradeRegion:
    problem = many(n, seed)
    return NoTradeRegion(problem.target, problem.covariance * 2.0, problem.cost)


def weights(n: int, seed: int, rows: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(n), rows)


def price(of: NoTradeRegion, before: np.ndarray, after: np.ndarray) -> float:
    away = after - of.centre
    return float(of.cost @ np.abs(after - before) + 0.5 * away @ of.metric @ away)


@given(n=st.integers(2, 12), seed=st.integers(0, 10_000))
def test_what_has_been_traded_is_in_the_region_and_is_not_traded_again(n, seed):
    of = region(n, seed)
    reached = of.destination(weights(n, seed))
    np.testing.assert_array_equal(of.destination(reached), reached)
    assert np.all(reached >= 0.0)
    np.testing.assert_allclose(reached.sum(axis=1), 1.0, atol=1e-12)


@given(n=st.integers(2, 8), seed=st.integers(0, 10_000))
def test_no_feasible_neighbour_is_cheaper_than_the_destination(n, seed):
    of = region(n, seed)
    before = weights(n, seed, rows=1)[0]
    reached = of.destination(before)
    others = 0.98 * reached + 0.02 * weights(n, seed + 1, rows=50)
    assert all(price(of, before, other) >= price(of, before, reached) - 1e-15 for other in others)


@pytest.mark.parametrize("seed", range(4))
def test_the_destination_is_the_optimum_a_general_solver_finds(seed):
    of = region(5, seed)
    before = weights(5, seed, rows=1)[0]

    def cost(bought_and_sold: np.ndarray) -> float:
        bought, sold = bought_and_sold[:5], bought_and_sold[5:]
        away = before + bought - sold - of.centre
        return 1e4 * float(of.cost @ (bought + sold) + 0.5 * away @ of.metric @ away)

    balanced = {"type": "eq", "fun": lambda trades: trades[:5].sum() - trades[5:].sum()}
    limits = [(0.0, 1.0)] * 5 + [(0.0, held) for held in before]
    found = minimize(
        cost,
        np.zeros(10),
        method="SLSQP",
        bounds=limits,
        constraints=balanced,
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert 1e4 * price(of, before, of.destination(before)) <= found.fun + 1e-8


def test_one_household_and_a_batch_get_the_same_answer():
    of = region(4, 1)
    rows = weights(4, 2)
    single = np.stack([of.destination(row) for row in rows])
    np.testing.assert_array_equal(of.destination(rows), single)


def test_the_half_widths_are_where_trading_alone_begins():
    of = region(4, 3)
    down, up = of.half_widths()
    for i in range(4):
        rest = of.centre.copy()
        rest[i] = 0.0
        alone = np.eye(4)[i] - rest / rest.sum()
        inside, outside = of.centre + 0.999 * up[i] * alone, of.centre + 1.01 * up[i] * alone
        if up[i] < 1.0 - of.centre[i] - 1e-9:
            np.testing.assert_array_equal(of.destination(inside), inside)
            assert np.max(np.abs(of.destination(outside) - outside)) > 0.0
        assert down[i] <= of.centre[i]


def test_without_costs_one_trades_to_the_centre():
    problem = many(4)
    of = NoTradeRegion(problem.target, problem.covariance, np.zeros(4))
    reached = of.destination(weights(4, 0))
    np.testing.assert_allclose(reached, np.tile(problem.target, (20, 1)), atol=1e-6)


def test_nothing_is_sold_below_zero():
    of = NoTradeRegion(np.array([0.0, 0.5, 0.5]), np.eye(3), np.full(3, 1e-4))
    assert of.destination(np.array([0.3, 0.2, 0.5]))[0] >= 0.0
    assert of.destination(np.array([0.0, 0.5, 0.5]))[0] == 0.0


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (np.array([0.5, 0.5, 0.0]), "have shape (3,)"),
        (np.array([0.5, 0.6]), "sum to 1.1"),
        (np.array([1.1, -0.1]), "at least zero"),
        (np.array([np.nan, 1.0]), "not all finite"),
    ],
)
def test_weights_that_cannot_be_held_are_refused(held, message):
    with pytest.raises(InputError) as refused:
        region(2, 0).destination(held)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("metric", "cost", "message"),
    [
        (-np.eye(2), np.full(2, 1e-3), "eigenvalue"),
        (np.array([[1.0, 0.5], [0.0, 1.0]]), np.full(2, 1e-3), "not symmetric"),
        (np.eye(2), np.array([1e-3, -1e-3]), "may not be negative"),
        (np.eye(3), np.full(2, 1e-3), "shape (3, 3)"),
        (np.full((2, 2), np.inf), np.full(2, 1e-3), "not finite"),
    ],
)
def test_what_cannot_be_a_region_is_refused(metric, cost, message):
    with pytest.raises(InputErrors) as refused:
        NoTradeRegion(np.array([0.5, 0.5]), metric, cost)
    assert message in str(refused.value)


def test_a_region_can_be_calibrated_from_where_it_is_defined():
    problem = stocks_and_bonds()
    of = calibrate(problem)
    np.testing.assert_array_equal(of.destination(problem.target), problem.target)
