"""The cost of usual rules, held against the reference's own simulations."""

import numpy as np
import pytest

from benchmarks.truth_gate import given as given_problems
from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.model.errors import InputError
from trimtab.quant.control.average_cost import (
    Bands,
    Calendar,
    followed,
    period_growth,
    simulated_cost,
)
from trimtab.quant.control.no_trade_region import NoTradeRegion

BPS = 1e4

# rule of the reference → bps a year, its own standard error, turnover
BASELINES = {
    "E_1": [
        (lambda t: Bands(t, 0.01), 5.9965, 0.0101, 0.1054),
        (lambda t: Bands(t, 0.02), 4.0515, 0.0111, 0.0707),
        (lambda t: Bands(t, 0.05), 2.2875, 0.0122, 0.0345),
        (lambda t: Calendar(t, 1), 7.4795, 0.0077, 0.131),
        (lambda t: Calendar(t, 3), 4.4022, 0.0076, 0.0756),
        (lambda t: Calendar(t, 12), 2.6332, 0.01, 0.0379),
        (lambda t: Calendar(t, 18), 2.4702, 0.0127, 0.0311),
    ],
    "B_1": [
        (lambda t: Bands(t, 0.02), 4.3201, 0.01, None),
        (lambda t: Bands(t, 0.05), 2.4969, 0.01, None),
        (lambda t: Calendar(t, 1), 7.5414, 0.01, None),
        (lambda t: Calendar(t, 3), 4.4833, 0.01, None),
        (lambda t: Calendar(t, 12), 2.8636, 0.01, None),
    ],
}


@pytest.mark.parametrize("name", BASELINES)
def test_usual_rules_cost_what_the_reference_says(shared_dir, name):
    problems = given_problems(shared_dir / "control" / "cases.json")
    problem = next(each.problem for each in problems if each.name == name)
    growth = period_growth(problem, 400, 120, 720, seed=4)
    for rule, bps, error, turnover in BASELINES[name]:
        found = simulated_cost(problem, rule(problem.target), growth)
        both = np.hypot(error, found.standard_error * BPS)
        assert found.total * BPS == pytest.approx(bps, abs=4 * both)
        if turnover is not None:
            assert found.turnover == pytest.approx(turnover, rel=0.03)


def test_a_region_followed_by_its_kernel_costs_what_it_costs_as_any_rule():
    problem = many(4)
    region = NoTradeRegion(problem.target, 0.5 * problem.covariance, problem.cost)
    growth = period_growth(problem, 8, 12, 60, seed=2)

    class Plain:
        def destination(self, weights: np.ndarray) -> np.ndarray:
            return region.destination(weights)

    by_kernel, by_rule = (simulated_cost(problem, each, growth) for each in (region, Plain()))
    np.testing.assert_allclose(by_kernel, by_rule, rtol=1e-9)
    assert followed(problem, region, growth).mean() == pytest.approx(by_kernel.total)


def test_the_same_seed_draws_the_same_returns_in_mirrored_pairs():
    problem = stocks_and_bonds()
    first, second = (period_growth(problem, 4, 1, 5, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first.counted, second.counted)
    mean = (problem.drift - 0.5 * np.diag(problem.covariance)) / 12
    both = np.log(first.counted[:2]) + np.log(first.counted[2:])
    np.testing.assert_allclose(both, np.broadcast_to(2 * mean, both.shape))


@pytest.mark.parametrize("paths", [2, 5])
def test_too_few_or_an_odd_number_of_paths_are_refused(paths):
    with pytest.raises(InputError, match="even number"):
        period_growth(stocks_and_bonds(), paths, 0, 10, seed=1)
