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

from numba import njit

from trimtab.quant.layout import Household, Work

__all__ = ["cash_use", "place", "refresh", "refresh_all", "restart", "solve_convex"]

NEVER = 1e300  # price of what cannot be done
CASH_DUST = 1e-7  # dollars
SNAP = 1e-9  # dollars from a breakpoint that count as on it
FLAT = 1e-18  # curvature that counts as none
PAIR_SEARCHES = 40  # bisections of a step with impact
SWAP_ROUNDS = 60


@njit(cache=True, nogil=True, inline="always")
def cash_use(h: Household, p: int, z: float) -> float:
    """Dollars of cash that a trade takes, negative where it brings some."""
    size = abs(z)
    cost = (h.buy_cost[p] if z > 0.0 else h.sell_cost[p]) * size
    if h.impact[p] > 0.0:
        cost += h.impact[p] * size * math.sqrt(size)
    return z + cost


@njit(cache=True, nogil=True)
def refresh(h: Household, w: Work, p: int) -> None:
    """Recompute what one more and one less dollar of a position cost, and how far that holds."""
    z = w.z[p]
    slope = 1.5 * h.impact[p] * math.sqrt(abs(z)) if h.impact[p] > 0.0 else 0.0
    location = h.location[p]
    base = h.lot_start[p] + p
    buying = h.buy_cost[p] + slope
    selling = h.sell_cost[p] + slope
    if z >= w.high[p]:
        w.up_linear[p] = NEVER
        w.up_factor[p] = 1.0
        w.up_room[p] = 0.0
    elif z >= 0.0:
        w.up_linear[p] = location + buying + w.price_buy[0]
        w.up_factor[p] = 1.0 / (1.0 + buying)
        w.up_room[p] = w.high[p] - z
    else:
        k = w.segment[p]
        room = w.filled[p]
        if room <= 0.0:
            k -= 1
            room = w.segment_width[base + k]
        w.up_linear[p] = location - selling - w.segment_tax[base + k] - w.price_sell[0]
        w.up_factor[p] = 1.0 / (1.0 - selling)
        w.up_room[p] = min(room, w.high[p] - z)
    if z <= w.low[p]:
        w.down_linear[p] = -NEVER
        w.down_factor[p] = 1.0
        w.down_room[p] = 0.0
    elif z > 0.0:
        w.down_linear[p] = location + buying + w.price_buy[0]
        w.down_factor[p] = 1.0 / (1.0 + buying)
        w.down_room[p] = min(z, z - w.low[p])
    else:
        k = w.segment[p]
        if k >= w.segment_count[p]:
            w.down_linear[p] = -NEVER
            w.down_factor[p] = 1.0
            w.down_room[p] = 0.0
        else:
            room = w.segment_width[base + k] - w.filled[p]
            w.down_linear[p] = location - selling - w.segment_tax[base + k] - w.price_sell[0]
            w.down_factor[p] = 1.0 / (1.0 - selling)
            w.down_room[p] = min(room, z - w.low[p])


@njit(cache=True, nogil=True)
def refresh_all(h: Household, w: Work) -> None:
    """Refresh every position."""
    for p in range(len(h.held)):
        refresh(h, w, p)


@njit(cache=True, nogil=True)
def locate(h: Household, w: Work, p: int) -> None:
    """Find the segment of the lot curve that the trade `z` has reached."""
    base = h.lot_start[p] + p
    left = -w.z[p]
    k = 0
    while k < w.segment_count[p] and left >= w.segment_width[base + k] - SNAP:
        left -= w.segment_width[base + k]
        k += 1
    w.segment[p] = k
    w.filled[p] = left if left > SNAP else 0.0
    if w.z[p] >= 0.0:
        w.segment[p] = 0
        w.filled[p] = 0.0


@njit(cache=True, nogil=True)
def place(h: Household, w: Work, p: int, account: int, z: float) -> None:
    """Set a trade, within its bounds, and carry gradient and cash along."""
    z = min(max(z, w.low[p]), w.high[p])
    change = z - w.z[p]
    if change != 0.0:
        add_exposure(h, w, h.instrument[p], change)
        w.cash[account] -= cash_use(h, p, z) - cash_use(h, p, w.z[p])
        w.z[p] = z
    locate(h, w, p)
    refresh(h, w, p)


@njit(cache=True, nogil=True, inline="always")
def add_exposure(h: Household, w: Work, i: int, dollars: float) -> None:
    """Update the drift's gradient for more dollars of an instrument."""
    scale = h.kappa / h.value * dollars
    for j in range(len(w.gradient[: len(h.target)])):
        w.gradient[j] += scale * h.covariance[i, j]


