"""Turnover and tax budgets while trades are rounded to whole shares.

A step is taken only where it keeps the budgets, or uses less of one that is broken already.
"""

import math

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.figures import CURRENT
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    DOWN,
    NET_LONG,
    NET_SHORT,
    NOBODY,
    RESERVE,
    TAX_MAX,
    TURNOVER_MAX,
    UP,
    VALUE,
    Household,
    Work,
    Z,
)
from trimtab.quant.netting import tax_bill
from trimtab.quant.share_steps import (
    cash_of_step,
    change_cost,
    next_size,
    set_size,
    trade_tax,
)
from trimtab.quant.sold import extract_sold, realised

__all__ = ["mend_tax", "turnover_room", "within_budgets"]

CLOSE = 1e-6  # dollars
TAX_CLOSE = 1e-9  # dollars of tax that count as none
STEPS_MAX = 1_000


@kernel
def turnover_room(h: Household, w: Work) -> tuple[float, float]:
    """Dollars that may still be bought and sold."""
    limit = h.scalar[TURNOVER_MAX] * h.scalar[VALUE]
    if limit == math.inf:
        return limit, limit
    bought = sold = 0.0
    for p in range(h.positions):
        bought += max(w.node[p, Z], 0.0)
        sold += max(-w.node[p, Z], 0.0)
    return limit - bought, limit - sold


@kernel
def within_budgets(
    h: Household, w: Work, p: int, trial: float, buy_room: float, sell_room: float
) -> bool:
    """Whether a trade may change to `trial`: what it uses more of a budget is left of it."""
    before = w.node[p, Z]
    more_bought = max(trial, 0.0) - max(before, 0.0)
    more_sold = max(-trial, 0.0) - max(-before, 0.0)
    if more_bought > 0.0 and more_bought > buy_room + CLOSE:
        return False
    if more_sold > 0.0 and more_sold > sell_room + CLOSE:
        return False
    if h.scalar[TAX_MAX] == math.inf:
        return True
    return trade_tax(h, w, p, trial) <= trade_tax(h, w, p, before) + TAX_CLOSE


@inlined
def added_tax(h: Household, w: Work) -> float:
    """The tax that the trades add to the year's bill."""
    extract_sold(h, w, CURRENT)
    short, long = realised(h, w, CURRENT)
    before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
    return tax_bill(h.scalar, short, long) - before


@inlined
def cheapest_relief(h: Household, w: Work) -> tuple[int, int]:
    """The step that costs least per dollar of tax it saves, with its direction; −1 for none."""
    buy_room, sell_room = turnover_room(h, w)
    best = math.inf
    pick, way = NOBODY, UP
    for p in range(h.positions):
        for direction in (UP, DOWN):
            trial = next_size(h, w, p, direction)
            saved = trade_tax(h, w, p, w.node[p, Z]) - trade_tax(h, w, p, trial)
            if saved <= TAX_CLOSE or not within_budgets(h, w, p, trial, buy_room, sell_room):
                continue
            price = change_cost(h, w, p, trial) / saved
            if price < best:
                best, pick, way = price, p, direction
    return pick, way


@inlined
def free_cash(h: Household, w: Work, a: int, wanted: float) -> bool:
    """Buy less in an account until a step can be paid; whether it can."""
    for _ in range(STEPS_MAX):
        if w.purse[a, CASH] - h.account[a, RESERVE] >= wanted:
            return True
        best = math.inf
        pick = NOBODY
        for p in range(h.account_start[a], h.account_start[a + 1]):
            if w.node[p, Z] <= 0.0:
                continue
            trial = max(next_size(h, w, p, DOWN), 0.0)
            if trial < w.node[p, Z]:
                price = change_cost(h, w, p, trial) / (w.node[p, Z] - trial)
                if price < best:
                    best, pick = price, p
        if pick < 0:
            return False
        set_size(h, w, pick, max(next_size(h, w, pick, DOWN), 0.0))
    return False


@kernel
def mend_tax(h: Household, w: Work) -> None:
    """Sell less at a gain, or more at a loss, until rounding no longer breaks the tax budget."""
    if h.scalar[TAX_MAX] == math.inf:
        return
    for _ in range(STEPS_MAX):
        if added_tax(h, w) <= h.scalar[TAX_MAX]:
            return
        p, direction = cheapest_relief(h, w)
        if p < 0:
            return
        if not free_cash(h, w, h.place[p, ACCOUNT], cash_of_step(h, w, p, direction)):
            return
        set_size(h, w, p, next_size(h, w, p, direction))
