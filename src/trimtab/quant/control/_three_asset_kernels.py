"""The kernels of the three-asset programme: value iteration on a grid of two weights.

A state is (w1, w2); the third weight is what is left.  A value between grid points is a positive
average of nine of them, which blurs; moves are shortened by just that variance, so that mean and
variance of a period are exact and the iteration still contracts.  So a coarse grid
is exact to a few parts in ten thousand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import entry, hot, kernel
from trimtab.quant.control.tracking import Floats

__all__ = ["Box", "Leads", "hold_everywhere", "iterate_values", "price_trades"]

EVERY = 12
"""Sweeps between leaps."""
LEAP_LEAST, LEAP_MOST = 0.5, 0.995
STALLED_SWEEPS = 60
"""Sweeps without closer bounds: cubics are not monotone, so that a grid may swing a little."""

Flags = npt.NDArray[np.bool_]
Box = tuple[float, float, float, int, int]
"""The first weights of the outer grid, its step, and where in it the inner grid starts."""
Leads = tuple[Floats, Floats]
"""The moves of a period, and how each inner point bends them."""


@entry
def iterate_values(
    value: Floats,
    held: Floats,
    open_to: Flags,
    box: Box,
    running: Floats,
    leads: Leads,
    pair_costs: tuple[float, float, float],
    tolerance: float,
    sweeps_max: int,
) -> tuple[float, float, int]:
    """Iterate relative values in place; bounds of the average cost a period, and the sweeps taken.

    Shape: `value` (N1, N2); `held`, `open_to` and `running` (K1, K2) of the inner grid, `open_to`
    the points that may be traded to; `leads`: `moves` (Q, 3), the ratios of returns and their
    probability, and `bends` (K1, K2, 6), the mean weights after a period and how to bend a move.
    Unit: `pair_costs` of moving one unit between 1 and 3, 2 and 3, 1 and 2; `tolerance` the gap of
    the bounds, of the average cost itself.
    """
    before = np.empty_like(value)
    room = np.empty(max(value.shape))
    least, most, closest, closest_at, last = -np.inf, np.inf, np.inf, 0, np.inf
    for sweep in range(sweeps_max):
        _hold(value, held, open_to, box, running, leads)
        before[:] = value
        _trade(value, held, box, pair_costs, room)
        least, most = _change(value, before)
        gap = most - least
        value -= 0.5 * (least + most)
        if gap < 0.98 * closest:
            closest, closest_at = gap, sweep
        settled = gap < tolerance * abs(least + most) * 0.5
        if settled or sweep - closest_at > STALLED_SWEEPS:
            return least, most, sweep + 1
        if sweep % EVERY == EVERY - 1 and LEAP_LEAST < gap / last < LEAP_MOST:
            leap = gap / (last - gap)  # what is left fades like a power: leap to where it leads
            for i in range(value.shape[0]):
                for j in range(value.shape[1]):
                    change = value[i, j] - before[i, j]
                    value[i, j] += leap * change
        last = gap
    return least, most, sweeps_max


@kernel
def _change(value: Floats, before: Floats) -> tuple[float, float]:
    """The least and the greatest change of any value."""
    least, most = np.inf, -np.inf
    for i in range(value.shape[0]):
        for j in range(value.shape[1]):
            change = value[i, j] - before[i, j]
            least, most = min(least, change), max(most, change)
    return least, most


@entry
def hold_everywhere(
    value: Floats, held: Floats, open_to: Flags, box: Box, running: Floats, leads: Leads
) -> None:
    """Write what holding each open point costs, given the relative values that follow."""
    _hold(value, held, open_to, box, running, leads)


@entry
def price_trades(
    value: Floats, held: Floats, box: Box, before: Floats, after: Floats, c: Floats, price: Floats
) -> None:
    """Write what each trade and holding what it leads to costs, less the value where it started.

    Shape: `before`, `after` (B, 3), `c` (3,), `price` (B,); not a number out of the grid.
    """
    per_step = 1.0 / box[2]
    for b in range(before.shape[0]):
        x1, x2 = (before[b, 0] - box[0]) * per_step, (before[b, 1] - box[1]) * per_step
        y1 = (after[b, 0] - box[0]) * per_step - box[3]
        y2 = (after[b, 1] - box[1]) * per_step - box[4]
        price[b] = np.nan
        if 0.0 <= x1 <= value.shape[0] - 1.0 and 0.0 <= x2 <= value.shape[1] - 1.0:
            if 0.0 <= y1 <= held.shape[0] - 1.0 and 0.0 <= y2 <= held.shape[1] - 1.0:
                paid = 0.0
                for i in range(3):
                    paid += c[i] * abs(after[b, i] - before[b, i])
                price[b] = paid + _between(held, y1, y2) - _between(value, x1, x2)


@kernel
def _hold(
    value: Floats, held: Floats, open_to: Flags, box: Box, running: Floats, leads: Leads
) -> None:
    """What holding each inner point for one period costs, with all that follows."""
    moves, bends = leads
    low1, low2, step = box[0], box[1], box[2]
    per_step = 1.0 / step
    for p in range(held.shape[0]):
        y1 = low1 + (box[3] + p) * step
        for q in range(held.shape[1]):
            if not open_to[p, q]:
                held[p, q] = np.inf
                continue
            y2 = low2 + (box[4] + q) * step
            y3 = 1.0 - y1 - y2
            total = running[p, q]
            m1, m2 = bends[p, q, 0], bends[p, q, 1]
            a, b, d = bends[p, q, 2], bends[p, q, 3], bends[p, q, 4]
            e = bends[p, q, 5]
            for m in range(moves.shape[0]):
                v1, v2 = y1 * moves[m, 0], y2 * moves[m, 1]
                scale = 1.0 / (v1 + v2 + y3)
                away1, away2 = v1 * scale - m1, v2 * scale - m2
                u1 = (m1 + a * away1 + b * away2 - low1) * per_step
                u2 = (m2 + d * away1 + e * away2 - low2) * per_step
                total += moves[m, 2] * _blurred(value, u1, u2)
            held[p, q] = total


@hot
def _blurred(value: Floats, u1: float, u2: float) -> float:
    """A positive average of nine points around, with this mean and a variance of ¼ (B-spline)."""
    i = min(max(int(u1 + 0.5), 1), value.shape[0] - 2)
    j = min(max(int(u2 + 0.5), 1), value.shape[1] - 2)
    s, t = u1 - i, u2 - j
    left, middle, right = 0.5 * (0.5 - t) ** 2, 0.75 - t * t, 0.5 * (0.5 + t) ** 2
    low = left * value[i - 1, j - 1] + middle * value[i - 1, j] + right * value[i - 1, j + 1]
    here = left * value[i, j - 1] + middle * value[i, j] + right * value[i, j + 1]
    high = left * value[i + 1, j - 1] + middle * value[i + 1, j] + right * value[i + 1, j + 1]
    return 0.5 * (0.5 - s) ** 2 * low + (0.75 - s * s) * here + 0.5 * (0.5 + s) ** 2 * high


@hot
def _cubic(a: float, b: float, c: float, d: float, t: float) -> float:
    """Through b at 0 and c at 1, with the slopes of their neighbours (Catmull-Rom)."""
    bend = 3.0 * (b - c) + d - a
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * bend))


@hot
def _between(value: Floats, u1: float, u2: float) -> float:
    """Cubic in both weights; beyond the grid as its rim goes on."""
    i = min(max(int(u1), 1), value.shape[0] - 3)
    j = min(max(int(u2), 1), value.shape[1] - 3)
    s, t = u1 - i, u2 - j
    a = _cubic(value[i - 1, j - 1], value[i - 1, j], value[i - 1, j + 1], value[i - 1, j + 2], t)
    b = _cubic(value[i, j - 1], value[i, j], value[i, j + 1], value[i, j + 2], t)
    c = _cubic(value[i + 1, j - 1], value[i + 1, j], value[i + 1, j + 1], value[i + 1, j + 2], t)
    d = _cubic(value[i + 2, j - 1], value[i + 2, j], value[i + 2, j + 1], value[i + 2, j + 2], t)
    return _cubic(a, b, c, d, s)


@kernel
def _trade(
    value: Floats, held: Floats, box: Box, pair_costs: tuple[float, float, float], room: Floats
) -> None:
    """Trade from everywhere to where trading and holding together cost least.

    A trade of three instruments is one or two exchanges of pairs, so one pass along each pair does.
    """
    value[:] = np.inf
    for i in range(held.shape[0]):
        for j in range(held.shape[1]):
            value[box[3] + i, box[4] + j] = held[i, j]
    k1, k2, k12 = box[2] * pair_costs[0], box[2] * pair_costs[1], box[2] * pair_costs[2]
    rows, columns = value.shape
    line = room
    for j in range(columns):
        for i in range(rows):
            line[i] = value[i, j]
        _exchange(line[:rows], k1)
        for i in range(rows):
            value[i, j] = line[i]
    for i in range(rows):
        _exchange(value[i], k2)
    for both in range(rows + columns - 1):
        first = max(0, both - columns + 1)
        last = min(both, rows - 1)
        for i in range(first, last + 1):
            line[i - first] = value[i, both - i]
        _exchange(line[: last - first + 1], k12)
        for i in range(first, last + 1):
            value[i, both - i] = line[i - first]


@kernel
def _exchange(line: Floats, cost: float) -> None:
    """Lower a line of values to what trading along it allows, at a cost for each step."""
    for i in range(1, line.shape[0]):
        line[i] = min(line[i], line[i - 1] + cost)
    for i in range(line.shape[0] - 2, -1, -1):
        line[i] = min(line[i], line[i + 1] + cost)
