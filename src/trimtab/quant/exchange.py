"""The exchange kernel: the convex core, solved by moving dollars between two positions at a time.

With sides and marginal tax rates fixed, the household problem is convex, and separable but for the
covariance.  In each account, cash is one more node without risk.  As long as some node can give up
a dollar for more than another node asks for it, dollars move from the one to the other, with the
exact step to the minimum or to the next breakpoint of either curve.  When no pair is left the
optimality conditions hold and the prices of cash are the multipliers.

Several accounts add one more move: swapping two instruments between two accounts leaves the
exposure as it is, so pairs alone would creep along it.
"""

import math

import numpy as np

from trimtab.quant.compile import kernel
from trimtab.quant.layout import (
    ACCOUNT,
    BUDGET,
    BUY_COST,
    CASH,
    COUNT,
    DOWN_FACTOR,
    DOWN_LINEAR,
    DOWN_ROOM,
    FILLED,
    FIRST_LOT,
    HELD,
    HIGH,
    IMPACT,
    INSTRUMENT,
    KAPPA,
    LOCATION,
    LOW,
    MULTIPLIER,
    NOBODY,
    RESERVE,
    SEGMENT,
    SELL_COST,
    TAX,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    WIDTH,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)
from trimtab.quant.newton import free_positions, longest_step, solve_step

__all__ = [
    "cash_use",
    "exposure_drift",
    "refresh",
    "refresh_all",
    "restart",
    "set_trade",
    "solve_convex",
]

NEVER = 1e300  # price of what cannot be done
BARRED = 1e200  # prices beyond this are such
SHORT_PRICE = 10.0  # price of a dollar of cash that an account lacks
CASH_DUST = 1e-7  # dollars
SNAP = 1e-9  # dollars from a breakpoint that count as on it
FLAT = 1e-18  # curvature that counts as none
BENT_SEARCHES = 40  # bisections of a step with impact
BENT_PRECISION = 0.05  # of such a step: Newton finishes what pairs begin
TURN = 20  # exchanges before Newton has a try, and between two …
TURN_SHARE = 4  # … and one more for so many positions
TURNS_MAX = 200
NEWTON_STEPS = 30  # of one turn: each ends at a breakpoint, or nearly doubles the digits
NEWTON_DUST = 1e-4  # dollars: a step this short has converged


@kernel
def cash_use(position: Floats, p: int, z: float) -> float:
    """Dollars of cash that a trade takes, negative where it brings some."""
    size = abs(z)
    cost = (position[p, BUY_COST] if z > 0.0 else position[p, SELL_COST]) * size
    if position[p, IMPACT] > 0.0:
        cost += position[p, IMPACT] * size * math.sqrt(size)
    return z + cost


@kernel
def requote(
    p: int,
    position: Floats,
    place: Ints,
    node: Floats,
    quote: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
) -> None:
    """Recompute what one more and one less dollar of a position cost, and how far that holds."""
    z = node[p, Z]
    impact = position[p, IMPACT]
    slope = 1.5 * impact * math.sqrt(abs(z)) if impact > 0.0 else 0.0
    location = position[p, LOCATION]
    base = place[p, FIRST_LOT] + p
    buying = position[p, BUY_COST] + slope
    selling = position[p, SELL_COST] + slope
    if z >= node[p, HIGH] - SNAP:
        quote[p, UP_LINEAR] = NEVER
        quote[p, UP_FACTOR] = 1.0
        node[p, UP_ROOM] = 0.0
    elif z >= 0.0:
        quote[p, UP_LINEAR] = location + buying + price[0]
        quote[p, UP_FACTOR] = 1.0 / (1.0 + buying)
        node[p, UP_ROOM] = node[p, HIGH] - z
    else:
        k = at[p, SEGMENT]
        room = node[p, FILLED]
        if room <= 0.0:
            k -= 1
            room = segment[base + k, WIDTH]
        quote[p, UP_LINEAR] = location - selling - segment[base + k, TAX] - price[1]
        quote[p, UP_FACTOR] = 1.0 / (1.0 - selling)
        node[p, UP_ROOM] = min(room, node[p, HIGH] - z)
    if z <= node[p, LOW] + SNAP or (z <= 0.0 and at[p, SEGMENT] >= at[p, COUNT]):
        quote[p, DOWN_LINEAR] = -NEVER
        quote[p, DOWN_FACTOR] = 1.0
        node[p, DOWN_ROOM] = 0.0
    elif z > 0.0:
        quote[p, DOWN_LINEAR] = location + buying + price[0]
        quote[p, DOWN_FACTOR] = 1.0 / (1.0 + buying)
        node[p, DOWN_ROOM] = min(z, z - node[p, LOW])
    else:
        k = at[p, SEGMENT]
        room = segment[base + k, WIDTH] - node[p, FILLED]
        quote[p, DOWN_LINEAR] = location - selling - segment[base + k, TAX] - price[1]
        quote[p, DOWN_FACTOR] = 1.0 / (1.0 - selling)
        node[p, DOWN_ROOM] = min(room, z - node[p, LOW])


