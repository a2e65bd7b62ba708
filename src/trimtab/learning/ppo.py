"""Bands learned by proximal policy optimisation (Stable-Baselines3) in the compiled world.

    learned = train_band(problem, PpoTerms(), seed=0)
    learned.model.region(problem)

The agent says, at every review, how wide the band is on each side; its actor is linear in the
market's figures (or constant), and in place of a critic values are solved (`ppo_values`).  It
begins at the cube-root band of the textbook or any other, with returns drawn in mirrored pairs;
steps and noise shrink, and the model is the mean of the actor's later parameters, without noise.
Where an edge comes near a quarter or four times of what it began with, another stage begins there.
Evidence is not made here: `benchmarks.ppo_truth` holds the model against the optimum.

Source: Schulman et al. (2017), "Proximal Policy Optimization Algorithms".
Errors: `InputError` for instruments that all move alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO

from trimtab.drivers.env.choices import Choice
from trimtab.learning.ppo_view import BandView, SolvedValueBuffer
from trimtab.learning.ppo_watch import OnRollout, Schedule, Watch, actor_of
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.ppo_band import PpoBand
from trimtab.quant.worlds.household_layout import HouseholdWorld

__all__ = ["PpoResult", "PpoTerms", "cube_root_bands", "drawn_growth", "train_band"]

PATHS, PERIODS = 2_000, 120
EPISODE_PERIODS, HEARD_EPISODE_PERIODS = 8, 24
"""Short, so that many begin beyond an edge; longer where returns may remember: what is heard of the
market takes months to gather, and edges are met more often in some moods than in others."""
START_HALF_WIDTHS = 3.0
"""How far from target a household may start, so that both edges are met often."""
CALIBRATION_STEPS, CALIBRATION_SKIPPED = 60, 20
SLOWEST = 0.02
NEAR_THE_END = 0.9
"""Of the scale of an edge, −1 to 1."""


@dataclass(frozen=True, slots=True)
class PpoTerms:
    """How to train.

    Unit: `rollouts` of `households` × `periods` steps, up to `stages_max` times, the second and
    third only where an edge came to the end of its scale; `is_adaptive` whether the market's
    figures may move the edges; `seconds_max` CPU seconds, after which it ends with what it has.
    Refuses: no stage or no rollout; periods in which no step leads to another.
    """

    stages_max: int = 3
    rollouts: int = 60
    households: int = 256
    periods: int = 64
    batch: int = 4_096
    epochs: int = 4
    learning_rate: float = 0.03
    is_adaptive: bool = False
    seconds_max: float = 60.0

    def __post_init__(self) -> None:
        if self.stages_max < 1 or self.rollouts < 1:
            fact = f"are {self.stages_max} times {self.rollouts}"
            raise InputError("rollouts", fact, "at least one, in which the actor learns")
        if self.periods < 2:
            fact = f"has {self.periods} periods"
            raise InputError("a rollout", fact, "values are solved from one to the next: 2 or more")


@dataclass(frozen=True, slots=True)
class PpoResult:
    """The model of one seed; `course` has its half-widths after each rollout."""

    model: PpoBand
    seed: int
    steps: int
    cpu_seconds: float
    course: tuple[Floats, ...]


def cube_root_bands(problem: TrackingProblem) -> Floats:
    """Half-widths (3κs²/2q)^⅓ of each instrument against the rest; with two, of the first alone.

    Shape: (n, 2), infinite where an instrument has no band of its own.
    Source: Janecek and Shreve (2004); Rogers (2004).
    """
    n, bands = problem.instruments, np.full((problem.instruments, 2), np.inf)
    for i in range(1 if n == 2 else n):
        rest = np.delete(problem.target, i)
        against = np.insert(-rest / rest.sum(), i, 1.0)
        variance = float(against @ problem.covariance @ against)
        cost = float(np.abs(against) @ problem.cost)
        spread = problem.target[i] * (1.0 - problem.target[i])
        bands[i] = np.cbrt(1.5 * cost * spread**2 / problem.risk_aversion)
        if variance <= 0.0:
            raise InputError(f"instrument {i}", "moves as the others do", "a band needs drift")
    return bands


def drawn_growth(problem: TrackingProblem, seed: int) -> Floats:
    """Correlated lognormal periods; every second half of the paths mirrors the first.

    Shape: (paths, periods, n).
    """
    chance = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(problem.covariance)
    spread = vectors * np.sqrt(np.maximum(values, 0.0) * problem.review_years)
    mean = (problem.drift - 0.5 * np.diag(problem.covariance)) * problem.review_years
    half = chance.standard_normal((PATHS // 2, PERIODS, problem.instruments)) @ spread.T
    return np.asarray(np.exp(mean + np.concatenate([half, -half])))


def train_band(
    problem: TrackingProblem,
    terms: PpoTerms | None = None,
    *,
    seed: int = 0,
    start: Floats | None = None,
    growth: Floats | None = None,
    on_rollout: OnRollout | None = None,
) -> PpoResult:
    """Train one seed's agent and take its band; the same seed gives the same band, unless late.

    Shape: `start` (n, 2) half-widths to begin with, infinite for an instrument without a band of
    its own: those of the textbook where it is `None`; `growth` (paths, periods, n) the returns to
    learn in, lognormal ones drawn from the seed where it is `None`.
    """
    terms = terms or PpoTerms()
    began = time.process_time()
    torch.set_num_threads(1)
    bands = cube_root_bands(problem) if start is None else start
    drawn = drawn_growth(problem, seed) if growth is None else growth
    # Given returns may remember; then values are those of what is heard, even if the actor is deaf.
    is_heard = terms.is_adaptive or growth is not None
    steps, course = 0, []
    for stage in range(terms.stages_max):
        households = HouseholdVecEnv(
            _world(problem, bands, drawn, is_heard=is_heard),
            terms.households,
            choice=Choice.BAND_EDGE,
            seed=seed,
        )
        view = BandView(households, _usual_cost(households), is_heard=is_heard)
        agent = _agent(view, terms, seed)
        watch = Watch(
            f"ppo {seed}",
            Schedule(stage, terms.rollouts, began + terms.seconds_max),
            bands[view.banded],
            on_rollout or _silent,
        )
        agent.learn(terms.rollouts * terms.households * terms.periods, callback=watch)
        model = watch.learned()
        bands = bands.copy()
        bands[view.banded] = model.half_widths()
        steps += agent.num_timesteps
        course += watch.course
        if watch.is_late or np.max(np.abs(model.bias)) < NEAR_THE_END:
            break
    seconds = time.process_time() - began
    return PpoResult(model, seed, steps, seconds, tuple(course))


def _world(
    problem: TrackingProblem, bands: Floats, growth: Floats, *, is_heard: bool
) -> HouseholdWorld:
    finite = np.isfinite(bands).all(axis=1)
    # All swing at once: a weight w moves by 2w(1 − w) of what it and the rest swing apart.
    moves = 2.0 * problem.target[finite] * (1.0 - problem.target[finite])
    spread = float(np.max(START_HALF_WIDTHS * bands[finite].max(axis=1) / moves))
    return HouseholdWorld(
        *(problem.target, problem.cost, problem.covariance, growth, bands),
        *(problem.risk_aversion, problem.review_years),
        episode=HEARD_EPISODE_PERIODS if is_heard else EPISODE_PERIODS,
        spread=min(spread, 0.9),
    )


def _usual_cost(households: HouseholdVecEnv) -> float:
    """What a period costs on average with the first bands."""
    households.reset()
    action = np.zeros((households.num_envs, 2 * len(households.world.banded)))
    rewards = [households.step(action)[1].mean() for _ in range(CALIBRATION_STEPS)]
    return max(-float(np.mean(rewards[CALIBRATION_SKIPPED:])), 1e-12)


def _agent(view: BandView, terms: PpoTerms, seed: int) -> PPO:
    """An agent whose actor is a line, and whose critic is not asked."""
    agent = PPO(
        "MlpPolicy",
        view,
        n_steps=terms.periods,
        batch_size=terms.batch,
        n_epochs=terms.epochs,
        learning_rate=lambda left: terms.learning_rate * max(left, SLOWEST),
        vf_coef=0.0,
        max_grad_norm=10.0,
        rollout_buffer_class=SolvedValueBuffer,
        rollout_buffer_kwargs={"view": view},
        policy_kwargs={
            "net_arch": {"pi": [], "vf": []},
            "optimizer_kwargs": {"eps": 1e-8},
        },
        seed=seed,
        device="cpu",
    )
    actor = actor_of(agent.policy)
    allowed = torch.zeros_like(actor.weight)
    if terms.is_adaptive:
        allowed[:, len(view.banded) :] = 1.0
    with torch.no_grad():
        actor.weight.zero_()
        actor.bias.zero_()
    weight: Any = actor.weight  # PyTorch leaves the hook untyped
    weight.register_hook(lambda slope: slope * allowed)
    return agent


def _silent(rollout: int, band: PpoBand) -> None:
    """Nobody wants to know."""
