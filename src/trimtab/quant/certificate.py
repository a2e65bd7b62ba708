"""What the multipliers prove: lower bounds on the objective, for the whole and for one change.

At any point the drift lies above its tangent.  With the cash limits priced by their multipliers
the tangent problem falls apart into positions, each minimised exactly along its own lot curve.  The
sum is a bound that holds for every feasible answer, however roughly the point was solved.
"""

import math

from trimtab.quant.compile import kernel
from trimtab.quant.curves import build_curve, side_allowed
from trimtab.quant.layout import (
    ACCOUNT,
    BLOCKED,
    BUDGET,
    BUY,
    BUY_COST,
    CASH,
    COUNT,
    CUMULATED,
    FILLED,
    FIRST_LOT,
    FIXED,
    HELD,
    HIGH,
    IMPACT,
    INSTRUMENT,
    LIQUIDATE,
    LOCATION,
    LOW,
    MULTIPLIER,
    RESERVE,
    SEGMENT,
    SELL,
    SELL_COST,
    TAX,
    WASHED,
    WIDTH,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)
from trimtab.quant.quotes import cash_use, exposure_drift

__all__ = ["affordable", "convex_gap", "flip_promise", "global_bound", "linear_objective"]

TRADED = 1e-6  # dollars from which an order is counted


@kernel
def curve_tax(p: int, place: Ints, node: Floats, at: Ints, segment: Floats) -> float:
    """Tax of a position's sales along its curve."""
    if node[p, Z] >= 0.0:
        return 0.0
    spot = place[p, FIRST_LOT] + p + at[p, SEGMENT]
    if node[p, FILLED] > 0.0:
        return segment[spot, CUMULATED] + node[p, FILLED] * segment[spot, TAX]
    if at[p, SEGMENT] == 0:
        return 0.0
    return segment[spot - 1, CUMULATED] + segment[spot - 1, WIDTH] * segment[spot - 1, TAX]


@kernel
def linear_objective(h: Household, w: Work) -> float:
    """The objective at the current trades and marginal rates, multipliers of budgets included."""
    node = w.node
    drift = exposure_drift(h, node)
    total = 0.0
    for i in range(len(drift)):
        total += 0.5 * drift[i] * w.gradient[i]
    for p in range(len(h.place)):
        z = node[p, Z]
        use = cash_use(h.position, p, z) - z
        total += use + h.position[p, LOCATION] * (h.position[p, HELD] + z)
        total += curve_tax(p, h.place, node, w.at, w.segment)
        total += w.price[0] * z if z > 0.0 else -w.price[1] * z
        if abs(z) > TRADED:
            total += h.position[p, FIXED]
    return total


@kernel
def node_value(
    p: int,
    slope: float,
    cash_multiplier: float,
    position: Floats,
    place: Ints,
    node: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
) -> float:
    """The position's share of the priced tangent problem at its current trade."""
    z = node[p, Z]
    use = cash_use(position, p, z)
    turnover = price[0] * z if z > 0.0 else -price[1] * z
    tax = curve_tax(p, place, node, at, segment)
    return slope * z + (use - z) + tax + turnover - cash_multiplier * use


@kernel
def node_minimum(
    p: int,
    slope: float,
    cash_multiplier: float,
    cap: float,
    position: Floats,
    place: Ints,
    node: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
) -> float:
    """The least share of the priced tangent problem that any allowed trade of a position has."""
    low, high = node[p, LOW], min(node[p, HIGH], cap)
    dear = 1.0 - cash_multiplier  # a dollar of cost, with the cash it takes
    impact = position[p, IMPACT] * dear
    best = 0.0 if low <= 0.0 <= high else math.inf
    if high > 0.0:
        rate = slope + position[p, BUY_COST] * dear + price[0] - cash_multiplier
        start = max(low, 0.0)
        best = min(best, power_value(start, rate, impact))
        best = min(best, power_value(high, rate, impact))
        if impact > 0.0 and rate < 0.0:
            root = -rate / (1.5 * impact)
            best = min(best, power_value(min(max(root * root, start), high), rate, impact))
    if low < 0.0:
        rate = -slope + position[p, SELL_COST] * dear + price[1] + cash_multiplier
        sold = 0.0
        tax = 0.0
        base = place[p, FIRST_LOT] + p
        least = max(-high, 0.0)
        for k in range(at[p, COUNT]):
            ahead = min(sold + segment[base + k, WIDTH], -low)
            here = rate + segment[base + k, TAX]
            if ahead >= least:
                start = max(sold, least)
                spot = ahead
                if impact > 0.0:
                    root = max(-here / (1.5 * impact), 0.0)
                    spot = min(max(root * root, start), ahead)
                elif here > 0.0:
                    spot = start
                extra = tax + (spot - sold) * segment[base + k, TAX]
                best = min(best, power_value(spot, rate, impact) + extra)
            tax += segment[base + k, TAX] * (ahead - sold)
            sold = ahead
            if sold >= -low:
                break
    return best


