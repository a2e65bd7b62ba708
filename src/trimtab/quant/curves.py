"""Lot curves: what it costs to sell the next dollar of a position.

A position's lots, sorted by tax per dollar, are a convex piecewise-linear curve.  Which lots take
part depends on the side of the position's wash-sale group, so that a curve is rebuilt (in time
proportional to its lots) whenever its group changes sides.
"""

from trimtab.quant.compile import hot, kernel
from trimtab.quant.layout import (
    BLOCKED,
    BUY,
    BUY_COST,
    CUMULATED,
    CURVE_HIGH,
    CURVE_LOW,
    FIRST,
    FIRST_LOT,
    GROUP,
    HELD,
    HIGH,
    LAST,
    LAST_LOT,
    LIQUIDATE,
    LOSS_BLOCKED,
    LOSS_FREE,
    LOT_EXEMPT,
    LOT_GAIN,
    LOT_KIND,
    LOT_LOSS,
    LOT_LOSS_BLOCKED,
    LOT_PLAIN,
    LOT_SHORT,
    LOT_UNSELLABLE,
    LOT_VALUE,
    LOT_WASH,
    LOW,
    MINIMUM,
    MODE_HIGH,
    MODE_LOW,
    NOT_LAID,
    RECENT,
    RELAXED,
    RULE,
    RULE_FULL_BLOCK,
    RULE_PROPORTIONAL,
    SELL,
    SELL_COST,
    SIDES,
    TAX,
    WASHED,
    WIDTH,
    Z_HIGH,
    Z_LOW,
    Household,
    Work,
)

__all__ = [
    "build_curve",
    "build_curves",
    "first_segment",
    "lay_curve",
    "loss_value",
    "only_sold",
    "set_rates",
    "side_allowed",
    "sum_losses",
    "washed_share",
]

DUST = 1e-9  # dollars below which an amount is nothing


@kernel
def set_rates(h: Household, w: Work, rate_short: float, rate_long: float) -> None:
    """Price every lot at the marginal rates and sort each position's lots by that price."""
    lot, lot_class, rates, order, place = h.lot, h.lot_class, w.rate, w.order, h.place
    laid = w.laid
    for row in range(SIDES * h.positions):
        laid[row] = NOT_LAID
    for at in range(h.lots):
        kind = lot_class[at, LOT_KIND]
        marginal = rate_short if kind == LOT_SHORT else rate_long
        rates[at] = 0.0 if kind == LOT_EXEMPT else marginal * lot[at, LOT_GAIN]
    for p in range(h.positions):
        first = place[p, FIRST_LOT]
        for at in range(first, place[p, LAST_LOT]):
            rate = rates[at]
            gain = lot[at, LOT_GAIN]
            spot = at
            while spot > first:
                other = order[spot - 1]
                if rates[other] < rate or (rates[other] == rate and lot[other, LOT_GAIN] <= gain):
                    break
                order[spot] = other
                spot -= 1
            order[spot] = at


@kernel
def loss_value(h: Household, p: int) -> float:
    """Dollars of sellable loss lots in a position."""
    total = 0.0
    for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
        wash = h.lot_class[at, LOT_WASH]
        if wash == LOT_LOSS or wash == LOT_LOSS_BLOCKED:
            total += h.lot[at, LOT_VALUE]
    return total


@kernel
def sum_losses(h: Household, w: Work) -> None:
    """Add up each group's sellable loss lots into `w.loss`: free to sell, and blocked."""
    loss, lot, lot_class, place = w.loss, h.lot, h.lot_class, h.place
    for group in range(h.groups):
        loss[group, LOSS_FREE] = loss[group, LOSS_BLOCKED] = 0.0
    for p in range(h.positions):
        group = place[p, GROUP]
        for at in range(place[p, FIRST_LOT], place[p, LAST_LOT]):
            if lot_class[at, LOT_WASH] == LOT_LOSS:
                loss[group, LOSS_FREE] += lot[at, LOT_VALUE]
            elif lot_class[at, LOT_WASH] == LOT_LOSS_BLOCKED:
                loss[group, LOSS_BLOCKED] += lot[at, LOT_VALUE]


@kernel
def side_allowed(h: Household, w: Work, group: int, side: int) -> bool:
    """Whether a side means anything for a group: a side without effect is not worth a try."""
    if side == BUY:
        return True
    loss = w.loss[group, LOSS_FREE]
    if side == LIQUIDATE:
        return w.loss[group, LOSS_BLOCKED] > 0.0
    recent = h.group[group, RECENT] if h.scalar[RULE] == RULE_PROPORTIONAL else 0.0
    if side == SELL:
        return loss > recent + DUST
    return side == WASHED and recent > 0.0 and loss > 0.0


@kernel
def only_sold(h: Household, group: int) -> bool:
    """Whether a group cannot be bought anyway and recent purchases wash nothing of it."""
    if h.group[group, RECENT] > 0.0 or h.scalar[RULE] == RULE_FULL_BLOCK:
        return False
    if h.group[group, BLOCKED] > 0.0:
        return True
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        if h.position[h.group_member[spot], Z_HIGH] > DUST:
            return False
    return True


