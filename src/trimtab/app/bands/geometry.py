"""The no-trade region cut by a plane: two classes vary, the others give way pro rata.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.problem import Floats

__all__ = ["Section", "section"]

REACH = 2.0
"""Weights lie between 0 and 1: a square of this half-width holds every section."""
NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Section:
    """A cut through the region: the weights of two classes at its corners, in order around it.

    Shape: `corners` (P, 2).
    """

    first: int
    second: int
    corners: Floats


def section(region: NoTradeRegion, first: int, second: int) -> Section:
    """The cut in which two classes vary and the rest gives way pro rata."""
    directions = np.column_stack([_moved(region, at, (first, second)) for at in (first, second)])
    slope = region.metric @ directions
    n = len(region.centre)
    corners = np.array([[-REACH, -REACH], [REACH, -REACH], [REACH, REACH], [-REACH, REACH]])
    for sold in range(n):
        for bought in range(n):
            if sold != bought:
                side = slope[sold] - slope[bought]
                paid = float(region.cost[sold] + region.cost[bought])
                corners = _cut(corners, side, paid)
    centre = region.centre[[first, second]]
    return Section(first, second, np.clip(corners + centre, 0.0, 1.0))


def _moved(region: NoTradeRegion, at: int, pair: tuple[int, int]) -> Floats:
    """The direction in which one class of a pair grows and the rest shrinks pro rata."""
    rest = region.centre.copy()
    rest[list(pair)] = 0.0
    if rest.sum() <= NOTHING:  # nothing is left to give way: the other of the pair does
        rest = np.zeros_like(rest)
        rest[pair[0] if at == pair[1] else pair[1]] = 1.0
    direction = -rest / rest.sum()
    direction[at] += 1.0
    return np.asarray(direction)


def _cut(corners: Floats, side: Floats, limit: float) -> Floats:
    """What of a polygon lies where `side · point` is at most `limit`."""
    kept: list[Floats] = []
    level = corners @ side - limit
    for at in range(len(corners)):
        here, there = at, (at + 1) % len(corners)
        if level[here] <= 0.0:
            kept.append(corners[here])
        if (level[here] < 0.0 < level[there]) or (level[there] < 0.0 < level[here]):
            part = level[here] / (level[here] - level[there])
            kept.append(corners[here] + part * (corners[there] - corners[here]))
    return np.array(kept) if kept else corners[:0]
