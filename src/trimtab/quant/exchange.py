"""The exchange kernel: the convex core, solved by moving dollars between two positions at a time.

With sides and marginal tax rates fixed, the household problem is convex, and separable but for the
covariance.  In each account, cash is one more node without risk.  As long as some node can give up
a dollar for more than another node asks for it, dollars move from the one to the other, with the
exact step to the minimum or to the next breakpoint of either curve.  When no pair is left the
optimality conditions hold and the prices of cash are the multipliers.
"""

import math

from trimtab.quant.compile import kernel
from trimtab.quant.layout import (
    CASH,
    DOWN_FACTOR,
    DOWN_LINEAR,
    DOWN_ROOM,
    IMPACT,
    INSTRUMENT,
    KAPPA,
    MULTIPLIER,
    NOBODY,
    RESERVE,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    Household,
    Work,
    Z,
    word,
)
from trimtab.quant.quotes import NEVER, add_exposure, cash_use, requote, shift, trade_for_cash

__all__ = ["BARRED", "FLAT", "bent_length", "exchange"]

BARRED = 1e200  # prices beyond this are such
SHORT_PRICE = 10.0  # price of a dollar of cash that an account lacks
CASH_DUST = 1e-7  # dollars
FLAT = 1e-18  # curvature that counts as none
FIRST = word(0)
BENT_SEARCHES = 40  # trials of a step with impact
BENT_PRECISION = 0.05  # of such a step: Newton finishes what pairs begin


@kernel
def steeper(h: Household, w: Work, p: int, dollars: float) -> float:
    """By how much impact worsens a position's price when it moves this far."""
    root = h.position[p, IMPACT]
    if root <= 0.0:
        return 0.0
    before = w.node[p, Z]
    after = before + dollars
    moved = math.copysign(math.sqrt(abs(after)), after)
    return 1.5 * root * abs(moved - math.copysign(math.sqrt(abs(before)), before))


@kernel
def bent_length(
    h: Household,
    w: Work,
    legs: tuple[int, int, int, int],
    gain: float,
    curvature: float,
    high: float,
) -> float:
    """How far to move where impact bends the curves: until the gain is used up, nearly.

    `legs` are givers and takers in turn, −1 where there is none; a little short of the minimum,
    so that the objective always falls.
    """
    low = 0.0
    low_left = gain
    best = high
    high_left = -gain
    for search in range(BENT_SEARCHES):
        left = gain - curvature * best
        for k in range(4):
            p = legs[k]
            if p >= 0:
                factor = -w.quote[p, DOWN_FACTOR] if k % 2 == 0 else w.quote[p, UP_FACTOR]
                left -= steeper(h, w, p, factor * best)
        if left > 0.0:
            if search == 0 or left < BENT_PRECISION * gain:
                return best
            low, low_left = best, left
            high_left *= 0.5
        else:
            high, high_left = best, left
            low_left *= 0.5
        best = (low * high_left - high * low_left) / (high_left - low_left)
    return low


@kernel
def bent_step(h: Household, w: Work, a: int, giver: int, taker: int, best: float) -> None:
    """Move dollars of cash from giver to taker along curves that impact bends."""
    gradient = w.gradient[: len(h.target)]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    for which in range(2):
        p = taker if which == 0 else giver
        cash = best if which == 0 else -best
        if p < 0:
            w.purse[a, CASH] += cash
            continue
        before = w.node[p, Z]
        factor = w.quote[p, UP_FACTOR] if which == 0 else w.quote[p, DOWN_FACTOR]
        target = cash_use(h.position, p, before) + cash
        change = trade_for_cash(h, p, before + cash * factor, target) - before
        change = min(max(change, -w.node[p, DOWN_ROOM]), w.node[p, UP_ROOM])
        shift(p, change, h.place, w.node, w.at, w.segment)
        add_exposure(
            h.place[p, INSTRUMENT], scale * (w.node[p, Z] - before), h.covariance, gradient
        )
        w.purse[a, CASH] += target - cash_use(h.position, p, w.node[p, Z])


