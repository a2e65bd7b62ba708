"""What a member trades on a day: the sheet is made ready, decided upon, and carried out.

Where the gains of a decision reach into another tax bracket it is asked again at the rates there,
as the cycle does, and the cheapest answer counts.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.simulate.lot_choice import decide, gains_of
from trimtab.quant.simulate.lot_sheet import (
    AFTER,
    BUY_COST,
    COUNT,
    FIRST,
    HELD,
    IS_LONG,
    LOT_VALUE,
    LOWER,
    NO_TARGET,
    RECENT,
    SELL_COST,
    SOLD,
    STATED,
    UPPER,
    VALUE,
    WEIGHT,
    WIDTH,
    Sheet,
)
from trimtab.quant.simulate.lots_layout import (
    BARRED,
    BASIS,
    BOUGHT,
    CASH,
    CLOSE,
    COSTS,
    DAY,
    DUST,
    FIRST_ANSWER,
    GAP,
    LONG,
    LOT_UNITS,
    OWN,
    REBALANCES,
    SHORT,
    SPREAD,
    TAXED,
    TRADED,
    TRADES,
    TURNOVER,
    UNIT_DUST,
    UNITS,
    YEAR,
    Book,
    Floats,
    World,
)
from trimtab.quant.simulate.lots_store import add_lot, drop_sold, value_lots
from trimtab.quant.simulate.lots_washes import forget, note_sale, outlook
from trimtab.quant.simulate.lots_years import inherit, requalify, set_rates, tax_with
from trimtab.quant.simulate.reach import find_sides

__all__ = ["carry_out", "see_all", "sees_reason", "sell_lot", "value_now"]

ROUNDS_MAX = 3
"""Decisions of one day; see `cycle.flow`."""

RATE_TOLERANCE = 1e-6
"""Change of a marginal rate below which a decision stands."""

LIKELY_SOLD = 0.9
"""What holds less than this part of its target is bought or kept, whatever the rule: its lots need
not be looked at."""


@kernel
def value_now(world: World, book: Book, t: int) -> float:
    """Mark to market: dollars held of each instrument, and the value with cash."""
    value = book.totals[CASH]
    places = book.places
    for i in range(places.shape[1]):
        held = 0.0
        if places[UNITS, i] != 0.0:
            held = places[UNITS, i] * world.panel[CLOSE, t, i]
        places[HELD, i] = held
        value += held
    return value


@kernel
def see_targets(
    world: World, book: Book, t: int, value: float, targets: Floats, widths: Floats
) -> bool:
    """Targets as far as they are listed; whether any is outside its band."""
    places, stated = book.places, 0.0
    for i in range(places.shape[1]):
        listed = world.state[t, i] == OWN or world.state[t, i] == GAP
        places[WEIGHT, i] = targets[i] if listed else NO_TARGET
        places[WIDTH, i] = widths[i]
        stated += targets[i] if listed else 0.0
    book.terms[VALUE], book.terms[STATED] = value, stated
    return find_sides(book.terms, places)


@kernel
def see_market(world: World, book: Book, t: int, all_lots: bool) -> None:
    """Costs, bounds, what was bought lately, and all lots or those that may be sold."""
    places, day = book.places, world.calendar[DAY, t]
    is_taxed, is_bound = book.account[TAXED] != 0.0, False
    for i in range(places.shape[1]):
        price, held = world.panel[CLOSE, t, i], places[HELD, i]
        places[BUY_COST, i] = places[SELL_COST, i] = world.panel[SPREAD, t, i]
        places[LOWER, i], places[UPPER, i] = 0.0, 1e300
        places[RECENT, i] = places[BARRED, i] = 0.0
        if world.state[t, i] == GAP:
            places[LOWER, i] = places[UPPER, i] = held
            is_bound = is_bound or held > 0.0
        elif world.state[t, i] != OWN:
            places[UPPER, i] = 0.0
        elif is_taxed:
            forget(book, i, day)
            units, barred = outlook(book, i, day)
            places[RECENT, i] = units * price
            is_bound = is_bound or units > 0.0
            if barred:
                places[UPPER, i], places[BARRED, i] = held, 1.0
    for i in range(places.shape[1]):
        is_near_target = places[HELD, i] > LIKELY_SOLD * places[WEIGHT, i] * book.terms[VALUE]
        if places[HELD, i] > 0.0 and (all_lots or is_bound or is_near_target):
            value_lots(world, book, i, day, world.panel[CLOSE, t, i])


@kernel
def keep_answer(book: Book, source: int, goal: int) -> None:
    """Copy what is sold of each lot from one row to another."""
    for i in range(book.places.shape[1]):
        start = book.spans[FIRST, i]
        for k in range(start, start + book.spans[COUNT, i]):
            book.lots[goal, k] = book.lots[source, k]


@kernel
def realised(sheet: Sheet) -> tuple[float, float]:
    """Short-term and long-term gains of a decision, the costs of its sales taken off."""
    short, long = gains_of(sheet, SOLD)
    for i in range(sheet.places.shape[1]):
        if sheet.places[AFTER, i] < sheet.places[HELD, i]:
            start = sheet.spans[FIRST, i]
            for k in range(start, start + sheet.spans[COUNT, i]):
                cost = sheet.lots[SOLD, k] * sheet.places[SELL_COST, i]
                if sheet.lots[IS_LONG, k] != 0.0:
                    long -= cost
                else:
                    short -= cost
    return short, long


@inlined
def decided(book: Book, year: int) -> None:
    """Decide at the year's rates, and again where the gains reach into others."""
    sheet = Sheet(book.terms, book.places, book.lots, book.spans)
    is_taxed, best = book.account[TAXED] != 0.0, 0.0
    if is_taxed:
        set_rates(book, year, 0.0, 0.0)
    for once in range(ROUNDS_MAX):
        decide(sheet)
        short, long = realised(sheet)
        moved = set_rates(book, year, short, long) if is_taxed else 0.0
        if once == 0 and moved <= RATE_TOLERANCE:
            return
        price = tax_with(book, year, short, long)
        if once == 0 or price < best - DUST:
            best = price
            keep_answer(book, SOLD, FIRST_ANSWER)
        if moved <= RATE_TOLERANCE:
            break
    keep_answer(book, FIRST_ANSWER, SOLD)


