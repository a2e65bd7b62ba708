"""Whole shares: round every trade to its quantity step, mend the cash, then improve locally.

Rounding goes to the nearest allowed size, or to the next smaller one where turnover is limited.
Then single steps and pairs of steps are taken as long as they lower the objective, within cash,
bounds, least trades and budgets.
"""

import math

import numpy as np

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.layout import (
    CASH,
    DOWN,
    HIGH,
    INSTRUMENT,
    KAPPA,
    LEAST_CASH,
    LOW,
    NOBODY,
    RESERVE,
    SHARE,
    TURNOVER_MAX,
    UP,
    VALUE,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import cash_use, restart
from trimtab.quant.share_budgets import mend_tax, turnover_room, within_budgets
from trimtab.quant.share_steps import (
    cash_of_step,
    change_cost,
    nearest_size,
    next_size,
    payment,
    set_size,
)

__all__ = ["pay_tickets", "round_shares"]

CASH_CLOSE = 1e-9
FIRST, SECOND = np.int64(0), np.int64(1)  # columns of prices up and down
LEAST_GAIN = 1e-6  # dollars
IMPROVEMENTS_PER_POSITION = 4
PAIR_RANKS = 4  # cheapest steps up and down that are tried as pairs


@kernel
def mend_cash(h: Household, w: Work, a: int) -> None:
    """Free cash, the cheapest step per dollar first, until the reserve is met."""
    for _ in range(1000):
        short = h.account[a, RESERVE] - w.purse[a, CASH]
        if short <= CASH_CLOSE:
            return
        best = math.inf
        pick = NOBODY
        buy_room, sell_room = turnover_room(h, w)
        for p in range(h.account_start[a], h.account_start[a + 1]):
            trial = next_size(h, w, p, DOWN)
            freed = payment(h, p, w.node[p, Z]) - payment(h, p, trial)
            if freed > CASH_CLOSE and within_budgets(h, w, p, trial, buy_room, sell_room):
                price = change_cost(h, w, p, trial) / min(freed, short)
                if price < best:
                    best = price
                    pick = p
        if pick < 0:
            return
        set_size(h, w, pick, next_size(h, w, pick, DOWN))


@kernel
def price_steps(h: Household, w: Work, a: int) -> None:
    """Write into `w.candidate` what one step up and one step down of each position cost."""
    buy_room, sell_room = turnover_room(h, w)
    for p in range(h.account_start[a], h.account_start[a + 1]):
        for column, direction in ((FIRST, UP), (SECOND, DOWN)):
            trial = next_size(h, w, p, direction)
            moved = trial != w.node[p, Z]
            moved = moved and within_budgets(h, w, p, trial, buy_room, sell_room)
            w.candidate[p, column] = change_cost(h, w, p, trial) if moved else math.inf
            if moved:
                w.candidate[p, 2] = abs(trial - w.node[p, Z])


@kernel
def cheapest(h: Household, w: Work, a: int, column: int, rank: int) -> int:
    """The position whose step is `rank`-th cheapest per dollar, or −1."""
    floor = -math.inf
    pick = NOBODY
    for _ in range(rank + 1):
        pick = NOBODY
        least = math.inf
        for p in range(h.account_start[a], h.account_start[a + 1]):
            if w.candidate[p, column] < math.inf:
                price = w.candidate[p, column] / w.candidate[p, 2]
                if floor < price < least:
                    least = price
                    pick = p
        if pick < 0:
            return NOBODY
        floor = least
    return pick


@kernel
def improve(h: Household, w: Work, a: int) -> bool:
    """Take the best single step, or else the best pair of steps up and down, if it gains."""
    price_steps(h, w, a)
    slack = w.purse[a, CASH] - h.account[a, RESERVE]
    gain = LEAST_GAIN
    up = down = NOBODY
    for p in range(h.account_start[a], h.account_start[a + 1]):
        if -w.candidate[p, 0] > gain and cash_of_step(h, w, p, UP) <= slack:
            gain, up, down = -w.candidate[p, 0], p, NOBODY
        if -w.candidate[p, 1] > gain and cash_of_step(h, w, p, DOWN) <= slack:
            gain, up, down = -w.candidate[p, 1], NOBODY, p
    if up < 0 and down < 0:
        for first in range(PAIR_RANKS):
            p = cheapest(h, w, a, FIRST, first)
            if p < 0:
                break
            for second in range(PAIR_RANKS):
                q = cheapest(h, w, a, SECOND, second)
                if q < 0:
                    break
                if q == p or cash_of_step(h, w, p, UP) + cash_of_step(h, w, q, DOWN) > slack:
                    continue
                cross = h.covariance[h.place[p, INSTRUMENT], h.place[q, INSTRUMENT]]
                cross *= next_size(h, w, p, UP) - w.node[p, Z]
                cross *= next_size(h, w, q, DOWN) - w.node[q, Z]
                cross *= h.scalar[KAPPA] / h.scalar[VALUE]
                change = -(w.candidate[p, 0] + w.candidate[q, 1] + cross)
                if change > gain:
                    gain, up, down = change, p, q
    if up < 0 and down < 0:
        return False
    rise = next_size(h, w, up, UP) if up >= 0 else 0.0
    fall = next_size(h, w, down, DOWN) if down >= 0 else 0.0
    if up >= 0:
        set_size(h, w, up, rise)
    if down >= 0:
        set_size(h, w, down, fall)
    return True


@inlined
def pay_tickets(h: Household, w: Work) -> None:
    """Take the tickets of the trades out of the cash, which need not be held in reserve then."""
    for a in range(h.accounts):
        h.account[a, RESERVE] = h.account[a, LEAST_CASH]
        for p in range(h.account_start[a], h.account_start[a + 1]):
            w.purse[a, CASH] -= payment(h, p, w.node[p, Z]) - cash_use(h.position, p, w.node[p, Z])


@kernel
def round_shares(h: Household, w: Work) -> bool:
    """Round all trades with a quantity step; False where a reserve cannot be met after it."""
    m = h.positions
    inward = h.scalar[TURNOVER_MAX] < math.inf
    any_share = False
    for p in range(m):
        if h.position[p, SHARE] > 0.0:
            any_share = True
            w.node[p, Z] = nearest_size(h, w, p, inward)
    if not any_share:
        return True
    for p in range(m):  # keep exact zeros and sell-outs through restart's clipping
        w.node[p, LOW] = min(w.node[p, LOW], w.node[p, Z])
        w.node[p, HIGH] = max(w.node[p, HIGH], w.node[p, Z])
    restart(h, w)
    pay_tickets(h, w)
    for a in range(h.accounts):
        mend_cash(h, w, a)
    mend_tax(h, w)
    for a in range(h.accounts):
        mend_cash(h, w, a)
        for _ in range(IMPROVEMENTS_PER_POSITION * m):
            if not improve(h, w, a):
                break
    for a in range(h.accounts):
        if w.purse[a, CASH] < h.account[a, RESERVE] - 1e-6:
            return False
    return True
