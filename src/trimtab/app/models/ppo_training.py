"""A household's no-trade zone learned by proximal policy optimisation: `train --method ppo`.

The agent begins at the rule's own edges and meets the household's classes, costs and risk in the
compiled world.  Of the seeds the one is kept whose zone, after the limits that any learned zone is
held to, costs least in returns that no seed has learned from; the evidence is made in others again.

Errors: `InputError` for missing packages, and as training raises them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from time import process_time
from typing import TYPE_CHECKING

import numpy as np

from trimtab.policies._learned_region import bounded
from trimtab.policies._zone import Zone
from trimtab.quant.control.average_cost import Growth, followed, period_growth
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.ppo_band import PpoBand

if TYPE_CHECKING:
    from trimtab.learning.config import Progress

__all__ = ["PPO_CODE", "PPO_LIMITS", "PPO_PACKAGES", "Method", "best_ppo_band", "edges_of"]

PPO_PACKAGES = ("torch", "stable_baselines3", "gymnasium")
PPO_CODE = ("drivers/env", "quant/worlds")
"""Folders whose files make such a model what it is, besides those of all models."""
PPO_LIMITS = (
    "With three classes and more each class's edges are learned, and the zone between them has the "
    "shape of the rule's.",
)
VALIDATION_SEED = 20_261_122
"""Of the returns in which seeds are compared: neither training nor evidence draws from it."""
PATHS, BEFORE, COUNTED = 512, 24, 120
"""Households, reviews until the start is forgotten, and reviews that count."""
EDGE_LEAST = 1e-4
"""An edge nearer to its target than this begins so far away."""


class Method(StrEnum):
    """How a zone is learned."""

    GRADIENT = "gradient"
    """Along the slope of the cost through simulated years."""
    PPO = "ppo"
    """By reinforcement: proximal policy optimisation."""
    LISTENING = "listening"
    """A network that is told what is heard of the market, along the slope of the cost."""


def best_ppo_band(
    zone: Zone,
    name: str,
    seeds: tuple[int, ...],
    seconds: float,
    on_progress: Callable[[Progress], None],
) -> PpoBand:
    """The band of the seed that does best in validation.

    Unit: `seconds` of computing a seed.
    """
    from trimtab.learning.config import Progress
    from trimtab.learning.ppo import PpoTerms, train_band

    problem, terms = zone.classes.problem, PpoTerms(seconds_max=seconds)
    growth = period_growth(problem, PATHS, BEFORE, COUNTED, VALIDATION_SEED)
    rule_cost = float(followed(problem, zone.region, growth).mean())
    found = []
    for seed in seeds:
        began = process_time()

        def tell(rollout: int, band: PpoBand, seed: int = seed, began: float = began) -> None:
            cost = _cost(zone, band, growth)
            step, spent = rollout % terms.rollouts, process_time() - began
            on_progress(Progress(seed, step, terms.rollouts, spent, cost, rule_cost))

        learned = train_band(problem, terms, seed=seed, start=edges_of(zone), on_rollout=tell)
        found.append((_cost(zone, learned.model, growth), learned.model))
    cost, best = min(found, key=lambda pair: pair[0])
    if not np.isfinite(cost):
        raise ArithmeticError("the cost was no longer a number")
    rule_widths = np.maximum(*zone.region.half_widths())[: len(best.reference)]
    return replace(best, name=name, beside=rule_widths)


def edges_of(zone: Zone) -> Floats:
    """How far from its target each class may move alone before the rule trades, down and up.

    Shape: (n, 2); of two classes only the first has a band, as the other moves against it.
    """
    target = zone.classes.problem.target
    lower, upper = zone.edges()
    edges = np.maximum(np.column_stack([target - lower, upper - target]), EDGE_LEAST)
    if len(target) == 2:
        edges[1] = np.inf
    return edges


def _cost(zone: Zone, band: PpoBand, growth: Growth) -> float:
    """What a band's zone costs, fraction of value a year."""
    return float(followed(zone.classes.problem, _used(zone, band), growth).mean())


def _used(zone: Zone, band: PpoBand) -> NoTradeRegion:
    problem = zone.classes.problem
    state = HouseholdState.untaxed(problem.instruments)
    return bounded(zone.region, band.region(problem, state, zone.region))[0]
