"""The first sides: what each wash-sale group should do, judged at the relaxed trades.

In the relaxed problem every group may buy and harvest at once; its prices tell what either is
worth.  Groups choose in turn, the largest loss first, and a group counts what its choice takes away
from those that harvest into it.
"""

import math

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.convex import solve_convex
from trimtab.quant.curves import build_curves, only_sold, side_allowed
from trimtab.quant.groups import group_value, rebuild_group
from trimtab.quant.layout import (
    BUY,
    FIRST_LOT,
    LAST_LOT,
    LEAST,
    LIQUIDATE,
    LOT_LOSS,
    LOT_VALUE,
    LOT_WASH,
    NOBODY,
    RELAXED,
    SELL,
    SIDES,
    TRADED_SUM,
    WASHED,
    Household,
    Work,
    Z,
)
from trimtab.quant.promises import promise_from
from trimtab.quant.quotes import restart

__all__ = ["first_sides", "settle"]

LOSS, CHOICE, PROMISE = 0, 1, 2  # columns of Work.candidate


@kernel
def first_sides(h: Household, w: Work, tolerance: float, steps_max: int) -> tuple[int, int]:
    """Solve the relaxed problem, in which every group that has a choice may do both.

    Starts from the trades in `w.relaxed` and leaves its own there; `settle` then takes the sides.
    Returns the steps, and the first position whose bounds cross, or −1.
    """
    for group in range(h.groups):
        w.side[group] = BUY
        for side in (SELL, LIQUIDATE, WASHED):
            if side_allowed(h, w, group, side):
                w.side[group] = RELAXED
        if w.side[group] == RELAXED and only_sold(h, group) and side_allowed(h, w, group, SELL):
            w.side[group] = SELL
    crossed = build_curves(h, w)
    for p in range(h.positions):
        w.node[p, Z] = w.relaxed[p]
    restart(h, w)
    steps = solve_convex(h, w, tolerance, steps_max)
    for p in range(h.positions):
        w.relaxed[p] = w.node[p, Z]
    return steps, crossed


@inlined
def worth_of_losses(h: Household, w: Work, group: int) -> float:
    """Dollars of tax that selling all lots of a group at a loss would save."""
    total = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
            if h.lot_class[at, LOT_WASH] == LOT_LOSS:
                total -= w.rate[at] * h.lot[at, LOT_VALUE]
    return max(total, 0.0)


@kernel
def promise_at(
    h: Household, w: Work, group: int, side: int, rigid: int, value: float, enough: float
) -> float:
    """What a side promises to a group at the relaxed trades, whose bound has been taken."""
    least = w.least[SIDES * group + side, LEAST]
    if least == math.inf:
        return -math.inf
    traded = w.least[SIDES * group + side, TRADED_SUM]
    return promise_from(h, w, group, side, rigid, value, enough, least, traded)


@inlined
def loss_of_rigidity(h: Household, w: Work, group: int, chosen: int) -> float:
    """What groups that harvest would promise less if this one could no longer be bought.

    They are among the first that have `chosen`.
    """
    total = 0.0
    for place in range(chosen):
        other = w.queue[place]
        if w.nearest[other] == group and w.candidate[other, CHOICE] == SELL:
            value = group_value(h, w, other)
            total += w.candidate[other, PROMISE]
            total -= promise_at(h, w, other, SELL, group, value, -math.inf)
    return total


@inlined
def choose_side(h: Household, w: Work, group: int, chosen: int) -> None:
    """Choose the side that promises most to a group at the relaxed trades, after others."""
    partner = w.nearest[group]
    rigid = partner if partner >= 0 and w.candidate[partner, CHOICE] == SELL else NOBODY
    value = group_value(h, w, group)
    best = BUY
    sold = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        sold += max(-w.node[h.group_member[spot], Z], 0.0)
    most = promise_at(h, w, group, BUY, NOBODY, value, -math.inf) if sold > 0.0 else 0.0
    most += loss_of_rigidity(h, w, group, chosen)
    for side in (SELL, WASHED):
        if side_allowed(h, w, group, side):
            promise = promise_at(h, w, group, side, rigid, value, most)
            if promise > most:
                best, most = side, promise
    w.candidate[group, CHOICE] = best
    w.candidate[group, PROMISE] = most


@inlined
def line_up(h: Household, w: Work) -> int:
    """List the relaxed groups in `w.queue`, the largest loss first; how many."""
    count = 0
    for group in range(h.groups):
        w.candidate[group, CHOICE] = BUY
        if w.side[group] != RELAXED:
            continue
        loss = worth_of_losses(h, w, group)
        w.candidate[group, LOSS] = loss
        spot = count
        while spot > 0 and w.candidate[w.queue[spot - 1], LOSS] < loss:
            w.queue[spot] = w.queue[spot - 1]
            spot -= 1
        w.queue[spot] = group
        count += 1
    return count


@inlined
def settle(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Give every relaxed group its likely side, the largest loss first, and solve.

    `global_bound` has been taken at the relaxed trades.
    """
    relaxed = line_up(h, w)
    if relaxed == 0:
        return 0
    for place in range(relaxed):
        choose_side(h, w, w.queue[place], place)
    for place in range(relaxed):
        group = w.queue[place]
        w.side[group] = int(w.candidate[group, CHOICE])
    if build_curves(h, w) >= 0:
        for group in range(h.groups):
            if rebuild_group(h, w, group, w.side[group]):
                continue
            for side in (SELL, BUY, WASHED, LIQUIDATE):
                if side_allowed(h, w, group, side) and rebuild_group(h, w, group, side):
                    break
    restart(h, w)
    return solve_convex(h, w, tolerance, steps_max)
