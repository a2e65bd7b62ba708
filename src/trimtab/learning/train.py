"""Training: from worlds and settings to a model with its evidence.

    trained = train(TrainingConfig("mine", (World(problem),), seeds=(0, 1, 2, 3, 4)))
    trained.model.region(problem, HouseholdState.untaxed(3))

One world trains a region of its own; several train a network that reshapes control's region.
Scenarios of training, validation and evidence come from different streams of chance.  The same
settings give the same model, unless time ran out.

Errors: `InputError` where nothing can be learned; anything later ends the training with what was
best until then, and the evidence says so.
"""

from __future__ import annotations

import torch

from trimtab.learning.config import OnProgress, Progress, SeedEvidence, TrainedModel, TrainingConfig
from trimtab.learning.network_training import train_network
from trimtab.learning.region_training import train_region
from trimtab.learning.world import World
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.learned.models import RegionModel, RegionNetwork

__all__ = ["train"]


def train(config: TrainingConfig, on_progress: OnProgress | None = None) -> TrainedModel:
    """Train with every seed and keep the model that did best in validation.

    Refuses: costs that are no numbers before anything was learned.
    """
    torch.set_num_threads(1)  # more are slower where cores are busy, and change the last digits
    trained = _trained(config, on_progress or _silent)
    model, evidence = min(trained, key=lambda pair: pair[1].validation_cost)
    return TrainedModel(model, evidence.seed, tuple(one for _, one in trained))


def _trained(
    config: TrainingConfig, on_progress: OnProgress
) -> list[tuple[RegionModel | RegionNetwork, SeedEvidence]]:
    if len(config.worlds) == 1:
        return [train_region(config, seed, on_progress) for seed in config.seeds]
    learnt, proof = (tuple(_ruled(one) for one in w) for w in (config.worlds, config.validation))
    return [train_network(config, learnt, proof, seed, on_progress) for seed in config.seeds]


def _ruled(world: World) -> tuple[World, NoTradeRegion]:
    return world, calibrate(world.problem)


def _silent(progress: Progress) -> None:
    """Nobody wants to know."""
