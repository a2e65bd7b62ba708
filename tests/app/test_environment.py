"""Gymnasium and Stable-Baselines3 find the environment, and find nothing wrong with it."""

import importlib
import tomllib
import warnings
from pathlib import Path

import pytest

gymnasium = pytest.importorskip("gymnasium")

import trimtab.app.environment as environment  # noqa: E402
from trimtab.app.gymnasium_entry import ENVIRONMENT, register  # noqa: E402
from trimtab.model.errors import InputError  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
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


def test_an_episode_shorter_than_a_review_is_refused():
    with pytest.raises(InputError, match="needs more than a review's 21"):
        environment.rebalance_environment(episode_sessions=21)


def test_the_packages_entry_point_is_what_registers_it():
    points = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]
    module, _, name = points["gymnasium.envs"]["__root__"].partition(":")
    assert getattr(importlib.import_module(module), name) is register
