"""What is watched while an agent of bands learns: its noise, later parameters, time and course.

Errors: none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.policies import ActorCriticPolicy

from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.ppo_band import USUAL_MARKET, PpoBand

__all__ = ["OnRollout", "Schedule", "Watch", "actor_of"]

OnRollout = Callable[[int, PpoBand], None]
"""Told how many rollouts of all stages are done, and the band as it is then, without noise."""
NOISE_FIRST, NOISE_LAST = -1.5, -3.0
"""Logarithms of the actions' deviation in the first rollout and the last: the edges that are best
with noise are wider than those that are best without."""
AVERAGED = 3
"""The last one of so many parts of the rollouts is averaged."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which stage it is, of how many rollouts, and when to stop.

    Unit: `until` CPU seconds of this process, as `time.process_time` counts them.
    """

    stage: int
    rollouts: int
    until: float


def actor_of(policy: ActorCriticPolicy) -> torch.nn.Linear:
    """The line from what is seen to the action."""
    return cast(torch.nn.Linear, policy.action_net)


@dataclass
class _Sums:
    """Sums of the actor's parameters over the later rollouts."""

    count: int = 0
    bias: Floats = field(default_factory=lambda: np.zeros(0))
    weight: Floats = field(default_factory=lambda: np.zeros((0, 0)))


class Watch(BaseCallback):  # type: ignore[misc]  # ships no types here
    """Takes the noise back as the actor learns, and averages the actor's later parameters.

    A stage that runs out of time ends with the parameters that it has.
    """

    def __init__(self, name: str, schedule: Schedule, reference: Floats, tell: OnRollout) -> None:
        super().__init__()
        self.name, self.schedule, self.reference = name, schedule, reference
        self.tell, self.done, self.sums = tell, 0, _Sums()
        self.course: list[Floats] = []
        self.is_late = False

    def _on_step(self) -> bool:
        self.is_late = time.process_time() > self.schedule.until
        return not self.is_late

    def _on_rollout_start(self) -> None:
        policy = cast(ActorCriticPolicy, self.model.policy)
        policy.log_std.requires_grad_(False)
        done = self.done / self.schedule.rollouts
        policy.log_std.fill_(NOISE_FIRST + (NOISE_LAST - NOISE_FIRST) * done)
        self._note()
        self.tell(self.schedule.stage * self.schedule.rollouts + self.done, self._band())
        self.done += 1

    def _on_training_end(self) -> None:
        self._note()

    def _band(self) -> PpoBand:
        actor = actor_of(cast(ActorCriticPolicy, self.model.policy))
        bias = actor.bias.detach().numpy().astype(np.float64)
        weight = actor.weight.detach().numpy().astype(np.float64)[:, -len(USUAL_MARKET) :]
        return PpoBand(self.name, self.reference, bias, weight)

    def _note(self) -> None:
        band = self._band()
        self.course.append(band.half_widths())
        if self.done > (AVERAGED - 1) * self.schedule.rollouts // AVERAGED:
            sums = self.sums
            first = sums.count == 0
            sums.bias = band.bias if first else sums.bias + band.bias
            sums.weight = band.weight if first else sums.weight + band.weight
            sums.count += 1

    def learned(self) -> PpoBand:
        """The band of the averaged parameters, or the latest where it never came to averaging."""
        sums = self.sums
        if sums.count == 0:
            return self._band()
        return PpoBand(self.name, self.reference, sums.bias / sums.count, sums.weight / sums.count)
