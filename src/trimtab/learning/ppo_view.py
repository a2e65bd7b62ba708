"""How proximal policy optimisation sees the many households: few numbers, little noise.

Three things decide whether it comes within a percent of the optimum.  The reward is *differential*:
what a period cost beyond the average, over that average, so that values are sums of small numbers.
An action is judged by the *value* of where it leads: next month's return is not the action's doing,
and is many times larger than what an edge is worth.  And what was to be expected before the action
is subtracted, found at the kinks of each edge as well: what is left is the action's own.

Errors: none.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from gymnasium import spaces
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.vec_env import VecEnvWrapper

from trimtab.learning.ppo_values import Rollout, expected_before, relative_values
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.quant.learned.ppo_band import USUAL_MARKET

__all__ = ["BandView", "SolvedValueBuffer"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

DEVIATION_MAX = 4.0
"""Half-widths beyond which a deviation looks the same."""
REMEMBERED_ROLLOUTS = 8
"""Whose steps values are solved from: more steps, of actors that were nearly the same."""


class BandView(VecEnvWrapper):  # type: ignore[misc]  # ships no types here
    """The households as deviations from target in half-widths, and the market's figures.

    That an episode was truncated is not told: the agent would look the value of each end up by
    itself, a third of all computing, for a reward that `SolvedValueBuffer` does not use.
    `usual` is what a period costs on average; rewards are (reward + usual) ÷ usual; `is_heard`
    whether values depend on the market's figures.
    """

    def __init__(
        self, households: HouseholdVecEnv, usual: float, *, is_heard: bool = False
    ) -> None:
        world = households.world
        self.households, self.usual = households, np.float32(usual)
        self.banded = world.banded
        self.target = world.target[self.banded].astype(np.float32)
        self.unit = world.bands[self.banded].mean(axis=1).astype(np.float32)
        self.is_heard = is_heard
        self._steps: list[tuple[Floats, Floats, Singles, Singles]] = []
        self._away: Floats = np.zeros((households.num_envs, len(self.banded)))
        self._market: Singles = np.zeros((households.num_envs, 0), np.float32)
        size = len(self.banded) + len(USUAL_MARKET)
        space = spaces.Box(-np.inf, np.inf, (size,), np.float32)
        super().__init__(households, observation_space=space)

    def seen(self, observed: Singles) -> Singles:
        """What the agent sees of an observation.  Shape: (…, size) to (…, banded + 4)."""
        market = observed[..., -len(USUAL_MARKET) :] - np.array(USUAL_MARKET, np.float32)
        clipped = np.clip(self._deviations(observed), -DEVIATION_MAX, DEVIATION_MAX)
        return np.concatenate([clipped, market], axis=-1).astype(np.float32)

    def reset(self) -> Any:
        """Begin."""
        return self._noted(self.households.reset())

    def step_wait(self) -> Any:
        """A step, and a note of where it led from and to."""
        observed, rewards, ended, infos = self.households.step_wait()
        if ended.any():
            last = self.seen(self.households.outcome.last.T)
            for b in ended.nonzero()[0].tolist():
                infos[b] = {"terminal_observation": last[b]}
        judged = rewards / self.usual + np.float32(1.0)
        after = self.households.drift_after[:, self.banded] / self.unit
        self._steps.append((self._away, after, self._market, judged))
        return self._noted(observed), judged, ended, infos

    def take_rollout(self, is_begun: npt.NDArray[np.bool_]) -> Rollout:
        """The steps since the last rollout was taken.  Shape: `is_begun` (T, B)."""
        before, after, heard, rewards = (
            np.stack(each).astype(np.float64) for each in zip(*self._steps, strict=True)
        )
        self._steps.clear()
        return Rollout(before, after, heard, rewards, is_begun)

    def _noted(self, observed: Singles) -> Singles:
        """Keep where households stand, and what is heard where values depend on it."""
        seen = self.seen(observed)
        self._away = self._deviations(observed)
        if self.is_heard:
            self._market = seen[:, len(self.banded) :]
        return seen

    def _deviations(self, observed: Singles) -> Floats:
        return np.asarray((observed[..., self.banded] - self.target) / self.unit)


class SolvedValueBuffer(RolloutBuffer):  # type: ignore[misc]
    """A rollout whose advantages are over values that are solved: a critic has nothing to add."""

    def __init__(self, *arguments: Any, view: BandView, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.view = view
        self.remembered: deque[Rollout] = deque(maxlen=REMEMBERED_ROLLOUTS)

    def compute_returns_and_advantage(
        self, last_values: torch.Tensor, dones: npt.NDArray[Any]
    ) -> None:
        """What each step came to, with the value of where it led, less what was to be expected."""
        rollout = self.view.take_rollout(self.episode_starts > 0.5)
        self.remembered.append(rollout)
        values = relative_values(self.remembered)
        judged = rollout.rewards - values.average + values.of(rollout)
        self.advantages[:] = judged - expected_before(rollout, judged)
        self.returns = self.advantages + self.values
