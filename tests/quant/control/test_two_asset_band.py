"""A band's exact cost, held against reference answers and against simulation."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.truth_gate import given as given_problems
from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.model.errors import InputError
from trimtab.quant.control.average_cost import period_growth, simulated_cost
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.two_asset_band import band_cost, best_band, two_asset_values

BPS = 1e-4


@pytest.mark.parametrize(
    ("name", "lower", "upper", "bps"),
    [
        ("B_1", 0.3917733885719047, 0.48024314967506804, 1.8168784684070576),
        ("B_2", 0.5786482668060782, 0.617170462667864, 0.45253799316101834),
    ],
)
def test_the_best_band_and_its_cost_are_those_of_the_reference(shared_dir, name, lower, upper, bps):
    problems = given_problems(shared_dir / "control" / "cases.json")
    problem = next(each.problem for each in problems if each.name == name)
    found = best_band(problem, 0.97 * lower, 1.04 * upper)
    assert found == pytest.approx((lower, upper), abs=1e-4)
    assert band_cost(problem, *found).total == pytest.approx(bps * BPS, abs=0.002 * BPS)


def test_the_exact_cost_is_what_simulation_finds():
    problem = stocks_and_bonds()
    half = 0.03
    metric = problem.cost.sum() / (4 * half) * np.array([[1.0, -1.0], [-1.0, 1.0]])
    band = NoTradeRegion(problem.target, metric, problem.cost)
    found = simulated_cost(problem, band, period_growth(problem, 400, 100, 1_200, seed=1))
    exact = band_cost(problem, 0.57, 0.63)
    assert found.total == pytest.approx(exact.total, abs=4 * found.standard_error)
    assert found.turnover == pytest.approx(exact.turnover, rel=0.02)
    assert found.standard_error < 0.01 * exact.total


@pytest.mark.parametrize("years", [1 / 252, 1 / 52, 1 / 12, 1 / 4, 1.0])
def test_no_other_band_costs_less_than_the_best(years):
    problem = stocks_and_bonds(years=years)
    lower, upper = best_band(problem, 0.56, 0.63)
    least = band_cost(problem, lower, upper).total
    for down, up in ((0.003, 0.0), (-0.003, 0.0), (0.0, 0.003), (0.0, -0.003), (0.003, 0.003)):
        if lower + down < upper + up:
            assert band_cost(problem, lower + down, upper + up).total > least


def test_no_trade_is_better_than_the_best_one():
    values = two_asset_values(stocks_and_bonds(), 0.56, 0.63)
    first = np.linspace(0.4, 0.8, 41)
    before, after = (np.ravel(each) for each in np.meshgrid(first, first))
    pair = [np.stack([each, 1.0 - each], -1) for each in (before, after)]
    regret = values.regret(*pair)
    assert regret.min() > -1e-10
    assert regret.max() > 1e-5
    inside = np.array([[0.6, 0.4]])
    assert values.regret(inside, inside)[0] == 0.0


def test_a_target_of_the_whole_is_no_band():
    with pytest.raises(InputError, match="in order in"):
        band_cost(stocks_and_bonds(), 0.5, 1.0)
    with pytest.raises(InputError, match="it needs two"):
        band_cost(many(3), 0.4, 0.6)
    alike = replace(stocks_and_bonds(), covariance=np.full((2, 2), 0.04))
    with pytest.raises(InputError, match="always move alike"):
        band_cost(alike, 0.5, 0.6)
