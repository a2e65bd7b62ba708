"""Holding a target under exact diffusion: known bands, and the same by collocation and search."""

from dataclasses import replace

import numpy as np
import pytest

from tests.quant.control.second_opinions import value_of_tracking
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.track_target import ExactTrackingProblem, solve_exact_tracking

PLAIN = ExactTrackingProblem(0.6, 0.001, 0.1125, 0.15)
PAIR = ExactTrackingProblem(0.6, 0.001, 0.1125, 0.15, 0.05, 0.1)

#  problem, lower, upper, average cost a year
TABLE = [
    (PLAIN, 0.574129036, 0.625868890, 3.750618e-05),
    (PAIR, 0.573750762, 0.626247041, 3.860666e-05),
    (replace(PAIR, drift_difference=-0.2), 0.587862904, 0.643937329, 5.966521e-05),
    (replace(PAIR, cost=0.05), 0.502346587, 0.697236864, 5.077256e-04),
    (replace(PAIR, discount=0.5), 0.571810368, 0.628106946, 3.880057e-05),
]


@pytest.mark.parametrize(("problem", "lower", "upper", "cost"), TABLE)
def test_the_band_is_the_known_one(problem, lower, upper, cost):
    answer = solve_exact_tracking(problem)
    assert (answer.lower, answer.upper) == pytest.approx((lower, upper), abs=1e-8)
    assert answer.average_cost == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("discount", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(8))
def test_no_other_band_costs_less_by_collocation(seed, discount):
    chance = np.random.default_rng(seed)
    first, second = float(chance.uniform(0.1, 0.3)), float(chance.uniform(0.0, 0.1))
    problem = ExactTrackingProblem(
        target=float(chance.uniform(0.2, 0.8)),
        cost=float(chance.uniform(1e-4, 3e-3)),
        penalty=float(chance.uniform(2.0, 10.0)) * first**2,
        first_volatility=first,
        second_volatility=second,
        correlation=float(chance.uniform(-0.3, 0.6)),
        drift_difference=None if seed % 2 else float(chance.uniform(-0.05, 0.05)),
        discount=discount,
    )
    answer = solve_exact_tracking(problem)
    ends = np.array([answer.lower, answer.upper])
    step = 0.02 * (ends[1] - ends[0])
    best = value_of_tracking(problem, *ends, discount)
    if discount == 0.0:
        assert best == pytest.approx(answer.average_cost, rel=1e-8)
    for place in (0, 1):
        moved = step * np.eye(2)[place]
        below, above = (value_of_tracking(problem, *(ends + s * moved), discount) for s in (-1, 1))
        assert best < min(below, above)
        assert abs(above - below) < 0.2 * (above + below - 2.0 * best)


def test_small_costs_reach_the_cube_root_law_a_third_of_the_cost_being_drift():
    answer = solve_exact_tracking(replace(PAIR, cost=1e-8))
    width = answer.small_cost_half_width
    assert (answer.upper - answer.lower) / 2.0 == pytest.approx(width, rel=1e-4)
    assert answer.average_drift_cost / answer.average_cost == pytest.approx(1.0 / 3.0, rel=1e-3)


def test_a_vanishing_discount_changes_nothing():
    answer, near = solve_exact_tracking(PAIR), solve_exact_tracking(replace(PAIR, discount=1e-7))
    assert (near.lower, near.upper) == pytest.approx((answer.lower, answer.upper), abs=1e-8)


def test_without_costs_the_band_has_no_width_and_costs_nothing():
    answer = solve_exact_tracking(replace(PAIR, cost=0.0))
    assert answer.lower == answer.upper == 0.6
    assert (answer.average_cost, answer.average_turnover) == (0.0, np.inf)


def test_the_dearer_trading_the_nearer_the_cost_to_that_of_never_trading():
    never = 0.5 * PAIR.penalty * 0.4**2
    costs = [solve_exact_tracking(replace(PAIR, cost=k)).average_cost for k in (1.0, 1e2, 1e4)]
    assert costs[0] < costs[1] < costs[2] < never < 1.01 * costs[2]
    answer = solve_exact_tracking(replace(PAIR, cost=1e13))
    assert (answer.lower, answer.upper, answer.average_turnover) == (0.0, 1.0, 0.0)
    assert answer.average_cost == pytest.approx(0.5 * PAIR.penalty * 0.4**2)


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, float("nan")])
def test_targets_with_nothing_to_decide_are_refused(target):
    with pytest.raises(InputErrors, match="strictly between 0 and 1"):
        replace(PLAIN, target=target)


def test_twins_are_refused():
    with pytest.raises(InputErrors, match="relative volatility: is 0"):
        ExactTrackingProblem(0.6, 0.001, 0.1, 0.15, 0.15, 1.0)


def test_a_discount_that_leaves_no_band_is_refused():
    with pytest.raises(InputError, match="Lower the cost or the discount"):
        solve_exact_tracking(replace(PAIR, target=0.1, cost=0.02, discount=10.0))
