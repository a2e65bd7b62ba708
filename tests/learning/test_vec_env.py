"""The environment of many households keeps to what Stable-Baselines3 asks of one."""

import numpy as np
import pytest

from tests.quant.worlds.test_household_steps import made_world

pytest.importorskip("gymnasium")
pytest.importorskip("stable_baselines3")

from trimtab.drivers.env.choices import Choice
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.model.errors import InputError


@pytest.mark.parametrize("choice", list(Choice))
def test_what_is_observed_lies_within_the_bounds_that_are_promised(choice):
    env = HouseholdVecEnv(made_world(4, tax_rate=0.2, gain_most=0.5), 16, choice=choice, seed=1)
    env.action_space.seed(3)
    observed = env.reset()
    assert observed.shape == (16, env.observation_space.shape[0])
    assert observed.dtype == np.float32
    for _ in range(40):
        actions = np.array([env.action_space.sample() for _ in range(16)])
        observed, rewards, ended, infos = env.step(actions)
        assert rewards.shape == ended.shape == (16,)
        for household in range(16):
            assert env.observation_space.contains(np.ascontiguousarray(observed[household]))
            assert bool(infos[household]) == ended[household]
            if ended[household]:
                last = infos[household]["terminal_observation"]
                assert env.observation_space.contains(last)
                assert infos[household]["TimeLimit.truncated"]


def test_what_was_observed_before_is_not_written_over():
    env = HouseholdVecEnv(made_world(), 8)
    first = env.reset()
    kept = first.copy()
    env.step(np.ones((8, 1)))
    assert (first == kept).all()


def test_the_named_actions_are_fractions_of_the_drift():
    world = made_world()
    by_name = HouseholdVecEnv(world, 8, choice=Choice.ACTION, seed=4)
    by_number = HouseholdVecEnv(world, 8, choice=Choice.GAP_FRACTION, seed=4)
    by_name.reset()
    by_number.reset()
    for name, number in ((0, 0.0), (1, 0.5), (2, 1.0)):
        named = by_name.step(np.full(8, name))
        numbered = by_number.step(np.full((8, 1), number))
        assert (named[0] == numbered[0]).all()
        assert (named[1] == numbered[1]).all()


def test_a_reward_is_scaled_as_asked():
    rewards = []
    for scale in (1.0, 1e4):
        env = HouseholdVecEnv(made_world(), 8, seed=4, reward_scale=scale)
        env.reset()
        rewards.append(env.step(np.ones((8, 1)))[1])
    assert rewards[1] == pytest.approx(1e4 * rewards[0], rel=1e-5)


def test_an_agent_of_stable_baselines_learns_on_it():
    from stable_baselines3 import PPO

    env = HouseholdVecEnv(made_world(), 8, choice=Choice.ACTION, reward_scale=1e4)
    agent = PPO("MlpPolicy", env, n_steps=16, batch_size=64, n_epochs=1, seed=0, device="cpu")
    agent.learn(256)
    assert agent.num_timesteps == 256


def test_households_have_no_methods_of_their_own():
    with pytest.raises(InputError, match="no methods of their own"):
        HouseholdVecEnv(made_world(), 2).env_method("anything")
