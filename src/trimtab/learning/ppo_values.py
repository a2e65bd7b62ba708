"""What it is worth to be somewhere: values solved from many steps at once, without a discount.

A band is crossed in years, and what an edge is worth shows that late.  A critic that learns step by
step does not look so far ahead, and a discount looks away.  So the *relative* value of the weights
after a trade is solved: value(after a trade) = next reward − average reward + value(after the next
trade), all of it at once, by least squares over the steps of several rollouts.  The value is
piecewise linear in each deviation, with products of two; what is heard of the market counts by
itself, and changes how a deviation counts.

Source: Tsitsiklis and Van Roy (1999), "Average cost temporal-difference learning"; Bradtke and
Barto (1996), "Linear least-squares algorithms for temporal difference learning".
Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Rollout", "Values", "expected_before", "relative_values"]

Floats = npt.NDArray[np.float64]

VALUE_KNOTS, BEFORE_KNOTS, HEARD_KNOTS = 12, 48, 6
"""Between which values are straight; those before a trade have a kink at each edge."""
TAIL = 0.005
"""The part of all deviations that lies beyond the last knot but one, on each side."""
RIDGE = 1e-6


class Rollout(NamedTuple):
    """The steps of a rollout: where households stood, what they did, what that brought.

    Shape: `before`, `after` (T, B, m) deviations at and after the trade; `heard` (T, B, k) of the
    market before it; `rewards`, `is_begun` (T, B), the latter where an episode begins.
    """

    before: Floats
    after: Floats
    heard: Floats
    rewards: Floats
    is_begun: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Functions of a deviation and of what is heard, of which values are sums."""

    knots: tuple[Floats, ...]
    coarse: tuple[Floats, ...]

    @classmethod
    def over(cls, places: Floats, count: int) -> _Shapes:
        """Of so many knots over where the places lie.  Shape: `places` (N, m)."""
        fine, coarse = (
            tuple(_knots(column, each) for column in places.T) for each in (count, HEARD_KNOTS)
        )
        return cls(fine, coarse)

    def table(self, places: Floats, heard: Floats) -> Floats:
        """Each function at each place; none is constant.  Shape: (N, m), (N, k) to (N, p)."""
        parts = [_hats(places[:, k], knots) for k, knots in enumerate(self.knots)]
        parts += [places[:, k, None] * places[:, :k] for k in range(1, places.shape[1])]
        for figure in heard.T:
            parts.append(figure[:, None])
            for k, knots in enumerate(self.coarse):
                parts.append(_hats(places[:, k], knots) * figure[:, None])
        return np.concatenate(parts, axis=1)


def _knots(places: Floats, count: int) -> Floats:
    """Evenly spread over nearly all places, and one at either end."""
    low, high = np.quantile(places, [TAIL, 1.0 - TAIL])
    return np.unique([places.min(), *np.linspace(low, high, count), places.max()])


def _hats(places: Floats, knots: Floats) -> Floats:
    """One at a knot, zero at all others, straight between; the first knot's is left out.

    Shape: `places` (N,); the answer (N, knots − 1).
    """
    table = np.zeros((len(places), len(knots)))
    if len(knots) > 1:
        held = np.clip(places, knots[0], knots[-1])
        left = np.clip(np.searchsorted(knots, held, side="right") - 1, 0, len(knots) - 2)
        share = (held - knots[left]) / (knots[left + 1] - knots[left])
        rows = np.arange(len(places))
        table[rows, left], table[rows, left + 1] = 1.0 - share, share
    return table[:, 1:]


@dataclass(frozen=True, slots=True)
class Values:
    """The relative value of weights after a trade, and the average reward of a period."""

    average: float
    shapes: _Shapes
    parts: Floats

    def of(self, rollout: Rollout) -> Floats:
        """The value of where each trade of a rollout led.  Shape: (T, B)."""
        table = self.shapes.table(_flat(rollout.after), _flat(rollout.heard))
        return np.asarray((table @ self.parts).reshape(rollout.rewards.shape))


def relative_values(rollouts: Sequence[Rollout]) -> Values:
    """Solve the values of all steps that lead from one trade to the next within an episode.

    One row of the system a function, and one more that makes the average what is left.
    """
    shapes = _Shapes.over(np.concatenate([_flat(each.after) for each in rollouts]), VALUE_KNOTS)
    here, change, rewards = [], [], []
    for each in rollouts:
        table = shapes.table(_flat(each.after), _flat(each.heard))
        table = table.reshape(*each.rewards.shape, -1)
        is_known = ~each.is_begun[1:]
        here.append(table[:-1][is_known])
        change.append((table[:-1] - table[1:])[is_known])
        rewards.append(each.rewards[1:][is_known])
    found = _solved(
        _with_constant(np.concatenate(here)),
        _with_constant(np.concatenate(change)),
        np.concatenate(rewards),
    )
    return Values(float(found[-1]), shapes, found[:-1])


def expected_before(rollout: Rollout, judged: Floats) -> Floats:
    """What is expected of a household's step before its action is known: a regression.

    Shape: `judged` (T, B) what each step came to; the answer the same.
    """
    before = _flat(rollout.before)
    table = _Shapes.over(before, BEFORE_KNOTS).table(before, _flat(rollout.heard))
    table = _with_constant(table)
    return np.asarray((table @ _solved(table, table, judged.ravel())).reshape(judged.shape))


def _solved(against: Floats, table: Floats, wanted: Floats) -> Floats:
    """The parts for which `table @ parts` misses `wanted` by what is unrelated to `against`."""
    system = against.T @ table / len(table) + RIDGE * np.eye(table.shape[1])
    return np.asarray(np.linalg.solve(system, against.T @ wanted / len(table)))


def _with_constant(table: Floats) -> Floats:
    return np.concatenate([table, np.ones((len(table), 1))], axis=1)


def _flat(places: Floats) -> Floats:
    """Shape: (T, B, m) to (T × B, m)."""
    return places.reshape(places.shape[0] * places.shape[1], places.shape[2])
