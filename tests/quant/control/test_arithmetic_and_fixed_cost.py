"""Closed answers for a Brownian deviation, with and without a fixed cost, against search."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quant.control.second_opinions import best_pair
from trimtab.model.errors import InputErrors
from trimtab.quant.control.arithmetic_tracking import (
    ArithmeticTrackingProblem,
    solve_arithmetic_tracking,
)
from trimtab.quant.control.asymptotics import fixed_cost_trigger, tracking_half_width
from trimtab.quant.control.fixed_cost import FixedCostProblem, average_cost_of, solve_fixed_cost

COSTS = st.floats(1e-7, 1e-1)


@pytest.mark.parametrize(
    ("discount", "half_width"),
    [(0.0, 0.02688842848), (0.05, 0.02708986889), (1.0, 0.03150439576), (10.0, 0.10804984472)],
)
def test_the_half_width_is_the_known_one(discount, half_width):
    answer = solve_arithmetic_tracking(ArithmeticTrackingProblem(0.001, 0.1, 0.036, discount))
    assert answer.half_width == pytest.approx(half_width, abs=1e-11)


@given(COSTS, st.floats(1e-3, 10.0), st.floats(1e-3, 0.5), st.floats(1e-6, 10.0))
def test_the_discounted_half_width_solves_its_equation(cost, penalty, moves, discount):
    answer = solve_arithmetic_tracking(ArithmeticTrackingProblem(cost, penalty, moves, discount))
    k, width = math.sqrt(2.0 * discount) / moves, answer.half_width
    wanted = cost * discount / penalty
    assert width - math.tanh(k * width) / k == pytest.approx(wanted, rel=1e-6, abs=1e-13 / k)


@pytest.mark.parametrize(
    ("fixed", "cost", "trigger", "destination"),
    [
        (1e-5, 5e-4, 0.04084567835, 0.00946077011),
        (0.0, 5e-4, 0.02134135983, 0.02134135983),
        (1e-5, 0.0, 0.03531397148, 0.0),
        (1e-5, 1e-2, 0.07056273677, 0.04690601096),
        (0.0, 0.0, 0.0, 0.0),
    ],
)
def test_trigger_and_destination_are_the_known_ones(fixed, cost, trigger, destination):
    answer = solve_fixed_cost(FixedCostProblem(fixed, cost, 0.1, 0.036))
    assert (answer.trigger, answer.destination) == pytest.approx((trigger, destination), abs=1e-11)


@given(COSTS, COSTS, st.floats(1e-3, 10.0), st.floats(1e-3, 0.5))
def test_renewal_prices_the_answer_the_same_and_its_neighbours_higher(fixed, cost, q, s):
    problem = FixedCostProblem(fixed, cost, q, s)
    answer = solve_fixed_cost(problem)
    d, D = answer.destination, answer.trigger
    assert 0.0 <= d < D
    assert average_cost_of(problem, D, d) == pytest.approx(answer.average_cost, rel=1e-8)
    step = 0.1 * (D - d)
    for moved in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -min(step, d))):
        neighbour = average_cost_of(problem, D + moved[0], d + moved[1])
        assert neighbour >= answer.average_cost * (1.0 - 1e-9)


def test_search_over_all_pairs_finds_the_same():
    problem = FixedCostProblem(3e-5, 2e-3, 0.2, 0.05)
    answer = solve_fixed_cost(problem)
    low, width = best_pair(
        lambda p: average_cost_of(problem, p[0] + abs(p[1]), abs(p[0])), (0.02, 0.05), 0.01
    )
    assert (low + width, low) == pytest.approx((answer.trigger, answer.destination), abs=1e-6)


def test_each_cost_alone_is_its_own_law():
    assert solve_fixed_cost(FixedCostProblem(1e-5, 0.0, 0.1, 0.036)).trigger == pytest.approx(
        fixed_cost_trigger(1e-5, 0.1, 0.036), rel=1e-12
    )
    assert solve_fixed_cost(FixedCostProblem(0.0, 1e-3, 0.1, 0.036)).trigger == pytest.approx(
        tracking_half_width(1e-3, 0.1, 0.036), rel=1e-12
    )


def test_costs_eight_times_as_high_make_bands_twice_as_wide():
    widths = [tracking_half_width(cost, 0.1, 0.036) for cost in (1e-3, 8e-3)]
    assert widths[1] == pytest.approx(2.0 * widths[0])


@pytest.mark.parametrize("values", [(-1e-5, 0, 0.1, 0.1), (0, 0, 0, 0.1), (0, np.nan, 0.1, 0.1)])
def test_what_is_no_problem_is_refused(values):
    with pytest.raises(InputErrors):
        FixedCostProblem(*values)
