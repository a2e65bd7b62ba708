"""The kernels of worlds with memory: variances that follow returns, and filtered states.

Errors: none; callers have checked what they pass.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry
from trimtab.quant.worlds._base import Floats, Ints

__all__ = ["expected_states", "garch_paths", "garch_variances", "state_paths"]


@entry
def garch_variances(away: Floats, level: float, shock: float, memory: float) -> Floats:
    """Each session's variance, known the session before; the first is the level.

    Shape: (T,) → (T,).
    """
    variance = np.empty(len(away))
    variance[0] = level
    base = level * (1.0 - shock - memory)
    for t in range(1, len(away)):
        variance[t] = base + shock * away[t - 1] ** 2 + memory * variance[t - 1]
    return variance


@entry
def garch_paths(
    level: Floats, shock: Floats, memory: Floats, storm_max: float, shocks: Floats
) -> None:
    """Turn shocks of variance one into returns without mean, in place.

    Shape: rates (n,), `shocks` (paths, periods, n).
    Unit: `storm_max` most that a variance may be of its level.
    """
    paths, periods, n = shocks.shape
    variance = np.empty(n)
    for path in range(paths):
        variance[:] = level
        for t in range(periods):
            for i in range(n):
                away = shocks[path, t, i] * np.sqrt(variance[i])
                shocks[path, t, i] = away
                base = level[i] * (1.0 - shock[i] - memory[i])
                after = base + shock[i] * away**2 + memory[i] * variance[i]
                variance[i] = min(after, storm_max * level[i])


@entry
def expected_states(
    start: Floats, change: Floats, likely: Floats, share: Floats, pairs: Floats
) -> float:
    """The forward and backward passes over hidden states; gives the sum of log scales.

    Shape: `start` (K,), `change` (K, K) from row to column, `likely` (T, K) densities of each
    session up to a factor of its own; written: `share` (T, K) smoothed, `pairs` (K, K) expected
    changes.
    """
    sessions, states = likely.shape
    forward = np.empty((sessions, states))
    scale = np.empty(sessions)
    for t in range(sessions):
        total = 0.0
        for k in range(states):
            before = start[k]
            if t > 0:
                before = 0.0
                for j in range(states):
                    before += forward[t - 1, j] * change[j, k]
            forward[t, k] = before * likely[t, k]
            total += forward[t, k]
        scale[t] = total
        for k in range(states):
            forward[t, k] /= total
    pairs[:] = 0.0
    ahead = np.ones(states)
    back = np.empty(states)
    for t in range(sessions - 1, -1, -1):
        for k in range(states):
            share[t, k] = forward[t, k] * ahead[k]
        if t > 0:
            for j in range(states):
                back[j] = 0.0
                for k in range(states):
                    step = change[j, k] * likely[t, k] * ahead[k] / scale[t]
                    pairs[j, k] += forward[t - 1, j] * step
                    back[j] += step
            ahead[:] = back
    return np.log(scale).sum()


@entry
def state_paths(start: Floats, change: Floats, luck: Floats, states: Ints) -> None:
    """Draw hidden states from uniform numbers.

    Shape: `start` (K,), `change` (K, K), `luck` and `states` (paths, periods), the latter written.
    """
    for path in range(luck.shape[0]):
        now = -1
        for t in range(luck.shape[1]):
            chances = start if now < 0 else change[now]
            left = luck[path, t]
            now = len(start) - 1
            for k in range(len(start) - 1):
                left -= chances[k]
                if left < 0.0:
                    now = k
                    break
            states[path, t] = now
