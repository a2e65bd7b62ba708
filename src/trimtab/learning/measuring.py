"""What policies cost in scenarios, by themselves and against each other.

Errors: none of its own.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trimtab.learning.config import Comparison, TrainingConfig
from trimtab.learning.parameters import Policy
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.untaxed_years import is_plain, untaxed_years
from trimtab.learning.world import Costs, Scenario, View, World, simulate

__all__ = ["EVIDENCE", "TRAINING", "VALIDATION", "compare", "costs_of", "mean_cost", "scenario_for"]

TRAINING, VALIDATION, EVIDENCE = range(3)
"""What a scenario is drawn for; each seed has a stream of chance for each."""
NORMAL_95 = 1.959964


def scenario_for(config: TrainingConfig, world: World, seed: tuple[int, ...]) -> Scenario:
    """A scenario of the configured size."""
    return draw_scenario(
        world, seed, rows=config.rows, periods=config.periods, start_gain=config.start_gain
    )


def costs_of(world: World, scenario: Scenario, policy: Policy, warm_up: int) -> Costs:
    """What a policy costs each household of a scenario; slopes flow where they are wanted.

    Where nothing is taxed, and nothing flows, a policy is asked for all reviews at once: what it
    says then depends on what is heard alone.
    Refuses: a warm-up as long as the scenario.
    """
    periods, rows, n = scenario.growth.shape
    if not is_plain(world) or not 0 <= warm_up < periods:
        return simulate(world, scenario, policy, warm_up)
    nothing = torch.zeros((periods * rows, n), dtype=torch.float64)
    heard = scenario.signals.reshape(periods * rows, -1)
    return untaxed_years(world, scenario, policy(View(nothing, nothing, heard)), warm_up)


def mean_cost(config: TrainingConfig, world: World, scenario: Scenario, policy: Policy) -> Tensor:
    """Mean yearly cost over the households of a scenario; slopes flow where they are wanted."""
    return costs_of(world, scenario, policy, config.warm_up).total.mean()


def compare(
    world: World, scenario: Scenario, policy: Policy, rule: Policy, warm_up: int, place: int = 0
) -> Comparison:
    """Two policies through the same returns; the interval is over pairs of paths.

    Unit: `place` of the world among those compared, for the reader.
    """
    with torch.no_grad():
        ours = costs_of(world, scenario, policy, warm_up).total
        theirs = costs_of(world, scenario, rule, warm_up).total
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
