"""Gymnasium and Stable-Baselines3 find the environment, and find nothing wrong with it."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household

gymnasium = pytest.importorskip("gymnasium")

import trimtab.app.environment as environment  # noqa: E402
from trimtab.app.gymnasium_entry import ENVIRONMENT, register  # noqa: E402
from trimtab.model.errors import InputError, InputErrors  # noqa: E402

SHORT = {"episode_sessions": 9, "review_sessions": 3}


def test_gymnasium_makes_it_by_name():
    register()
    env = gymnasium.make(ENVIRONMENT, choice="band_edge", **SHORT)
    observed, _ = env.reset(seed=5)
    again, _ = env.reset(seed=5)
    assert (observed == again).all()
    _, reward, ended, _, costs = env.step(env.action_space.sample())
    assert not ended
    assert reward == pytest.approx(-costs["trading"] - costs["tax"] - costs["drift"])


@pytest.mark.parametrize("choice", ["action", "gap_fraction", "band_edge"])
def test_both_checkers_pass_it(choice):
    from gymnasium.utils.env_checker import check_env

    with warnings.catch_warnings():
        # A fraction is from 0 to 1, which Stable-Baselines3 advises against.
        warnings.filterwarnings("ignore", message=".*symmetric and normalized Box")
        check_env(environment.rebalance_environment(choice=choice, **SHORT), skip_render_check=True)
        checkers = pytest.importorskip("stable_baselines3.common.env_checker")
        checkers.check_env(environment.rebalance_environment(choice=choice, **SHORT))


def test_a_folder_without_days_is_refused():
    with pytest.raises(InputError, match="without both days"):
        environment.rebalance_environment("anywhere", start="2020-01-02")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
    return write_household(tmp_path_factory.mktemp("env") / "house", MANDATE, lots, prices())


DAYS = {"start": "2022-01-03", "end": "2022-03-31"}


def actions(env, seed: int) -> list:
    """Observations and rewards of an episode whose actions are drawn from a seed."""
    observed, _ = env.reset(seed=seed)
    env.action_space.seed(seed)
    told, truncated = [observed], False
    while not truncated:
        observed, reward, terminated, truncated, info = env.step(env.action_space.sample())
        assert not terminated
        told += [observed, reward, info["as_of"]]
    return told


@pytest.mark.parametrize("choice", ["action", "gap_fraction", "band_edge"])
def test_a_households_own_folder_is_an_environment_that_both_checkers_pass(house, choice):
    from gymnasium.utils.env_checker import check_env

    register()
    env = gymnasium.make(ENVIRONMENT, folder=house, choice=choice, **DAYS)
    own = env.unwrapped
    targets = 2
    assert env.observation_space.shape == (3 * targets + 6,)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*symmetric and normalized Box")
        check_env(own, skip_render_check=True)
        pytest.importorskip("stable_baselines3.common.env_checker").check_env(own)


@pytest.mark.parametrize("choice", ["action", "gap_fraction", "band_edge"])
def test_a_folders_episode_is_the_same_again_from_its_seed_and_ends_with_its_days(house, choice):
    env = environment.rebalance_environment(house, choice=choice, **DAYS)
    first, again = actions(env, 3), actions(env, 3)
    assert len(first) == len(again) > 4
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert first[-1] <= DAYS["end"]
    assert first[0][2:4] == pytest.approx([0.6, 0.4])  # its mandate's targets


ODD = [
    ({"folder": "nowhere"}, InputErrors, "there is no such folder"),
    ({"start": "2022-13-03"}, InputError, "start: '2022-13-03' is no day"),
    ({"end": 20220331}, InputError, "end: 20220331 is no day"),
    ({"end": "2021-12-01"}, InputError, "must be after 2022-01-03"),
    ({"start": "1990-01-02", "end": "1990-12-31"}, InputError, "has no price from"),
    ({"review_sessions": 0}, InputError, "review_sessions is 0; it must be at least 1"),
    ({"choice": "actoin"}, InputError, "'actoin' is none; there are action, gap_fraction"),
    ({"risk_aversion": 0.0}, InputError, "risk_aversion: is 0; it must be above 0"),
    ({"risk_aversion": float("nan")}, InputError, "risk_aversion: is nan"),
    ({"reward_scale": float("inf")}, InputError, "reward_scale: is inf"),
    ({"capture": float("nan")}, InputError, "capture: is nan"),
]


@pytest.mark.parametrize(("odd", "error", "told"), ODD, ids=[str(one[0]) for one in ODD])
def test_what_makes_no_sense_is_told(house, odd, error, told):
    with pytest.raises(error, match=told):
        environment.rebalance_environment(**({"folder": house, **DAYS} | odd))


def test_a_folder_that_is_no_household_is_told(tmp_path):
    with pytest.raises((InputError, InputErrors), match=r"mandate\.toml"):
        environment.rebalance_environment(tmp_path, **DAYS)


def test_an_invented_market_needs_a_session_between_reviews():
    with pytest.raises(InputError, match="review_sessions: is 0"):
        environment.rebalance_environment(review_sessions=0)


def test_an_episode_shorter_than_a_review_is_refused():
    with pytest.raises(InputError, match="needs more than a review's 21"):
        environment.rebalance_environment(episode_sessions=21)


def test_a_name_with_its_module_is_found_in_a_process_that_imported_nothing():
    made = f"import gymnasium; gymnasium.make('trimtab.app.environment:{ENVIRONMENT}')"
    subprocess.run([sys.executable, "-c", made], check=True, timeout=120)


def test_the_parts_of_the_reward_are_told_and_sum_to_it():
    env = gymnasium.make(ENVIRONMENT, choice="action", capture=0.5, reward_scale=10.0, **SHORT)
    env.reset(seed=5)
    _, reward, _, _, told = env.step(2)
    spent = told["trading"] + told["tax"] + told["drift"]
    assert told["captured"] != 0.0
    assert reward == pytest.approx(10.0 * (told["captured"] - spent), rel=1e-12)