@njit(cache=True, nogil=True)
def restart(h: Household, w: Work) -> None:
    """Recompute gradient and cash from the trades, so that rounding cannot pile up."""
    n = len(h.target)
    for i in range(n):
        w.gradient[i] = 0.0
    scale = h.kappa / h.value
    for a in range(len(h.budget)):
        w.cash[a] = h.budget[a]
        for p in range(h.account_start[a], h.account_start[a + 1]):
            w.z[p] = min(max(w.z[p], w.low[p]), w.high[p])
            w.cash[a] -= cash_use(h, p, w.z[p])
            w.multiplier[a] = 0.0
    exposure = w.gradient  # first the sum of dollars, then its product with Σ
    drift = exposure_drift(h, w)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += h.covariance[i, j] * drift[j]
        exposure[i] = scale * total
    for p in range(len(h.held)):
        locate(h, w, p)
        refresh(h, w, p)


@njit(cache=True, nogil=True)
def exposure_drift(h: Household, w: Work):  # type: ignore[no-untyped-def]
    """Dollars of each instrument after the trades, less those wanted."""
    drift = -h.value * h.target
    for p in range(len(h.held)):
        drift[h.instrument[p]] += h.held[p] + w.z[p]
    return drift


@njit(cache=True, nogil=True, inline="always")
def shift(h: Household, w: Work, p: int, dollars: float) -> None:
    """Move a position along its current segment; `dollars` stays within the room."""
    z = w.z[p]
    base = h.lot_start[p] + p
    if dollars > 0.0:
        if z < 0.0:
            if w.filled[p] <= 0.0:
                w.segment[p] -= 1
                w.filled[p] = w.segment_width[base + w.segment[p]]
            w.filled[p] -= dollars
            if w.filled[p] < SNAP:
                w.filled[p] = 0.0
        z += dollars
        if z > w.high[p] - SNAP:
            z = w.high[p]
    else:
        if z <= 0.0:
            w.filled[p] -= dollars
            k = w.segment[p]
            if w.filled[p] > w.segment_width[base + k] - SNAP:
                w.segment[p] = k + 1
                w.filled[p] = 0.0
        z += dollars
        if z < w.low[p] + SNAP:
            z = w.low[p]
    if abs(z) < SNAP:
        z = 0.0
        w.segment[p] = 0
        w.filled[p] = 0.0
    w.z[p] = z


@njit(cache=True, nogil=True)
def pair_step(
    h: Household, w: Work, a: int, giver: int, taker: int, gain: float, slack: float
) -> None:
    """Move dollars from one node of an account to another (−1 is cash) up to the best point."""
    scale = h.kappa / h.value
    step = NEVER
    curvature = 0.0
    up = 1.0
    down = 1.0
    if taker >= 0:
        i = h.instrument[taker]
        up = w.up_factor[taker]
        curvature += up * up * h.covariance[i, i]
        step = min(step, w.up_room[taker] / up)
    elif slack < 0.0:
        step = -slack
    if giver >= 0:
        j = h.instrument[giver]
        down = w.down_factor[giver]
        curvature += down * down * h.covariance[j, j]
        step = min(step, w.down_room[giver] / down)
        if taker >= 0:
            curvature -= 2.0 * up * down * h.covariance[h.instrument[taker], j]
    else:
        step = min(step, slack)
    curvature *= scale
    bent = (taker >= 0 and h.impact[taker] > 0.0) or (giver >= 0 and h.impact[giver] > 0.0)
    if not bent:
        if curvature > FLAT:
            step = min(step, gain / curvature)
        if taker >= 0:
            shift(h, w, taker, step * up)
            add_exposure(h, w, h.instrument[taker], step * up)
        else:
            w.cash[a] += step
        if giver >= 0:
            shift(h, w, giver, -step * down)
            add_exposure(h, w, h.instrument[giver], -step * down)
        else:
            w.cash[a] -= step
    else:
        bent_step(h, w, a, giver, taker, step, gain > 0.5 * NEVER)
    if taker >= 0:
        refresh(h, w, taker)
    if giver >= 0:
        refresh(h, w, giver)


@njit(cache=True, nogil=True)
def trade_for_cash(h: Household, p: int, z: float, cash: float) -> float:
    """The trade whose cash use is `cash`, near `z`: the inverse of `cash_use` by Newton."""
    for _ in range(20):
        size = abs(z)
        slope = 1.5 * h.impact[p] * math.sqrt(size)
        if z > 0.0 or (z == 0.0 and cash > 0.0):
            slope = 1.0 + h.buy_cost[p] + slope
        else:
            slope = 1.0 - h.sell_cost[p] - slope
        change = (cash - cash_use(h, p, z)) / max(slope, 0.05)
        z += change
        if abs(change) < 1e-10 * max(1.0, size):
            break
    return z


