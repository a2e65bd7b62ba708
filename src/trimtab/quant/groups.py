"""What the sides of a wash-sale group are worth at given prices, and the bound that follows.

The tangent problem falls apart into groups, so that each may take the side that is best for it
alone: the sum is below every answer.
"""

import math

from trimtab.quant.certificate import affordable, node_minimum, node_value
from trimtab.quant.compile import kernel
from trimtab.quant.curves import build_curve, first_segment, lay_curve, side_allowed
from trimtab.quant.layout import (
    ACCOUNT,
    BLOCKED,
    BUDGET,
    BUY,
    CURVE_HIGH,
    CURVE_LOW,
    HELD,
    INSTRUMENT,
    LEAST,
    LIQUIDATE,
    LOCATION,
    MULTIPLIER,
    RESERVE,
    SELL,
    SIDES,
    TRADED_SUM,
    WASHED,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import exposure_drift

__all__ = ["global_bound", "group_least", "group_value", "rebuild_group"]


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
        total += node_value(p, slope, cash, position, node, at, segment, price)
    return total


@kernel
def group_least(
    h: Household, w: Work, group: int, side: int, extra_slope: float
) -> tuple[float, float]:
    """A group's least share under a side, and its trades' sum; infinite where bounds cross.

    `extra_slope` makes every dollar of its instruments dearer.
    """
    position, place, gradient, member = h.position, h.place, w.gradient, h.group_member
    price, purse, account, segment = w.price, w.purse, h.account, w.segment
    curve, laid = w.curve, w.laid
    total = traded = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = member[spot]
        if not lay_curve(h, w, p, side):
            return math.inf, 0.0
        slope = gradient[place[p, INSTRUMENT]] + position[p, LOCATION] + extra_slope
        cash = purse[place[p, ACCOUNT], MULTIPLIER]
        row = side * h.positions + p
        low = curve[row, CURVE_LOW]
        high = min(curve[row, CURVE_HIGH], affordable(p, position, place, account))
        first = first_segment(h, p, side)
        last = first + laid[row]
        least, trade = node_minimum(
            p, slope, cash, low, high, first, last, position, segment, price
        )
        total += least
        traded += trade
    return total, traded


@kernel
def rebuild_group(h: Household, w: Work, group: int, side: int) -> bool:
    """Put a group on a side and its positions on that side's curves; False where bounds cross."""
    w.side[group] = side
    fits = True
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        fits = build_curve(h, w, h.group_member[spot]) and fits
    return fits


@kernel
def global_bound(h: Household, w: Work) -> float:
    """A bound below every answer at the current rates, whatever sides its groups take.

    It may be taken at any trades, those of the relaxed problem give the best one.  What each side
    is worth is left in `w.least`.
    """
    node = w.node
    exposure_drift(h, w)
    drift = w.drift
    total = 0.0
    for i in range(h.instruments):
        total += 0.5 * drift[i] * w.gradient[i]
    for p in range(h.positions):  # tangent at these trades, moved back to no trade
        total -= w.gradient[h.place[p, INSTRUMENT]] * node[p, Z]
        total += h.position[p, LOCATION] * h.position[p, HELD]
    for a in range(h.accounts):
        total += w.purse[a, MULTIPLIER] * (h.account[a, BUDGET] - h.account[a, RESERVE])
    for group in range(h.groups):
        best = math.inf
        for side in (BUY, SELL, LIQUIDATE, WASHED):
            least, traded = math.inf, 0.0
            blocked = side == SELL and h.group[group, BLOCKED] > 0.0
            if blocked or side_allowed(h, w, group, side):
                least, traded = group_least(h, w, group, side, 0.0)
            w.least[SIDES * group + side, LEAST] = least
            w.least[SIDES * group + side, TRADED_SUM] = traded
            best = min(best, least)
        total += best
    return total
