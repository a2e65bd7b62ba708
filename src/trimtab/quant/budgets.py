"""Turnover and tax budgets: limits of the whole household, each met by one price.

A budget that the answer breaks gets a price per dollar, which is added to the trades' cost and
raised until the budget holds.  The answer at the last price that holds is feasible; mixing it with
the last one that does not uses the budget to the full.  Prices are nested: whenever the price of
the tax budget moves, that of the sales is found anew, and within it that of the purchases.
"""

import math
from collections.abc import Callable

from trimtab.quant.answer import consider_sold
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.figures import BUY_LOW, CURRENT, SELL_LOW, TAX_LOW
from trimtab.quant.layout import (
    NET_LONG,
    NET_SHORT,
    NO,
    PRICE_BUY,
    PRICE_SELL,
    PRICE_TAX,
    RATE_LONG,
    RATE_SHORT,
    TAX_MAX,
    TURNOVER_MAX,
    VALUE,
    Floats,
    Household,
    Work,
    Z,
)
from trimtab.quant.netting import region_at, tax_bill
from trimtab.quant.regions import follow, resolve, solve_regions
from trimtab.quant.sold import extract_sold, keep_end, mix_ends, realised

__all__ = ["excess_of", "meet_budgets"]

PRICE_FIRST = 0.01  # dollars per dollar
PRICE_MOST = 1e7
PRICE_ROUNDS = 60
MIXTURE_GAP = 1e-8  # of value: what a mixture may leave open
CLOSE = 1e-9  # of value


@kernel
def excess_of(h: Household, w: Work, kind: int) -> float:
    """Dollars by which the current trades exceed a budget; negative where they keep it."""
    if kind == PRICE_TAX:
        short, long = realised(h, w, CURRENT)
        before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
        return tax_bill(h.scalar, short, long) - before - h.scalar[TAX_MAX]
    total = 0.0
    for p in range(h.positions):
        z = w.node[p, Z]
        total += max(z, 0.0) if kind == PRICE_BUY else max(-z, 0.0)
    return total - h.scalar[TURNOVER_MAX] * h.scalar[VALUE]


@inlined
def at_prices(h: Household, w: Work, tolerance: float, steps_max: int, figures: Floats) -> None:
    """Solve at the budgets' current prices, sides as they are."""
    short, long = realised(h, w, CURRENT)
    region = region_at(h.scalar, short, long)
    solve_regions(h, w, region, NO, tolerance, steps_max, figures)


@inlined
def meet(
    h: Household,
    w: Work,
    kind: int,
    ends: int,
    inner: Callable[..., None],
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Find the price of one budget, solving with `inner` at each; leaves the mixture behind."""
    limit = h.scalar[TAX_MAX] if kind == PRICE_TAX else h.scalar[TURNOVER_MAX]
    low = low_excess = gap = 0.0
    high = high_excess = math.inf
    share = 1.0
    for turn in range(PRICE_ROUNDS):
        trial = 0.0
        if high < math.inf:
            trial = math.sqrt(low * high) if high > 8.0 * low > 0.0 else 0.5 * (low + high)
            if turn % 3 != 0:
                trial = low + (high - low) * low_excess / (low_excess - high_excess)
                trial = min(max(trial, low + 0.02 * (high - low)), high - 0.02 * (high - low))
        elif turn > 0:
            trial = max(4.0 * low, PRICE_FIRST)
        w.price[kind] = trial
        inner(h, w, tolerance, steps_max, figures)
        excess = excess_of(h, w, kind) if limit < math.inf else -math.inf
        if turn == 0 and excess <= CLOSE * h.scalar[VALUE]:
            return
        if excess > 0.0:
            low, low_excess = trial, excess
            keep_end(h, w, ends)
            if trial > PRICE_MOST:
                return
        else:
            high, high_excess = trial, excess
            keep_end(h, w, ends + 1)
        if high < math.inf:
            share = low_excess / (low_excess - high_excess)
            gap = (1.0 - share) * (high - low) * (low_excess - high_excess)
            if gap <= MIXTURE_GAP * h.scalar[VALUE]:
                break
    w.price[kind] = high
    if high < math.inf:
        mix_ends(h, w, ends, min(1.0, share + 1e-9))
        consider_sold(h, w, figures, gap, NO)


@inlined
def meet_buys(h: Household, w: Work, tolerance: float, steps_max: int, figures: Floats) -> None:
    """Solve within the budget of purchases."""
    meet(h, w, PRICE_BUY, BUY_LOW, at_prices, tolerance, steps_max, figures)


@inlined
def meet_sales(h: Household, w: Work, tolerance: float, steps_max: int, figures: Floats) -> None:
    """Solve within the budgets of purchases and sales."""
    meet(h, w, PRICE_SELL, SELL_LOW, meet_buys, tolerance, steps_max, figures)


@kernel
def meet_budgets(
    h: Household,
    w: Work,
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Solve within all budgets; sides are searched again at the prices that this takes."""
    for turn in range(2):
        meet(h, w, PRICE_TAX, TAX_LOW, meet_sales, tolerance, steps_max, figures)
        if turn == 0 and w.price[PRICE_BUY] + w.price[PRICE_SELL] + w.price[PRICE_TAX] > 0.0:
            resolve(h, w, w.price[RATE_SHORT], w.price[RATE_LONG], tolerance, steps_max)
            extract_sold(h, w, CURRENT)
            short, long = realised(h, w, CURRENT)
            region = region_at(h.scalar, short, long)
            follow(h, w, region, tolerance, steps_max, figures)
