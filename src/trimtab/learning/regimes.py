"""A market with moods, and what of its mood can be known at the time.

The mood changes by chance from session to session; each has its own drift, covariance and cost of
trading.  What a policy may hear is what an ear fitted to the market's past makes of the returns up
to a review, never after it, and a memory of what trading has cost at the reviews before.

Errors: a market that cannot be is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.hearing import (
    Ear,
    belief_before,
    heard_of,
    likelihoods,
    remembered_cost,
)
from trimtab.quant.worlds._recursions import state_paths

__all__ = ["RegimeMarket", "RegimePath"]

RIDGE = 1e-12
"""Yearly variance given to what has none."""


@dataclass(frozen=True, slots=True)
class RegimePath:
    """A history of many households' markets.

    Shape: `growth` (T, B, n); `mood` (T, B) at each review; `signals` (T, B, 3); `cost_factor`
    (T, B); `expected` (T, B, n) what the moods of a period pay on average, which nobody knows.
    """

    growth: Floats
    mood: npt.NDArray[np.int64]
    signals: Floats
    cost_factor: Floats
    expected: Floats


@dataclass(frozen=True, slots=True)
class RegimeMarket:
    """Moods from calm to stormy.

    Shape: `change` (K, K) from row to column, per session; `drift` (K, n), `covariance` (K, n, n) a
    year; `cost_factor` (K,) what trading costs ÷ what is usual.
    Unit: `cost_noise` standard deviation of the log of a review's own cost factor; `ear` what hears
    the mood from closes, the market's own law where it is `None`.
    Refuses: shapes that do not fit, rows of `change` that do not sum to one.
    """

    change: Floats
    drift: Floats
    covariance: Floats
    cost_factor: Floats
    cost_noise: float = 0.3
    sessions_a_year: int = 252
    ear: Ear | None = None

    def __post_init__(self) -> None:
        moods, n = self.drift.shape
        if self.change.shape != (moods, moods) or self.covariance.shape != (moods, n, n):
            fact = f"has {moods} drifts, changes {self.change.shape}"
            raise InputError("market", fact, f"and covariances {self.covariance.shape}")
        if not np.allclose(self.change.sum(axis=1), 1.0) or self.change.min() < 0.0:
            raise InputError("market", "has changes of mood that are no probabilities")
        if self.cost_factor.shape != (moods,) or self.cost_factor.min() < 0.0:
            raise InputError("market", f"has cost factors {self.cost_factor}", "one ≥ 0 per mood")

    @property
    def long_run(self) -> Floats:
        """How often each mood holds."""
        moods = len(self.change)
        system = np.vstack([self.change.T - np.eye(moods), np.ones(moods)])
        return np.asarray(np.linalg.lstsq(system, np.append(np.zeros(moods), 1.0))[0])

    def average(self) -> tuple[Floats, Floats]:
        """Drift and covariance over the moods, which is all that a rule knows."""
        share = self.long_run
        return share @ self.drift, np.asarray(np.einsum("k,kij->ij", share, self.covariance))

    def path(
        self, chance: np.random.Generator, rows: int, periods: int, review_years: float
    ) -> RegimePath:
        """Draw histories; a review hears of the mood what sessions before it tell."""
        sessions = max(1, round(self.sessions_a_year * review_years))
        steps, mood = self.sessions(chance, rows, periods * sessions, review_years / sessions)
        at_review = mood[::sessions]
        noise = chance.normal(-0.5 * self.cost_noise**2, self.cost_noise, at_review.shape)
        factor = self.cost_factor[at_review] * np.exp(noise)
        heard = self._heard(steps, review_years / sessions)[::sessions]
        by_period = (periods, sessions, rows, -1)
        growth = np.exp(steps.reshape(by_period).sum(axis=1))
        expected = self.drift[mood].reshape(by_period).mean(axis=1) * review_years
        signals = np.concatenate([heard, remembered_cost(factor)[:, :, None]], axis=2)
        return RegimePath(growth, at_review, signals, factor, expected)

    def sessions(
        self, chance: np.random.Generator, rows: int, sessions: int, dt: float
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Log returns of sessions, and the mood of each.

        Shape: (sessions, rows, n) and (sessions, rows).
        Unit: `dt` years of a session.
        """
        middle, roots = self._moments(dt)
        mood = self._moods(chance.random((sessions, rows)))
        shocks = chance.standard_normal((sessions, rows, self.drift.shape[1]))
        steps = np.empty_like(shocks)
        for k, root in enumerate(roots):
            held = mood == k
            steps[held] = middle[k] + shocks[held] @ root.T
        return steps, mood

    def _moments(self, dt: float) -> tuple[Floats, Floats]:
        """Mean log return of a session in each mood, and the root of its covariance."""
        middle = (self.drift - 0.5 * np.einsum("kii->ki", self.covariance)) * dt
        roots = np.linalg.cholesky(self.covariance + RIDGE * np.eye(self.drift.shape[1])) * dt**0.5
        return middle, roots

    def _heard(self, steps: Floats, dt: float) -> Floats:
        """By the ear, or, without one, by whoever knows the market's own law but not its mood."""
        if self.ear is not None:
            return self.ear.heard(steps)
        belief = self.belief_before(likelihoods(steps, *self._moments(dt)))
        variance = np.einsum("kii->ki", self.covariance)
        share = self.long_run
        return heard_of(belief, share, (variance / (share @ variance)).mean(axis=1))

    def _moods(self, chance: Floats) -> npt.NDArray[np.int64]:
        """The mood of each session.  Shape: `chance` (T, B), even in [0, 1)."""
        mood = np.empty(chance.shape[::-1], dtype=np.int64)
        state_paths(self.long_run, self.change, np.ascontiguousarray(chance.T), mood)
        return mood.T

    def belief_before(self, likely: Floats) -> Floats:
        """Probability of each mood *before* each session, by the market's own law.

        Shape: `likely` (T, B, K) → (T, B, K).
        """
        return belief_before(self.long_run, self.change, likely)
