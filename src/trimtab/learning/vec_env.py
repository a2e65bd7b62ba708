"""Many simulated households as one environment of Stable-Baselines3, on one compiled kernel.

    env = HouseholdVecEnv(world, 256, choice=Choice.GAP_FRACTION, seed=0)
    PPO("MlpPolicy", env).learn(1_000_000)

An observation holds, for n instruments:

| place | what | bounds |
| --- | --- | --- |
| 0 … n−1 | weights, fractions of value | 0 … 1 |
| n … 2n−1 | targets | 0 … 1 |
| 2n … 3n−1 | embedded gain, fraction of what is held (average basis) | −1 … 1 |
| 3n | cash, fraction of value | 0 … 1 |
| 3n+1 | days since the latest trade, over a year | 0 … 1 |
| 3n+2 | realised volatility over the usual one | 0 … 5 |
| 3n+3 | how much of the variance is common to all | 0 … 1 |
| 3n+4 | recent mean return over a usual period's deviation | −1 … 1 |
| 3n+5 | trading cost paid lately, over that of trading 1 % of value | 0 … 5 |

The market's figures remember some months (a fifth of the newest, four fifths of what was) and see
no return that has not happened.  The reward is − drift cost − trading cost − tax + capture.

Errors: `InputError` where stable-baselines3 is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.drivers.env.choices import Choice, action_space, observation_space
from trimtab.model.errors import InputError, must
from trimtab.quant.worlds import household_steps
from trimtab.quant.worlds.household_layout import (
    Households,
    HouseholdWorld,
    Outcome,
    Terms,
    Work,
)

try:
    from stable_baselines3.common.vec_env import VecEnv
except ImportError as missing:  # pragma: no cover - the tests of this file need it
    raise InputError(
        "reinforcement learning",
        f"needs {missing.name}, which is not installed",
        remedy='pip install "trimtab[ai]"',
    ) from missing

__all__ = ["HouseholdVecEnv"]

Singles = npt.NDArray[np.float32]
Infos = list[dict[str, Any]]


class HouseholdVecEnv(VecEnv):  # type: ignore[misc]  # ships no types here
    """Households that all step at once; one whose episode ends starts anew in the same step.

    The info of such a household has `terminal_observation` and `TimeLimit.truncated`, as history
    ends and nothing else does; all others are empty, the same dictionaries at every step, and not
    for writing into.  `reward_scale` multiplies the reward.
    """

    def __init__(
        self,
        world: HouseholdWorld,
        count: int = 256,
        *,
        choice: Choice = Choice.GAP_FRACTION,
        seed: int = 0,
        reward_scale: float = 1.0,
        is_staggered: bool = True,
    ) -> None:
        must(count > 0, "an environment has at least one household")
        self.world, self.choice, self.reward_scale = world, choice, np.float32(reward_scale)
        self.is_staggered = is_staggered
        self.render_mode = None
        n = world.instruments
        self._terms = Terms.of(world)
        self._households = Households.empty(n, count, seed)
        self._work = Work.empty(n, count)
        self.outcome = Outcome.empty(n, count)
        self._fractions = np.array(household_steps.FRACTIONS, np.float32)
        acting = household_steps.Acting
        self._acting = int(acting.BAND_EDGE if choice is Choice.BAND_EDGE else acting.GAP_FRACTION)
        self._blank: Infos = [{} for _ in range(count)]
        self._action: Singles = np.zeros((count, 1), np.float32)
        super().__init__(count, observation_space(n), action_space(choice, 2 * len(world.banded)))

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Give every household a stream of chance of its own, drawn from the seed."""
        if seed is not None:
            fresh = Households.empty(self.world.instruments, self.num_envs, seed)
            self._households.chance[:] = fresh.chance
        return [seed] * self.num_envs

    def reset(self) -> Singles:
        """Every household at its beginning, or somewhere in an episode if they are staggered."""
        household_steps.begin(
            self._terms, self._households, self._work, self.outcome, self.is_staggered
        )
        return self._observed()

    def step_async(self, actions: npt.NDArray[Any]) -> None:
        """Take the actions, one row for each household."""
        if self.choice is Choice.ACTION:
            self._action[:, 0] = self._fractions[actions]
        else:
            self._action = np.ascontiguousarray(actions, np.float32)

    def step_wait(self) -> tuple[Singles, Singles, npt.NDArray[np.bool_], Infos]:
        """Do the reviews."""
        household_steps.review(
            self._terms, self._acting, self._action, self._households, self._work, self.outcome
        )
        ended, infos = self.outcome.ended.copy(), self._blank.copy()
        for b in ended.nonzero()[0].tolist():
            infos[b] = {
                "terminal_observation": self.outcome.last[:, b].copy(),
                "TimeLimit.truncated": True,
            }
        return self._observed(), self.outcome.reward * self.reward_scale, ended, infos

    @property
    def drift_after(self) -> npt.NDArray[np.float64]:
        """Weights less targets right after the latest trades.  Shape: (B, n)."""
        return self._work.away.T.copy()

    def _observed(self) -> Singles:
        return self.outcome.observed.copy().T

    def close(self) -> None:
        """Nothing is held open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute, which all households share."""
        return [getattr(self, attr_name)] * self._count(indices)

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Set the attribute, which all households share."""
        setattr(self, attr_name, value)

    def _no_methods(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        """Refused: households are columns of arrays and have no methods of their own."""
        raise InputError(f"method {method_name!r}", "households here have no methods of their own")

    env_method = _no_methods

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        """No household is wrapped."""
        return [False] * self._count(indices)

    def _count(self, indices: Any) -> int:
        return len(list(self._get_indices(indices)))
