"""A world of moods: calm and crisis, each with means, volatilities and correlations of its own.

Fitted by expectation and maximisation (Baum-Welch) with full covariances.  A draw returns which
mood held when, for checks of whoever claims to have found it; no policy may see it.

Errors: those of `checked_history`; a state that dies out in fitting is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Drawn, Floats, checked_history, checked_size
from trimtab.quant.worlds._recursions import expected_states, state_paths
from trimtab.quant.worlds.lognormal import root_of

__all__ = ["Regimes", "fit_regimes"]

ROUNDS_MAX = 200
GAIN_MIN = 1e-7
"""Gain of mean log likelihood below which fitting has ended."""
SHARE_MIN = 0.02
"""Share of sessions below which a state has died out."""
RIDGE = 1e-3
"""Part of the whole history's covariance that each state's contains, so that none is singular."""
START_WINDOW = 21
"""Sessions over which the first guess of states looks at volatility."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """A hidden Markov chain of normal log returns; states are ordered from calm to stormy.

    Shape: `start` (K,) long-run shares, `change` (K, K) from row to column, `mean` (K, n),
    `roots` (K, n, n).
    Unit: log returns per session.
    Source: Hamilton (1989), Econometrica 57(2).
    """

    start: Floats
    change: Floats
    mean: Floats
    roots: Floats
    name: str = "regime switching"

    def draw(self, chance: np.random.Generator, paths: int, periods: int) -> Drawn:
        """Draw histories with their hidden states.  Refuses: fewer than one path or period."""
        checked_size(paths, periods)
        states = np.empty((paths, periods), dtype=np.int64)
        state_paths(self.start, self.change, chance.random((paths, periods)), states)
        shocks = chance.standard_normal((paths, periods, self.mean.shape[1]))
        logs = np.empty_like(shocks)
        for k, root in enumerate(self.roots):
            held = states == k
            logs[held] = self.mean[k] + shocks[held] @ root.T
        return Drawn(np.expm1(logs), states)


def fit_regimes(history: npt.ArrayLike, states: int = 2) -> Regimes:
    """The most likely chain, begun from sessions sorted by how much everything moved around them.

    Shape: (T, n) simple returns of sessions.
    Refuses: what `checked_history` refuses; fewer than two states; a state that dies out.
    """
    logs = checked_history(history)
    if states < 2:
        raise InputError("states", f"{states}", "at least two are needed")
    share = _first_guess(logs, states)
    floor = RIDGE * np.cov(logs, rowvar=False)
    change = np.full((states, states), 0.02 / (states - 1))
    np.fill_diagonal(change, 0.98)
    pairs = np.empty((states, states))
    before = -np.inf
    for _ in range(ROUNDS_MAX):
        mean, covariance = _moments(logs, share, floor)
        likely, shift = _densities(logs, mean, covariance)
        start = share[0] / share[0].sum()
        level = expected_states(start, change, likely, share, pairs) + shift
        change = pairs / pairs.sum(axis=1, keepdims=True)
        _check_alive(share)
        if level / len(logs) - before < GAIN_MIN:
            break
        before = level / len(logs)
    order = np.argsort([np.trace(one) for one in covariance])
    change = change[np.ix_(order, order)]
    roots = np.stack([root_of(covariance[k]) for k in order])
    return Regimes(_long_run(change), change, mean[order], roots)


def _first_guess(logs: Floats, states: int) -> Floats:
    """Sessions sorted into equal parts by the size of moves around them."""
    size = ((logs / logs.std(axis=0)) ** 2).mean(axis=1)
    around = np.convolve(size, np.full(START_WINDOW, 1.0 / START_WINDOW), mode="same")
    part = np.argsort(np.argsort(around)) * states // len(around)
    return np.asarray(np.eye(states)[part] * 0.9 + 0.1 / states)


def _moments(logs: Floats, share: Floats, floor: Floats) -> tuple[Floats, Floats]:
    weight = share / share.sum(axis=0)
    mean = weight.T @ logs
    away = logs[None] - mean[:, None]
    return mean, np.einsum("tk,kti,ktj->kij", weight, away, away, optimize=True) + floor


def _densities(logs: Floats, mean: Floats, covariance: Floats) -> tuple[Floats, float]:
    """Densities of each session in each state, scaled to one at the likeliest; and the scales."""
    table = np.empty((len(logs), len(mean)))
    for k, (centre, spread) in enumerate(zip(mean, covariance, strict=True)):
        root = np.linalg.cholesky(spread)
        scaled = np.linalg.solve(root, (logs - centre).T)
        table[:, k] = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(root)).sum()
    top = table.max(axis=1)
    return np.exp(table - top[:, None]), float(top.sum())


def _check_alive(share: Floats) -> None:
    least = float(share.mean(axis=0).min())
    if least < SHARE_MIN:
        raise InputError(
            "market states",
            f"one holds in {least:.1%} of the sessions",
            f"each is to hold in at least {SHARE_MIN:.0%}",
            "ask for fewer states or take a longer history",
        )


def _long_run(change: Floats) -> Floats:
    """How often each state holds in the long run."""
    states = len(change)
    system = np.vstack([change.T - np.eye(states), np.ones(states)])
    found, *_ = np.linalg.lstsq(system, np.append(np.zeros(states), 1.0), rcond=None)
    return np.asarray(found)
