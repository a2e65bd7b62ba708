"""A market with moods, and what of its mood can be known at the time.

The mood changes by chance from session to session; each has its own drift, covariance and cost of
trading.  `heard` is the filtered probability of each mood given the returns up to a review, never
after it (Hamilton 1989), and a memory of what trading has cost lately.

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
        return share @ self.drift, np.einsum("k,kij->ij", share, self.covariance)

    def path(
        self, chance: np.random.Generator, rows: int, periods: int, review_years: float
    ) -> RegimePath:
        """Draw histories; a review sees the mood's probability from sessions before it."""
        sessions = max(1, round(self.sessions_a_year * review_years))
        moods, n = self.drift.shape
        dt = review_years / sessions
        roots = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(n))
        middle = (self.drift - 0.5 * np.einsum("kii->ki", self.covariance)) * dt
        steps = np.cumsum(self.change, axis=1)
        mood = np.searchsorted(np.cumsum(self.long_run), chance.random(rows) * (1.0 - 1e-12))
        belief = np.tile(self.long_run, (rows, 1))
        recent = np.zeros(rows)
        growth, heard = np.empty((periods, rows, n)), np.empty((periods, rows, len(SIGNALS)))
        holding = np.empty((periods, rows), dtype=np.int64)
        factor = np.empty((periods, rows))
        for period in range(periods):
            holding[period] = mood
            noise = chance.normal(-0.5 * self.cost_noise**2, self.cost_noise, rows)
            factor[period] = self.cost_factor[mood] * np.exp(noise)
            heard[period] = np.column_stack([belief[:, -1], recent])
            recent = MEMORY * recent + (1.0 - MEMORY) * np.log(np.maximum(factor[period], 1e-6))
            total = np.zeros((rows, n))
            for _ in range(sessions):
                shock = chance.standard_normal((rows, n))
                step = middle[mood] + np.einsum("bij,bj->bi", roots[mood], shock) * dt**0.5
                total += step
                belief = self._updated(belief, step, middle, roots * dt**0.5)
                mood = (chance.random(rows)[:, None] > steps[mood]).sum(axis=1)
                mood = np.minimum(mood, moods - 1)
            growth[period] = np.exp(total)
        return RegimePath(growth, holding, heard, factor)

    def _updated(self, belief: Floats, step: Floats, middle: Floats, roots: Floats) -> Floats:
        """Bayes' rule with one session's returns, then the chance that the mood changes."""
        logs = np.empty_like(belief)
        for k in range(len(middle)):
            scaled = np.linalg.solve(roots[k], (step - middle[k]).T)
            logs[:, k] = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(roots[k])).sum()
        likely = belief * np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray((likely / likely.sum(axis=1, keepdims=True)) @ self.change)
