"""Lots that are bought, sold, split and merged; nothing here knows of tax.

Where an instrument has no room for another lot, two become one, their units and bases added: the
two long-term lots whose bases per unit are nearest to each other, and where there are not two, the
nearest two of any that can no longer replace what a wash sale sold.  The later of their days counts
for the holding period.  Purchases within the window of wash sales are never merged.
"""

from __future__ import annotations

from trimtab.quant.compile import kernel
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._lot_layout import (
    BASIS,
    BOUGHT,
    LONG_DAYS,
    LOT,
    LOTS_MOST,
    NO_PURCHASE,
    SERVED,
    START,
    UNITS,
    WASH_DAYS,
    LotRoom,
)

__all__ = ["add_lot", "may_serve", "serve", "take_units", "total_units"]

DUST = 1e-9
"""Part of what is taken from a lot below which nothing is left of it."""


@kernel
def total_units(room: LotRoom, path: int, i: int) -> float:
    """All units held of an instrument."""
    total = 0.0
    for k in range(room.filled[path, i]):
        total += room.lots[path, i, k, UNITS]
    return total


@kernel
def may_serve(lot: Floats, day: float) -> bool:
    """Whether a purchase lies in the window of today and has not replaced anything yet."""
    return lot[SERVED] == 0.0 and day - lot[BOUGHT] <= WASH_DAYS


@kernel
def merge(lots: Floats, a: int, b: int) -> None:
    """Put a second lot into a first."""
    lots[a, UNITS] += lots[b, UNITS]
    lots[a, BASIS] += lots[b, BASIS]
    lots[a, START] = max(lots[a, START], lots[b, START])
    lots[a, SERVED] = 1.0
    if lots[a, BOUGHT] != lots[b, BOUGHT]:
        lots[a, BOUGHT] = NO_PURCHASE


@kernel
def drop(room: LotRoom, path: int, i: int, k: int) -> None:
    """Take a lot out; the last one takes its place."""
    last = room.filled[path, i] - 1
    for field in range(LOT):
        room.lots[path, i, k, field] = room.lots[path, i, last, field]
    room.filled[path, i] = last


@kernel
def make_room(room: LotRoom, path: int, i: int, day: float) -> None:
    """Merge two lots where there is no room for another."""
    lots, count = room.lots[path, i], room.filled[path, i]
    if count < LOTS_MOST:
        return
    first, second, least, found_long = -1, -1, 0.0, False
    for a in range(count):
        if may_serve(lots[a], day):
            continue
        for b in range(a + 1, count):
            if may_serve(lots[b], day):
                continue
            both_long = day - max(lots[a, START], lots[b, START]) > LONG_DAYS
            apart = abs(lots[a, BASIS] / lots[a, UNITS] - lots[b, BASIS] / lots[b, UNITS])
            is_first = first < 0 or (both_long and not found_long)
            if is_first or (both_long == found_long and apart < least):
                first, second, least, found_long = a, b, apart, both_long
    merge(lots, first, second)
    drop(room, path, i, second)


@kernel
def add_lot(
    room: LotRoom,
    path: int,
    i: int,
    units: float,
    basis: float,
    bought: float,
    start: float,
    served: float,
    day: float,
) -> None:
    """Put a lot in."""
    make_room(room, path, i, day)
    k = room.filled[path, i]
    lots = room.lots[path, i]
    lots[k, UNITS], lots[k, BASIS] = units, basis
    lots[k, BOUGHT], lots[k, START], lots[k, SERVED] = bought, start, served
    room.filled[path, i] = k + 1


@kernel
def take_units(room: LotRoom, path: int, i: int, k: int, units: float) -> float:
    """Take units out of a lot; their basis.  What only rounding would leave goes as well."""
    lots = room.lots[path, i]
    if lots[k, UNITS] - units <= DUST * units:
        basis = lots[k, BASIS]
        drop(room, path, i, k)
        return basis
    basis = lots[k, BASIS] * (units / lots[k, UNITS])
    lots[k, UNITS] -= units
    lots[k, BASIS] -= basis
    return basis


@kernel
def serve(
    room: LotRoom, path: int, i: int, k: int, units: float, loss: float, held: float, day: float
) -> None:
    """Let units of a purchase replace what was sold: they inherit its loss and its days.

    Source: 26 USC 1091(d), 1223(3).
    """
    bought, start = room.lots[path, i, k, BOUGHT], room.lots[path, i, k, START]
    basis = take_units(room, path, i, k, units)
    add_lot(room, path, i, units, basis + loss, bought, start - held, 1.0, day)
