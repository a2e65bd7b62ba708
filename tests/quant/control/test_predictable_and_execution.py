"""Gârleanu-Pedersen against its Riccati recursion, Almgren-Chriss against a quadratic programme."""

import numpy as np
import pytest

from trimtab.model.errors import InputErrors
from trimtab.quant.control.almgren_chriss import Execution, solve_execution
from trimtab.quant.control.garleanu_pedersen import PredictableReturns, solve_predictable_returns


def recursion(problem, periods=4_000):
    """Rate and aim by iterating −½x'Ax + x'Cf, with costs of any covariance."""
    sigma, kept = problem.covariance, 1.0 - problem.discount
    charge = problem.cost * sigma
    curve, tilt = np.zeros_like(sigma), np.zeros_like(problem.loadings)
    stays = np.eye(len(problem.fading)) - problem.fading
    for _ in range(periods):
        total = problem.risk_aversion * sigma + curve + charge / kept
        gain = np.linalg.solve(total, charge / kept)
        curve, tilt = (
            charge / kept - charge / kept @ gain,
            (charge / kept) @ np.linalg.solve(total, problem.loadings + tilt @ stays),
        )
        # discounted to the start of the period
        curve, tilt = kept * curve, kept * tilt
    total = problem.risk_aversion * sigma + curve + charge / kept
    rate = np.eye(len(sigma)) - np.linalg.solve(total, charge / kept)
    aim = np.linalg.solve(rate, np.linalg.solve(total, problem.loadings + tilt @ stays))
    return rate, aim


@pytest.mark.parametrize("seed", range(8))
def test_rate_and_aim_are_the_limit_of_the_recursion(seed):
    chance = np.random.default_rng(seed)
    n, k = int(chance.integers(1, 11)), int(chance.integers(1, 6))
    root = chance.normal(size=(n, n + 2)) / n
    problem = PredictableReturns(
        covariance=0.01 * root @ root.T + 0.001 * np.eye(n),
        loadings=0.01 * chance.normal(size=(n, k)),
        fading=np.diag(chance.uniform(0.02, 0.6, k)) + 0.01 * chance.normal(size=(k, k)),
        risk_aversion=float(np.exp(chance.uniform(-5, 1))),
        cost=float(np.exp(chance.uniform(-4, 2))),
        discount=float(chance.choice([0.0001, 0.02])),
    )
    answer = solve_predictable_returns(problem)
    rate, aim = recursion(problem)
    assert rate == pytest.approx(answer.trading_rate * np.eye(n), abs=1e-9)
    assert answer.aim_matrix == pytest.approx(aim, rel=1e-6, abs=1e-8)


def test_without_costs_one_trades_all_the_way_to_markowitz():
    problem = PredictableReturns(np.eye(2), np.eye(2), 0.1 * np.eye(2), 2.0, 0.0, 0.01)
    answer = solve_predictable_returns(problem)
    assert answer.trading_rate == pytest.approx(1.0)
    assert answer.trade(np.zeros(2), np.array([1.0, 3.0])) == pytest.approx([0.5, 1.5])


def test_factors_that_fade_fast_weigh_less():
    fading = np.diag([0.01, 0.5])
    problem = PredictableReturns(np.eye(2), np.eye(2), fading, 1.0, 10.0, 0.0)
    aim = np.diag(solve_predictable_returns(problem).aim_matrix)
    assert 1.0 > aim[0] > aim[1]


def test_a_singular_covariance_is_refused():
    with pytest.raises(InputErrors, match="singular"):
        PredictableReturns(np.ones((2, 2)), np.eye(2), np.eye(2), 1.0, 1.0)


def test_arrays_of_other_shapes_are_refused():
    with pytest.raises(InputErrors, match=r"loadings: has shape \(3, 2\)"):
        PredictableReturns(np.eye(2), np.ones((3, 2)), np.eye(2), 1.0, 1.0)


@pytest.mark.parametrize("seed", range(8))
def test_the_schedule_is_that_of_the_quadratic_programme(seed):
    chance = np.random.default_rng(seed)
    n = int(chance.integers(1, 40))
    problem = Execution(
        quantity=float(chance.choice([1e6, -2e4])),
        horizon=float(chance.uniform(0.5, 10.0)),
        periods=n,
        volatility=float(chance.uniform(0.1, 2.0)),
        half_spread=0.06,
        permanent_impact=float(chance.uniform(0.0, 2e-7)),
        temporary_impact=2.5e-6,
        risk_aversion=float(10.0 ** chance.uniform(-9, -5)),
    )
    answer = solve_execution(problem)
    period = problem.horizon / n
    # Held after each period but the last; trades are differences.
    steps = np.eye(n, n - 1) - np.eye(n, n - 1, -1)
    hessian = problem.net_temporary_impact / period * steps.T @ steps
    hessian += problem.risk_aversion * problem.volatility**2 * period * np.eye(n - 1)
    pull = problem.net_temporary_impact / period * problem.quantity * np.eye(1, n - 1)[0]
    inner = np.linalg.solve(hessian, pull) if n > 1 else np.zeros(0)
    best = np.concatenate([[problem.quantity], inner, [0.0]])
    assert answer.holdings == pytest.approx(best, abs=1e-7 * abs(problem.quantity))


def test_the_papers_example_holds_what_the_paper_holds():
    answer = solve_execution(Execution(1e6, 5.0, 5, 0.95, 0.0625, 2.5e-7, 2.5e-6, 1e-6))
    held = [1_000_000.0, 541_955.55, 289_854.22, 147_897.49, 62_141.80, 0.0]
    assert answer.holdings == pytest.approx(held, abs=0.01)
    assert answer.urgency == pytest.approx(0.607076163)


@pytest.mark.parametrize(("volatility", "aversion"), [(0.0, 1e-6), (0.95, 0.0)])
def test_without_risk_or_aversion_to_it_every_trade_is_the_same(volatility, aversion):
    answer = solve_execution(Execution(100.0, 5.0, 5, volatility, 0.0, 0.0, 1.0, aversion))
    assert answer.holdings == pytest.approx([100, 80, 60, 40, 20, 0])


def test_great_urgency_sells_at_once_without_overflow():
    answer = solve_execution(Execution(1.0, 1e4, 1_000, 10.0, 0.0, 0.0, 1e-9, 1e6))
    assert answer.holdings[1] < 1e-6
    assert np.all(np.isfinite(answer.holdings))


def test_permanent_impact_beyond_the_temporary_one_asks_for_more_periods():
    with pytest.raises(InputErrors, match="Take more periods"):
        Execution(1e6, 5.0, 1, 0.95, 0.06, 2e-6, 2.5e-6, 1e-6)