@kernel
def power_value(size: float, rate: float, impact: float) -> float:
    """Linear cost plus impact of a trade."""
    return rate * size + impact * size * math.sqrt(size)


@kernel
def affordable(h: Household, p: int) -> float:
    """The most that a position can be bought: all else in its account sold, all cash spent."""
    a = h.place[p, ACCOUNT]
    total = h.account[a, BUDGET] - h.account[a, RESERVE]
    for q in range(h.account_start[a], h.account_start[a + 1]):
        if q != p:
            total += h.position[q, HELD]
    return max(total, 0.0)


@kernel
def convex_gap(h: Household, w: Work) -> float:
    """How far the current trades can be from the best ones under the same sides and rates."""
    total = 0.0
    for p in range(len(h.place)):
        slope = w.gradient[h.place[p, INSTRUMENT]] + h.position[p, LOCATION]
        price = w.purse[h.place[p, ACCOUNT], MULTIPLIER]
        total += node_value(
            p, slope, price, h.position, h.place, w.node, w.at, w.segment, w.price
        ) - node_minimum(
            p, slope, price, affordable(h, p), h.position, h.place, w.node, w.at, w.segment, w.price
        )
    for a in range(len(h.account)):
        total -= w.purse[a, MULTIPLIER] * (w.purse[a, CASH] - h.account[a, RESERVE])
    return max(total, 0.0)


@kernel
def group_value(h: Household, w: Work, group: int) -> float:
    """A group's share of the priced tangent problem at the current trades."""
    total = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        slope = w.gradient[h.place[p, INSTRUMENT]] + h.position[p, LOCATION]
        price = w.purse[h.place[p, ACCOUNT], MULTIPLIER]
        total += node_value(p, slope, price, h.position, h.place, w.node, w.at, w.segment, w.price)
    return total


@kernel
def group_minimum(h: Household, w: Work, group: int, side: int) -> float:
    """A group's least share on a side; leaves the curves of that side behind."""
    w.side[group] = side
    total = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        if not build_curve(h, w, p):
            return math.inf
        slope = w.gradient[h.place[p, INSTRUMENT]] + h.position[p, LOCATION]
        price = w.purse[h.place[p, ACCOUNT], MULTIPLIER]
        total += node_minimum(
            p, slope, price, affordable(h, p), h.position, h.place, w.node, w.at, w.segment, w.price
        )
    return total


@kernel
def rebuild_group(h: Household, w: Work, group: int, side: int) -> bool:
    """Put a group on a side and lay out its curves; False where bounds cross."""
    w.side[group] = side
    fits = True
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        fits = build_curve(h, w, h.group_member[spot]) and fits
    return fits


@kernel
def flip_promise(h: Household, w: Work, group: int, side: int) -> float:
    """The most that taking a side could gain with all else free to follow; −inf if it cannot."""
    was = w.side[group]
    value = group_value(h, w, group)
    least = group_minimum(h, w, group, side)
    rebuild_group(h, w, group, was)
    return value - least


@kernel
def global_bound(h: Household, w: Work) -> float:
    """A bound below every answer at the current rates, whatever sides its groups take.

    It may be taken at any trades, those of the relaxed problem give the best one.
    """
    node = w.node
    drift = exposure_drift(h, node)
    total = 0.0
    for i in range(len(drift)):
        total += 0.5 * drift[i] * w.gradient[i]
    for p in range(len(h.place)):  # tangent at these trades, moved back to no trade
        total -= w.gradient[h.place[p, INSTRUMENT]] * node[p, Z]
        total += h.position[p, LOCATION] * h.position[p, HELD]
    for a in range(len(h.account)):
        total += w.purse[a, MULTIPLIER] * (h.account[a, BUDGET] - h.account[a, RESERVE])
    for group in range(len(h.group)):
        was = w.side[group]
        best = group_minimum(h, w, group, BUY)
        if h.group[group, BLOCKED] > 0.0 or side_allowed(h, group, SELL):
            best = min(best, group_minimum(h, w, group, SELL))
        for side in (LIQUIDATE, WASHED):
            if side_allowed(h, group, side):
                best = min(best, group_minimum(h, w, group, side))
        rebuild_group(h, w, group, was)
        total += best
    return total
