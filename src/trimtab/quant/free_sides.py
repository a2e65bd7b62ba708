"""Sides that cost nothing: what a group does now stays allowed, and more of what gains is added."""

from trimtab.quant.compile import inlined
from trimtab.quant.curves import DUST, lay_curve, side_allowed, washed_share
from trimtab.quant.groups import rebuild_group
from trimtab.quant.layout import BUY, CURVE_HIGH, SELL, WASHED, Household, Work, Z
from trimtab.quant.quotes import set_trade

__all__ = ["take_free_sides"]


@inlined
def free_side(h: Household, w: Work, group: int) -> int:
    """A side that allows all that a group does now, and more of what gains; its own where none.

    Who buys nothing may as well take losses; who sells only what recent purchases wash need not.
    """
    side = w.side[group]
    if side != BUY and side != SELL:
        return side
    other = SELL if side == BUY and side_allowed(h, w, group, SELL) else WASHED
    if not side_allowed(h, w, group, other):
        return side
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        p = h.group_member[spot]
        z = w.node[p, Z]
        if side == BUY:
            fits = lay_curve(h, w, p, other)
            if not fits or z > min(w.curve[other * h.positions + p, CURVE_HIGH], 0.0):
                return side
        elif z < -washed_share(h, p) - DUST:  # a least trade may ask for more, and that counts
            return side
    return other


@inlined
def take_free_sides(h: Household, w: Work) -> None:
    """Change sides where what a group does now stays allowed, so that no search is needed."""
    for group in range(h.groups):
        side = w.side[group]
        other = free_side(h, w, group)
        if other == side:
            continue
        if not rebuild_group(h, w, group, other):
            rebuild_group(h, w, group, side)
        for spot in range(h.group_start[group], h.group_start[group + 1]):
            p = h.group_member[spot]
            set_trade(h, w, p, w.node[p, Z])
