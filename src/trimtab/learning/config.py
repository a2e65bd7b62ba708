"""What a training is asked for and what it comes to: settings, progress, evidence, the model.

Errors: `InputErrors` for settings that cannot be trained with, all in one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.learning.world import World
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.models import RegionModel, RegionNetwork

__all__ = [
    "Comparison",
    "OnProgress",
    "Progress",
    "SeedEvidence",
    "Stop",
    "TrainedModel",
    "TrainingConfig",
]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train.

    A region is fitted to the one world that is given; a network to all of them, and the best of its
    steps is chosen in `validation` worlds that it was not trained in.
    Unit: `rows` households and `periods` reviews of a scenario, of which `warm_up` are not counted;
    `start_gain` least and most embedded gain at the start; `seconds_max` CPU seconds a seed;
    `learning_rate` of the network's steps; with `is_conditioned` it hears the market's signals;
    with `is_anchored` it stays the rule where there is nothing that the rule does not know;
    `start` the region from which one of its own is sought, and with which it goes along as costs
    change; the small-cost limit, without that, where it is `None`.
    Refuses: no world or seed, a network without validation worlds, sizes of nothing, signals where
    a world has none.
    """

    name: str
    worlds: tuple[World, ...]
    validation: tuple[World, ...] = ()
    seeds: tuple[int, ...] = (0,)
    rows: int = 2048
    periods: int = 264
    warm_up: int = 24
    start_gain: tuple[float, float] = (0.0, 0.0)
    steps_max: int = 16
    seconds_max: float = 60.0
    learning_rate: float = 0.02
    hidden: tuple[int, ...] = (16,)
    is_conditioned: bool = False
    is_anchored: bool = True
    start: NoTradeRegion | None = None

    def __post_init__(self) -> None:
        if errors := _setting_errors(self):
            raise InputErrors(errors)


def _setting_errors(config: TrainingConfig) -> list[InputError]:
    errors = []
    if not config.worlds:
        errors.append(InputError("worlds", "there are none", "training needs at least one"))
    if not config.seeds or len(set(config.seeds)) != len(config.seeds):
        errors.append(InputError("seeds", f"are {config.seeds}", "at least one, each once"))
    if config.rows < 2 or config.rows % 2:
        errors.append(InputError("rows", f"is {config.rows}", "even and at least 2"))
    if not 0 <= config.warm_up < config.periods:
        bound = f"below the {config.periods} periods"
        errors.append(InputError("warm_up", f"is {config.warm_up}", bound))
    if config.steps_max < 1 or not config.seconds_max > 0.0:
        fact = f"{config.steps_max} steps, {config.seconds_max:g} seconds"
        errors.append(InputError("budget", fact, "at least one step, more than no time"))
    if not 0.0 < config.learning_rate < np.inf:
        bound = "positive and finite"
        errors.append(InputError("learning_rate", f"is {config.learning_rate:g}", bound))
    least, most = config.start_gain
    if not least <= most < 1.0:
        errors.append(InputError("start_gain", f"is {config.start_gain}", "rising, below 1"))
    if len(config.worlds) > 1 and not config.validation:
        bound = "a network is chosen in worlds that it was not trained in"
        errors.append(InputError("validation", "has no worlds", bound))
    everywhere = (*config.worlds, *config.validation)
    if config.is_conditioned and not all(world.market for world in everywhere):
        errors.append(InputError("signals", "are asked for", "a world without moods has none"))
    return errors


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands.

    Unit: `cost` and `rule_cost` fraction of value a year, or in units of the rule's own where
    `is_relative`.
    """

    seed: int
    step: int
    steps_max: int
    seconds: float
    cost: float
    rule_cost: float
    is_relative: bool = False


OnProgress = Callable[[Progress], None]


class Stop:
    """Why a training ended."""

    CONVERGED = "converged"
    STEPS = "all steps done"
    TIME = "time was up"
    NOT_FINITE = "the cost was no longer a number"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model against the rule over the same returns, household by household.

    Unit: fraction of value a year; `difference` model less rule, below zero is better, `low` and
    `high` its 95 % interval over pairs of mirrored paths.
    """

    world: int
    model_cost: float
    rule_cost: float
    difference: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True, slots=True)
class SeedEvidence:
    """One seed's training.

    Unit: `costs` of the training scenarios at each step; `comparisons` in returns that neither
    training nor the choice of the best step has seen.
    """

    seed: int
    costs: tuple[float, ...]
    chosen_step: int
    stopped: str
    cpu_seconds: float
    validation_cost: float
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """The model of the seed with the least validation cost, and the evidence of every seed."""

    model: RegionModel | RegionNetwork
    chosen_seed: int
    seeds: tuple[SeedEvidence, ...]

    @property
    def evidence(self) -> SeedEvidence:
        """That of the seed that was chosen."""
        return next(one for one in self.seeds if one.seed == self.chosen_seed)

    @property
    def ranges(self) -> Floats:
        """Least and most of each feature that training has seen."""
        return self.model.ranges
