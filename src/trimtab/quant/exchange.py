"""The exchange kernel: the convex core, solved by moving dollars between two positions at a time.

With sides and marginal tax rates fixed, the household problem is convex, and separable but for the
covariance.  In each account, cash is one more node without risk.  As long as some node can give up
a dollar for more than another node asks for it, dollars move from the one to the other, with the
exact step to the minimum or to the next breakpoint of either curve.  When no pair is left the
optimality conditions hold and the prices of cash are the multipliers.
"""

import math

from trimtab.quant.compile import hot, kernel
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
    ROOT,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    Floats,
    Household,
    Ints,
    Work,
    Z,
    word,
)
from trimtab.quant.quotes import NEVER, add_exposure, cash_used, requote, shift, trade_for_cash

__all__ = ["BARRED", "FLAT", "bent_length", "exchange"]

BARRED = 1e200  # prices beyond this are such
SHORT_PRICE = 1e6  # of a dollar of cash that an account lacks: it comes before everything else
CASH_DUST = 1e-7  # dollars
FLAT = 1e-18  # curvature that counts as none
FIRST = word(0)
ROOT_DUST = 1e-3  # root of dollars: a trade below is at the kink where impact begins


@hot
def price_left(
    position: Floats,
    node: Floats,
    quote: Floats,
    legs: tuple[int, int, int, int],
    step: float,
) -> tuple[float, float]:
    """By how much impact worsens the price of a step, and how fast it does so at its end."""
    worse = slope = 0.0
    for k in range(4):
        p = legs[k]
        if p >= 0 and position[p, IMPACT] > 0.0:
            factor = -quote[p, DOWN_FACTOR] if k % 2 == 0 else quote[p, UP_FACTOR]
            bend = 1.5 * position[p, IMPACT]
            after = math.sqrt(abs(node[p, Z] + factor * step))
            worse += bend * abs(after - node[p, ROOT])
            slope += 0.5 * bend * factor * factor / max(after, ROOT_DUST)
    return worse, slope


@hot
def all_grow(node: Floats, legs: tuple[int, int, int, int]) -> bool:
    """Whether a step makes every trade larger: givers sell more, takers buy more."""
    for k in range(4):
        p = legs[k]
        if p >= 0 and (node[p, Z] > 0.0 if k % 2 == 0 else node[p, Z] < 0.0):
            return False
    return True


@hot
def bent_length(
    position: Floats,
    node: Floats,
    quote: Floats,
    legs: tuple[int, int, int, int],
    gain: float,
    curvature: float,
    high: float,
) -> float:
    """How far to move where impact bends the curves: until the gain is used up, nearly.

    `legs` are givers and takers in turn, −1 where there is none; a little short of the minimum,
    so that the objective always falls.  Since √a − √b ≤ √(a − b), the step is safe that would end
    at the minimum if every leg began at no trade; one step of Newton's method goes on from there.
    """
    heavy = 0.0
    for k in range(4):
        p = legs[k]
        if p >= 0:
            factor = quote[p, DOWN_FACTOR] if k % 2 == 0 else quote[p, UP_FACTOR]
            heavy += 1.5 * position[p, IMPACT] * max(factor, 1.0)  # no less than by its root
    if heavy <= 0.0:
        return high
    root = 2.0 * gain / (heavy + math.sqrt(heavy * heavy + 4.0 * curvature * gain))
    low = root * root
    if low >= high:
        return high
    worse, slope = price_left(position, node, quote, legs, low)
    trial = min(high, low + (gain - curvature * low - worse) / (curvature + slope))
    if all_grow(node, legs):  # impact rises ever more slowly, so that Newton stays short
        return trial
    worse, _ = price_left(position, node, quote, legs, trial)
    return trial if gain - curvature * trial - worse >= 0.0 else low


@hot
def bent_step(
    position: Floats,
    node: Floats,
    quote: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
    giver: int,
    taker: int,
    step: float,
) -> float:
    """Move dollars of cash from giver to taker along curves that impact bends; the cash used.

    Leaves both quoted anew.
    """
    freed = step
    used = 0.0
    if giver >= 0:
        before = node[giver, Z]
        use = cash_used(position, node, giver)
        after = before - step * quote[giver, DOWN_FACTOR]
        if taker < 0:
            after = trade_for_cash(position, giver, after, use - step)
        shift(giver, max(after - before, -node[giver, DOWN_ROOM]), node, at, segment)
        requote(giver, position, node, quote, at, segment, price)
        freed = use - cash_used(position, node, giver)
        used = -freed
    if taker >= 0:
        before = node[taker, Z]
        use = cash_used(position, node, taker)
        after = before + freed * quote[taker, UP_FACTOR]
        after = trade_for_cash(position, taker, after, use + freed)
        shift(taker, min(after - before, node[taker, UP_ROOM]), node, at, segment)
        requote(taker, position, node, quote, at, segment, price)
        used += cash_used(position, node, taker) - use
    return used


@kernel
def exchange(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Move dollars between pairs until none gains more than the tolerance; the steps taken."""
    position, place, covariance, account = h.position, h.place, h.covariance, h.account
    node, quote, at, segment = w.node, w.quote, w.at, w.segment
    purse, price = w.purse, w.price
    gradient, n = w.gradient, h.instruments
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    accounts = h.accounts
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
                legs = (giver, taker, NOBODY, NOBODY)
                step = bent_length(position, node, quote, legs, gain, scale * curvature, step)
            before_giver = node[giver, Z] if giver >= 0 else 0.0
            before_taker = node[taker, Z] if taker >= 0 else 0.0
            purse[a, CASH] -= bent_step(
                position, node, quote, at, segment, price, giver, taker, step
            )
            if giver >= 0:
                add_exposure(j, scale * (node[giver, Z] - before_giver), covariance, gradient, n)
            if taker >= 0:
                add_exposure(i, scale * (node[taker, Z] - before_taker), covariance, gradient, n)
        else:
            if taker >= 0:
                shift(taker, step * up, node, at, segment)
                add_exposure(i, scale * step * up, covariance, gradient, n)
            else:
                purse[a, CASH] += step
            if giver >= 0:
                shift(giver, -step * down, node, at, segment)
                add_exposure(j, -scale * step * down, covariance, gradient, n)
            else:
                purse[a, CASH] -= step
            if taker >= 0:
                requote(taker, position, node, quote, at, segment, price)
            if giver >= 0:
                requote(giver, position, node, quote, at, segment, price)
        a = a + 1 if a + 1 < accounts else 0
    return steps


@hot
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
