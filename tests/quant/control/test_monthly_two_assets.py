"""Two instruments reviewed at intervals: the best band, and what any rule costs, three ways."""

import numpy as np
import pytest

from tests.quant.control.second_opinions import iterated_value
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.monthly_two_assets import myopic_weight, solve_two_assets
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.control.two_asset_policies import (
    Band,
    band_cost,
    calendar_cost,
    policy_cost,
    tolerance,
)

BPS = 1e4


def pair(mu, sigma, rho, gamma, cost, weight, years=1.0 / 12.0):
    spread = np.diag(sigma)
    covariance = spread @ np.array([[1.0, rho], [rho, 1.0]]) @ spread
    first = myopic_weight(mu, covariance, gamma) if weight is None else weight
    target = np.array([first, 1.0 - first])
    return TrackingProblem(target, np.array(mu), covariance, np.full(2, cost / 2), gamma, years)


STOCKS_BONDS = pair((0.08, 0.03), (0.18, 0.06), 0.1, 4.0, 0.006, None)
CHEAP = pair((0.07, 0.02), (0.16, 0.05), 0.0, 5.0, 0.001, 0.6)


@pytest.mark.parametrize(
    ("problem", "lower", "upper", "bps"),
    [(STOCKS_BONDS, 0.39177706, 0.48023999, 1.816871), (CHEAP, 0.57865694, 0.61716414, 0.452535)],
)
def test_the_best_band_is_the_known_one(problem, lower, upper, bps):
    answer = solve_two_assets(problem)
    assert (answer.lower, answer.upper) == pytest.approx((lower, upper), abs=1e-7)
    assert BPS * answer.cost.total == pytest.approx(bps, abs=1e-5)


@pytest.mark.parametrize(
    ("rule", "bps"),
    [("tol 2%", 4.32010), ("tol 5%", 2.49688), (1, 7.54137), (3, 4.48330), (12, 2.86369)],
)
def test_the_usual_rules_cost_what_is_known(rule, bps):
    if isinstance(rule, int):
        cost = calendar_cost(STOCKS_BONDS, rule)
    else:
        cost = band_cost(STOCKS_BONDS, tolerance(STOCKS_BONDS, float(rule[4]) / 100.0))
    assert BPS * cost.total == pytest.approx(bps, abs=2e-5)


def test_value_iteration_on_a_grid_finds_the_same_band_and_cost():
    lower, upper, average = iterated_value(STOCKS_BONDS, points=1601, span=0.3)
    answer = solve_two_assets(STOCKS_BONDS)
    assert (answer.lower, answer.upper) == pytest.approx((lower, upper), abs=4e-4)
    assert BPS * answer.cost.total == pytest.approx(BPS * average, abs=2e-3)


def test_simulation_prices_a_band_the_same():
    band = Band(0.38, 0.41, 0.46, 0.5)
    exact = band_cost(STOCKS_BONDS, band)
    chance = np.random.default_rng(5)
    matrix = STOCKS_BONDS.covariance
    mean = (STOCKS_BONDS.drift - 0.5 * np.diag(matrix)) / 12.0
    weights, total, months = np.full(4_000, 0.44), 0.0, 1_000
    for month in range(months + 60):
        after = band.destination(weights)
        if month >= 60:
            paid = 0.006 * np.abs(after - weights)
            away = np.stack([after, 1.0 - after], axis=1)
            total += float(np.mean(paid + STOCKS_BONDS.drift_cost(away) / 12.0))
        grown = np.exp(chance.multivariate_normal(mean, matrix / 12.0, len(after)))
        first = after * grown[:, 0]
        weights = first / (first + (1.0 - after) * grown[:, 1])
    assert 12.0 * total / months == pytest.approx(exact.total, rel=3e-3)


@pytest.mark.parametrize("seed", range(10))
def test_no_neighbouring_band_costs_less(seed):
    chance = np.random.default_rng(seed)
    problem = pair(
        (chance.uniform(0.02, 0.1), chance.uniform(0.0, 0.05)),
        (chance.uniform(0.1, 0.3), chance.uniform(0.02, 0.15)),
        chance.uniform(-0.3, 0.7),
        float(chance.uniform(1.0, 15.0)),
        float(np.exp(chance.uniform(np.log(3e-4), np.log(0.03)))),
        float(chance.uniform(0.1, 0.9)),
        float(chance.choice([1 / 52, 1 / 12, 1 / 4, 1.0])),
    )
    answer = solve_two_assets(problem)
    step = 0.03 * (answer.upper - answer.lower)
    for low, high in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)):
        lower, upper = answer.lower + low, answer.upper + high
        moved = band_cost(problem, Band(lower, lower, upper, upper))
        assert moved.total > answer.cost.total


def test_a_rule_that_is_a_function_costs_what_the_band_costs_that_it_is():
    band = Band(0.4, 0.42, 0.46, 0.49)
    given = policy_cost(STOCKS_BONDS, band.destination, (0.4, 0.49))
    assert given.total == pytest.approx(band_cost(STOCKS_BONDS, band).total, rel=1e-12)


def test_trading_every_review_is_the_monthly_calendar():
    target = float(STOCKS_BONDS.target[0])
    monthly = policy_cost(STOCKS_BONDS, lambda w: np.full_like(w, target), (target,))
    calendar = calendar_cost(STOCKS_BONDS, 1)
    assert monthly.total == pytest.approx(calendar.total, rel=1e-10)
    assert monthly.trades == pytest.approx(12.0)


def test_rarer_reviews_want_narrower_bands():
    widths = []
    for years in (1 / 252, 1 / 52, 1 / 12, 1 / 4, 1.0):
        answer = solve_two_assets(pair((0.08, 0.03), (0.18, 0.06), 0.1, 4.0, 0.006, None, years))
        widths.append(answer.upper - answer.lower)
    assert widths == sorted(widths, reverse=True)


def test_without_costs_the_band_has_no_width_and_costs_nothing():
    answer = solve_two_assets(pair((0.08, 0.03), (0.18, 0.06), 0.1, 4.0, 0.0, 0.5))
    assert answer.lower == answer.upper == 0.5
    assert answer.cost.total == pytest.approx(0.0, abs=1e-15)


def test_costs_that_no_band_around_the_target_is_worth_are_refused():
    with pytest.raises(InputError, match="leave the target"):
        solve_two_assets(pair((0.08, 0.03), (0.18, 0.06), 0.1, 4.0, 0.5, 0.05))


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_target_at_a_corner_is_refused(weight):
    with pytest.raises(InputErrors, match="strictly between 0 and 1"):
        solve_two_assets(pair((0.08, 0.03), (0.18, 0.06), 0.1, 4.0, 0.006, weight))


def test_a_rule_that_never_trades_is_refused():
    with pytest.raises(InputError, match="must stay within bounds"):
        policy_cost(STOCKS_BONDS, lambda w: w)


def test_twins_are_refused():
    with pytest.raises(InputErrors, match="variance of the first against the second"):
        solve_two_assets(pair((0.05, 0.05), (0.1, 0.1), 1.0, 4.0, 0.006, 0.5))
