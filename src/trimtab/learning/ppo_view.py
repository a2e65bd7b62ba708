"""How proximal policy optimisation sees the many households: few numbers, little noise.

Two things decide whether it comes within a percent of the optimum.  The reward is *differential*:
what a period cost beyond the average, over that average, so that values are sums of small numbers.
And the advantage of an action is taken over the *expected* value of where it leads: next month's
return is not the action's doing, and is many times larger than what an edge is worth.  The expected
value is a regression, over all households of a rollout, of the next state's value on the weights
after the trade, which unlike the return the action decides.

Errors: none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from gymnasium import spaces
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.vec_env import VecEnvWrapper

from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.quant.learned.ppo_band import USUAL_MARKET

__all__ = ["BandView", "ExpectedValueBuffer"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

DEVIATION_MAX = 4.0
"""Half-widths beyond which a deviation looks the same."""
DEGREE = 8
HEARD_DEGREE = 4
RIDGE = 1e-3


class BandView(VecEnvWrapper):  # type: ignore[misc]  # ships no types here
    """The households as deviations from target in half-widths, and the market's figures.

    That an episode was truncated is not told: the agent would look the value of each end up by
    itself, a third of all computing, for a reward that `ExpectedValueBuffer` does not use.
    `usual` is what a period costs on average; rewards are (reward + usual) ÷ usual.
    """

    def __init__(
        self, households: HouseholdVecEnv, usual: float, *, is_adaptive: bool = False
    ) -> None:
        world = households.world
        self.households, self.usual = households, np.float32(usual)
        self.banded = world.banded
        self.target = world.target[self.banded].astype(np.float32)
        self.unit = world.bands[self.banded].mean(axis=1).astype(np.float32)
        self.is_adaptive = is_adaptive
        self.after: list[Singles] = []
        self.heard: list[Singles] = []
        self._market: Singles = np.zeros((households.num_envs, 0), np.float32)
        self.rewards: list[Singles] = []
        size = len(self.banded) + len(USUAL_MARKET)
        space = spaces.Box(-np.inf, np.inf, (size,), np.float32)
        super().__init__(households, observation_space=space)

    def seen(self, observed: Singles) -> Singles:
        """What the agent sees of an observation.  Shape: (…, size) to (…, banded + 4)."""
        away = (observed[..., self.banded] - self.target) / self.unit
        market = observed[..., -len(USUAL_MARKET) :] - np.array(USUAL_MARKET, np.float32)
        clipped = np.clip(away, -DEVIATION_MAX, DEVIATION_MAX)
        return np.concatenate([clipped, market], axis=-1).astype(np.float32)

    def reset(self) -> Any:
        """Begin."""
        return self._noted(self.seen(self.households.reset()))

    def _noted(self, seen: Singles) -> Singles:
        """Keep what an agent that hears is about to hear."""
        if self.is_adaptive:
            self._market = seen[:, len(self.banded) :]
        return seen

    def step_wait(self) -> Any:
        """A step, and a note of where the trades led."""
        observed, rewards, ended, infos = self.households.step_wait()
        for b in ended.nonzero()[0].tolist():
            infos[b] = {"terminal_observation": self.seen(infos[b]["terminal_observation"])}
        judged = rewards / self.usual + np.float32(1.0)
        self.after.append(self.households.drift_after[:, self.banded] / self.unit)
        self.heard.append(self._market)
        self.rewards.append(judged)
        return self._noted(self.seen(observed)), judged, ended, infos


class ExpectedValueBuffer(RolloutBuffer):  # type: ignore[misc]
    """A rollout whose advantages lead on from the expected value after the trade."""

    def __init__(self, *arguments: Any, view: BandView, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.view = view

    def compute_returns_and_advantage(
        self, last_values: torch.Tensor, dones: npt.NDArray[Any]
    ) -> None:
        """Generalised advantages, each step's next value replaced by its expectation."""
        values = self.values
        following = np.concatenate([values[1:], last_values.detach().numpy().reshape(1, -1)])
        ended = np.concatenate([self.episode_starts[1:], dones[None].astype(np.float32)])
        after, heard = np.stack(self.view.after), np.stack(self.view.heard)
        expected = expected_values(after, following, ended < 0.5, heard)
        rewards = np.stack(self.view.rewards)
        self.view.after.clear()
        self.view.heard.clear()
        self.view.rewards.clear()
        surprise = rewards + self.gamma * expected - values
        advantage = np.zeros(values.shape[1])
        for t in range(self.buffer_size - 1, -1, -1):
            advantage = surprise[t] + self.gamma * self.gae_lambda * (1.0 - ended[t]) * advantage
            self.advantages[t] = advantage
        self.returns = self.advantages + values


def expected_values(
    after: npt.NDArray[Any],
    following: npt.NDArray[Any],
    is_known: npt.NDArray[np.bool_],
    heard: npt.NDArray[Any],
) -> Floats:
    """The next value expected where a trade has led: polynomials of each deviation, and products.

    What an agent hears of the market counts by itself, and changes how a deviation counts.
    Shape: `after` (T, B, m), `heard` (T, B, k), the others and the answer (T, B).
    """
    scaled = np.clip(after.reshape(-1, after.shape[-1]) / DEVIATION_MAX, -1.0, 1.0)
    columns = [np.ones(len(scaled))]
    for k in range(scaled.shape[1]):
        columns += list(np.polynomial.chebyshev.chebvander(scaled[:, k], DEGREE).T[1:])
        columns += [scaled[:, k] * scaled[:, j] for j in range(k)]
    for figure in heard.reshape(len(scaled), -1).T:
        columns.append(figure)
        for k in range(scaled.shape[1]):
            powers = np.polynomial.chebyshev.chebvander(scaled[:, k], HEARD_DEGREE).T[1:]
            columns += list(powers * figure)
    table = np.column_stack(columns)
    known = table[is_known.ravel()]
    normal = known.T @ known + RIDGE * np.eye(known.shape[1])
    weights = np.linalg.solve(normal, known.T @ following[is_known].ravel())
    return np.asarray((table @ weights).reshape(following.shape))