@njit(cache=True, nogil=True)
def bent_gain(h: Household, w: Work, giver: int, taker: int, z_give: float, z_take: float) -> float:
    """What one more dollar from giver to taker would gain at trial trades."""
    scale = h.kappa / h.value
    d_give = z_give - w.z[giver] if giver >= 0 else 0.0
    d_take = z_take - w.z[taker] if taker >= 0 else 0.0
    ask = 0.0
    bid = 0.0
    if taker >= 0:
        i = h.instrument[taker]
        g = w.gradient[i] + scale * d_take * h.covariance[i, i]
        if giver >= 0:
            g += scale * d_give * h.covariance[i, h.instrument[giver]]
        root = 1.5 * h.impact[taker]
        sign = 1.0 if w.z[taker] >= 0.0 else -1.0
        moved = sign * root * (math.sqrt(abs(z_take)) - math.sqrt(abs(w.z[taker])))
        factor = 1.0 / (1.0 / w.up_factor[taker] + moved)
        ask = (g + w.up_linear[taker] + moved) * factor
    if giver >= 0:
        j = h.instrument[giver]
        g = w.gradient[j] + scale * d_give * h.covariance[j, j]
        if taker >= 0:
            g += scale * d_take * h.covariance[j, h.instrument[taker]]
        root = 1.5 * h.impact[giver]
        sign = 1.0 if w.z[giver] > 0.0 else -1.0
        moved = sign * root * (math.sqrt(abs(z_give)) - math.sqrt(abs(w.z[giver])))
        factor = 1.0 / (1.0 / w.down_factor[giver] + moved)
        bid = (g + w.down_linear[giver] + moved) * factor
    return bid - ask


@njit(cache=True, nogil=True)
def bent_step(
    h: Household, w: Work, a: int, giver: int, taker: int, room: float, forced: bool
) -> None:
    """A pair step where square-root impact bends the curves: bisect on the cash that moves."""
    low = 0.0
    high = min(room, 2.0 * h.value)
    for which in range(2):  # the most cash that the rooms allow
        p = taker if which == 0 else giver
        if p < 0:
            continue
        far = w.z[p] + (w.up_room[p] if which == 0 else -w.down_room[p])
        most = abs(cash_use(h, p, far) - cash_use(h, p, w.z[p]))
        high = min(high, most)
    full = high
    best = high
    for search in range(PAIR_SEARCHES):
        z_take = 0.0
        z_give = 0.0
        if taker >= 0:
            near = w.z[taker] + best * w.up_factor[taker]
            z_take = trade_for_cash(h, taker, near, cash_use(h, taker, w.z[taker]) + best)
        if giver >= 0:
            near = w.z[giver] - best * w.down_factor[giver]
            z_give = trade_for_cash(h, giver, near, cash_use(h, giver, w.z[giver]) - best)
        if forced or bent_gain(h, w, giver, taker, z_give, z_take) >= 0.0:
            if search == 0:
                break
            low = best
        else:
            high = best
        if high - low < 1e-12 * full:
            break
        best = 0.5 * (low + high)
    for which in range(2):
        p = taker if which == 0 else giver
        if p < 0:
            w.cash[a] += best if which == 0 else -best
            continue
        before = w.z[p]
        near = before + (best * w.up_factor[p] if which == 0 else -best * w.down_factor[p])
        target = cash_use(h, p, before) + (best if which == 0 else -best)
        change = trade_for_cash(h, p, near, target) - before
        if which == 0:
            change = min(change, w.up_room[p])
        else:
            change = max(change, -w.down_room[p])
        shift(h, w, p, change)
        add_exposure(h, w, h.instrument[p], w.z[p] - before)
        w.cash[a] += target - cash_use(h, p, w.z[p])