@kernel
def exchange(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Move dollars between pairs until none gains more than the tolerance; the steps taken."""
    position, place, covariance, account = h.position, h.place, h.covariance, h.account
    node, quote, at, segment = w.node, w.quote, w.at, w.segment
    purse, price = w.purse, w.price
    gradient = w.gradient[: len(h.target)]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    accounts = len(account)
    clean = steps = 0
    a = FIRST
    while clean < accounts and steps < steps_max:
        highest = -NEVER
        lowest = NEVER
        giver = taker = NOBODY
        for p in range(h.account_start[a], h.account_start[a + 1]):
            g = gradient[place[p, INSTRUMENT]]
            up = (g + quote[p, UP_LINEAR]) * quote[p, UP_FACTOR]
            down = (g + quote[p, DOWN_LINEAR]) * quote[p, DOWN_FACTOR]
            if up < lowest:
                lowest = up
                taker = p
            if down > highest:
                highest = down
                giver = p
        slack = purse[a, CASH] - account[a, RESERVE]
        if slack < -CASH_DUST:
            lowest = -NEVER
            taker = NOBODY
        else:
            if lowest > 0.0:
                lowest = 0.0
                taker = NOBODY
            if slack > CASH_DUST and highest < 0.0:
                highest = 0.0
                giver = NOBODY
        gain = highest - lowest
        if gain <= tolerance or highest <= -BARRED or lowest >= BARRED:
            purse[a, MULTIPLIER] = cash_price(highest, lowest, slack)
            clean += 1
            a = a + 1 if a + 1 < accounts else 0
            continue
        clean = 0
        steps += 1
        bent = (taker >= 0 and position[taker, IMPACT] > 0.0) or (
            giver >= 0 and position[giver, IMPACT] > 0.0
        )
        step = -slack if slack < -CASH_DUST else NEVER
        curvature = 0.0
        up = down = 1.0
        i = j = 0
        if taker >= 0:
            i = place[taker, INSTRUMENT]
            up = quote[taker, UP_FACTOR]
            curvature = up * up * covariance[i, i]
            step = min(step, node[taker, UP_ROOM] / up)
        if giver >= 0:
            j = place[giver, INSTRUMENT]
            down = quote[giver, DOWN_FACTOR]
            curvature += down * down * covariance[j, j]
            step = min(step, node[giver, DOWN_ROOM] / down)
            if taker >= 0:
                curvature -= 2.0 * up * down * covariance[i, j]
        else:
            step = min(step, slack)
        if curvature > FLAT:  # with impact the minimum only comes sooner
            step = min(step, gain / (scale * curvature))
        if bent:
            if gain < BARRED:
                legs = (giver, taker, -1, -1)
                step = bent_length(h, w, legs, gain, scale * curvature, step)
            bent_step(h, w, a, giver, taker, step)
        else:
            if taker >= 0:
                shift(taker, step * up, place, node, at, segment)
                add_exposure(i, scale * step * up, covariance, gradient)
            else:
                purse[a, CASH] += step
            if giver >= 0:
                shift(giver, -step * down, place, node, at, segment)
                add_exposure(j, -scale * step * down, covariance, gradient)
            else:
                purse[a, CASH] -= step
        if taker >= 0:
            requote(taker, position, place, node, quote, at, segment, price)
        if giver >= 0:
            requote(giver, position, place, node, quote, at, segment, price)
        a = a + 1 if a + 1 < accounts else 0
    return steps


@kernel
def cash_price(highest: float, lowest: float, slack: float) -> float:
    """The multiplier of an account's cash, zero or below, once no pair is left."""
    if slack > CASH_DUST:
        return 0.0
    if slack < -CASH_DUST:
        return -SHORT_PRICE
    if highest <= -BARRED:
        return min(0.0, lowest) if lowest < BARRED else 0.0
    if lowest <= -BARRED or lowest >= BARRED:
        return min(0.0, highest)
    return min(0.0, 0.5 * (highest + lowest))
