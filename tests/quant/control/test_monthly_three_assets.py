"""Three instruments: the reference case, the moves of a period, and Bellman's equation itself."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from benchmarks.truth_gate import drawn
from benchmarks.truth_gate import given as given_problems
from tests.quant.control.worlds import many, stocks_and_bonds
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control._three_asset_grid import period_moves
from trimtab.quant.control.monthly_three_assets import solve_three_assets, three_asset_values
from trimtab.quant.control.tracking import TrackingProblem

REFERENCE = {
    "a1_up": 0.029,
    "a1_dn": 0.044,
    "a2_up": 0.036,
    "a2_dn": 0.034,
    "a1up_a2dn": 0.028,
    "a1dn_a2up": 0.045,
}


def test_cost_and_extents_are_those_of_the_reference(shared_dir):
    problems = given_problems(shared_dir / "control" / "cases.json")
    answer = solve_three_assets(next(each.problem for each in problems if each.name == "E_1"))
    assert answer.cost == pytest.approx(1.599338995462102e-4, rel=2e-3)
    assert answer.cost_gap < 1e-3 * answer.cost
    for name, extent in REFERENCE.items():
        assert getattr(answer, name) == pytest.approx(extent, abs=0.002), name
    assert answer.area == pytest.approx(0.005501, rel=0.03)


@pytest.fixture(scope="module")
def compiled() -> None:
    """The kernels are there, so that what is timed is the answer alone."""
    solve_three_assets(drawn("E", 1).problem)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("years", [1 / 52, 1 / 12, 1 / 4])
def test_any_problem_is_answered_within_five_seconds(seed, years):
    problem = drawn("E", seed, years).problem
    started = process_time()
    answer = solve_three_assets(problem)
    assert process_time() - started <= 5.0
    assert answer.cost_gap < 2e-3 * answer.cost


def test_a_region_wider_than_the_weights_there_are_is_answered():
    # 2 costs little and moves with 1, 3 is dear: the region was foreseen below the weight 0.
    sigma = np.diag([0.18, 0.157, 0.141])
    correlation = np.array([[1.0, 0.915, 0.554], [0.915, 1.0, 0.746], [0.554, 0.746, 1.0]])
    problem = TrackingProblem(
        target=np.array([0.25, 0.19, 0.56]),
        drift=np.array([0.086, 0.0585, 0.04]),
        covariance=sigma @ correlation @ sigma,
        cost=np.array([0.00055, 0.0135, 0.0107]),
        risk_aversion=1.72,
        review_years=1 / 12,
    )
    answer = solve_three_assets(problem)
    assert 0.0 < answer.a2_dn <= 0.19
    assert 0.0 < answer.a1_dn <= 0.25
    assert answer.cost_gap < 3e-4 * answer.cost


def test_a_period_moves_weights_as_its_lognormal_says():
    problem = many(3, seed=5)
    moves = period_moves(problem, 0.85)
    logs = np.log(moves[:, :2])
    ratios = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
    mean = ratios @ (problem.drift - 0.5 * np.diag(problem.covariance)) / 12
    assert moves[:, 2].sum() == pytest.approx(1.0)
    np.testing.assert_allclose(moves[:, 2] @ logs, mean, atol=1e-12)
    spread = np.cov(logs.T, aweights=moves[:, 2], bias=True)
    np.testing.assert_allclose(spread, ratios @ problem.covariance @ ratios.T / 12, rtol=1e-6)


def test_no_trade_is_better_than_the_best_one_and_staying_inside_is_best():
    values = three_asset_values(drawn("E", 1).problem)
    chance = np.random.default_rng(0)
    away = chance.uniform(-0.03, 0.03, (2, 4_000, 2))
    places = values.problem.target + np.concatenate([away, -away.sum(-1, keepdims=True)], -1)
    regret = values.regret(places[0], places[1])
    typical = values.cost * values.problem.review_years
    assert np.nanmin(regret) > -0.02 * typical
    assert np.nanmedian(regret) > typical
    target = values.problem.target[None, :]
    assert values.regret(target, target)[0] == pytest.approx(0.0, abs=0.002 * typical)


def test_free_trading_costs_nothing():
    answer = solve_three_assets(replace(many(3), cost=np.zeros(3)))
    assert (answer.cost, answer.a1_up, answer.area) == (0.0, 0.0, 0.0)


UNDECIDED = [
    # (what is wrong, the target, the covariance, the complaint)
    ("one is to be sold out", [0.6, 0.0, 0.4], np.diag([0.03, 0.02, 0.004]), "instrument 2: is 0"),
    ("one is to be all", [1.0, 0.0, 0.0], np.diag([0.03, 0.02, 0.004]), "instrument 1: is 1"),
    ("two are one", [0.4, 0.2, 0.4], np.array([[2, 2, 0], [2, 2, 0], [0, 0, 1]]) / 100, "variance"),
    ("nothing moves", [0.4, 0.2, 0.4], np.zeros((3, 3)), "variance of one against the others"),
]


@pytest.mark.parametrize(
    ("target", "covariance", "complaint"),
    [each[1:] for each in UNDECIDED],
    ids=[each[0] for each in UNDECIDED],
)
def test_what_has_no_region_is_refused(target, covariance, complaint):
    problem = replace(many(3), target=np.array(target), covariance=covariance)
    with pytest.raises(InputErrors, match=complaint):
        solve_three_assets(problem)


def test_other_than_three_instruments_are_refused():
    with pytest.raises(InputError, match="it needs three"):
        solve_three_assets(stocks_and_bonds())
