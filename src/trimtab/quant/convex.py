"""The convex problem: exchange, Newton and swaps take turns until no pair gains.

Exchange finds which positions rest at a breakpoint, Newton moves the others together, and swaps
mend what lies in the wrong account.
"""

import numpy as np

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.exchange import exchange
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    DOWN_ROOM,
    INSTRUMENT,
    KAPPA,
    UP_ROOM,
    VALUE,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)
from trimtab.quant.newton import free_positions, longest_step, solve_step
from trimtab.quant.quotes import add_exposure, cash_use, requote, shift
from trimtab.quant.swaps import swap_accounts

__all__ = ["approach", "polish", "solve_convex"]

TURN = 60  # exchanges before Newton has a try, and between two, on top of one per position
NEAR_TURN = 30  # the same where a bound is all that is wanted
TURNS_MAX = 200
NEWTON_STEPS = 5  # of one turn: each ends at a breakpoint, or nearly doubles the digits
NEWTON_DUST = 1e-4  # dollars: a step this short has converged


@kernel
def move_free(h: Household, w: Work, free: Ints, step: Floats) -> float:
    """One Newton step of the positions between breakpoints; the dollars of its longest leg."""
    count = free_positions(h, w, free)
    if count == 0 or not solve_step(h, w, free, count, step):
        return 0.0
    fraction = longest_step(h, w, free, count, step)
    gradient = w.gradient[: len(h.target)]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    position, place, covariance = h.position, h.place, h.covariance
    node, quote, at, segment, price, purse = w.node, w.quote, w.at, w.segment, w.price, w.purse
    longest = 0.0
    for f in range(count):
        p = free[f]
        before = node[p, Z]
        dollars = min(max(fraction * step[f], -node[p, DOWN_ROOM]), node[p, UP_ROOM])
        if dollars == 0.0:
            continue
        shift(p, dollars, place, node, at, segment)
        after = node[p, Z]
        add_exposure(place[p, INSTRUMENT], scale * (after - before), covariance, gradient)
        use = cash_use(position, p, after) - cash_use(position, p, before)
        purse[place[p, ACCOUNT], CASH] -= use
        longest = max(longest, abs(after - before))
        requote(p, position, place, node, quote, at, segment, price)
    return longest


@inlined
def move_all_free(h: Household, w: Work, free: Ints, step: Floats) -> int:
    """Newton steps until they are short, or too many; how many."""
    for turn in range(NEWTON_STEPS):
        if move_free(h, w, free, step) < NEWTON_DUST:
            return turn + 1
    return NEWTON_STEPS


@kernel
def approach(h: Household, w: Work, tolerance: float) -> tuple[int, bool]:
    """One turn of exchange, mostly near enough for a bound: its steps, and whether it ended."""
    turn = NEAR_TURN + len(h.place)
    steps = exchange(h, w, tolerance, turn)
    return steps, steps < turn


@kernel
def polish(h: Household, w: Work, tolerance: float) -> int:
    """Newton steps after the last exchange, so that prices agree far below the tolerance.

    The certificate multiplies what they differ by with all that could be bought.
    """
    free = np.empty(len(h.place), np.int64)
    step = np.empty(len(h.place))
    steps = move_all_free(h, w, free, step)
    return steps + exchange(h, w, tolerance, TURN)


@kernel
def solve_convex(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Solve the convex problem from the trades in `w`, whose gradient and cash are current.

    Exchange finds which positions rest at a breakpoint, Newton moves the others together, swaps
    mend what lies in the wrong account; they take turns until no pair gains.
    """
    accounts = len(h.account)
    turn = TURN + len(h.place)
    steps = exchange(h, w, tolerance, min(turn, steps_max))
    done = steps < turn
    free = np.empty(0, np.int64)
    step = np.empty(0)
    for _ in range(TURNS_MAX):
        if steps >= steps_max:
            break
        if not done:
            if len(free) == 0:
                free = np.empty(len(h.place), np.int64)
                step = np.empty(len(h.place))
            steps += move_all_free(h, w, free, step)
        moved = 0
        for first in range(accounts):
            for second in range(first + 1, accounts):
                while moved < turn and swap_accounts(h, w, first, second, tolerance):
                    moved += 1
        if done and moved == 0:
            break
        taken = exchange(h, w, tolerance, turn)
        done = taken < turn
        steps += moved + taken
    return steps
