"""Which side each wash-sale group takes: harvest its losses, or be free to buy it.

From the first choice on, groups are flipped one at a time or together with their nearest
substitute.  Each flip has a promise; only flips that promise enough are tried, the best one first,
from the trades at hand, and given up as soon as a bound shows that they cannot gain.
"""

import math

from trimtab.quant.certificate import convex_gap, linear_objective
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.convex import approach, solve_convex
from trimtab.quant.curves import only_sold, side_allowed
from trimtab.quant.groups import group_value, rebuild_group
from trimtab.quant.layout import (
    BLOCKED,
    BUY,
    CASH,
    FAILURES_MAX,
    INSTRUMENT,
    LEAST_GAIN,
    LIQUIDATE,
    MODE_HIGH,
    MODE_LOW,
    NOBODY,
    RELAXED,
    RESERVE,
    SELL,
    THOROUGH,
    VALUE,
    WASHED,
    Household,
    Work,
    Z,
)
from trimtab.quant.promises import flip_promise, follows
from trimtab.quant.quotes import set_trade
from trimtab.quant.views import copy_rows

__all__ = ["cash_short", "descend", "flip", "merit", "nearest_substitutes"]

SHORT_PENALTY = 1e6  # dollars of objective per dollar of missing cash: it comes first
CLEAR = 0.01  # dollars by which a bound must leave room for a gain
FREE = 1e300  # a bound that never binds
LAST = 1e-9  # of a promise: keeps the order among those that come last
HOPE = 1e-4  # of value: a change so much worse after one turn is given up
CASH_SHORT = 1e-6  # dollars below the reserve that count as short


@kernel
def cash_short(h: Household, w: Work) -> float:
    """Dollars by which accounts miss their reserves."""
    total = 0.0
    for a in range(h.accounts):
        total += max(h.account[a, RESERVE] - w.purse[a, CASH] - CASH_SHORT, 0.0)
    return total


@inlined
def merit(h: Household, w: Work) -> float:
    """The objective at marginal rates, with a penalty that leads back to enough cash."""
    return linear_objective(h, w) + SHORT_PENALTY * cash_short(h, w)


@kernel
def save(h: Household, w: Work) -> None:
    """Remember the trades."""
    m, n, accounts = h.positions, h.instruments, h.accounts
    copy_rows(w.node, w.saved_node, m)
    copy_rows(w.quote, w.saved_quote, m)
    copy_rows(w.at, w.saved_at, m)
    copy_rows(w.gradient, w.saved_gradient, n)
    copy_rows(w.purse, w.saved_purse, accounts)


@kernel
def restore(h: Household, w: Work) -> None:
    """Return to the trades remembered; the caller returns the sides first."""
    m, n, accounts = h.positions, h.instruments, h.accounts
    copy_rows(w.saved_node, w.node, m)
    copy_rows(w.saved_quote, w.quote, m)
    copy_rows(w.saved_at, w.at, m)
    copy_rows(w.saved_gradient, w.gradient, n)
    copy_rows(w.saved_purse, w.purse, accounts)


@kernel
def move_group(h: Household, w: Work, group: int, side: int) -> bool:
    """Put a group on a side, its trades back at none where the side forbids them."""
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        w.node[h.group_member[spot], MODE_LOW] = -FREE
        w.node[h.group_member[spot], MODE_HIGH] = FREE
    fits = rebuild_group(h, w, group, side)
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        set_trade(h, w, p, w.node[p, Z])
    return fits


@inlined
def hopeful(h: Household, w: Work, best: float, near: bool) -> bool:
    """Whether trades after one turn may still end better than the best ones.

    Those that are far worse are given up.  Of the rest, a quick search believes trades that are
    `near` their optimum, a thorough one asks their bound.
    """
    objective = merit(h, w)
    if objective < best - CLEAR:
        return True
    if objective > best + HOPE * h.scalar[VALUE] or (near and w.effort[THOROUGH] == 0.0):
        return False
    return linear_objective(h, w) - convex_gap(h, w) < best - CLEAR