@kernel
def washed_share(h: Household, p: int) -> float:
    """Dollars of a position's loss sales that recent purchases wash, on the selling side.

    Recent purchases are laid on the group's positions in their order.
    """
    group = h.place[p, GROUP]
    left = h.group[group, RECENT]
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        if left <= 0.0:
            return 0.0
        member = h.group_member[spot]
        share = min(left, loss_value(h, member))
        if member == p:
            return share
        left -= share
    return 0.0


@hot
def fill_segments(
    h: Household, w: Work, p: int, side: int, first: int, washed: float
) -> tuple[int, float]:
    """Write the segments of one position from a row on; how many, and the dollars they sell."""
    lot, lot_class, order, rates = h.lot, h.lot_class, w.order, w.rate
    segment, segment_lot = w.segment, w.segment_lot
    floor = -h.position[p, BUY_COST] - h.position[p, SELL_COST]
    at = first
    total = 0.0
    tax = 0.0
    for spot in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
        item = order[spot]
        wash = lot_class[item, LOT_WASH]
        if wash == LOT_UNSELLABLE:
            continue
        rate = rates[item]
        width = lot[item, LOT_VALUE]
        if wash != LOT_PLAIN:
            if side == BUY or (side == SELL and wash == LOT_LOSS_BLOCKED):
                continue
            if side == WASHED:
                rate = 0.0
            if washed > 0.0:
                part = min(width, washed)
                segment[at, WIDTH] = part
                segment[at, TAX] = 0.0
                segment[at, CUMULATED] = tax
                segment_lot[at] = item
                at += 1
                total += part
                washed -= part
                width -= part
        if side == RELAXED and rate <= floor:
            rate = floor
            if at > first and width > DUST:  # one segment: no answer asks for its lots
                segment[first, WIDTH] += width
                total += width
                tax += width * rate
                continue
        if width > DUST:
            segment[at, WIDTH] = width
            segment[at, TAX] = rate
            segment[at, CUMULATED] = tax
            segment_lot[at] = item
            at += 1
            total += width
            tax += width * rate
    return at - first, total


@hot
def first_segment(h: Household, p: int, side: int) -> int:
    """The first row of `Work.segment` for a position's curve under a side."""
    return side * (h.lots + h.positions) + h.place[p, FIRST_LOT] + p


@hot
def lay_curve(h: Household, w: Work, p: int, side: int) -> bool:
    """Lay out a position's lot curve and trade bounds under a side, once until rates change.

    False where the bounds cross, so that the side cannot be taken.
    """
    row = side * h.positions + p
    if w.laid[row] == NOT_LAID:
        lay_anew(h, w, p, side)
    return w.curve[row, CURVE_LOW] <= w.curve[row, CURVE_HIGH] + DUST


@kernel
def lay_anew(h: Household, w: Work, p: int, side: int) -> None:
    """Lay out a position's lot curve and trade bounds under a side."""
    place, position, curve = h.place, h.position, w.curve
    group = place[p, GROUP]
    row = side * h.positions + p
    washed = 0.0
    if side == SELL and h.group[group, RECENT] > 0.0 and h.scalar[RULE] == RULE_PROPORTIONAL:
        washed = washed_share(h, p)
    w.laid[row], total = fill_segments(h, w, p, side, first_segment(h, p, side), washed)
    low = max(position[p, Z_LOW], -total)
    high = position[p, Z_HIGH]
    if side == SELL or side == LIQUIDATE or side == WASHED:
        high = min(high, -washed)
    elif h.group[group, BLOCKED] > 0.0:
        high = min(high, 0.0)
    if side == LIQUIDATE and place[p, LAST_LOT] > place[p, FIRST_LOT]:
        if h.lot_class[place[p, FIRST_LOT], LOT_KIND] != LOT_EXEMPT:
            high = min(high, -position[p, HELD])
    if abs(low) < DUST:  # rounding of a bound is no trade
        low = 0.0
    if abs(high) < DUST:
        high = 0.0
    if high < 0.0:  # a sale that must be is at least the least trade
        high = min(high, -position[p, MINIMUM])
    if low > 0.0:
        low = max(low, position[p, MINIMUM])
    curve[row, CURVE_LOW] = low
    curve[row, CURVE_HIGH] = max(low, high) if low <= high + DUST else high


@kernel
def build_curve(h: Household, w: Work, p: int) -> bool:
    """Put a position on the curve of its group's side, within the bounds of a settled trade.

    False where that cannot be.
    """
    node, at = w.node, w.at
    side = w.side[h.place[p, GROUP]]
    fits = lay_curve(h, w, p, side)
    row = side * h.positions + p
    low = max(w.curve[row, CURVE_LOW], node[p, MODE_LOW])
    high = min(w.curve[row, CURVE_HIGH], node[p, MODE_HIGH])
    node[p, LOW] = low
    node[p, HIGH] = max(low, high)
    at[p, FIRST] = first_segment(h, p, side)
    at[p, LAST] = at[p, FIRST] + w.laid[row]
    return fits and low <= high + DUST


@kernel
def build_curves(h: Household, w: Work) -> int:
    """Lay out all curves; the first position whose bounds cross, or −1."""
    crossed = -1
    for p in range(h.positions):
        if not build_curve(h, w, p) and crossed < 0:
            crossed = p
    return crossed
