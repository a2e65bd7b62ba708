"""A market with moods, and what of its mood can be known at the time.

The mood changes by chance from session to session; each has its own drift, covariance and cost of
trading.  What a policy may hear is the filtered probability of the last mood given the returns up
to a review, never after it, and a memory of what trading has cost at the reviews before.

Source: Hamilton (1989), Econometrica 57(2), for the filter.
Errors: a market that cannot be is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats

__all__ = ["SIGNALS", "RegimeMarket", "RegimePath"]

SIGNALS = ("storm", "log_recent_cost")
"""Filtered probability of the last mood, and log of what trading cost lately ÷ what is usual."""
MEMORY = 0.7
"""What is left after a review of what trading cost before."""

LEAST_FACTOR = 1e-6
LIKELIHOOD_MIN = 1e-300
RIDGE = 1e-12
"""Yearly variance given to what has none."""


@dataclass(frozen=True, slots=True)
class RegimePath:
    """A history of many households' markets.

    Shape: `growth` (T, B, n); `mood` (T, B) at each review; `signals` (T, B, 2); `cost_factor`
    (T, B).
    """

    growth: Floats
    mood: npt.NDArray[np.int64]
    signals: Floats
    cost_factor: Floats


@dataclass(frozen=True, slots=True)
class RegimeMarket:
    """Moods from calm to stormy.

    Shape: `change` (K, K) from row to column, per session; `drift` (K, n), `covariance` (K, n, n) a
    year; `cost_factor` (K,) what trading costs ÷ what is usual.
    Unit: `cost_noise` standard deviation of the log of a review's own cost factor.
    Refuses: shapes that do not fit, rows of `change` that do not sum to one.
    """

    change: Floats
    drift: Floats
    covariance: Floats
    cost_factor: Floats
    cost_noise: float = 0.3
    sessions_a_year: int = 252

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
        """Draw histories; a review sees the mood's probability from sessions before it."""
        sessions = max(1, round(self.sessions_a_year * review_years))
        dt = review_years / sessions
        middle = (self.drift - 0.5 * np.einsum("kii->ki", self.covariance)) * dt
        roots = np.linalg.cholesky(self.covariance + RIDGE * np.eye(self.drift.shape[1])) * dt**0.5
        mood = self._moods(chance.random((periods * sessions, rows)))
        shocks = chance.standard_normal((periods * sessions, rows, self.drift.shape[1]))
        steps = np.empty_like(shocks)
        for k, root in enumerate(roots):
            held = mood == k
            steps[held] = middle[k] + shocks[held] @ root.T
        at_review = mood[::sessions]
        noise = chance.normal(-0.5 * self.cost_noise**2, self.cost_noise, at_review.shape)
        factor = self.cost_factor[at_review] * np.exp(noise)
        belief = self.belief_before(_likelihoods(steps, middle, roots))[::sessions, :, -1]
        growth = np.exp(steps.reshape(periods, sessions, rows, -1).sum(axis=1))
        heard = np.stack([belief, _remembered(factor)], axis=2)
        return RegimePath(growth, at_review, heard, factor)

    def _moods(self, chance: Floats) -> npt.NDArray[np.int64]:
        """The mood of each session.  Shape: `chance` (T, B), even in [0, 1)."""
        mood = np.empty(chance.shape, dtype=np.int64)
        reached = np.cumsum(self.change, axis=1)
        reached[:, -1] = 1.0
        first = np.cumsum(self.long_run)
        mood[0] = np.minimum(np.searchsorted(first, chance[0]), len(first) - 1)
        for t in range(1, len(chance)):
            mood[t] = (chance[t][:, None] >= reached[mood[t - 1]]).sum(axis=1)
        return mood

    def belief_before(self, likely: Floats) -> Floats:
        """Probability of each mood *before* each session, from the sessions before it.

        Shape: `likely` (T, B, K) → (T, B, K).
        """
        belief = np.empty_like(likely)
        belief[0] = self.long_run
        for t in range(1, len(likely)):
            seen = belief[t - 1] * likely[t - 1]
            belief[t] = (seen / seen.sum(axis=1, keepdims=True)) @ self.change
        return belief


def _likelihoods(steps: Floats, middle: Floats, roots: Floats) -> Floats:
    """How likely each mood makes each session's returns, against the likeliest.

    Shape: `steps` (T, B, n), `middle` (K, n), `roots` (K, n, n) → (T, B, K).
    """
    logs = np.empty((*steps.shape[:2], len(middle)))
    for k, root in enumerate(roots):
        scaled = (steps - middle[k]) @ np.linalg.inv(root).T
        logs[:, :, k] = -0.5 * (scaled**2).sum(axis=2) - np.log(np.diag(root)).sum()
    return np.asarray(np.maximum(np.exp(logs - logs.max(axis=2, keepdims=True)), LIKELIHOOD_MIN))


def _remembered(factor: Floats) -> Floats:
    """Log of what trading cost at the reviews before each, the latest weighing most."""
    recent = np.zeros_like(factor)
    for period in range(1, len(factor)):
        latest = np.log(np.maximum(factor[period - 1], LEAST_FACTOR))
        recent[period] = MEMORY * recent[period - 1] + (1.0 - MEMORY) * latest
    return recent