@kernel
def refresh(h: Household, w: Work, p: int) -> None:
    """Requote one position."""
    requote(p, h.position, h.place, w.node, w.quote, w.at, w.segment, w.price)


@kernel
def refresh_all(h: Household, w: Work) -> None:
    """Refresh every position."""
    for p in range(len(h.place)):
        refresh(h, w, p)


@kernel
def locate(p: int, place: Ints, node: Floats, at: Ints, segment: Floats) -> None:
    """Find the segment of the lot curve that the trade has reached."""
    at[p, SEGMENT] = 0
    node[p, FILLED] = 0.0
    if node[p, Z] >= 0.0:
        return
    base = place[p, FIRST_LOT] + p
    left = -node[p, Z]
    k = 0
    while k < at[p, COUNT] and left >= segment[base + k, WIDTH] - SNAP:
        left -= segment[base + k, WIDTH]
        k += 1
    at[p, SEGMENT] = k
    node[p, FILLED] = left if left > SNAP else 0.0


@kernel
def set_trade(h: Household, w: Work, p: int, z: float) -> None:
    """Set a trade, within its bounds, and carry gradient and cash along."""
    node = w.node
    before = node[p, Z]
    z = min(max(z, node[p, LOW]), node[p, HIGH])
    if z != before:
        scale = h.scalar[KAPPA] / h.scalar[VALUE] * (z - before)
        add_exposure(h.place[p, INSTRUMENT], scale, h.covariance, w.gradient)
        use = cash_use(h.position, p, z) - cash_use(h.position, p, before)
        w.purse[h.place[p, ACCOUNT], CASH] -= use
        node[p, Z] = z
    locate(p, h.place, node, w.at, w.segment)
    refresh(h, w, p)


@kernel
def add_exposure(i: int, scale: float, covariance: Floats, gradient: Floats) -> None:
    """Add a multiple of one column of the covariance to the drift's gradient."""
    for j in range(len(gradient)):
        gradient[j] += scale * covariance[i, j]


@kernel
def restart(h: Household, w: Work) -> None:
    """Recompute gradient and cash from the trades, so that rounding cannot pile up."""
    node = w.node
    for a in range(len(h.account)):
        w.purse[a, CASH] = h.account[a, BUDGET]
        w.purse[a, MULTIPLIER] = 0.0
    for p in range(len(h.place)):
        node[p, Z] = min(max(node[p, Z], node[p, LOW]), node[p, HIGH])
        w.purse[h.place[p, ACCOUNT], CASH] -= cash_use(h.position, p, node[p, Z])
    drift = exposure_drift(h, node)
    n = len(h.target)
    for i in range(n):
        w.gradient[i] = 0.0
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    for i in range(n):
        add_exposure(i, scale * drift[i], h.covariance, w.gradient[:n])
    for p in range(len(h.place)):
        locate(p, h.place, node, w.at, w.segment)
        requote(p, h.position, h.place, node, w.quote, w.at, w.segment, w.price)


@kernel
def exposure_drift(h: Household, node: Floats) -> Floats:
    """Dollars of each instrument after the trades, less those wanted."""
    drift = np.empty(len(h.target))
    for i in range(len(drift)):
        drift[i] = -h.scalar[VALUE] * h.target[i]
    for p in range(len(h.place)):
        drift[h.place[p, INSTRUMENT]] += h.position[p, HELD] + node[p, Z]
    return drift


