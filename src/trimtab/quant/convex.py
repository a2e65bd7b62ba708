"""The convex problem: exchange, Newton and swaps take turns until no pair gains.

Exchange finds which positions rest at a breakpoint, Newton moves the others together, and swaps
mend what lies in the wrong account.
"""

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
    Household,
    Work,
    Z,
)
from trimtab.quant.newton import free_positions, longest_step, solve_step
from trimtab.quant.quotes import add_exposure, cash_used, requote, shift
from trimtab.quant.swaps import swap_accounts

__all__ = ["approach", "polish", "solve_convex"]

TURN = 60  # exchanges before Newton has a try, on top of one per position
NEAR_TURN = 30  # the same where a bound is all that is wanted
LAST_TURN = 6  # the same once prices roughly agree, where Newton costs little
LAST_GROWTH = 400  # squared positions for one exchange more: a Newton step costs their cube
ROUGH = 1e-3  # dollars per dollar by which prices may differ before Newton takes the rest
TURNS_MAX = 400
NEWTON_STEPS = 5  # of one turn: each ends at a breakpoint, or nearly doubles the digits
NEWTON_DUST = 1e8  # dollars by tolerance: the next step is of the square of one this short


@kernel
def move_free(h: Household, w: Work) -> float:
    """One Newton step of the positions between breakpoints; the dollars of its longest leg."""
    count = free_positions(h, w)
    if count == 0 or not solve_step(h, w, count):
        return 0.0
    fraction = longest_step(h, w, count)
    gradient, n = w.gradient, h.instruments
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    position, place, covariance = h.position, h.place, h.covariance
    node, quote, at, segment, price, purse = w.node, w.quote, w.at, w.segment, w.price, w.purse
    free, step = w.free, w.step
    longest = 0.0
    for f in range(count):
        p = free[f]
        before = node[p, Z]
        use = cash_used(position, node, p)
        dollars = min(max(fraction * step[f], -node[p, DOWN_ROOM]), node[p, UP_ROOM])
        if dollars == 0.0:
            continue
        shift(p, dollars, node, at, segment)
        after = node[p, Z]
        add_exposure(place[p, INSTRUMENT], scale * (after - before), covariance, gradient, n)
        requote(p, position, node, quote, at, segment, price)
        purse[place[p, ACCOUNT], CASH] -= cash_used(position, node, p) - use
        longest = max(longest, abs(after - before))
    return longest


@inlined
def move_all_free(h: Household, w: Work, tolerance: float) -> int:
    """Newton steps until they are short, or too many; how many."""
    for turn in range(NEWTON_STEPS):
        if move_free(h, w) < NEWTON_DUST * tolerance:
            return turn + 1
    return NEWTON_STEPS


@kernel
def approach(h: Household, w: Work, tolerance: float) -> tuple[int, bool]:
    """One turn of exchange, mostly near enough for a bound: its steps, and whether it ended."""
    turn = NEAR_TURN + h.positions
    steps = exchange(h, w, tolerance, turn)
    return steps, steps < turn


@kernel
def polish(h: Household, w: Work, tolerance: float) -> int:
    """Newton steps after the last exchange, so that prices agree far below the tolerance.

    The certificate multiplies what they differ by with all that could be bought.
    """
    steps = move_all_free(h, w, tolerance)
    return steps + exchange(h, w, tolerance, TURN)


@inlined
def swap_all(h: Household, w: Work, tolerance: float, most: int) -> int:
    """Swap between all pairs of accounts; how often."""
    moved = 0
    for first in range(h.accounts):
        for second in range(first + 1, h.accounts):
            while moved < most and swap_accounts(h, w, first, second, tolerance):
                moved += 1
    return moved


@kernel
def solve_convex(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Solve the convex problem from the trades in `w`, whose gradient and cash are current.

    Exchange finds which positions rest at a breakpoint, Newton moves the others together, swaps
    mend what lies in the wrong account; they take turns until no pair gains.
    """
    turn = TURN + h.positions
    last_turn = LAST_TURN + h.positions**2 // LAST_GROWTH
    rough = tolerance < ROUGH and last_turn < turn  # else Newton has no early try
    if not rough:
        last_turn = turn
    steps = 0
    for _ in range(TURNS_MAX):
        most = turn if rough else last_turn
        taken = exchange(h, w, ROUGH if rough else tolerance, min(most, steps_max - steps))
        steps += taken
        ended = taken < most
        if ended and not rough:
            moved = swap_all(h, w, tolerance, turn)
            steps += moved
            if moved == 0:
                break
        elif steps >= steps_max:
            break
        else:
            steps += move_all_free(h, w, tolerance)
            rough = rough and not ended
    return steps
