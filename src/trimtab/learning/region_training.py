"""One household's region: a few numbers, fitted to a fixed scenario from a closed-form start.

Unless another start is given it is the small-cost limit, which needs no calibration.

Errors: `InputError` where costs are no numbers from the start.
"""

from __future__ import annotations

import time

import torch

from trimtab.learning.config import OnProgress, Progress, SeedEvidence, TrainingConfig
from trimtab.learning.descent import Budget, settle
from trimtab.learning.measuring import (
    EVIDENCE,
    TRAINING,
    VALIDATION,
    compare,
    mean_cost,
    scenario_for,
)
from trimtab.learning.parameters import RegionParameters, rule_policy
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.models import RegionModel

__all__ = ["train_region"]

RANGE_MARGIN = 0.1
"""How far a feature may be from its value in training: a tenth, of logarithms or as it is."""


def train_region(
    config: TrainingConfig, seed: int, on_progress: OnProgress
) -> tuple[RegionModel, SeedEvidence]:
    """One seed's region for the one world of a configuration."""
    budget = Budget(config.steps_max, config.seconds_max, time.process_time())
    (world,) = config.worlds
    start = config.start or _small_cost_region(world.problem)
    ruled = rule_policy(world, start)
    learnt, proof = (scenario_for(config, world, (seed, use)) for use in (TRAINING, VALIDATION))
    parameters = RegionParameters(world.problem.instruments)
    with torch.no_grad():
        unit = abs(float(mean_cost(config, world, learnt, ruled)))  # a tax credit is below zero

    def cost() -> torch.Tensor:
        return mean_cost(config, world, learnt, parameters.policy(world, start)) / unit

    def validate() -> float:
        with torch.no_grad():
            return float(mean_cost(config, world, proof, parameters.policy(world, start)))

    def on_step(step: int, cost: float) -> None:
        on_progress(Progress(seed, step, budget.steps, budget.used, cost * unit, unit))

    course = settle(parameters.tensors(), cost, validate, budget, on_step)
    seconds = budget.used
    unseen = scenario_for(config, world, (seed, EVIDENCE))
    versus = compare(world, unseen, parameters.policy(world, start), ruled, config.warm_up)
    goes_along = config.start is not None
    return parameters.frozen(config.name, world, start, RANGE_MARGIN, goes_along), SeedEvidence(
        seed,
        tuple(one * unit for one in course.costs),
        course.chosen_step,
        course.stopped,
        seconds,
        course.best,
        (versus,),
    )


def _small_cost_region(problem: TrackingProblem) -> NoTradeRegion:
    limit = small_cost(problem)
    return NoTradeRegion(limit.centre, limit.metric, problem.cost)
