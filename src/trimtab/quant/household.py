"""One household from start to answer: rates, sides, small trades, budgets, shares.

The order of the steps is the order of their freedom: marginal tax rates decide which sides are
worth taking, sides decide which trades are small, and what is left is convex, so that budgets are
prices found by bisection.  Every acceptable answer met on the way is considered, measured by the
real objective, and the best one is kept; doing nothing is always among them.
"""

import math

from trimtab.quant.answer import consider, start_with_no_trade
from trimtab.quant.budgets import meet_budgets
from trimtab.quant.certificate import TRADED
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.curves import build_curves, set_rates, sum_losses
from trimtab.quant.figures import (
    CONVEX_GAP,
    CROSSED,
    CURRENT,
    LOWER_BOUND,
    NO_ANSWER,
    PRICED,
    SOLVED,
    STATUS,
    STEPS,
)
from trimtab.quant.first_choice import first_sides, settle
from trimtab.quant.groups import global_bound
from trimtab.quant.last_exchanges import leaves_doubt, take_exchanges
from trimtab.quant.layout import (
    CASH,
    FIXED,
    LEAST_CASH,
    LOT_EXEMPT,
    LOT_GAIN,
    LOT_KIND,
    LOT_LOSS,
    LOT_SHORT,
    LOT_VALUE,
    LOT_WASH,
    MODE_HIGH,
    MODE_LOW,
    NET_LONG,
    NET_SHORT,
    NETTING,
    PRICE_BUY,
    PRICE_SELL,
    PRICE_TAX,
    PRICES,
    RATE_LONG,
    RATE_SHORT,
    RESERVE,
    SEARCH_TOLERANCE,
    SHARE,
    TAX_MAX,
    THOROUGH,
    TURNOVER_MAX,
    VALUE,
    YES,
    Floats,
    Household,
    Work,
    Z,
)
from trimtab.quant.netting import REGIONS, minorant, region_at, region_rates, tax_bill
from trimtab.quant.quotes import restart
from trimtab.quant.regions import follow, land, resolve
from trimtab.quant.shares import round_shares
from trimtab.quant.sides import cash_short, nearest_substitutes
from trimtab.quant.sold import extract_sold, realised
from trimtab.quant.trades import free_modes

__all__ = ["solve_household"]

REGION_DUST = 1e-8  # of value: planes closer to the bill support it
TICKET_ROUNDS = 6  # solves until the reserves hold the tickets as well


@inlined
def first_region(h: Household) -> int:
    """Where the year's net gains would lie if every loss were taken: often near the answer."""
    short, long = h.scalar[NET_SHORT], h.scalar[NET_LONG]
    for at in range(h.lots):
        if h.lot_class[at, LOT_WASH] == LOT_LOSS:
            gain = h.lot[at, LOT_VALUE] * h.lot[at, LOT_GAIN]
            if h.lot_class[at, LOT_KIND] == LOT_SHORT:
                short += gain
            else:
                long += gain
    return region_at(h.scalar, short, long)


@kernel
def tangent_constant(h: Household, rate_short: float, rate_long: float) -> tuple[float, int]:
    """How far below its marginal rates' plane the added bill can lie, and in which region."""
    short, long = h.scalar[NET_SHORT], h.scalar[NET_LONG]
    low_short = high_short = short
    low_long = high_long = long
    for at in range(h.lots):
        gain = h.lot[at, LOT_VALUE] * h.lot[at, LOT_GAIN]
        kind = h.lot_class[at, LOT_KIND]
        if kind == LOT_EXEMPT:
            continue
        if kind == LOT_SHORT:
            low_short += min(gain, 0.0)
            high_short += max(gain, 0.0)
        else:
            low_long += min(gain, 0.0)
            high_long += max(gain, 0.0)
    c, region = minorant(
        h.scalar, rate_short, rate_long, low_short, high_short, low_long, high_long
    )
    return c - (tax_bill(h.scalar, short, long) - rate_short * short - rate_long * long), region


@inlined
def bound_here(h: Household, w: Work) -> float:
    """The lower bound that the relaxed trades in `w` prove at the current rates and prices."""
    constant, _ = tangent_constant(h, w.price[RATE_SHORT], w.price[RATE_LONG])
    total = global_bound(h, w) + (1.0 + w.price[PRICE_TAX]) * constant
    limit = h.scalar[TURNOVER_MAX] * h.scalar[VALUE]
    for price in (w.price[PRICE_BUY], w.price[PRICE_SELL]):
        if price > 0.0:
            total -= price * limit
    if w.price[PRICE_TAX] > 0.0:
        total -= w.price[PRICE_TAX] * h.scalar[TAX_MAX]
    return total


