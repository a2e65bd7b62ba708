"""Calibrated regions against the optimum where it is known, and at the edges of what is asked."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from benchmarks.truth_gate import REACH, drawn, gate
from benchmarks.truth_gate import given as given_problems
from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.quant.control.average_cost import followed, period_growth
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost

ZONE = {"no_trade_zone": calibrate}


@pytest.mark.slow
def test_the_given_problems_cost_next_to_their_optimum(shared_dir):
    rows = gate(given_problems(shared_dir / "control" / "cases.json"), ZONE)
    assert [row.kind for row in rows] == ["B", "B", "E"]
    assert all(row.ratio <= 1.005 for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "years"), [("B", 1 / 52), ("B", 1 / 12), ("B", 1 / 4), ("E", 1 / 12), ("E", 1 / 4)]
)
def test_problems_drawn_afresh_cost_next_to_their_optimum(kind, years):
    rows = gate([drawn(kind, seed, years) for seed in (101, 102)], ZONE)
    assert all(row.ratio + 3 * row.standard_error <= REACH[kind] for row in rows)


@pytest.mark.parametrize("n", [4, 10])
def test_more_instruments_cost_no_more_than_the_law_they_start_from(n):
    problem = many(n, seed=3)
    law = small_cost(problem)
    growth = period_growth(problem, 32, 100, 600, seed=9)  # not what calibration saw
    before = followed(problem, NoTradeRegion(law.centre, law.metric, problem.cost), growth)
    assert followed(problem, calibrate(problem), growth).mean() <= 1.0005 * before.mean()


@pytest.fixture(scope="module")
def of_four() -> NoTradeRegion:
    return calibrate(many(4))


@pytest.mark.usefixtures("of_four")  # compiled by then
def test_thirty_instruments_take_less_than_five_seconds():
    problem = many(30)
    started = process_time()
    region = calibrate(problem)
    assert process_time() - started <= 5.0
    np.testing.assert_array_equal(region.destination(problem.target), problem.target)


def test_the_same_problem_gets_the_same_region(of_four):
    first, second = of_four, calibrate(many(4))
    np.testing.assert_array_equal(first.metric, second.metric)
    np.testing.assert_array_equal(first.centre, second.centre)


def test_a_little_other_problem_gets_a_little_other_region(of_four):
    problem = many(4)
    near = calibrate(replace(problem, cost=problem.cost * 1.001))
    here, there = (np.concatenate(each.half_widths()) for each in (of_four, near))
    np.testing.assert_allclose(there, here, rtol=0.02)


@pytest.mark.parametrize("n", [2, 3, 8])
def test_free_trading_is_to_the_target(n):
    problem = replace(many(n), cost=np.zeros(n))
    region = calibrate(problem)
    np.testing.assert_array_equal(region.centre, problem.target)
    drifted = np.random.default_rng(1).dirichlet(np.ones(n))
    np.testing.assert_allclose(region.destination(drifted), problem.target, atol=1e-6)


@pytest.mark.parametrize(
    "target",
    [[1.0, 0.0], [0.0, 1.0], [0.6, 0.4, 0.0], [1.0, 0.0, 0.0], [0.0, 0.001, 0.499, 0.5]],
)
def test_a_target_at_zero_or_one_has_a_region_that_holds_it(target):
    problem = replace(many(len(target)), target=np.array(target))
    region = calibrate(problem)
    reached = region.destination(problem.target)
    assert np.max(np.abs(reached - problem.target)) < 0.05
    assert np.all(np.isfinite(region.metric))


def test_twins_are_never_traded_for_each_other():
    factor = np.array([[0.2, 0.0], [0.2, 0.0], [0.02, 0.06]])
    problem = replace(
        many(3),
        target=np.array([0.3, 0.3, 0.4]),
        drift=np.array([0.06, 0.06, 0.03]),
        covariance=factor @ factor.T,
        cost=np.full(3, 1e-3),
    )
    drifted = np.array([0.45, 0.15, 0.4])
    np.testing.assert_array_equal(calibrate(problem).destination(drifted), drifted)


def test_two_that_always_move_alike_still_have_a_region():
    region = calibrate(replace(stocks_and_bonds(), covariance=np.full((2, 2), 0.04)))
    assert np.all(np.isfinite(region.metric))
