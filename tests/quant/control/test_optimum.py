"""How far rules are from the optimum: priced by its values, and by simulation alike."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.truth_gate import drawn
from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.model.errors import InputError
from trimtab.quant.control.average_cost import Bands, Calendar, period_growth, simulated_cost
from trimtab.quant.control.monthly_two_assets import solve_two_assets
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.optimum import cost_over_optimum, optimal_values
from trimtab.quant.control.two_asset_band import band_cost


def test_a_bands_priced_ratio_is_that_of_the_exact_costs():
    problem = stocks_and_bonds()
    values = optimal_values(problem)
    half = 0.5 * (values.upper - values.lower) * 1.4
    middle = 0.5 * (values.upper + values.lower)
    metric = problem.cost.sum() / (4 * half) * np.array([[1.0, -1.0], [-1.0, 1.0]])
    wide = NoTradeRegion(np.array([middle, 1 - middle]), metric, problem.cost)
    over = cost_over_optimum(values, wide, period_growth(problem, 200, 100, 480, seed=1))
    exact = band_cost(problem, middle - half, middle + half).total / values.cost
    assert over.ratio == pytest.approx(exact, abs=4 * over.standard_error)
    assert over.standard_error < 0.003
    assert over.priced


@pytest.mark.parametrize("kind", ["B", "E"])
def test_pricing_every_trade_agrees_with_simulating_costs(kind):
    problem = drawn(kind, 7).problem
    values = optimal_values(problem)
    growth = period_growth(problem, 400, 100, 480, seed=3)
    rule = Bands(problem.target, 0.02)
    over, plain = cost_over_optimum(values, rule, growth), simulated_cost(problem, rule, growth)
    both = np.hypot(over.standard_error, plain.standard_error / values.cost)
    assert over.ratio == pytest.approx(plain.total / values.cost, abs=4 * both)


def test_a_rule_that_leaves_the_grid_is_simulated_instead():
    problem = drawn("E", 7).problem
    growth = period_growth(problem, 100, 60, 240, seed=3)
    over = cost_over_optimum(optimal_values(problem), Calendar(problem.target, 120), growth)
    assert not over.priced
    assert over.ratio > 1.0


def test_where_the_optimum_is_not_known_that_is_said():
    with pytest.raises(InputError, match="known for two or three"):
        optimal_values(many(4))
    with pytest.raises(InputError, match="zero everywhere"):
        optimal_values(replace(many(3), cost=np.zeros(3)))


@pytest.mark.parametrize(("seed", "years"), [(1, 1 / 12), (2, 1 / 12), (3, 1 / 4), (4, 1 / 52)])
def test_the_best_band_is_what_dynamic_programming_finds(seed, years):
    problem = drawn("B", seed, years).problem
    values, programme = optimal_values(problem), solve_two_assets(problem)
    assert values.cost == pytest.approx(programme.cost.total, rel=1e-4)
    assert values.lower == pytest.approx(programme.lower, abs=2e-4)
    assert values.upper == pytest.approx(programme.upper, abs=2e-4)
