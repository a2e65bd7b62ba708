"""How a network that listens to the market is trained: the settings that were measured.

    trained = train(listening_config("listener", seeds=(0, 1, 2, 3, 4)))
    told = market_signals(log_returns, cost_factors)
    region = trained.model.region(problem, HouseholdState(gain, 0.0, told), rule)

Errors: `InputErrors` as `TrainingConfig` refuses settings.
"""

from __future__ import annotations

from dataclasses import replace

from trimtab.learning.config import TrainingConfig
from trimtab.learning.draws import draw_regime_worlds
from trimtab.learning.world import World

__all__ = ["CHOOSE_WORLDS", "LEARN_WORLDS", "STEPS", "listening_config"]

LEARN, CHOOSE = 11, 12
"""Seeds of the worlds to learn in and to choose in."""
LEARN_WORLDS, CHOOSE_WORLDS, STEPS = 24, 4, 80
ROWS, PERIODS = 64, 72


def listening_config(
    name: str,
    seeds: tuple[int, ...] = (0,),
    *,
    is_cost_quoted: bool = False,
    hears: bool = True,
    worlds: int = LEARN_WORLDS,
    steps: int = STEPS,
) -> TrainingConfig:
    """Settings for a network that hears a market's mood, over untaxed worlds with storms.

    `is_cost_quoted` says whether the household weighs a trade at the day's cost, else at its usual
    one; `hears` is there for the same network without ears.
    """
    learnt, chosen = (
        _as_quoted(draw_regime_worlds(seed, count), is_cost_quoted)
        for seed, count in ((LEARN, worlds), (CHOOSE, CHOOSE_WORLDS))
    )
    return TrainingConfig(
        name,
        learnt,
        chosen,
        seeds=seeds,
        rows=ROWS,
        periods=PERIODS,
        warm_up=0,
        steps_max=steps,
        seconds_max=900.0,
        is_conditioned=hears,
        is_anchored=False,
    )


def _as_quoted(worlds: tuple[World, ...], is_cost_quoted: bool) -> tuple[World, ...]:
    return tuple(replace(world, is_cost_quoted=is_cost_quoted) for world in worlds)