@kernel
def sell_lot(
    world: World,
    book: Book,
    i: int,
    k: int,
    t: int,
    units: float,
    proceeds: float,
    latest: int,
) -> None:
    """Sell units of a lot for what they bring net of costs; `latest` is the last session whose
    dividend was paid on them."""
    lots, year = book.lots, world.calendar[YEAR, t]
    basis = lots[BASIS, k] * (units / lots[LOT_UNITS, k])
    book.totals[CASH] += proceeds
    if book.account[TAXED] != 0.0:
        is_long = lots[IS_LONG, k] != 0.0
        book.years[year, LONG if is_long else SHORT] += proceeds - basis
        requalify(world, book, i, k, t, units, latest)
        note_sale(book, i, k, world.calendar[DAY, t], year, units, basis, proceeds)
    lots[LOT_UNITS, k] -= units
    lots[BASIS, k] -= basis


@inlined
def sell(world: World, book: Book, i: int, t: int) -> float:
    """Sell what was decided of an instrument; the dollars sold."""
    lots, start = book.lots, book.spans[FIRST, i]
    price, cost = world.panel[CLOSE, t, i], book.places[SELL_COST, i]
    all_sold = 0.0
    for k in range(start, start + book.spans[COUNT, i]):
        dollars = lots[SOLD, k]
        if dollars <= DUST:
            continue
        units = min(lots[LOT_UNITS, k], lots[LOT_UNITS, k] * dollars / lots[LOT_VALUE, k])
        if lots[LOT_UNITS, k] - units <= UNIT_DUST:
            units = lots[LOT_UNITS, k]
        sell_lot(world, book, i, k, t, units, units * price * (1.0 - cost), t)
        all_sold += units * price
    if all_sold > 0.0:
        drop_sold(book, i)
        book.totals[COSTS] += all_sold * cost
        book.totals[TRADES] += 1.0
    return all_sold


@inlined
def sees_reason(
    world: World, book: Book, t: int, targets: Floats, widths: Floats, on_breach: bool
) -> bool:
    """Decide, where the rule acts today; whether it does."""
    value = value_now(world, book, t)
    if value <= 0.0:
        return False
    is_out = see_targets(world, book, t, value, targets, widths)
    if on_breach and not is_out:
        return False
    inherit(book, world.calendar[YEAR, t])
    see_market(world, book, t, False)
    decided(book, world.calendar[YEAR, t])
    return True


@inlined
def see_all(world: World, book: Book, t: int, targets: Floats, widths: Floats) -> bool:
    """Fill the sheet for somebody else's decision; false where there is nothing to decide upon."""
    value = value_now(world, book, t)
    if value <= 0.0:
        return False
    see_targets(world, book, t, value, targets, widths)
    inherit(book, world.calendar[YEAR, t])
    see_market(world, book, t, True)
    if book.account[TAXED] != 0.0:
        set_rates(book, world.calendar[YEAR, t], 0.0, 0.0)
    return True


@kernel
def carry_out(world: World, book: Book, t: int) -> None:
    """The trades of a decision: sales, then purchases."""
    places, sold, bought = book.places, 0.0, 0.0
    day = world.calendar[DAY, t]
    for i in range(places.shape[1]):
        if places[AFTER, i] < places[HELD, i] and world.state[t, i] == OWN:
            sold += sell(world, book, i, t)
    for i in range(places.shape[1]):
        dollars = places[AFTER, i] - places[HELD, i]
        if dollars > DUST and world.state[t, i] == OWN:
            cost = dollars * places[BUY_COST, i]
            add_lot(book, i, dollars / world.panel[CLOSE, t, i], dollars + cost, day, BOUGHT)
            book.totals[CASH] -= dollars + cost
            book.totals[COSTS] += cost
            book.totals[TRADES] += 1.0
            bought += dollars
    if sold > 0.0 or bought > 0.0:
        book.totals[TRADED] = day
        book.totals[REBALANCES] += 1.0
        book.totals[TURNOVER] += max(sold, bought) / book.terms[VALUE]
