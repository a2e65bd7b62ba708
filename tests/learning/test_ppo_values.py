"""Values are solved, however slowly what they say shows."""

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

from benchmarks.truth_gate import drawn
from trimtab.drivers.env.choices import Choice
from trimtab.learning.ppo_values import Rollout, expected_before, relative_values
from trimtab.learning.ppo_view import BandView
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.control.two_asset_band import two_asset_values
from trimtab.quant.worlds.household_layout import HouseholdWorld

STEPS, HOUSEHOLDS, EPISODE = 40, 800, 8
CHANCE = 7
STAYS = 0.8
"""The chance that the market is heard to be next as it is now."""


def autoregression(persistence: float, price: float = 0.0) -> Rollout:
    """Deviations that go back to 0 by themselves, begun anywhere; dearer in a market of 1."""
    chance = np.random.default_rng(CHANCE)
    is_begun = np.zeros((STEPS, HOUSEHOLDS), bool)
    is_begun[::EPISODE] = True
    places, heard = np.empty((2, STEPS, HOUSEHOLDS))
    for t in range(STEPS):
        if is_begun[t].all():
            places[t] = chance.uniform(-2.0, 2.0, HOUSEHOLDS)
            heard[t] = chance.integers(0, 2, HOUSEHOLDS)
        else:
            places[t] = persistence * places[t - 1] + 0.1 * chance.standard_normal(HOUSEHOLDS)
            stays = chance.random(HOUSEHOLDS) < STAYS
            heard[t] = np.where(stays, heard[t - 1], 1.0 - heard[t - 1])
    rewards = -(1.0 + price * heard) * (places**2 - 0.01 / (1.0 - persistence**2))
    figures = heard[:, :, None] if price else np.zeros((STEPS, HOUSEHOLDS, 0))
    return Rollout(places[:, :, None], places[:, :, None], figures, rewards, is_begun)


@pytest.mark.parametrize("persistence", [0.5, 0.9, 0.98])
def test_a_value_is_all_that_follows_however_slow(persistence):
    rollout = autoregression(persistence)
    found = relative_values([rollout])
    part = persistence**2 / (1.0 - persistence**2)
    truth = -part * rollout.after[..., 0] ** 2
    apart = found.of(rollout) - truth
    assert np.std(apart) < 0.15 * np.std(truth)
    assert found.average == pytest.approx(0.0, abs=0.05)


def test_where_the_market_is_heard_a_value_depends_on_it():
    persistence, price = 0.7, 4.0
    rollout = autoregression(persistence, price)
    heard, squares = rollout.heard[..., 0], rollout.after[..., 0] ** 2
    moves = persistence**2 * np.array([[STAYS, 1.0 - STAYS], [1.0 - STAYS, STAYS]])
    parts = np.linalg.solve(np.eye(2) - moves, moves @ [1.0, 1.0 + price])
    truth = -parts[heard.astype(int)] * squares
    deaf = rollout._replace(heard=rollout.heard[:, :, :0])
    for market in (0.0, 1.0):
        here = heard == market
        hears, does_not = (
            np.std((relative_values([each]).of(each) - truth)[here]) / np.std(truth[here])
            for each in (rollout, deaf)
        )
        assert hears < 0.1
        assert does_not > 0.2


def lived(problem: TrackingProblem, widths: np.ndarray, seed: int) -> tuple[Rollout, BandView]:
    """Two thousand households in a band of these half-widths, begun within it."""
    chance = np.random.default_rng(seed)
    deviation = np.linalg.cholesky(problem.covariance * problem.review_years)
    half = chance.standard_normal((500, 60, 2)) @ deviation.T
    mean = (problem.drift - 0.5 * np.diag(problem.covariance)) * problem.review_years
    growth = np.exp(mean + np.concatenate([half, -half]))
    bands = np.array([widths, [np.inf, np.inf]])
    world = HouseholdWorld(
        *(problem.target, problem.cost, problem.covariance, growth, bands),
        *(problem.risk_aversion, problem.review_years),
        episode=EPISODE,
    )
    households = HouseholdVecEnv(world, 2_000, choice=Choice.BAND_EDGE, seed=seed)
    view = BandView(households, 1e-6)
    view.reset()
    begun = [np.ones(2_000, bool)]
    for _ in range(60):
        view.step_async(np.zeros((2_000, 2)))
        begun.append(view.step_wait()[2])
    return view.take_rollout(np.array(begun[:-1])), view


@pytest.mark.parametrize("seed", [2, 101])
def test_in_the_best_band_values_are_those_of_dynamic_programming(seed):
    problem = drawn("B", seed).problem
    first = float(problem.target[0])
    exact = two_asset_values(problem, first - 0.04, first + 0.03)
    widths = np.array([first - exact.lower, exact.upper - first])
    rollouts, views = zip(*(lived(problem, widths, each) for each in range(3)), strict=True)
    found = relative_values(rollouts)
    usual = float(views[0].usual)
    per_year = (1.0 - found.average) * usual / problem.review_years
    assert per_year == pytest.approx(exact.cost, rel=0.02)

    after = rollouts[0].after[..., 0] * float(views[0].unit[0])
    weights = np.stack([first + after, 1.0 - first - after], -1)
    now = problem.drift_cost(weights) * problem.review_years
    solved = now - usual * found.of(rollouts[0])
    odds = np.log(weights[..., 0] / weights[..., 1])
    truth = np.interp(odds, exact.places, exact.held)
    assert np.std(solved - truth) < 0.05 * np.std(truth)


def test_what_was_to_be_expected_has_a_kink_where_trades_begin():
    chance = np.random.default_rng(CHANCE)
    before = chance.uniform(-3.0, 3.0, (STEPS, HOUSEHOLDS, 1))
    truth = -np.maximum(np.abs(before[..., 0]) - 1.0, 0.0)
    luck = 0.1 * chance.standard_normal(truth.shape)
    rollout = Rollout(before, before, before[:, :, :0], truth, np.zeros(truth.shape, bool))
    assert np.abs(expected_before(rollout, truth + luck) - truth).mean() < 0.01
