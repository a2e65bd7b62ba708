"""Whole shares: round every trade to its quantity step, mend the cash, then improve locally.

Rounding goes to the nearest allowed size.  A position may always be sold out entirely, even where
what is held is not a multiple of the step.  Then single steps and pairs of steps are taken as long
as they lower the objective, within cash, bounds and least trades.
"""

import math

import numpy as np

from trimtab.quant.compile import kernel
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    COUNT,
    DOWN,
    FIRST_LOT,
    HELD,
    HIGH,
    INSTRUMENT,
    KAPPA,
    LOCATION,
    LOW,
    MINIMUM,
    NOBODY,
    RESERVE,
    SHARE,
    TAX,
    UP,
    VALUE,
    WIDTH,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import add_exposure, cash_use, locate, restart

__all__ = ["round_shares"]

CLOSE = 1e-6  # dollars
CASH_CLOSE = 1e-9
FIRST, SECOND = np.int64(0), np.int64(1)  # columns of prices up and down
LEAST_GAIN = 1e-6  # dollars
IMPROVEMENTS_PER_POSITION = 4
PAIR_RANKS = 4  # cheapest steps up and down that are tried as pairs


@kernel
def allowed(h: Household, w: Work, p: int, z: float) -> bool:
    """Whether a trade keeps its bounds and its least size."""
    if z < w.node[p, LOW] - CLOSE or z > w.node[p, HIGH] + CLOSE:
        return False
    return abs(z) < CLOSE or abs(z) >= h.position[p, MINIMUM] - CLOSE


@kernel
def trade_tax(h: Household, w: Work, p: int, z: float) -> float:
    """Tax of a trade along the lot curve."""
    left = -z
    base = h.place[p, FIRST_LOT] + p
    tax = 0.0
    for k in range(w.at[p, COUNT]):
        if left <= 0.0:
            break
        part = min(left, w.segment[base + k, WIDTH])
        tax += part * w.segment[base + k, TAX]
        left -= part
    return tax


@kernel
def change_cost(h: Household, w: Work, p: int, z: float) -> float:
    """What changing one trade to `z` adds to the objective, all else as it is."""
    before = w.node[p, Z]
    d = z - before
    i = h.place[p, INSTRUMENT]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    cost = (w.gradient[i] + h.position[p, LOCATION]) * d + 0.5 * scale * h.covariance[i, i] * d * d
    cost += (cash_use(h.position, p, z) - z) - (cash_use(h.position, p, before) - before)
    return cost + trade_tax(h, w, p, z) - trade_tax(h, w, p, before)


@kernel
def next_size(h: Household, w: Work, p: int, direction: int) -> float:
    """The next allowed trade up (+1) or down (−1), or the same trade where there is none."""
    z = w.node[p, Z]
    share = h.position[p, SHARE]
    if share <= 0.0:
        return z
    steps = math.floor(z / share + 1e-9) if direction < 0 else math.ceil(z / share - 1e-9)
    least = h.position[p, MINIMUM]
    for _ in range(2):
        trial = (steps + direction) * share
        if abs(trial) >= CLOSE and abs(trial) < least - CLOSE:  # step over what is too small
            far = math.ceil(least / share - 1e-9) * share
            if direction > 0:
                trial = 0.0 if z < -CLOSE else far
            else:
                trial = 0.0 if z > CLOSE else -far
        if allowed(h, w, p, trial):
            return trial
        out = -h.position[p, HELD]
        if trial < w.node[p, LOW] and z > out + CLOSE and allowed(h, w, p, out):
            return out  # a last fraction goes with the rest
        steps += direction
    return z


@kernel
def set_size(h: Household, w: Work, p: int, z: float) -> None:
    """Change one trade, with gradient and cash."""
    before = w.node[p, Z]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    use = cash_use(h.position, p, z) - cash_use(h.position, p, before)
    w.purse[h.place[p, ACCOUNT], CASH] -= use
    w.node[p, Z] = z
    gradient = w.gradient[: len(h.target)]
    add_exposure(h.place[p, INSTRUMENT], scale * (z - before), h.covariance, gradient)
    locate(p, h.place, w.node, w.at, w.segment)


@kernel
def nearest_size(h: Household, w: Work, p: int) -> float:
    """The allowed trade nearest to the one at hand; itself where none is found."""
    z = w.node[p, Z]
    sold_out = z < 0.0 and abs(z + h.position[p, HELD]) < CLOSE
    return z if sold_out and allowed(h, w, p, z) else snapped(h, w, p, z)


@kernel
def snapped(h: Household, w: Work, p: int, z: float) -> float:
    """The nearest multiple of the step that is allowed, looking outwards from `z`."""
    share = h.position[p, SHARE]
    middle = math.floor(z / share + 0.5)
    for away in range(4):
        for direction in (-1, 1):
            trial = (middle + direction * away) * share
            if allowed(h, w, p, trial):
                return trial
    sign = 1.0 if z > 0.0 else -1.0
    raised = sign * math.ceil(h.position[p, MINIMUM] / share - 1e-9) * share
    if allowed(h, w, p, raised):
        return raised
    if allowed(h, w, p, 0.0):
        return 0.0
    return z


@kernel
def mend_cash(h: Household, w: Work, a: int) -> None:
    """Free cash, the cheapest step per dollar first, until the reserve is met."""
    for _ in range(1000):
        short = h.account[a, RESERVE] - w.purse[a, CASH]
        if short <= CASH_CLOSE:
            return
        best = math.inf
        pick = NOBODY
        for p in range(h.account_start[a], h.account_start[a + 1]):
            trial = next_size(h, w, p, DOWN)
            freed = cash_use(h.position, p, w.node[p, Z]) - cash_use(h.position, p, trial)
            if freed > CASH_CLOSE:
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
    for p in range(h.account_start[a], h.account_start[a + 1]):
        for column, direction in ((FIRST, UP), (SECOND, DOWN)):
            trial = next_size(h, w, p, direction)
            moved = trial != w.node[p, Z]
            w.candidate[p, column] = change_cost(h, w, p, trial) if moved else math.inf
            if moved:
                w.candidate[p, 2] = abs(trial - w.node[p, Z])


@kernel
def cash_of_step(h: Household, w: Work, p: int, direction: int) -> float:
    """Cash that one step takes."""
    trial = next_size(h, w, p, direction)
    return cash_use(h.position, p, trial) - cash_use(h.position, p, w.node[p, Z])


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


@kernel
def round_shares(h: Household, w: Work) -> bool:
    """Round all trades with a quantity step; False where a reserve cannot be met after it."""
    m = len(h.place)
    any_share = False
    for p in range(m):
        if h.position[p, SHARE] > 0.0:
            any_share = True
            w.node[p, Z] = nearest_size(h, w, p)
    if not any_share:
        return True
    for p in range(m):  # keep exact zeros and sell-outs through restart's clipping
        w.node[p, LOW] = min(w.node[p, LOW], w.node[p, Z])
        w.node[p, HIGH] = max(w.node[p, HIGH], w.node[p, Z])
    restart(h, w)
    for a in range(len(h.account)):
        mend_cash(h, w, a)
        for _ in range(IMPROVEMENTS_PER_POSITION * m):
            if not improve(h, w, a):
                break
    for a in range(len(h.account)):
        if w.purse[a, CASH] < h.account[a, RESERVE] - 1e-6:
            return False
    return True