@njit(cache=True, nogil=True)
def exchange(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Move dollars between pairs until none gains more than the tolerance; the steps taken."""
    accounts = len(h.budget)
    clean = 0
    steps = 0
    a = 0
    while clean < accounts and steps < steps_max:
        highest = -NEVER
        lowest = NEVER
        giver = -2
        taker = -2
        for p in range(h.account_start[a], h.account_start[a + 1]):
            g = w.gradient[h.instrument[p]]
            up = (g + w.up_linear[p]) * w.up_factor[p]
            down = (g + w.down_linear[p]) * w.down_factor[p]
            if up < lowest:
                lowest = up
                taker = p
            if down > highest:
                highest = down
                giver = p
        slack = w.cash[a] - h.reserve[a]
        if slack < -CASH_DUST:
            lowest = -NEVER
            taker = -1
        else:
            if lowest > 0.0:
                lowest = 0.0
                taker = -1
            if slack > CASH_DUST and highest < 0.0:
                highest = 0.0
                giver = -1
        gain = highest - lowest
        if gain <= tolerance or highest <= -0.5 * NEVER or lowest >= 0.5 * NEVER:
            w.multiplier[a] = min(0.0, 0.5 * (highest + lowest)) if highest > -1e100 else lowest
            if slack > CASH_DUST:
                w.multiplier[a] = 0.0
            elif lowest < -0.5 * NEVER:
                w.multiplier[a] = 0.0
            clean += 1
        else:
            clean = 0
            pair_step(h, w, a, giver, taker, gain, slack)
            steps += 1
        a += 1
        if a == accounts:
            a = 0
    return steps


@njit(cache=True, nogil=True)
def swap_accounts(h: Household, w: Work, first: int, second: int, tolerance: float) -> bool:
    """Swap two instruments between two accounts where that lowers tax, cost or location drag.

    Both lists of positions are sorted by instrument, so that a merge finds what both may hold.
    """
    best_out = -NEVER
    best_in = -NEVER
    out_first = out_second = in_first = in_second = -1
    p = h.account_start[first]
    q = h.account_start[second]
    while p < h.account_start[first + 1] and q < h.account_start[second + 1]:
        if h.instrument[p] < h.instrument[q]:
            p += 1
        elif h.instrument[p] > h.instrument[q]:
            q += 1
        else:
            leaving = w.down_linear[p] - w.up_linear[q]
            coming = w.down_linear[q] - w.up_linear[p]
            if leaving > best_out:
                best_out, out_first, out_second = leaving, p, q
            if coming > best_in:
                best_in, in_first, in_second = coming, p, q
            p += 1
            q += 1
    if best_out < -0.5 * NEVER or best_in < -0.5 * NEVER:
        return False
    g_out = w.gradient[h.instrument[out_first]]
    g_in = w.gradient[h.instrument[in_first]]
    # per dollar of cash: first account gives `out` and takes `in`, the second the reverse
    a = (g_out + w.down_linear[out_first]) * w.down_factor[out_first]
    b = (g_in + w.up_linear[in_first]) * w.up_factor[in_first]
    c = (g_in + w.down_linear[in_second]) * w.down_factor[in_second]
    d = (g_out + w.up_linear[out_second]) * w.up_factor[out_second]
    gain = a - b + c - d
    if gain <= tolerance:
        return False
    net_out = w.up_factor[out_second] - w.down_factor[out_first]
    net_in = w.up_factor[in_first] - w.down_factor[in_second]
    i = h.instrument[out_first]
    j = h.instrument[in_first]
    curvature = h.kappa / h.value * (
        net_out * net_out * h.covariance[i, i]
        + 2.0 * net_out * net_in * h.covariance[i, j]
        + net_in * net_in * h.covariance[j, j]
    )
    step = min(
        min(w.down_room[out_first] / w.down_factor[out_first],
            w.up_room[in_first] / w.up_factor[in_first]),
        min(w.down_room[in_second] / w.down_factor[in_second],
            w.up_room[out_second] / w.up_factor[out_second]),
    )
    for at in (out_first, out_second, in_first, in_second):
        if h.impact[at] > 0.0:  # the slopes hold only nearby: creep, and let pairs mend the rest
            step = min(step, 0.002 * h.value)
    if curvature > FLAT:
        step = min(step, gain / curvature)
    cash_first = cash_use(h, out_first, w.z[out_first]) + cash_use(h, in_first, w.z[in_first])
    cash_second = cash_use(h, out_second, w.z[out_second]) + cash_use(h, in_second, w.z[in_second])
    shift(h, w, out_first, -step * w.down_factor[out_first])
    shift(h, w, in_first, step * w.up_factor[in_first])
    shift(h, w, in_second, -step * w.down_factor[in_second])
    shift(h, w, out_second, step * w.up_factor[out_second])
    add_exposure(h, w, i, step * net_out)
    add_exposure(h, w, j, step * net_in)
    w.cash[first] += cash_first
    w.cash[first] -= cash_use(h, out_first, w.z[out_first]) + cash_use(h, in_first, w.z[in_first])
    w.cash[second] += cash_second
    w.cash[second] -= cash_use(h, out_second, w.z[out_second]) + cash_use(
        h, in_second, w.z[in_second]
    )
    for at in (out_first, out_second, in_first, in_second):
        refresh(h, w, at)
    return True


@njit(cache=True, nogil=True)
def solve_convex(h: Household, w: Work, tolerance: float, steps_max: int) -> int:
    """Solve the convex problem from the trades in `w`, whose gradient and cash are current."""
    accounts = len(h.budget)
    steps = exchange(h, w, tolerance, steps_max)
    if accounts > 1:
        for _ in range(SWAP_ROUNDS):
            moved = 0
            for first in range(accounts):
                for second in range(first + 1, accounts):
                    while moved + steps < steps_max and swap_accounts(
                        h, w, first, second, tolerance
                    ):
                        moved += 1
            if moved == 0:
                break
            steps += moved + exchange(h, w, tolerance, steps_max - steps)
    return steps
