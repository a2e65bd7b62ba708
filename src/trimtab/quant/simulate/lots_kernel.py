"""One member of a batch with lots, session by session, in the order of the exact path.

Each session: what ended is paid out, dividends are paid as cash or more units, splits; the rule
looks, and what it wants is filled at the close; losses and what replaces them are matched.  See
docs/internals/backtest.md.
"""

from trimtab.quant.compile import entry, inlined, kernel
from trimtab.quant.simulate.lot_sheet import (
    COUNT,
    FIRST,
)
from trimtab.quant.simulate.lots_book import with_room
from trimtab.quant.simulate.lots_layout import (
    ASKS,
    BASIS,
    CASH,
    CATCH_UP,
    CLOSE,
    DAY,
    DIVIDEND,
    ENDING,
    EVENT,
    FINAL,
    LIQUIDATION,
    LONG_OUT,
    LOOK,
    LOT_UNITS,
    LOTS_LAST,
    NO_LOOK,
    ON_BREACH,
    OWN,
    REINVESTED,
    REINVESTS,
    SHORT_OUT,
    SPLIT,
    START,
    TAX,
    TAXED,
    TRADED,
    UNITS,
    YEAR,
    Book,
    Floats,
    World,
)
from trimtab.quant.simulate.lots_store import add_lot, drop_sold, is_long_term, value_lots
from trimtab.quant.simulate.lots_trades import carry_out, see_all, sees_reason, sell_lot, value_now
from trimtab.quant.simulate.lots_washes import book_matches, forget, split_sales
from trimtab.quant.simulate.lots_years import assess, inherit, note_dividend

__all__ = ["advance"]


@kernel
def pay_out_ended(world: World, book: Book, t: int) -> None:
    """Pay out what had its last price on the session before."""
    day = world.calendar[DAY, t]
    for i in range(book.places.shape[1]):
        if world.state[t, i] != ENDING or book.spans[COUNT, i] == 0:
            continue
        price, start = world.panel[CLOSE, t, i], book.spans[FIRST, i]
        value_lots(world, book, i, day, price)
        for k in range(start, start + book.spans[COUNT, i]):
            units = book.lots[LOT_UNITS, k]
            sell_lot(world, book, i, k, t, units, units * price, t - 1)
        drop_sold(book, i)
        book.totals[TRADED] = day


@kernel
def pay_dividend(world: World, book: Book, i: int, t: int, amount: float) -> None:
    """Pay a dividend as cash, or as more of the same where that is wanted and can be had."""
    if amount <= 0.0:
        return
    if book.account[TAXED] != 0.0:
        note_dividend(world, book, i, world.calendar[YEAR, t], amount)
    if book.account[REINVESTS] != 0.0 and world.state[t, i] == OWN:
        units = amount / world.panel[CLOSE, t, i]
        add_lot(book, i, units, amount, world.calendar[DAY, t], REINVESTED)
    else:
        book.totals[CASH] += amount


@inlined
def split_units(book: Book, i: int, ratio: float) -> None:
    """Change units and leave basis and days alone."""
    start = book.spans[FIRST, i]
    for k in range(start, start + book.spans[COUNT, i]):
        book.lots[LOT_UNITS, k] *= ratio
    book.places[UNITS, i] *= ratio
    split_sales(book, i, ratio)


@inlined
def open_session(world: World, book: Book, t: int) -> None:
    """What happens without any order; a dividend is per unit of the eve, before a split."""
    pay_out_ended(world, book, t)
    for i in range(book.places.shape[1]):
        amount = book.places[UNITS, i] * world.panel[DIVIDEND, t, i]
        if world.panel[SPLIT, t, i] != 1.0:
            split_units(book, i, world.panel[SPLIT, t, i])
        pay_dividend(world, book, i, t, amount)


@kernel
def looks(world: World, book: Book, t: int) -> bool:
    """Whether the rule looks today: on a scheduled session, or one that waits for its trades."""
    if book.rule[LOOK] == NO_LOOK:
        return False
    latest, day = world.looks[int(book.rule[LOOK]), t], world.calendar[DAY, t]
    if latest == day:
        return True
    is_due = latest > book.totals[TRADED] and latest >= 0
    return is_due and day - latest <= book.rule[CATCH_UP]


@inlined
def close_session(world: World, book: Book, t: int) -> None:
    """Match wash sales, and drop what can no longer matter."""
    if book.account[TAXED] == 0.0:
        return
    day = world.calendar[DAY, t]
    for i in range(book.places.shape[1]):
        book_matches(book, i, day)
        forget(book, i, day)


@inlined
def conclude(world: World, book: Book, t: int) -> None:
    """Bills of all years, and what selling everything would add to the last."""
    book.totals[FINAL] = value_now(world, book, t)
    year, day = world.calendar[YEAR, t], world.calendar[DAY, t]
    count, short, long = 0, 0.0, 0.0
    for i in range(book.places.shape[1]):
        start = book.spans[FIRST, i]
        for k in range(start, start + book.spans[COUNT, i]):
            gain = book.lots[LOT_UNITS, k] * world.panel[CLOSE, t, i] - book.lots[BASIS, k]
            if is_long_term(world, book.lots[START, k], day):
                long += gain
            else:
                short += gain
        count += book.spans[COUNT, i]
    book.totals[LOTS_LAST] = count
    if book.account[TAXED] == 0.0:
        return
    inherit(book, year)
    own = book.years[year]
    own[TAX], own[SHORT_OUT], own[LONG_OUT] = assess(book, year, 0.0, 0.0)
    book.totals[LIQUIDATION] = assess(book, year, short, long)[0] - own[TAX]


@entry
def advance(
    world: World,
    book: Book,
    targets: Floats,
    widths: Floats,
    values: Floats,
    first: int,
    is_decided: bool,
) -> tuple[Book, int]:
    """Simulate a member from session `first` on; its book, and the session where it stopped.

    It stops after the last session, or where its rule leaves the decision to the caller, who finds
    all that a decision looks at in the sheet, writes `AFTER` and `SOLD`, and calls again with
    `is_decided`.
    Shape: targets, widths (N,); values (T,), or (0,) where no path is wanted.
    """
    with_values, on_breach = len(values) > 0, book.rule[ON_BREACH] != 0.0
    sessions = world.state.shape[0]
    for t in range(first, sessions):
        has_event = world.calendar[EVENT, t] != 0
        if has_event and not is_decided:
            book = with_room(book)
            open_session(world, book, t)
        has_look = looks(world, book, t)
        if has_look:
            book = with_room(book)
            if book.rule[ASKS] != 0.0 and not is_decided:
                if see_all(world, book, t, targets, widths):
                    return book, t
            elif is_decided or sees_reason(world, book, t, targets, widths, on_breach):
                carry_out(world, book, t)
        is_decided = False
        if has_event or has_look:
            close_session(world, book, t)
        if with_values:
            values[t] = value_now(world, book, t)
    conclude(world, book, sessions - 1)
    return book, sessions