@kernel
def flip(
    h: Household,
    w: Work,
    first: int,
    first_side: int,
    second: int,
    second_side: int,
    best: float,
    tolerance: float,
    steps_max: int,
) -> tuple[float, int]:
    """Try new sides for one or two groups (`second` −1 for one); keep them where they gain.

    Returns the objective now and the steps it took.
    """
    save(h, w)
    was_first = w.side[first]
    was_second = w.side[second] if second >= 0 else BUY
    fits = move_group(h, w, first, first_side)
    if second >= 0:
        fits = move_group(h, w, second, second_side) and fits
    steps = 0
    if fits:
        steps, near = approach(h, w, tolerance)
        if hopeful(h, w, best, near):
            steps += solve_convex(h, w, tolerance, steps_max)
            objective = merit(h, w)
            if objective < best - (CLEAR if w.effort[THOROUGH] > 0.0 else w.effort[LEAST_GAIN]):
                return objective, steps
    rebuild_group(h, w, first, was_first)
    if second >= 0:
        rebuild_group(h, w, second, was_second)
    restore(h, w)
    return best, steps


@kernel
def nearest_substitutes(h: Household, w: Work) -> None:
    """For each relaxed group the other whose first instrument differs least in risk, or −1.

    In `w.nearest`.
    """
    groups = h.groups
    nearest = w.nearest
    for g in range(groups):
        nearest[g] = -1
    for g in range(groups):
        if w.side[g] != RELAXED:
            continue
        i = h.place[h.group_member[h.group_start[g]], INSTRUMENT]
        least = math.inf
        for other in range(groups):
            if other == g or h.group_start[other] == h.group_start[other + 1]:
                continue
            j = h.place[h.group_member[h.group_start[other]], INSTRUMENT]
            apart = h.covariance[i, i] + h.covariance[j, j] - 2.0 * h.covariance[i, j]
            if apart < least:
                least = apart
                nearest[g] = other


@kernel
def other_side(h: Household, w: Work, group: int) -> int:
    """The side to flip a group to, or −1."""
    if w.side[group] == BUY:
        return SELL if side_allowed(h, w, group, SELL) else NOBODY
    return NOBODY if h.group[group, BLOCKED] > 0.0 else BUY


@kernel
def promise_of(h: Household, w: Work, group: int, side: int, partner: int, value: float) -> float:
    """What a flip promises where the nearest substitute follows only if that is cheap.

    A thorough search also tries, last of all, what gains only if the substitute follows after all.
    """
    least_gain = w.effort[LEAST_GAIN]
    rigid = NOBODY if partner < 0 or follows(h, w, partner, side) else partner
    promise = flip_promise(h, w, group, side, rigid, value, least_gain)
    if promise > least_gain or rigid < 0 or w.effort[THOROUGH] == 0.0:
        return promise
    bound = flip_promise(h, w, group, side, NOBODY, value, least_gain)
    return least_gain + LAST * (bound - least_gain) if bound > least_gain else promise


@inlined
def descend(
    h: Household,
    w: Work,
    best: float,
    tolerance: float,
    steps_max: int,
) -> tuple[float, int, int]:
    """Flip groups, the most promising first, until no flip gains; objective, steps, flips tried."""
    groups = h.groups
    least_gain = w.effort[LEAST_GAIN]
    steps = 0
    tried = 0
    failed = 0
    improved = True
    while improved:
        improved = False
        count = 0
        for g in range(groups):
            value = math.inf
            for side in (BUY, SELL, LIQUIDATE, WASHED):
                if side == w.side[g] or not side_allowed(h, w, g, side):
                    continue
                if side == BUY and only_sold(h, g) and w.side[g] == SELL:
                    continue
                if value == math.inf:
                    value = group_value(h, w, g)
                promise = promise_of(h, w, g, side, w.nearest[g], value)
                if promise > least_gain:
                    w.candidate[count, 0] = promise
                    w.candidate[count, 1] = 4 * g + side
                    count += 1
        # every candidate once, best promise first
        for _ in range(count):
            if failed >= w.effort[FAILURES_MAX]:
                return best, steps, tried
            top = 0
            for c in range(1, count):
                if w.candidate[c, 0] > w.candidate[top, 0]:
                    top = c
            if w.candidate[top, 0] <= 0.0:
                break
            w.candidate[top, 0] = -1.0
            code = int(w.candidate[top, 1])
            g, side = code // 4, code % 4
            if side == w.side[g]:
                continue
            value = group_value(h, w, g)
            if improved and promise_of(h, w, g, side, w.nearest[g], value) <= least_gain:
                continue  # promised before another flip was kept
            before = best
            best, used = flip(h, w, g, side, NOBODY, BUY, best, tolerance, steps_max)
            steps += used
            tried += 1
            partner = w.nearest[g]
            if best == before and partner >= 0:
                opposite = other_side(h, w, partner)
                if opposite >= 0:
                    best, used = flip(h, w, g, side, partner, opposite, best, tolerance, steps_max)
                    steps += used
                    tried += 1
            failed += 1
            if best < before:
                improved = True
                failed = 0
    return best, steps, tried
