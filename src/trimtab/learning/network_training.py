"""A network for many households: each step in another world, at costs relative to the rule's there.

The start is control's own region, widened where gains are taxed as the no-trade zone is.  The best
of the steps is chosen in worlds that were not trained in, and the evidence comes from other returns
of those.

Errors: `InputError` where costs are no numbers from the start.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from trimtab.learning.config import OnProgress, Progress, SeedEvidence, TrainingConfig
from trimtab.learning.descent import Budget, wander
from trimtab.learning.measuring import (
    EVIDENCE,
    TRAINING,
    VALIDATION,
    compare,
    costs_of,
    mean_cost,
    scenario_for,
)
from trimtab.learning.parameters import NetworkParameters, Policy, feature_tables, zone_policy
from trimtab.learning.world import RegionBatch, Scenario, View, World, simulate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.learned.hearing import SIGNALS
from trimtab.quant.learned.models import RegionNetwork

__all__ = ["Ruled", "train_network"]

VALIDATIONS = 10
"""How often a network is looked at in its validation worlds."""
PILOT_ROWS = 16
"""Households of each world from which the scale of features is taken."""
SPREAD_MIN = 1e-9

Ruled = tuple[World, NoTradeRegion]
"""A world and control's region in it."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A world with returns, and what the rule costs in them, credits of tax taken as costs."""

    world: World
    rule: NoTradeRegion
    scenario: Scenario
    unit: float

    @classmethod
    def of(cls, config: TrainingConfig, ruled: Ruled, seed: tuple[int, ...]) -> _Measured:
        world, rule = ruled
        scenario = scenario_for(config, world, seed)
        with torch.no_grad():
            costs = costs_of(world, scenario, zone_policy(world, rule), config.warm_up)
        sizes = costs.trading + costs.tracking + costs.tax.abs()
        return cls(world, rule, scenario, float(sizes.mean()))

    def relative(self, config: TrainingConfig, network: NetworkParameters) -> Tensor:
        """The network's cost in units of the rule's."""
        policy = network.policy(self.world, self.rule)
        return mean_cost(config, self.world, self.scenario, policy) / self.unit


def train_network(
    config: TrainingConfig,
    learnt: tuple[Ruled, ...],
    proof: tuple[Ruled, ...],
    seed: int,
    on_progress: OnProgress,
) -> tuple[RegionNetwork, SeedEvidence]:
    """One seed's network from the worlds to learn in, chosen and judged in those of the proof."""
    budget = Budget(config.steps_max, config.seconds_max, time.process_time())
    judged = [
        _Measured.of(config, ruled, (seed, VALIDATION, place)) for place, ruled in enumerate(proof)
    ]
    network = _network(config, seed, learnt)

    def cost(step: int) -> Tensor:
        ruled = learnt[(step - 1) % len(learnt)]
        return _Measured.of(config, ruled, (seed, TRAINING, step)).relative(config, network)

    def validate() -> float:
        with torch.no_grad():
            return float(torch.stack([one.relative(config, network) for one in judged]).mean())

    def on_step(step: int, cost: float) -> None:
        on_progress(Progress(seed, step, budget.steps, budget.used, cost, 1.0, True))

    every = max(1, budget.steps // VALIDATIONS)
    course = wander(network.tensors(), cost, validate, budget, config.learning_rate, every, on_step)
    seconds = budget.used
    comparisons = []
    for place, (world, rule) in enumerate(proof):
        unseen = scenario_for(config, world, (seed, EVIDENCE, place))
        pair: tuple[Policy, Policy] = network.policy(world, rule), zone_policy(world, rule)
        comparisons.append(compare(world, unseen, *pair, config.warm_up, place))
    return network.frozen(config.name), SeedEvidence(
        seed,
        tuple(course.costs),
        course.chosen_step,
        course.stopped,
        seconds,
        course.best,
        tuple(comparisons),
    )


def _network(config: TrainingConfig, seed: int, learnt: tuple[Ruled, ...]) -> NetworkParameters:
    """A network that begins as the rule, its features scaled by what the rule's households see."""
    signals = SIGNALS if config.is_conditioned else ()
    few = replace(config, rows=PILOT_ROWS)
    seen: list[Tensor] = []
    for place, (world, rule) in enumerate(learnt):
        scenario = scenario_for(few, world, (seed, TRAINING, 0, place))
        with torch.no_grad():
            simulate(world, scenario, _watched(world, rule, len(signals), seen))
    flat = torch.cat(seen).numpy()
    spread = flat.std(axis=0)
    scale = np.where(spread > SPREAD_MIN, spread, 1.0)
    return NetworkParameters(
        config.hidden, signals, flat.mean(axis=0), scale, seed, config.is_anchored
    )


def _watched(world: World, rule: NoTradeRegion, signals: int, seen: list[Tensor]) -> Policy:
    """The rule, with a note of every feature on the way."""
    tables, ruled = feature_tables(world, rule, signals), zone_policy(world, rule)

    def policy(view: View) -> RegionBatch:
        table = tables(view)
        seen.append(table.reshape(-1, table.shape[2]))
        return ruled(view)

    return policy
