"""Lot curves: what it costs to sell the next dollar of a position.

A position's lots, sorted by tax per dollar, are a convex piecewise-linear curve.  Which lots take
part depends on the side of the position's wash-sale group, so that a curve is rebuilt (in time
proportional to its lots) whenever its group changes sides.
"""

from numba import njit

from trimtab.quant.layout import (
    BUY,
    LIQUIDATE,
    LOT_EXEMPT,
    LOT_SHORT,
    RELAXED,
    RULE_FULL_BLOCK,
    RULE_PROPORTIONAL,
    SELL,
    WASHED,
    Household,
    Work,
)

__all__ = ["build_curve", "build_curves", "is_loss", "loss_value", "set_rates", "side_allowed"]

DUST = 1e-9  # dollars below which an amount is nothing


@njit(cache=True, nogil=True, inline="always")
def is_loss(h: Household, lot: int) -> bool:
    """Whether selling the lot realises a loss that tax law looks at."""
    return h.lot_kind[lot] != LOT_EXEMPT and h.lot_gain[lot] < 0.0


@njit(cache=True, nogil=True)
def set_rates(h: Household, w: Work, rate_short: float, rate_long: float) -> None:
    """Price every lot at the marginal rates and sort each position's lots by that price."""
    for lot in range(len(h.lot_value)):
        kind = h.lot_kind[lot]
        if kind == LOT_EXEMPT:
            w.rate[lot] = 0.0
        elif kind == LOT_SHORT:
            w.rate[lot] = rate_short * h.lot_gain[lot]
        else:
            w.rate[lot] = rate_long * h.lot_gain[lot]
    for p in range(len(h.held)):
        first = h.lot_start[p]
        for at in range(first, h.lot_start[p + 1]):
            rate = w.rate[at]
            gain = h.lot_gain[at]
            spot = at
            while spot > first:
                other = w.order[spot - 1]
                if w.rate[other] < rate or (w.rate[other] == rate and h.lot_gain[other] <= gain):
                    break
                w.order[spot] = other
                spot -= 1
            w.order[spot] = at


@njit(cache=True, nogil=True)
def loss_value(h: Household, p: int) -> float:
    """Dollars of sellable loss lots in a position."""
    total = 0.0
    for lot in range(h.lot_start[p], h.lot_start[p + 1]):
        if h.lot_sellable[lot] and is_loss(h, lot):
            total += h.lot_value[lot]
    return total


@njit(cache=True, nogil=True)
def side_allowed(h: Household, group: int, side: int) -> bool:
    """Whether a side means anything for a group: a side without effect is not worth a try."""
    if side == BUY:
        return True
    blocked = False
    loss = 0.0
    for at in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[at]
        for lot in range(h.lot_start[p], h.lot_start[p + 1]):
            if is_loss(h, lot) and h.lot_sellable[lot]:
                if h.rule == RULE_FULL_BLOCK and h.lot_blocked[lot]:
                    blocked = True
                else:
                    loss += h.lot_value[lot]
    if side == SELL:
        recent = h.group_recent[group] if h.rule == RULE_PROPORTIONAL else 0.0
        return loss > recent + DUST
    if side == LIQUIDATE:
        return h.rule == RULE_FULL_BLOCK and blocked
    return side == WASHED and h.rule == RULE_PROPORTIONAL and loss > 0.0


@njit(cache=True, nogil=True)
def washed_share(h: Household, p: int) -> float:
    """Dollars of a position's loss sales that recent purchases wash, on the selling side.

    Recent purchases are laid on the group's positions in their order.
    """
    if h.rule != RULE_PROPORTIONAL:
        return 0.0
    group = h.position_group[p]
    left = h.group_recent[group]
    for at in range(h.group_start[group], h.group_start[group + 1]):
        if left <= 0.0:
            return 0.0
        member = h.group_member[at]
        share = min(left, loss_value(h, member))
        if member == p:
            return share
        left -= share
    return 0.0


@njit(cache=True, nogil=True)
def build_curve(h: Household, w: Work, p: int) -> bool:
    """Lay out a position's lot curve and trade bounds under its group's side.

    False where the bounds cross, so that the side cannot be taken.
    """
    side = w.side[h.position_group[p]]
    washed = washed_share(h, p) if side == SELL else 0.0
    base = h.lot_start[p] + p
    count = 0
    total = 0.0
    tax = 0.0
    wash_left = washed
    floor = -h.buy_cost[p] - h.sell_cost[p]
    for at in range(h.lot_start[p], h.lot_start[p + 1]):
        lot = w.order[at]
        if not h.lot_sellable[lot]:
            continue
        loss = is_loss(h, lot)
        if side != RELAXED and loss:
            if side == BUY:
                continue
            if side == SELL and h.rule == RULE_FULL_BLOCK and h.lot_blocked[lot]:
                continue
        rate = w.rate[lot]
        if loss and side == WASHED:
            rate = 0.0
        if side == RELAXED and rate < floor:
            rate = floor
        width = h.lot_value[lot]
        if loss and wash_left > 0.0:
            part = min(width, wash_left)
            count, total, tax = _add_segment(w, base, count, total, tax, part, 0.0, lot)
            wash_left -= part
            width -= part
        if width > DUST:
            count, total, tax = _add_segment(w, base, count, total, tax, width, rate, lot)
    w.segment_count[p] = count
    low = max(h.z_low[p], w.mode_low[p], -total)
    high = min(h.z_high[p], w.mode_high[p])
    if side == SELL or side == LIQUIDATE or side == WASHED:
        high = min(high, -washed)
    elif h.group_blocked[h.position_group[p]]:
        high = min(high, 0.0)
    if side == LIQUIDATE and h.lot_start[p + 1] > h.lot_start[p]:
        if h.lot_kind[h.lot_start[p]] != LOT_EXEMPT:
            high = min(high, -h.held[p])
    if low > high + DUST:
        w.low[p] = low
        w.high[p] = low
        return False
    w.low[p] = min(low, high)
    w.high[p] = high
    return True


@njit(cache=True, nogil=True)
def _add_segment(
    w: Work, base: int, count: int, total: float, tax: float, width: float, rate: float, lot: int
) -> tuple[int, float, float]:
    at = base + count
    w.segment_width[at] = width
    w.segment_tax[at] = rate
    w.segment_lot[at] = lot
    w.segment_cumulated[at] = tax
    return count + 1, total + width, tax + width * rate


@njit(cache=True, nogil=True)
def build_curves(h: Household, w: Work) -> int:
    """Lay out all curves; the first position whose bounds cross, or −1."""
    crossed = -1
    for p in range(len(h.held)):
        if not build_curve(h, w, p) and crossed < 0:
            crossed = p
    return crossed
