"""Trades that are too small: each is dropped or raised to the least trade, whichever is better.

The relaxed curves know neither least trades nor tickets.  Trades below the least are settled one
after the other, smallest first, each with a warm re-solve; trades whose ticket costs more than
they can be worth are dropped in the same way.
"""

import math

from trimtab.quant.certificate import node_value
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.convex import solve_convex
from trimtab.quant.curves import build_curve
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    FIXED,
    INSTRUMENT,
    LEAST_GAIN,
    LOCATION,
    MINIMUM,
    MODE_HIGH,
    MODE_LOW,
    MULTIPLIER,
    NOBODY,
    RESERVE,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import set_trade
from trimtab.quant.sides import CASH_SHORT, FREE, merit, restore, save

__all__ = ["FREE", "free_modes", "is_small", "least_trade", "settle_small"]

TICKET_TURNS = 4
LEAST_TRADE = 0.01  # dollars: nobody trades less than a cent
ROUNDING = 1e-6  # dollars below the least trade that still count as it


@inlined
def free_modes(h: Household, w: Work) -> None:
    """Let every trade take any size."""
    for p in range(h.positions):
        w.node[p, MODE_LOW] = -FREE
        w.node[p, MODE_HIGH] = FREE


@kernel
def least_trade(h: Household, p: int) -> float:
    """The least size of a trade of a position."""
    return max(h.position[p, MINIMUM], LEAST_TRADE)


@kernel
def is_small(h: Household, p: int, z: float) -> bool:
    """Whether a trade is neither nothing nor enough."""
    return z != 0.0 and abs(z) < least_trade(h, p) - ROUNDING


@kernel
def try_mode(
    h: Household, w: Work, p: int, low: float, high: float, tolerance: float, steps_max: int
) -> float:
    """Solve with a trade held between two bounds; infinite where that is not allowed."""
    w.node[p, MODE_LOW] = low
    w.node[p, MODE_HIGH] = high
    if not build_curve(h, w, p):
        return math.inf
    set_trade(h, w, p, w.node[p, Z])
    solve_convex(h, w, tolerance, steps_max)
    return merit(h, w)


@kernel
def settle_small(h: Household, w: Work, tolerance: float, steps_max: int) -> None:
    """Drop or raise every small trade, and drop those that are not worth their ticket.

    A dropped ticket may leave other trades too small, so both take turns.
    """
    for turn in range(TICKET_TURNS):
        settle_sizes(h, w, tolerance, steps_max)
        mend_short(h, w, tolerance, steps_max)
        if turn == TICKET_TURNS - 1 or drop_tickets(h, w, tolerance, steps_max) == 0:
            return


@inlined
def settle_sizes(h: Household, w: Work, tolerance: float, steps_max: int) -> None:
    """Drop or raise every trade that is too small, the smallest first."""
    m = h.positions
    for _ in range(2 * m):
        smallest = FREE
        p = NOBODY
        for q in range(m):
            fixed = w.node[q, MODE_LOW] > -FREE or w.node[q, MODE_HIGH] < FREE
            if not fixed and is_small(h, q, w.node[q, Z]) and abs(w.node[q, Z]) < smallest:
                smallest = abs(w.node[q, Z])
                p = q
        if p < 0:
            break
        least = least_trade(h, p)
        buying = w.node[p, Z] > 0.0
        before = merit(h, w)
        save(h, w)
        dropped = try_mode(h, w, p, 0.0, 0.0, tolerance, steps_max)
        if dropped < before + w.effort[LEAST_GAIN] or (
            smallest <= LEAST_TRADE and dropped < math.inf
        ):
            continue  # raising it cannot gain more than what dropping it costs
        w.node[p, MODE_LOW] = -FREE
        w.node[p, MODE_HIGH] = FREE
        build_curve(h, w, p)
        restore(h, w)
        low, high = (least, FREE) if buying else (-FREE, -least)
        raised = try_mode(h, w, p, low, high, tolerance, steps_max)
        if dropped <= raised:
            low = high = 0.0
        w.node[p, MODE_LOW] = -FREE
        w.node[p, MODE_HIGH] = FREE
        build_curve(h, w, p)
        restore(h, w)
        if dropped < math.inf or raised < math.inf:
            try_mode(h, w, p, low, high, tolerance, steps_max)
        else:
            w.node[p, MODE_HIGH] = 0.5 * FREE


@inlined
def mend_short(h: Household, w: Work, tolerance: float, steps_max: int) -> None:
    """Drop raised purchases and raise dropped sales where settled sizes leave an account short.

    Settling looks at one trade at a time, so that a sale may be dropped after the purchase that
    it pays for was raised.
    """
    for a in range(h.accounts):
        for turn in range(2):
            for p in range(h.account_start[a], h.account_start[a + 1]):
                if w.purse[a, CASH] >= h.account[a, RESERVE] - CASH_SHORT:
                    break
                low, high = w.node[p, MODE_LOW], w.node[p, MODE_HIGH]
                raised = low > 0.0
                dropped = low == 0.0 and high == 0.0
                if (turn == 0 and not raised) or (turn == 1 and not dropped):
                    continue
                new_low, new_high = (0.0, 0.0) if turn == 0 else (-FREE, -least_trade(h, p))
                if try_mode(h, w, p, new_low, new_high, tolerance, steps_max) == math.inf:
                    w.node[p, MODE_LOW] = low
                    w.node[p, MODE_HIGH] = high
                    build_curve(h, w, p)


@inlined
def drop_tickets(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Drop trades whose ticket costs more than they bring; how many were dropped."""
    dropped = 0
    best = merit(h, w)
    for p in range(h.positions):
        z = w.node[p, Z]
        if h.position[p, FIXED] <= 0.0 or z == 0.0:
            continue
        slope = w.gradient[h.place[p, INSTRUMENT]] + h.position[p, LOCATION]
        price = w.purse[h.place[p, ACCOUNT], MULTIPLIER]
        worth = -node_value(p, slope, price, h.position, w.node, w.at, w.segment, w.price)
        if worth >= h.position[p, FIXED]:
            continue
        save(h, w)
        low, high = w.node[p, MODE_LOW], w.node[p, MODE_HIGH]
        without = try_mode(h, w, p, 0.0, 0.0, tolerance, steps_max)
        if without < best - 1e-7:
            best = without
            dropped += 1
            continue
        w.node[p, MODE_LOW] = low
        w.node[p, MODE_HIGH] = high
        build_curve(h, w, p)
        restore(h, w)
    return dropped
