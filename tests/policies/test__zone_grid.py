"""What is kept for inputs like these is near what the inputs themselves would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.policies._zone_grid import GridPoint, scale_at
from trimtab.policies._zone_problem import equilibrium_returns
from trimtab.quant.control.average_cost import followed, period_growth
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem


def problem(n: int, seed: int, alike: float = 0.6, years: float = 1 / 12) -> TrackingProblem:
    """So many classes with volatilities around 15 % and costs around ten basis points."""
    chance = np.random.default_rng(seed)
    root = chance.standard_normal((n, n + 3))
    own = root @ root.T
    scale = np.sqrt(np.diag(own))
    correlation = (1.0 - alike) * own / np.outer(scale, scale) + alike
    deviation = chance.uniform(0.08, 0.25, n)
    weights = chance.uniform(0.5, 1.5, n)
    weights /= weights.sum()
    covariance = correlation * np.outer(deviation, deviation)
    return TrackingProblem(
        weights,
        equilibrium_returns(covariance, weights),
        covariance,
        chance.uniform(0.0005, 0.002, n),
        10.0,
        years,
    )


@given(n=st.integers(2, 12), seed=st.integers(0, 10_000), alike=st.floats(0.0, 0.99))
@examples(60)
def test_a_point_is_within_half_a_step_of_its_problem(n: int, seed: int, alike: float):
    given_problem = problem(n, seed, alike)
    near = GridPoint.of(given_problem).problem()
    assert near.target == pytest.approx(given_problem.target, abs=0.002)
    assert (np.abs(np.log(near.cost / given_problem.cost)) < 0.5 * np.log(1.2) + 1e-9).all()
    before, after = (np.sqrt(np.diag(one.covariance)) for one in (given_problem, near))
    assert (np.abs(np.log(after / before)) < 0.5 * np.log(1.2) + 1e-6).all()


def test_the_same_point_serves_inputs_that_hardly_differ():
    one = problem(4, 1)
    moved = TrackingProblem(
        one.target, one.drift, one.covariance * 1.002, one.cost * 1.002, 10.0, 1 / 12
    )
    assert GridPoint.of(moved) == GridPoint.of(one)


KINDS = [  # classes, how much alike, years between two looks
    (3, 0.3, 1 / 12),
    (3, 0.98, 1 / 12),
    (5, 0.6, 1 / 50),
    (9, 0.6, 1 / 12),
    (12, 0.3, 1 / 12),
    (9, 0.6, 1 / 4),
]


@pytest.mark.parametrize(("n", "alike", "years"), KINDS)
def test_the_scale_costs_no_more_than_the_law_and_hardly_more_than_the_least(
    n: int, alike: float, years: float
):
    given_problem = problem(n, 7, alike, years)
    law = small_cost(given_problem)
    growth = period_growth(given_problem, 64, 24, 600, 99)

    def cost(scale: float) -> float:
        region = NoTradeRegion(law.centre, scale * law.metric, given_problem.cost)
        return float(followed(given_problem, region, growth).mean())

    found = cost(scale_at(GridPoint.of(given_problem)))
    assert found <= 1.005 * cost(1.0)
    assert found <= 1.015 * min(map(cost, (0.6, 0.75, 0.9, 1.05, 1.2, 1.4, 1.7)))


def test_cash_is_no_class_that_moves():
    with_cash = TrackingProblem(
        np.array([0.3] * 3 + [0.1]),
        np.zeros(4),
        np.diag([0.03, 0.02, 0.01, 0.0]),
        np.array([0.001, 0.001, 0.001, 0.0]),
        10.0,
        1 / 12,
    )
    point = GridPoint.of(with_cash)
    assert point.volatility[3] is None and point.cost[3] is None
    assert 0.6 <= scale_at(point) <= 1.7
