"""Scenarios: the returns, starts and signals through which policies are trained and compared.

Errors: sizes of nothing are `InputError`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from trimtab.learning.regimes import RegimePath
from trimtab.learning.world import Scenario, World
from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats

__all__ = ["draw_scenario"]


def draw_scenario(
    world: World,
    seed: int | tuple[int, ...],
    *,
    rows: int,
    periods: int,
    start_gain: tuple[float, float] = (0.0, 0.0),
) -> Scenario:
    """Histories of a world from the target, with embedded gains drawn evenly.

    Lognormal returns come in mirrored pairs, row b with row b + rows ÷ 2, so that a mean over both
    has less noise.
    Unit: `start_gain` least and most, fraction of value.
    Refuses: odd `rows`, no periods.
    """
    if rows < 2 or rows % 2 or periods < 1:
        bound = f"even, at least 2, through at least one period ({periods})"
        raise InputError("rows", f"is {rows}", bound)
    chance = np.random.default_rng(seed)
    if world.market is None:
        path = _lognormal(world, chance, rows, periods)
        covariance = world.problem.covariance[None]
    else:
        path = world.market.path(chance, rows, periods, world.problem.review_years)
        covariance = world.market.covariance
    n = world.problem.instruments
    gain = chance.uniform(start_gain[0], start_gain[1], (rows, n)) if any(start_gain) else 0.0
    weights = np.tile(world.problem.target / world.problem.target.sum(), (rows, 1))
    return Scenario(
        torch.from_numpy(path.growth),
        torch.from_numpy(weights),
        torch.from_numpy(np.broadcast_to(1.0 - gain, (rows, n)).copy()),
        torch.from_numpy(path.signals),
        torch.from_numpy(covariance.copy()),
        torch.from_numpy(path.mood),
        torch.from_numpy(path.cost_factor),
        torch.from_numpy(path.expected),
    )


def _lognormal(world: World, chance: np.random.Generator, rows: int, periods: int) -> RegimePath:
    """One mood, nothing to hear, trading at its usual cost."""
    problem = world.problem
    n, dt = problem.instruments, problem.review_years
    half = chance.standard_normal((periods, rows // 2, n)) @ _root(problem.covariance).T
    shocks = np.concatenate([half, -half], axis=1) * np.sqrt(dt)
    growth = np.exp((problem.drift - 0.5 * np.diag(problem.covariance)) * dt + shocks)
    mood: npt.NDArray[np.int64] = np.zeros((periods, rows), dtype=np.int64)
    expected = np.broadcast_to(problem.drift * dt, growth.shape).copy()
    unheard = np.zeros((periods, rows, 0))
    return RegimePath(growth, mood, unheard, np.ones((periods, rows)), expected)


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
