"""Lots sold: which ones a set of trades takes, what they realise, and mixtures of two answers."""

import math

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.figures import (
    CURRENT,
    END_TRADE,
)
from trimtab.quant.layout import (
    FILLED,
    FIRST,
    FIRST_LOT,
    LAST_LOT,
    LOT_EXEMPT,
    LOT_GAIN,
    LOT_KIND,
    LOT_SHORT,
    NET_LONG,
    NET_SHORT,
    RECENT,
    RULE,
    RULE_PROPORTIONAL,
    SEGMENT,
    WIDTH,
    Household,
    Work,
    Z,
)

__all__ = ["extract_sold", "keep_end", "mix_ends", "realised", "washed_losses"]

NOTHING = 1e-9


@kernel
def extract_sold(h: Household, w: Work, row: int) -> None:
    """Write the dollars sold of each lot into a row of `w.sold`."""
    for at in range(h.lots):
        w.sold[row, at] = 0.0
    for p in range(h.positions):
        if w.node[p, Z] >= 0.0:
            continue
        last = w.at[p, SEGMENT]
        for k in range(w.at[p, FIRST], last):
            w.sold[row, w.segment_lot[k]] += w.segment[k, WIDTH]
        if w.node[p, FILLED] > 0.0:
            w.sold[row, w.segment_lot[last]] += w.node[p, FILLED]


@kernel
def realised(h: Household, w: Work, row: int) -> tuple[float, float]:
    """The year's net short and long gains after the sales in a row, washed losses left out."""
    short = h.scalar[NET_SHORT]
    long = h.scalar[NET_LONG]
    for at in range(h.lots):
        sold = w.sold[row, at]
        kind = h.lot_class[at, LOT_KIND]
        if sold <= 0.0 or kind == LOT_EXEMPT:
            continue
        if kind == LOT_SHORT:
            short += sold * h.lot[at, LOT_GAIN]
        else:
            long += sold * h.lot[at, LOT_GAIN]
    if h.scalar[RULE] == RULE_PROPORTIONAL:
        for group in range(h.groups):
            if h.group[group, RECENT] > 0.0:
                back_short, back_long = washed_losses(h, w, group, row)
                short += back_short
                long += back_long
    return short, long


@kernel
def washed_losses(h: Household, w: Work, group: int, row: int) -> tuple[float, float]:
    """Losses of a group that recent purchases disallow, the deepest first (the careful reading)."""
    left = h.group[group, RECENT]
    short = long = 0.0
    ceiling = 0.0  # losses deeper than this are done
    done = -math.inf
    while left > NOTHING:
        deepest = ceiling
        for spot in range(h.group_start[group], h.group_start[group + 1]):
            p = h.group_member[spot]
            for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
                gain = h.lot[at, LOT_GAIN]
                taxed = h.lot_class[at, LOT_KIND] != LOT_EXEMPT
                if taxed and w.sold[row, at] > NOTHING and done < gain < deepest:
                    deepest = gain
        if deepest >= ceiling:
            break
        for spot in range(h.group_start[group], h.group_start[group + 1]):
            p = h.group_member[spot]
            for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
                sold = w.sold[row, at]
                kind = h.lot_class[at, LOT_KIND]
                if sold > NOTHING and kind != LOT_EXEMPT and h.lot[at, LOT_GAIN] == deepest:
                    part = min(sold, left)
                    left -= part
                    if kind == LOT_SHORT:
                        short -= part * deepest
                    else:
                        long -= part * deepest
        done = deepest
    return short, long


@kernel
def keep_end(h: Household, w: Work, row: int) -> None:
    """Remember the current trades and lots sold as one end of an edge or budget."""
    for p in range(h.positions):
        w.best_z[p, END_TRADE + row] = w.node[p, Z]
    for at in range(h.lots):
        w.sold[row, at] = w.sold[CURRENT, at]


@inlined
def mix_ends(h: Household, w: Work, low: int, share: float) -> None:
    """Make the current trades a mixture of two ends, `share` of it the second."""
    for p in range(h.positions):
        first, second = w.best_z[p, END_TRADE + low], w.best_z[p, END_TRADE + low + 1]
        z = (1.0 - share) * first + share * second
        w.node[p, Z] = z
        total = 0.0
        for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
            sold = (1.0 - share) * w.sold[low, at] + share * w.sold[low + 1, at]
            w.sold[CURRENT, at] = sold
            total += sold
        if first < 0.0 < second or second < 0.0 < first:  # net what one end buys and one sells
            keep = -z / total if z < 0.0 else 0.0
            for at in range(h.place[p, FIRST_LOT], h.place[p, LAST_LOT]):
                w.sold[CURRENT, at] *= keep
