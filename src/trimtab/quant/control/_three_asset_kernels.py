"""The kernels of the three-asset programme: value iteration on a grid of two weights.

A state is (w1, w2); the third weight is what is left.  A value between grid points is a positive
average of nine of them, which blurs; moves are shortened by just that variance, so that mean and
variance of a period are exact and the iteration still contracts.  So a coarse grid
is exact to a few parts in ten thousand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import entry, hot
from trimtab.quant.control.tracking import Floats

__all__ = ["Box", "Leads", "hold", "iterate_values", "price_trades"]

REMEMBERED = 8
"""Sweeps from which a leap is made."""
RIDGE = 1e-10
"""Of their changes' products, which may be alike to the last digit."""
STALLED_SWEEPS = 150
"""Sweeps without closer bounds, after which the bounds count as found."""

Flags = npt.NDArray[np.bool_]
Box = tuple[float, float, float, int, int]
"""The first weights of the outer grid, its step, and where in it the inner grid starts."""
Leads = tuple[Floats, Floats]
"""The moves of a period, and how each inner point bends them."""


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
    costs = [box[2] * cost for cost in pair_costs]
    least, most, closest, closest_at = -np.inf, np.inf, np.inf, 0
    leaps = _Leaps()
    for sweep in range(sweeps_max):
        hold(value, held, open_to, box, running, leads)
        after = _traded(held, box, costs, value.shape)
        change = after - value
        least, most = float(change.min()), float(change.max())
        gap = most - least
        if gap < 0.98 * closest:
            closest, closest_at = gap, sweep
        middle = 0.5 * (least + most)
        settled = gap < tolerance * abs(middle)
        if settled or sweep - closest_at > STALLED_SWEEPS:
            value[:] = after - middle
            return least, most, sweep + 1
        value[:] = leaps.next(after - middle, change - middle)
    return least, most, sweeps_max


class _Leaps:
    """Where the last sweeps lead together: Anderson's acceleration, begun anew where it strays.

    Any values give valid bounds, so that a leap that errs costs sweeps and never the answer.
    """

    def __init__(self) -> None:
        self.values: list[Floats] = []
        self.changes: list[Floats] = []
        self.smallest = np.inf

    def next(self, after: Floats, change: Floats) -> Floats:
        """The values to sweep next, from those that a sweep left and by how much it changed them.

        Shape: both (N1, N2), as the result is.
        """
        size = float(np.linalg.norm(change))
        if size > self.smallest:  # trades differ from those that the memory is of
            self.values, self.changes = [], []
        self.smallest = size if not self.changes else min(size, self.smallest)
        self.values = [*self.values, after][-REMEMBERED:]
        self.changes = [*self.changes, change][-REMEMBERED:]
        if len(self.changes) < 2:
            return after
        steps = np.diff(np.stack([c.ravel() for c in self.changes]), axis=0)
        products = steps @ steps.T
        products += RIDGE * np.trace(products) * np.eye(len(products))
        parts = np.linalg.solve(products, steps @ change.ravel())
        return np.asarray(after - np.tensordot(parts, np.diff(np.stack(self.values), axis=0), 1))


def _traded(held: Floats, box: Box, costs: list[float], shape: tuple[int, int]) -> Floats:
    """Trade from everywhere to where trading and holding together cost least.

    A trade of three instruments is one or two exchanges of pairs, so one pass along each pair does.
    Rows are as long as all diagonals together, so that the same numbers read in rows one shorter
    have the diagonals as columns.
    """
    rows, columns = shape
    length = rows + columns
    padded = np.full((rows, length), np.inf)
    value = padded[:, :columns]
    value[box[3] : box[3] + held.shape[0], box[4] : box[4] + held.shape[1]] = held
    _exchange(value, costs[0], axis=0)
    _exchange(value, costs[1], axis=1)
    _exchange(padded.reshape(-1)[: rows * (length - 1)].reshape(rows, length - 1), costs[2], axis=0)
    return value


def _exchange(value: Floats, cost: float, axis: int) -> None:
    """Lower values to what trading along an axis allows, at a cost for each step."""
    paid = cost * np.arange(value.shape[axis])
    paid = paid[:, None] if axis == 0 else paid
    forward = np.minimum.accumulate(value - paid, axis=axis) + paid
    back = np.flip(np.minimum.accumulate(np.flip(forward + paid, axis), axis=axis), axis)
    value[:] = back - paid


@entry
def hold(
    value: Floats, held: Floats, open_to: Flags, box: Box, running: Floats, leads: Leads
) -> None:
    """Write what holding each open point for a period costs, given the values that follow."""
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
