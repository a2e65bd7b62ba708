"""The lot store of a member: lots are added, cut in two, valued, and those that are gone dropped.

An instrument's lots stand one after another in its span, in order of purchase.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.lot_sheet import (
    COUNT,
    FIRST,
    GAIN,
    IS_HARVESTABLE,
    IS_LONG,
    IS_NEAR,
    IS_RECENT,
    IS_SELLABLE,
    LOT_VALUE,
)
from trimtab.quant.simulate.lots_layout import (
    ACQUIRED,
    BASIS,
    CHANGED,
    HARVESTS,
    HELD_DAYS_MIN,
    LEAST_GAIN,
    LOSS_FRACTION_MIN,
    LOSS_MIN,
    LOT_ROWS,
    LOT_UNITS,
    LOTS_MOST,
    NEAR_DAYS,
    NEXT_SERIAL,
    ORIGIN,
    PURCHASE,
    SERIAL,
    SERVED,
    START,
    TAXED,
    UNIT_DUST,
    UNITS,
    WASH_DAYS,
    Book,
    World,
)

__all__ = ["add_lot", "drop_sold", "is_long_term", "split_off", "value_lots"]


@kernel
def add_lot(book: Book, i: int, units: float, basis: float, day: int, origin: int) -> int:
    """Put a new lot at the end of an instrument's span; its place."""
    k = book.spans[FIRST, i] + book.spans[COUNT, i]
    book.spans[COUNT, i] += 1
    book.spans[CHANGED, i] = 1
    lots, serial = book.lots, book.totals[NEXT_SERIAL]
    book.totals[NEXT_SERIAL] += 1.0
    lots[LOT_UNITS, k], lots[BASIS, k], lots[ACQUIRED, k] = units, basis, day
    lots[START, k], lots[SERIAL, k], lots[PURCHASE, k] = day, serial, serial
    lots[SERVED, k], lots[ORIGIN, k], lots[IS_SELLABLE, k] = 0.0, origin, 1.0
    book.places[UNITS, i] += units
    book.totals[LOTS_MOST] = max(book.totals[LOTS_MOST], book.spans[COUNT, i])
    return k


@kernel
def split_off(book: Book, i: int, k: int, units: float) -> int:
    """Cut units off a lot into one of their own, right behind it; its place."""
    lots = book.lots
    stop = book.spans[FIRST, i] + book.spans[COUNT, i]
    for row in range(LOT_ROWS):
        for at in range(stop, k, -1):
            lots[row, at] = lots[row, at - 1]
    book.spans[COUNT, i] += 1
    share = units / lots[LOT_UNITS, k]
    lots[BASIS, k + 1] = lots[BASIS, k] * share
    lots[BASIS, k] -= lots[BASIS, k + 1]
    lots[LOT_UNITS, k + 1] = units
    lots[LOT_UNITS, k] -= units
    lots[SERIAL, k + 1] = book.totals[NEXT_SERIAL]
    book.totals[NEXT_SERIAL] += 1.0
    return k + 1


@kernel
def drop_sold(book: Book, i: int) -> None:
    """Close the gaps that sold lots leave, and sum up the units that are left."""
    lots, first = book.lots, book.spans[FIRST, i]
    place, units = first, 0.0
    for k in range(first, first + book.spans[COUNT, i]):
        if lots[LOT_UNITS, k] <= UNIT_DUST:
            continue
        units += lots[LOT_UNITS, k]
        if place != k:
            for row in range(LOT_ROWS):
                lots[row, place] = lots[row, k]
        place += 1
    book.spans[COUNT, i] = place - first
    book.places[UNITS, i] = units


@kernel
def long_from(world: World, start: float) -> int:
    """The first day on which a sale is long-term, of a holding period that began on a day."""
    return world.long_from[max(int(start) - world.long_from_first[0], 0)]


@kernel
def is_long_term(world: World, start: float, day: int) -> bool:
    """Whether a sale on a day is long-term."""
    return day >= long_from(world, start)


@kernel
def value_lots(world: World, book: Book, i: int, day: int, price: float) -> None:
    """Value, gain and term of an instrument's lots on a day, as a decision looks at them."""
    lots, own = book.lots, book.account
    is_taxed, first = own[TAXED] != 0.0, book.spans[FIRST, i]
    for k in range(first, first + book.spans[COUNT, i]):
        value, basis = lots[LOT_UNITS, k] * price, lots[BASIS, k]
        is_some = is_taxed and abs(value - basis) >= LEAST_GAIN
        gain = (value - basis) / value if is_some and value > 0.0 else 0.0
        anniversary = long_from(world, lots[START, k])
        lots[LOT_VALUE, k], lots[GAIN, k] = value, gain
        lots[IS_LONG, k] = 1.0 if day >= anniversary else 0.0
        is_near = gain > 0.0 and 0 < anniversary - day <= NEAR_DAYS
        lots[IS_NEAR, k] = 1.0 if is_near else 0.0
        lots[IS_RECENT, k] = 1.0 if day - lots[ACQUIRED, k] <= WASH_DAYS else 0.0
        loss = basis - value
        is_worth = (
            own[HARVESTS] != 0.0
            and gain < 0.0
            and loss >= own[LOSS_MIN]
            and loss >= own[LOSS_FRACTION_MIN] * basis
            and day - lots[ACQUIRED, k] >= own[HELD_DAYS_MIN]
        )
        lots[IS_HARVESTABLE, k] = 1.0 if is_worth else 0.0
