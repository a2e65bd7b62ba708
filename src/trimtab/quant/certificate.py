"""What the multipliers prove: lower bounds on the objective.

At any point the drift lies above its tangent.  With the cash limits priced by their multipliers
the tangent problem falls apart into positions, each minimised exactly along its own lot curve.  The
sum is a bound that holds for every feasible answer, however roughly the point was solved.
"""

import math

from trimtab.quant.compile import hot, inlined, kernel
from trimtab.quant.curves import DUST, build_curve, lay_curve, side_allowed
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
    INVESTED,
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

__all__ = [
    "affordable",
    "convex_gap",
    "global_bound",
    "group_least",
    "group_value",
    "linear_objective",
    "rebuild_group",
    "think_of",
]

TRADED = 1e-6  # dollars from which an order is counted


@hot
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
    node, position, place = w.node, h.position, h.place
    at, segment, price, gradient = w.at, w.segment, w.price, w.gradient
    drift = exposure_drift(h, node)
    total = 0.0
    for i in range(len(drift)):
        total += 0.5 * drift[i] * gradient[i]
    for p in range(len(place)):
        z = node[p, Z]
        total += position[p, LOCATION] * (position[p, HELD] + z)
        if z == 0.0:
            continue
        total += cash_use(position, p, z) - z + curve_tax(p, place, node, at, segment)
        total += price[0] * z if z > 0.0 else -price[1] * z
        if abs(z) > TRADED:
            total += position[p, FIXED]
    return total


@hot
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


@hot
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
) -> tuple[float, float]:
    """The least share of the priced tangent problem that a position can have, and its trade."""
    low, high = node[p, LOW], min(node[p, HIGH], cap)
    dear = 1.0 - cash_multiplier  # a dollar of cost, with the cash it takes
    impact = position[p, IMPACT] * dear
    best = 0.0 if low <= 0.0 <= high else math.inf
    trade = 0.0
    if high > 0.0:
        rate = slope + position[p, BUY_COST] * dear + price[0] - cash_multiplier
        start = max(low, 0.0)
        spot = high if rate < 0.0 else start
        if impact > 0.0 and rate < 0.0:
            root = -rate / (1.5 * impact)
            spot = min(max(root * root, start), high)
        value = power_value(spot, rate, impact)
        if value < best:
            best, trade = value, spot
    if low < 0.0:
        rate = -slope + position[p, SELL_COST] * dear + price[1] + cash_multiplier
        sold = 0.0
        tax = 0.0
        base = place[p, FIRST_LOT] + p
        least = max(-high, 0.0)
        for k in range(at[p, COUNT]):
            ahead = min(sold + segment[base + k, WIDTH], -low)
            marginal = segment[base + k, TAX]
            # beyond what must be sold the next dollar never costs less than the one before
            spot = ahead
            ends = ahead >= -low
            if ahead > least + DUST:
                wanted = ahead if rate + marginal < 0.0 else 0.0
                if impact > 0.0:
                    root = max(-(rate + marginal) / (1.5 * impact), 0.0)
                    wanted = root * root
                if wanted < ahead:
                    spot = max(wanted, sold, least)
                    ends = True
            if ends:
                value = power_value(spot, rate, impact) + tax + (spot - sold) * marginal
                if value < best:
                    best, trade = value, -spot
                break
            tax += marginal * (ahead - sold)
            sold = ahead
    return best, trade


@hot
def power_value(size: float, rate: float, impact: float) -> float:
    """Linear cost plus impact of a trade."""
    return rate * size + impact * size * math.sqrt(size)


@hot
def affordable(p: int, position: Floats, place: Ints, account: Floats) -> float:
    """The most that a position can be bought: all else in its account sold, all cash spent."""
    a = place[p, ACCOUNT]
    total = account[a, BUDGET] - account[a, RESERVE] + account[a, INVESTED]
    return max(total - position[p, HELD], 0.0)


@kernel
def convex_gap(h: Household, w: Work) -> float:
    """How far the current trades can be from the best ones under the same sides and rates."""
    position, place, account, gradient = h.position, h.place, h.account, w.gradient
    node, at, segment, price, purse = w.node, w.at, w.segment, w.price, w.purse
    total = 0.0
    for p in range(len(place)):
        slope = gradient[place[p, INSTRUMENT]] + position[p, LOCATION]
        cash = purse[place[p, ACCOUNT], MULTIPLIER]
        cap = affordable(p, position, place, account)
        least, _ = node_minimum(p, slope, cash, cap, position, place, node, at, segment, price)
        total += node_value(p, slope, cash, position, place, node, at, segment, price) - least
    for a in range(len(account)):
        total -= purse[a, MULTIPLIER] * (purse[a, CASH] - account[a, RESERVE])
    return max(total, 0.0)


@kernel
def group_value(h: Household, w: Work, group: int) -> float:
    """A group's share of the priced tangent problem at the current trades."""
    position, place, gradient, member = h.position, h.place, w.gradient, h.group_member
    node, at, segment, price, purse = w.node, w.at, w.segment, w.price, w.purse
    total = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = member[spot]
        slope = gradient[place[p, INSTRUMENT]] + position[p, LOCATION]
        cash = purse[place[p, ACCOUNT], MULTIPLIER]
        total += node_value(p, slope, cash, position, place, node, at, segment, price)
    return total


@kernel
def group_least(
    h: Household,
    w: Work,
    group: int,
    extra_slope: float,
    node: Floats,
    at: Ints,
    segment: Floats,
) -> tuple[float, float]:
    """A group's least share along given curves at a steeper slope, and its trades' sum."""
    position, place, gradient, member = h.position, h.place, w.gradient, h.group_member
    price, purse, account = w.price, w.purse, h.account
    total = traded = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = member[spot]
        slope = gradient[place[p, INSTRUMENT]] + position[p, LOCATION] + extra_slope
        cash = purse[place[p, ACCOUNT], MULTIPLIER]
        cap = affordable(p, position, place, account)
        least, trade = node_minimum(p, slope, cash, cap, position, place, node, at, segment, price)
        total += least
        traded += trade
    return total, traded


@kernel
def think_of(h: Household, w: Work, group: int, side: int) -> bool:
    """Lay out a group's trial curves under a side; False where bounds cross."""
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        if not lay_curve(h, w, p, side, w.trial_node, w.trial_at, w.trial_segment, w.trial_lot):
            return False
    return True


@inlined
def group_minimum(h: Household, w: Work, group: int, side: int) -> float:
    """A group's least share on a side."""
    if side == w.side[group]:
        least, _ = group_least(h, w, group, 0.0, w.node, w.at, w.segment)
    elif think_of(h, w, group, side):
        least, _ = group_least(h, w, group, 0.0, w.trial_node, w.trial_at, w.trial_segment)
    else:
        least = math.inf
    return least


@kernel
def rebuild_group(h: Household, w: Work, group: int, side: int) -> bool:
    """Put a group on a side and lay out its curves; False where bounds cross."""
    w.side[group] = side
    fits = True
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        fits = build_curve(h, w, h.group_member[spot]) and fits
    return fits


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
        best = math.inf
        for side in (BUY, SELL, LIQUIDATE, WASHED):
            blocked = side == SELL and h.group[group, BLOCKED] > 0.0
            if blocked or side_allowed(h, w, group, side):
                best = min(best, group_minimum(h, w, group, side))
        total += best
    return total
