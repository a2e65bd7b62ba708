"""What the multipliers prove: lower bounds on the objective.

At any point the drift lies above its tangent.  With the cash limits priced by their multipliers
the tangent problem falls apart into positions, each minimised exactly along its own lot curve.  The
sum is a bound that holds for every feasible answer, however roughly the point was solved.
"""

import math

from trimtab.quant.compile import hot, kernel
from trimtab.quant.curves import DUST
from trimtab.quant.layout import (
    ACCOUNT,
    BUDGET,
    BUY_COST,
    CASH,
    CUMULATED,
    FILLED,
    FIRST,
    FIXED,
    HELD,
    HIGH,
    IMPACT,
    INSTRUMENT,
    INVESTED,
    LAST,
    LOCATION,
    LOW,
    MULTIPLIER,
    RESERVE,
    SEGMENT,
    SELL_COST,
    TAX,
    WIDTH,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)
from trimtab.quant.quotes import cash_used, exposure_drift

__all__ = [
    "TRADED",
    "affordable",
    "convex_gap",
    "curve_tax",
    "linear_objective",
    "node_minimum",
    "node_value",
]

TRADED = 1e-6  # dollars from which an order is counted


@hot
def curve_tax(p: int, node: Floats, at: Ints, segment: Floats) -> float:
    """Tax of a position's sales along its curve."""
    if node[p, Z] >= 0.0:
        return 0.0
    spot = at[p, SEGMENT]
    if node[p, FILLED] > 0.0:
        return segment[spot, CUMULATED] + node[p, FILLED] * segment[spot, TAX]
    if spot == at[p, FIRST]:
        return 0.0
    return segment[spot - 1, CUMULATED] + segment[spot - 1, WIDTH] * segment[spot - 1, TAX]


@kernel
def linear_objective(h: Household, w: Work) -> float:
    """The objective at the current, quoted trades and marginal rates, budgets' prices included."""
    node, position = w.node, h.position
    at, segment, price, gradient = w.at, w.segment, w.price, w.gradient
    exposure_drift(h, w)
    drift = w.drift
    total = 0.0
    for i in range(h.instruments):
        total += 0.5 * drift[i] * gradient[i]
    for p in range(h.positions):
        z = node[p, Z]
        total += position[p, LOCATION] * (position[p, HELD] + z)
        if z == 0.0:
            continue
        total += cash_used(position, node, p) - z + curve_tax(p, node, at, segment)
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
    node: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
) -> float:
    """The position's share of the priced tangent problem at its current, quoted trade."""
    z = node[p, Z]
    use = cash_used(position, node, p)
    turnover = price[0] * z if z > 0.0 else -price[1] * z
    tax = curve_tax(p, node, at, segment)
    return slope * z + (use - z) + tax + turnover - cash_multiplier * use


@hot
def node_minimum(
    p: int,
    slope: float,
    cash_multiplier: float,
    low: float,
    high: float,
    first: int,
    last: int,
    position: Floats,
    segment: Floats,
    price: Floats,
) -> tuple[float, float]:
    """The least share of the priced tangent problem that a position can have, and its trade.

    The trade lies between two bounds, its sales along the segments from `first` to before `last`.
    """
    dear = 1.0 - cash_multiplier  # a dollar of cost, with the cash it takes
    impact = position[p, IMPACT] * dear
    steep = 1.5 * impact  # by the root of a trade: what impact adds to the price of the next dollar
    best = 0.0 if low <= 0.0 <= high else math.inf
    trade = 0.0
    rate = slope + position[p, BUY_COST] * dear + price[0] - cash_multiplier
    if high > 0.0 and (rate < 0.0 or low > 0.0):
        start = max(low, 0.0)
        spot = high if rate < 0.0 else start
        if rate < 0.0 and rate * rate < steep * steep * high:
            root = -rate / steep
            spot = max(root * root, start)
        best, trade = power_value(spot, rate, impact), spot
    if low < 0.0:
        rate = -slope + position[p, SELL_COST] * dear + price[1] + cash_multiplier
        sold = 0.0
        tax = 0.0
        least = max(-high, 0.0)
        for k in range(first, last):
            ahead = min(sold + segment[k, WIDTH], -low)
            # beyond what must be sold the next dollar never costs less than the one before
            marginal = rate + segment[k, TAX]
            spot = ahead
            ends = ahead >= -low
            if ahead > least + DUST and marginal * abs(marginal) >= -steep * steep * ahead:
                root = -marginal / steep if marginal < 0.0 else 0.0
                spot = max(root * root, sold, least)
                ends = True
            if ends:
                if spot > 0.0:
                    value = power_value(spot, rate, impact) + tax
                    value += (spot - sold) * segment[k, TAX]
                    if value < best:
                        best, trade = value, -spot
                break
            tax += segment[k, TAX] * (ahead - sold)
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
    for p in range(h.positions):
        slope = gradient[place[p, INSTRUMENT]] + position[p, LOCATION]
        cash = purse[place[p, ACCOUNT], MULTIPLIER]
        cap = affordable(p, position, place, account)
        low, high = node[p, LOW], min(node[p, HIGH], cap)
        first, last = at[p, FIRST], at[p, LAST]
        least, _ = node_minimum(p, slope, cash, low, high, first, last, position, segment, price)
        total += node_value(p, slope, cash, position, node, at, segment, price) - least
    for a in range(h.accounts):
        total -= purse[a, MULTIPLIER] * (purse[a, CASH] - account[a, RESERVE])
    return max(total, 0.0)
