"""Proximal policy optimisation finds a band close to the best, and the same one from a seed."""

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

from tests.quant.learned.test_ppo_band import PROBLEM
from trimtab.learning.ppo import PpoTerms, cube_root_bands, train_band
from trimtab.learning.ppo_view import expected_values
from trimtab.quant.control.two_asset_band import band_cost, best_band

SHORT = PpoTerms(rollouts=3, taught=1, households=32, periods=8, batch=128, epochs=1)


def over_optimum(widths: np.ndarray) -> float:
    first = PROBLEM.target[0]
    best = band_cost(PROBLEM, *best_band(PROBLEM, first - 0.04, first + 0.04)).total
    return band_cost(PROBLEM, first - widths[0, 0], first + widths[0, 1]).total / best


def test_from_a_band_much_too_narrow_it_comes_closer_to_the_optimum():
    terms = PpoTerms(
        rollouts=9, taught=3, households=256, periods=32, first=-0.8, learning_rate=0.05, batch=2048
    )
    result = train_band(PROBLEM, terms, seed=0)
    assert over_optimum(result.course[0]) > 1.38
    assert over_optimum(result.model.half_widths()) < 1.33
    assert result.steps == 9 * 256 * 32


def test_the_same_seed_learns_the_same_band_and_another_a_different_one():
    first, again, other = (train_band(PROBLEM, SHORT, seed=seed) for seed in (3, 3, 4))
    assert (first.model.bias == again.model.bias).all()
    assert (first.model.bias != other.model.bias).any()


def test_only_an_adaptive_agent_looks_at_the_market():
    plain = train_band(PROBLEM, SHORT, seed=1)
    assert (plain.model.weight == 0.0).all()
    terms = PpoTerms(**{name: getattr(SHORT, name) for name in SHORT.__slots__} | {
        "is_adaptive": True
    })  # fmt: skip
    assert (train_band(PROBLEM, terms, seed=1).model.weight != 0.0).any()


def test_the_textbooks_band_is_the_cube_root():
    relative = 0.0324 + 0.0036 - 0.002
    spread = 0.45 * 0.55 * np.sqrt(relative)
    width = (3 * 0.005 * spread**2 / (2 * 4.0 * relative)) ** (1 / 3)
    bands = cube_root_bands(PROBLEM)
    assert bands[0] == pytest.approx([width, width])
    assert np.isinf(bands[1]).all()


def test_the_expected_value_is_what_is_left_when_chance_is_averaged_out():
    chance = np.random.default_rng(0)
    after = chance.uniform(-2, 2, (40, 500, 1))
    truth = 1.0 - after[..., 0] ** 2
    following = truth + chance.normal(size=truth.shape)
    found = expected_values(after, following, chance.random(truth.shape) < 0.9)
    assert np.abs(found - truth).mean() < 0.03
