"""How a network that listens to the market is trained: the settings that were measured.

    trained = train(listening_config("listener", seeds=(0, 1, 2, 3, 4)))
    told = market_signals(log_returns, cost_factors)
    region = trained.model.region(problem, HouseholdState(gain, 0.0, told), rule)

Errors: `InputErrors` as `TrainingConfig` refuses settings.
"""

from __future__ import annotations

from dataclasses import replace

from trimtab.learning.config import TrainingConfig
from trimtab.learning.draws import draw_regime_worlds, draw_storms
from trimtab.learning.world import World
from trimtab.quant.control.tracking import TrackingProblem

__all__ = [
    "CHOOSE_WORLDS",
    "LEARN_WORLDS",
    "STEPS",
    "household_listening",
    "listening_config",
    "unseen_worlds",
]

LEARN, CHOOSE, PROOF = 11, 12, 15
"""Seeds of the worlds to learn in, to choose in, and for the evidence of a household's model."""
LEARN_WORLDS, CHOOSE_WORLDS, STEPS = 24, 4, 80
OWN = OTHERS = LEARN_WORLDS // 2
CHOOSE_OTHERS = 2
"""Of a household's own training: worlds of its classes, and of other households."""
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


def household_listening(
    name: str, problem: TrackingProblem, past_sessions: int, *, seconds: float = 900.0
) -> TrainingConfig:
    """The same for one household: half of the worlds are its own classes in storms of all kinds,
    half are other households, so that it stays within what training knows as its figures change.

    Unit: `past_sessions` of closes to which an ear is fitted; `seconds` of computing a seed.
    """
    config = listening_config(name, worlds=OTHERS, steps=STEPS)
    own, chosen = (
        _as_quoted(draw_storms(number, count, problem, past_sessions), False)
        for number, count in ((LEARN, OWN), (CHOOSE, CHOOSE_WORLDS))
    )
    mixed = tuple(world for pair in zip(own, config.worlds, strict=True) for world in pair)
    return replace(
        config,
        worlds=mixed,
        validation=(*chosen, *config.validation[:CHOOSE_OTHERS]),
        seconds_max=seconds,
    )


def unseen_worlds(
    problem: TrackingProblem, past_sessions: int, count: int
) -> tuple[tuple[World, ...], tuple[World, ...]]:
    """Worlds that no training of these has seen: the household's own classes, other households."""
    own = draw_storms(PROOF, count, problem, past_sessions)
    others = draw_regime_worlds(PROOF, count)
    return _as_quoted(own, False), _as_quoted(others, False)


def _as_quoted(worlds: tuple[World, ...], is_cost_quoted: bool) -> tuple[World, ...]:
    return tuple(replace(world, is_cost_quoted=is_cost_quoted) for world in worlds)
