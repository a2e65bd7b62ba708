"""Turnover and tax budgets: limits of the whole household, each met by one price.

A budget that the answer breaks gets a price per dollar, which is added to the trades' cost and
raised until the budget holds.  The answer at the last price that holds is feasible; mixing it with
the last one that does not uses the budget to the full.
"""

import math

from trimtab.quant.answer import (
    BUDGET_HIGH,
    BUDGET_LOW,
    CURRENT,
    consider_sold,
    extract_sold,
    keep_end,
    mix_ends,
    realised,
)
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.layout import (
    NET_LONG,
    NET_SHORT,
    NO,
    NOBODY,
    PRICE_BUY,
    PRICE_SELL,
    PRICE_TAX,
    RATE_LONG,
    RATE_SHORT,
    TAX_MAX,
    TURNOVER_MAX,
    VALUE,
    YES,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)
from trimtab.quant.netting import region_at, tax_bill
from trimtab.quant.regions import resolve, solve_regions

__all__ = ["excess_of", "meet_budgets"]

PRICE_FIRST = 1e-3  # dollars per dollar
PRICE_MOST = 20.0
PRICE_ROUNDS = 40
BUDGET_CYCLES = 10
CLOSE = 1e-7  # of value, or of the tax budget


@kernel
def excess_of(h: Household, w: Work, kind: int) -> float:
    """Dollars by which the current trades exceed a budget; negative where they keep it."""
    if kind == PRICE_TAX:
        short, long = realised(h, w, CURRENT)
        before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
        return tax_bill(h.scalar, short, long) - before - h.scalar[TAX_MAX]
    total = 0.0
    for p in range(len(h.place)):
        z = w.node[p, Z]
        total += max(z, 0.0) if kind == PRICE_BUY else max(-z, 0.0)
    return total - h.scalar[TURNOVER_MAX] * h.scalar[VALUE]


@inlined
def at_price(
    h: Household,
    w: Work,
    kind: int,
    price: float,
    nearest: Ints,
    tolerance: float,
    steps_max: int,
    least_gain: float,
    figures: Floats,
) -> float:
    """Solve at a price of one budget; what the answer exceeds it by."""
    w.price[kind] = price
    short, long = realised(h, w, CURRENT)
    region = region_at(h.scalar, short, long)
    solve_regions(h, w, region, NO, nearest, tolerance, steps_max, least_gain, figures)
    return excess_of(h, w, kind)


@inlined
def meet_one(
    h: Household,
    w: Work,
    kind: int,
    lowering: bool,
    nearest: Ints,
    tolerance: float,
    steps_max: int,
    least_gain: float,
    figures: Floats,
) -> None:
    """Find the price at which one budget holds, above or (lowering) below the one it has."""
    was = w.price[kind]
    low = 0.0 if lowering else was
    if lowering:
        at_price(h, w, kind, 0.0, nearest, tolerance, steps_max, least_gain, figures)
    low_excess = excess_of(h, w, kind)
    if low_excess <= 0.0:
        return
    keep_end(h, w, BUDGET_LOW)
    high = was if lowering else max(2.0 * low, PRICE_FIRST)
    high_excess = math.inf
    for turn in range(PRICE_ROUNDS):
        trial = high
        if high_excess < math.inf:
            trial = 0.5 * (low + high)
            if turn % 3 != 0:
                trial = low + (high - low) * low_excess / (low_excess - high_excess)
                trial = min(max(trial, low + 0.05 * (high - low)), high - 0.05 * (high - low))
        excess = at_price(h, w, kind, trial, nearest, tolerance, steps_max, least_gain, figures)
        if excess > 0.0:
            low, low_excess = trial, excess
            keep_end(h, w, BUDGET_LOW)
            if high_excess == math.inf:
                high = 4.0 * trial
                if high > PRICE_MOST:
                    return
        else:
            high, high_excess = trial, excess
            keep_end(h, w, BUDGET_HIGH)
            if -excess <= CLOSE * h.scalar[VALUE] or high - low < 1e-12:
                break
    if high_excess == math.inf:
        return
    w.price[kind] = high
    share = low_excess / (low_excess - high_excess) if low_excess > high_excess else 1.0
    share = min(1.0, share + 1e-9)
    mix_ends(h, w, BUDGET_LOW, share)
    gap = (1.0 - share) * (high - low) * (low_excess - high_excess)
    consider_sold(h, w, figures, gap, NO)


@inlined
def meet_budgets(
    h: Household,
    w: Work,
    nearest: Ints,
    tolerance: float,
    steps_max: int,
    least_gain: float,
    figures: Floats,
) -> None:
    """Price the budgets that the answer breaks, in turn, until all hold."""
    for cycle in range(BUDGET_CYCLES):
        kind = NOBODY
        lowering = False
        worst = CLOSE * h.scalar[VALUE]
        for other in (PRICE_BUY, PRICE_SELL, PRICE_TAX):
            limit = h.scalar[TAX_MAX] if other == PRICE_TAX else h.scalar[TURNOVER_MAX]
            if limit < math.inf and excess_of(h, w, other) > worst:
                worst = excess_of(h, w, other)
                kind = other
        if kind < 0:  # all hold: a budget with room to spare has too high a price
            worst = 10.0 * CLOSE * h.scalar[VALUE]
            for other in (PRICE_BUY, PRICE_SELL, PRICE_TAX):
                if w.price[other] > 0.0 and -excess_of(h, w, other) > worst:
                    worst = -excess_of(h, w, other)
                    kind = other
                    lowering = True
        if kind < 0:
            return
        meet_one(h, w, kind, lowering, nearest, tolerance, steps_max, least_gain, figures)
        if cycle == 0:  # sides and small trades may look different at these prices
            resolve(h, w, w.price[RATE_SHORT], w.price[RATE_LONG], tolerance, steps_max)
            extract_sold(h, w, CURRENT)
            short, long = realised(h, w, CURRENT)
            region = region_at(h.scalar, short, long)
            solve_regions(h, w, region, YES, nearest, tolerance, steps_max, least_gain, figures)
