"""Training: from worlds and settings to a model with its evidence.

    trained = train(TrainingConfig("mine", (World(problem),), seeds=(0, 1, 2, 3, 4)))
    trained.model.region(problem, HouseholdState.untaxed(3))

One world trains a region of its own, from the closed form of the small-cost limit; several train a
network that reshapes control's region, from that region itself.  Scenarios of training, validation
and evidence come from different seeds.  The same settings give the same model, unless time ran out.

Errors: `InputError` where nothing can be learned; anything later ends the training with what was
best until then, and the evidence says so.
"""

from __future__ import annotations

import time

import torch
from torch import Tensor

from trimtab.learning.config import (
    Comparison,
    OnProgress,
    Progress,
    SeedEvidence,
    TrainedModel,
    TrainingConfig,
)
from trimtab.learning.descent import Budget, settle
from trimtab.learning.parameters import Policy, RegionParameters, rule_policy
from trimtab.learning.world import Scenario, World, lognormal_scenario, simulate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.learned.models import RegionModel

__all__ = ["compare", "train"]

TRAINING, VALIDATION, EVIDENCE = range(3)
"""What a scenario is drawn for; each seed has a stream of chance for each."""
RANGE_MARGIN = 0.1
"""How far a feature may be from its value in training: a tenth, of logarithms or as it is."""
NORMAL_95 = 1.959964


def train(config: TrainingConfig, on_progress: OnProgress = lambda progress: None) -> TrainedModel:
    """Train with every seed and keep the model that did best in validation.

    Refuses: costs that are no numbers before anything was learned.
    """
    torch.set_num_threads(1)
    trained = [train_region(config, seed, on_progress) for seed in config.seeds]
    model, evidence = min(trained, key=lambda pair: pair[1].validation_cost)
    return TrainedModel(model, evidence.seed, tuple(one for _, one in trained))


def train_region(
    config: TrainingConfig, seed: int, on_progress: OnProgress
) -> tuple[RegionModel, SeedEvidence]:
    """One seed's region for the first world."""
    budget = Budget(config.steps_max, config.seconds_max, time.process_time())
    world = config.worlds[0]
    limit = small_cost(world.problem)
    rule = NoTradeRegion(limit.centre, limit.metric, world.problem.cost)
    start = rule_policy(world, rule)
    learnt, proof = (_scenario(config, world, seed, use) for use in (TRAINING, VALIDATION))
    parameters = RegionParameters(world.problem.instruments)
    with torch.no_grad():
        scale = float(_mean_cost(config, world, learnt, start))

    def on_step(step: int, cost: float) -> None:
        on_progress(Progress(seed, step, budget.steps, budget.used, cost * scale, scale))

    course = settle(
        parameters.tensors(),
        lambda: _mean_cost(config, world, learnt, parameters.policy(world, rule)) / scale,
        lambda: _cost_without_slopes(config, world, proof, parameters.policy(world, rule)),
        budget,
        on_step,
    )
    seconds = budget.used
    policy = parameters.policy(world, rule)
    unseen = _scenario(config, world, seed, EVIDENCE)
    comparison = compare(world, unseen, policy, start, config.warm_up)
    model = parameters.frozen(config.name, world, rule, RANGE_MARGIN)
    costs = tuple(cost * scale for cost in course.costs)
    return model, SeedEvidence(
        *(seed, costs, course.chosen_step, course.stopped, seconds, course.best, (comparison,))
    )


def compare(
    world: World,
    scenario: Scenario,
    policy: Policy,
    rule: Policy,
    warm_up: int,
    place: int = 0,
) -> Comparison:
    """Two policies through the same returns; the interval is over pairs of mirrored paths.

    Unit: `place` of the world among those compared, for the reader.
    """
    with torch.no_grad():
        ours = simulate(world, scenario, policy, warm_up).total
        theirs = simulate(world, scenario, rule, warm_up).total
    pairs = len(ours) // 2
    difference = (ours - theirs).reshape(2, pairs).mean(0).numpy()
    mean, error = float(difference.mean()), float(difference.std(ddof=1)) * pairs**-0.5
    return Comparison(
        place,
        float(ours.mean()),
        float(theirs.mean()),
        mean,
        mean - NORMAL_95 * error,
        mean + NORMAL_95 * error,
        pairs,
    )


def _scenario(config: TrainingConfig, world: World, seed: int, use: int) -> Scenario:
    return lognormal_scenario(
        world, (seed, use), rows=config.rows, periods=config.periods, start_gain=config.start_gain
    )


def _mean_cost(config: TrainingConfig, world: World, scenario: Scenario, policy: Policy) -> Tensor:
    return simulate(world, scenario, policy, config.warm_up).total.mean()


def _cost_without_slopes(
    config: TrainingConfig, world: World, scenario: Scenario, policy: Policy
) -> float:
    with torch.no_grad():
        return float(_mean_cost(config, world, scenario, policy))
