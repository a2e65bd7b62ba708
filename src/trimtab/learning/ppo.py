"""Bands learned by proximal policy optimisation (Stable-Baselines3) in the compiled world.

    learned = train_band(problem, PpoTerms(), seed=0)
    learned.model.region(problem)

The agent says, at every review, how wide the band is on each side; its actor is linear in the
market's figures (or constant), its critic a small network.  It begins at the cube-root band of the
textbook, with returns drawn in mirrored pairs; the critic is taught first; steps and noise shrink,
and the model is the mean of the actor's later parameters, without noise.  Evidence is not made
here: `benchmarks.ppo_truth` holds the model against the optimum.

Source: Schulman et al. (2017), "Proximal Policy Optimization Algorithms".
Errors: `InputError` for instruments that all move alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.policies import ActorCriticPolicy

from trimtab.drivers.env.choices import Choice
from trimtab.learning.ppo_view import BandView, ExpectedValueBuffer
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.ppo_band import USUAL_MARKET, PpoBand
from trimtab.quant.worlds.household_layout import HouseholdWorld

__all__ = ["PpoResult", "PpoTerms", "cube_root_bands", "drawn_growth", "train_band"]

PATHS, PERIODS = 2_000, 120
EPISODE_PERIODS = 24
START_HALF_WIDTHS = 2.5
"""How far from target households start, so that both edges are met often."""
CALIBRATION_STEPS, CALIBRATION_SKIPPED = 60, 20
DEVIATION_FIRST = -1.5
"""Logarithm of the noise that the agent begins with."""
SLOWEST = 0.02


@dataclass(frozen=True, slots=True)
class PpoTerms:
    """How to train.

    Unit: `rollouts` of `households` × `periods` steps, of which the first `taught` teach the critic
    alone; `discount` a period's; `first` the action to begin with, in which 0 is the cube-root
    band; `is_adaptive` whether the market's figures may move the edges.
    """

    rollouts: int = 24
    taught: int = 4
    households: int = 256
    periods: int = 64
    batch: int = 4_096
    epochs: int = 4
    learning_rate: float = 0.03
    discount: float = 0.99
    trace: float = 0.5
    first: float = 0.0
    is_adaptive: bool = False


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
    problem: TrackingProblem, terms: PpoTerms | None = None, *, seed: int = 0
) -> PpoResult:
    """Train one seed's agent and take its band; the same seed gives the same band."""
    terms = terms or PpoTerms()
    began = time.process_time()
    torch.set_num_threads(1)
    bands = cube_root_bands(problem)
    households = HouseholdVecEnv(
        _world(problem, bands, seed), terms.households, choice=Choice.BAND_EDGE, seed=seed
    )
    view = BandView(households, _usual_cost(households, terms.first))
    agent = _agent(view, terms, seed)
    watch = _Watch(terms, bands[view.banded])
    agent.learn(terms.rollouts * terms.households * terms.periods, callback=watch)
    model = watch.learned(f"ppo {seed}")
    seconds = time.process_time() - began
    return PpoResult(model, seed, agent.num_timesteps, seconds, tuple(watch.course))


def _world(problem: TrackingProblem, bands: Floats, seed: int) -> HouseholdWorld:
    finite = np.isfinite(bands).all(axis=1)
    spread = float(np.max(START_HALF_WIDTHS * bands[finite, 0] / problem.target[finite]))
    return HouseholdWorld(
        *(problem.target, problem.cost, problem.covariance, drawn_growth(problem, seed), bands),
        *(problem.risk_aversion, problem.review_years),
        episode=EPISODE_PERIODS,
        spread=min(spread, 0.9),
    )


def _usual_cost(households: HouseholdVecEnv, first: float) -> float:
    """What a period costs on average with the first action."""
    households.reset()
    action = np.full((households.num_envs, 2 * len(households.world.banded)), first)
    rewards = [households.step(action)[1].mean() for _ in range(CALIBRATION_STEPS)]
    return max(-float(np.mean(rewards[CALIBRATION_SKIPPED:])), 1e-12)


def _agent(view: BandView, terms: PpoTerms, seed: int) -> PPO:
    """An agent whose actor is a line and whose critic is a small network."""
    agent = PPO(
        "MlpPolicy",
        view,
        n_steps=terms.periods,
        batch_size=terms.batch,
        n_epochs=terms.epochs,
        learning_rate=lambda left: terms.learning_rate * max(left, SLOWEST),
        gamma=terms.discount,
        gae_lambda=terms.trace,
        max_grad_norm=10.0,
        rollout_buffer_class=ExpectedValueBuffer,
        rollout_buffer_kwargs={"view": view},
        policy_kwargs={
            "net_arch": {"pi": [], "vf": [32, 32]},
            "activation_fn": torch.nn.Tanh,
            "log_std_init": DEVIATION_FIRST,
            "optimizer_kwargs": {"eps": 1e-8},
        },
        seed=seed,
        device="cpu",
    )
    actor = _actor(agent.policy)
    allowed = torch.zeros_like(actor.weight)
    if terms.is_adaptive:
        allowed[:, len(view.banded) :] = 1.0
    with torch.no_grad():
        actor.weight.zero_()
        actor.bias.fill_(terms.first)
    weight: Any = actor.weight  # PyTorch leaves the hook untyped
    weight.register_hook(lambda slope: slope * allowed)
    return agent


def _actor(policy: ActorCriticPolicy) -> torch.nn.Linear:
    """The line from what is seen to the action."""
    return cast(torch.nn.Linear, policy.action_net)


@dataclass
class _Sums:
    """Sums of the actor's parameters over the later rollouts."""

    count: int = 0
    bias: Floats = field(default_factory=lambda: np.zeros(0))
    weight: Floats = field(default_factory=lambda: np.zeros((0, 0)))


class _Watch(BaseCallback):  # type: ignore[misc]
    """Holds the actor still while the critic is taught, and averages its later parameters."""

    def __init__(self, terms: PpoTerms, reference: Floats) -> None:
        super().__init__()
        self.terms, self.reference = terms, reference
        self.done, self.sums = 0, _Sums()
        self.course: list[Floats] = []

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        policy = cast(ActorCriticPolicy, self.model.policy)
        for parameter in (*_actor(policy).parameters(), policy.log_std):
            parameter.requires_grad_(self.done >= self.terms.taught)
        self._note()
        self.done += 1

    def _on_training_end(self) -> None:
        self._note()

    def _note(self) -> None:
        actor = _actor(cast(ActorCriticPolicy, self.model.policy))
        bias = actor.bias.detach().numpy().astype(np.float64)
        weight = actor.weight.detach().numpy().astype(np.float64)[:, -len(USUAL_MARKET) :]
        self.course.append(PpoBand("course", self.reference, bias, weight).half_widths())
        if self.done > self.terms.taught + 2 * (self.terms.rollouts - self.terms.taught) // 3:
            sums = self.sums
            first = sums.count == 0
            sums.bias = bias if first else sums.bias + bias
            sums.weight = weight if first else sums.weight + weight
            sums.count += 1

    def learned(self, name: str) -> PpoBand:
        """The band of the averaged parameters."""
        count = self.sums.count
        return PpoBand(name, self.reference, self.sums.bias / count, self.sums.weight / count)