@kernel
def shift(p: int, dollars: float, place: Ints, node: Floats, at: Ints, segment: Floats) -> None:
    """Move a position along its current segment; `dollars` stays within the room."""
    z = node[p, Z]
    base = place[p, FIRST_LOT] + p
    if dollars > 0.0:
        if z < 0.0:
            if node[p, FILLED] <= 0.0:
                at[p, SEGMENT] -= 1
                node[p, FILLED] = segment[base + at[p, SEGMENT], WIDTH]
            node[p, FILLED] -= dollars
            if node[p, FILLED] < SNAP:
                node[p, FILLED] = 0.0
        z += dollars
        if z > node[p, HIGH] - SNAP:
            z = node[p, HIGH]
    else:
        if z <= 0.0:
            node[p, FILLED] -= dollars
            if node[p, FILLED] > segment[base + at[p, SEGMENT], WIDTH] - SNAP:
                at[p, SEGMENT] += 1
                node[p, FILLED] = 0.0
        z += dollars
        if z < node[p, LOW] + SNAP:
            z = node[p, LOW]
    if abs(z) < SNAP:
        z = 0.0
        at[p, SEGMENT] = 0
        node[p, FILLED] = 0.0
    node[p, Z] = z


@kernel
def trade_for_cash(h: Household, p: int, z: float, cash: float) -> float:
    """The trade whose cash use is `cash`, near `z`: the inverse of `cash_use` by Newton."""
    for _ in range(20):
        size = abs(z)
        slope = 1.5 * h.position[p, IMPACT] * math.sqrt(size)
        if z > 0.0 or (z == 0.0 and cash > 0.0):
            slope = 1.0 + h.position[p, BUY_COST] + slope
        else:
            slope = 1.0 - h.position[p, SELL_COST] - slope
        change = (cash - cash_use(h.position, p, z)) / max(slope, 0.05)
        z += change
        if abs(change) < 1e-10 * max(1.0, size):
            break
    return z


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
    a = np.int64(0)
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