@inlined
def other_regions(
    h: Household,
    w: Work,
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Start again in regions where the bill lies below the plane of the answer's rates.

    Where it nowhere does, no other region can hold a better answer with the same sides.
    """
    tried = 0
    for _ in range(REGIONS):
        rate_short, rate_long = w.price[RATE_SHORT], w.price[RATE_LONG]
        constant, region = tangent_constant(h, rate_short, rate_long)
        short, long = realised(h, w, CURRENT)
        before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
        plane = rate_short * (short - h.scalar[NET_SHORT]) + rate_long * (long - h.scalar[NET_LONG])
        below = tax_bill(h.scalar, short, long) - before - plane - constant
        if below <= REGION_DUST * h.scalar[VALUE] or tried & (1 << region):
            return
        tried |= 1 << region
        rate_short, rate_long = region_rates(h.scalar, region)
        resolve(h, w, rate_short, rate_long, tolerance, steps_max)
        follow(h, w, region, tolerance, steps_max, figures)


@inlined
def take_rates(h: Household, w: Work, rate_short: float, rate_long: float) -> None:
    """Price the lots at marginal rates, with the price of the tax budget on top."""
    w.price[RATE_SHORT] = rate_short
    w.price[RATE_LONG] = rate_long
    factor = 1.0 + w.price[PRICE_TAX]
    set_rates(h, w, rate_short * factor, rate_long * factor)


@inlined
def has_shares(h: Household) -> bool:
    """Whether any position trades in steps."""
    for p in range(h.positions):
        if h.position[p, SHARE] > 0.0:
            return True
    return False


@inlined
def ask_for_tickets(h: Household, w: Work) -> bool:
    """Raise the reserves by the tickets of the current trades; whether that asks for more cash."""
    short = False
    for a in range(h.accounts):
        tickets = 0.0
        for p in range(h.account_start[a], h.account_start[a + 1]):
            if abs(w.node[p, Z]) > TRADED:
                tickets += h.position[p, FIXED]
        wanted = h.account[a, LEAST_CASH] + tickets
        if w.purse[a, CASH] < wanted and h.account[a, RESERVE] < wanted:
            h.account[a, RESERVE] = wanted
            short = True
    return short


@inlined
def keep_to_tickets(h: Household, w: Work) -> None:
    """Let only trades be made that are made already, so that no more tickets can be asked for."""
    for p in range(h.positions):
        if abs(w.node[p, Z]) <= TRADED:
            w.node[p, MODE_LOW] = w.node[p, MODE_HIGH] = 0.0


@inlined
def round_answer(h: Household, w: Work, figures: Floats) -> None:
    """Replace the best answer by one in whole shares; doing nothing stays a candidate."""
    for p in range(h.positions):
        w.node[p, Z] = w.best_z[p, 0]
        w.node[p, MODE_LOW] = w.best_z[p, 1]
        w.node[p, MODE_HIGH] = w.best_z[p, 2]
    for group in range(h.groups):
        w.side[group] = w.best_side[group]
    build_curves(h, w)
    restart(h, w)
    gap = figures[CONVEX_GAP]
    start_with_no_trade(h, w, figures)
    round_shares(h, w)
    consider(h, w, figures, gap, YES)


@inlined
def solve_household(
    h: Household, w: Work, tolerance: float, steps_max: int, figures: Floats
) -> None:
    """Solve one household; figures, trades (`w.best_z`) and lots sold (`w.sold`) are the answer.

    Where no answer exists, `w.node` and `w.purse` hold the relaxed trades that show why.
    """
    scalar = h.scalar
    for kind in range(PRICES):
        w.price[kind] = 0.0
    free_modes(h, w)
    sum_losses(h, w)
    for k in range(len(figures)):
        figures[k] = 0.0
    start_with_no_trade(h, w, figures)
    region = first_region(h)
    rate_short, rate_long = region_rates(scalar, region)
    take_rates(h, w, rate_short, rate_long)
    first_price = (0.0, 0.0, 0.0, rate_short, rate_long)
    for p in range(h.positions):
        w.relaxed[p] = 0.0
    coarse = max(tolerance, w.effort[SEARCH_TOLERANCE])
    steps, crossed = first_sides(h, w, coarse, steps_max)
    figures[STEPS] += steps
    figures[CROSSED] = crossed
    if crossed >= 0 or cash_short(h, w) > 0.0:
        figures[STATUS] = NO_ANSWER
        return
    figures[LOWER_BOUND] = bound_here(h, w)
    nearest_substitutes(h, w)
    figures[STEPS] += settle(h, w, coarse, steps_max)
    region = land(h, w, region, coarse, steps_max, figures)
    for turn in range(TICKET_ROUNDS):
        follow(h, w, region, tolerance, steps_max, figures)
        if not ask_for_tickets(h, w):
            break
        free_modes(h, w)
        if turn >= TICKET_ROUNDS - 3:
            keep_to_tickets(h, w)
        resolve(h, w, w.price[RATE_SHORT], w.price[RATE_LONG], tolerance, steps_max)
        extract_sold(h, w, CURRENT)
        short, long = realised(h, w, CURRENT)
        region = region_at(scalar, short, long)
    if scalar[TURNOVER_MAX] < math.inf or scalar[TAX_MAX] < math.inf:
        meet_budgets(h, w, tolerance, steps_max, figures)
    if (
        w.effort[THOROUGH] > 0.0
        and h.scalar[NETTING] > 0.0
        and w.price[PRICE_BUY] + w.price[PRICE_SELL] == 0.0
    ):
        other_regions(h, w, tolerance, steps_max, figures)
    if figures[STATUS] == SOLVED:
        moved = False
        for kind in range(PRICES):
            moved = moved or figures[PRICED + kind] != first_price[kind]
            w.price[kind] = figures[PRICED + kind]
        if moved and w.effort[THOROUGH] > 0.0:
            free_modes(h, w)
            for a in range(h.accounts):
                h.account[a, RESERVE] = h.account[a, LEAST_CASH]
            take_rates(h, w, w.price[RATE_SHORT], w.price[RATE_LONG])
            steps, crossed = first_sides(h, w, coarse, steps_max)
            figures[STEPS] += steps
            figures[LOWER_BOUND] = max(figures[LOWER_BOUND], bound_here(h, w))
    if figures[STATUS] == SOLVED and has_shares(h):
        round_answer(h, w, figures)
    if leaves_doubt(h, figures):
        take_exchanges(h, w, figures)