@kernel
def swap_accounts(h: Household, w: Work, first: int, second: int, tolerance: float) -> bool:
    """Swap two instruments between two accounts where that lowers tax, cost or location drag.

    Both lists of positions are sorted by instrument, so that a merge finds what both may hold.
    """
    best_out = -NEVER
    best_in = -NEVER
    out_first = out_second = in_first = in_second = NOBODY
    p = h.account_start[first]
    q = h.account_start[second]
    while p < h.account_start[first + 1] and q < h.account_start[second + 1]:
        if h.place[p, INSTRUMENT] < h.place[q, INSTRUMENT]:
            p += 1
        elif h.place[p, INSTRUMENT] > h.place[q, INSTRUMENT]:
            q += 1
        else:
            leaving = w.quote[p, DOWN_LINEAR] - w.quote[q, UP_LINEAR]
            coming = w.quote[q, DOWN_LINEAR] - w.quote[p, UP_LINEAR]
            if leaving > best_out:
                best_out, out_first, out_second = leaving, p, q
            if coming > best_in:
                best_in, in_first, in_second = coming, p, q
            p += 1
            q += 1
    if best_out < -BARRED or best_in < -BARRED:
        return False
    g_out = w.gradient[h.place[out_first, INSTRUMENT]]
    g_in = w.gradient[h.place[in_first, INSTRUMENT]]
    # per dollar of cash: first account gives `out` and takes `in`, the second the reverse
    a = (g_out + w.quote[out_first, DOWN_LINEAR]) * w.quote[out_first, DOWN_FACTOR]
    b = (g_in + w.quote[in_first, UP_LINEAR]) * w.quote[in_first, UP_FACTOR]
    c = (g_in + w.quote[in_second, DOWN_LINEAR]) * w.quote[in_second, DOWN_FACTOR]
    d = (g_out + w.quote[out_second, UP_LINEAR]) * w.quote[out_second, UP_FACTOR]
    gain = a - b + c - d
    if gain <= tolerance:
        return False
    net_out = w.quote[out_second, UP_FACTOR] - w.quote[out_first, DOWN_FACTOR]
    net_in = w.quote[in_first, UP_FACTOR] - w.quote[in_second, DOWN_FACTOR]
    i = h.place[out_first, INSTRUMENT]
    j = h.place[in_first, INSTRUMENT]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    curvature = scale * (
        net_out * net_out * h.covariance[i, i]
        + 2.0 * net_out * net_in * h.covariance[i, j]
        + net_in * net_in * h.covariance[j, j]
    )
    step = min(
        min(
            w.node[out_first, DOWN_ROOM] / w.quote[out_first, DOWN_FACTOR],
            w.node[in_first, UP_ROOM] / w.quote[in_first, UP_FACTOR],
        ),
        min(
            w.node[in_second, DOWN_ROOM] / w.quote[in_second, DOWN_FACTOR],
            w.node[out_second, UP_ROOM] / w.quote[out_second, UP_FACTOR],
        ),
    )
    if curvature > FLAT:
        step = min(step, gain / curvature)
    legs = (out_first, in_first, in_second, out_second)
    step = bent_length(h, w, legs, gain, curvature, step)
    cash_first = cash_use(h.position, out_first, w.node[out_first, Z]) + cash_use(
        h.position, in_first, w.node[in_first, Z]
    )
    cash_second = cash_use(h.position, out_second, w.node[out_second, Z]) + cash_use(
        h.position, in_second, w.node[in_second, Z]
    )
    shift(out_first, -step * w.quote[out_first, DOWN_FACTOR], h.place, w.node, w.at, w.segment)
    shift(in_first, step * w.quote[in_first, UP_FACTOR], h.place, w.node, w.at, w.segment)
    shift(in_second, -step * w.quote[in_second, DOWN_FACTOR], h.place, w.node, w.at, w.segment)
    shift(out_second, step * w.quote[out_second, UP_FACTOR], h.place, w.node, w.at, w.segment)
    gradient = w.gradient[: len(h.target)]
    add_exposure(i, scale * step * net_out, h.covariance, gradient)
    add_exposure(j, scale * step * net_in, h.covariance, gradient)
    w.purse[first, CASH] += cash_first
    w.purse[first, CASH] -= cash_use(h.position, out_first, w.node[out_first, Z]) + cash_use(
        h.position, in_first, w.node[in_first, Z]
    )
    w.purse[second, CASH] += cash_second
    w.purse[second, CASH] -= cash_use(h.position, out_second, w.node[out_second, Z]) + cash_use(
        h.position, in_second, w.node[in_second, Z]
    )
    for at in (out_first, out_second, in_first, in_second):
        refresh(h, w, at)
    return True


@kernel
def move_free(h: Household, w: Work, free: Ints, step: Floats) -> float:
    """One Newton step of the positions between breakpoints; the dollars of its longest leg."""
    count = free_positions(h, w, free)
    if count == 0 or not solve_step(h, w, free, count, step):
        return 0.0
    fraction = longest_step(h, w, free, count, step)
    gradient = w.gradient[: len(h.target)]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    longest = 0.0
    for f in range(count):
        p = free[f]
        before = w.node[p, Z]
        dollars = min(max(fraction * step[f], -w.node[p, DOWN_ROOM]), w.node[p, UP_ROOM])
        if dollars == 0.0:
            continue
        shift(p, dollars, h.place, w.node, w.at, w.segment)
        after = w.node[p, Z]
        add_exposure(h.place[p, INSTRUMENT], scale * (after - before), h.covariance, gradient)
        use = cash_use(h.position, p, after) - cash_use(h.position, p, before)
        w.purse[h.place[p, ACCOUNT], CASH] -= use
        longest = max(longest, abs(after - before))
        refresh(h, w, p)
    return longest


@kernel
def solve_convex(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Solve the convex problem from the trades in `w`, whose gradient and cash are current.

    Exchange finds which positions rest at a breakpoint, Newton moves the others together, swaps
    mend what lies in the wrong account; they take turns until no pair gains.
    """
    accounts = len(h.account)
    turn = TURN + len(h.place) // TURN_SHARE
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
            for _newton in range(NEWTON_STEPS):
                steps += 1
                if move_free(h, w, free, step) < NEWTON_DUST:
                    break
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
