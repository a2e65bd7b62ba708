"""What sales leave behind: losses that wait for a replacement, and what that bars today.

Every sale is a record, as a trade list shows it, and a piece to be matched.  Matches are booked at
the end of a day: the loss comes off the year of its sale and joins the replacement's basis with its
days.  Before a decision the records tell what may not be bought, and how much was bought lately.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.simulate.lot_sheet import COUNT, FIRST, IS_LONG
from trimtab.quant.simulate.lots_layout import (
    ACQUIRED,
    BASIS,
    BOUGHT,
    CENT,
    CHANGED,
    DISALLOWED,
    LONG,
    LOT_UNITS,
    M_DISALLOWED,
    M_LOSS,
    M_REPLACEMENT,
    M_START,
    M_UNITS,
    NO_DAY,
    NOBODY,
    ORIGIN,
    P_ACQUIRED,
    P_CARRIED,
    P_COST,
    P_JUDGED,
    P_LONG,
    P_OFFSET,
    P_PROCEEDS,
    P_PURCHASE,
    P_SERIAL,
    P_SOLD,
    P_SOURCE,
    P_START,
    P_UNITS,
    P_USED,
    P_YEAR,
    PIECE_ROWS,
    PIECES,
    PURCHASE,
    PURCHASES_LOOKBACK,
    R_ACQUIRED,
    R_COST,
    R_DAY,
    R_ORIGIN,
    R_PROCEEDS,
    R_PURCHASE,
    R_SERIAL,
    R_SERVED,
    R_UNITS,
    R_WASHED,
    RECORD_ROWS,
    RECORDS,
    SALES_LOOKBACK,
    SERIAL,
    SERVED,
    SHORT,
    START,
    TAXED_SINCE,
    UNIT_DUST,
    WASH_DAYS,
    Book,
)
from trimtab.quant.simulate.lots_matching import OPEN, WASHED, loss_of, match
from trimtab.quant.simulate.lots_store import split_off

__all__ = ["book_matches", "forget", "note_sale", "outlook", "split_sales"]


@kernel
def note_sale(
    book: Book, i: int, k: int, day: int, year: int, units: float, cost: float, proceeds: float
) -> None:
    """Keep a sale of units of a lot, before the store forgets the lot.

    A gain or loss that rounds to nothing is none.
    """
    if abs(proceeds - cost) < CENT:
        proceeds = cost
    lots, records, pieces = book.lots, book.records, book.pieces
    size = records.shape[1] // book.spans.shape[1]
    at = i * size + book.spans[RECORDS, i]
    book.spans[RECORDS, i] += 1
    records[R_DAY, at], records[R_SERIAL, at] = day, lots[SERIAL, k]
    records[R_PURCHASE, at], records[R_ACQUIRED, at] = lots[PURCHASE, k], lots[ACQUIRED, k]
    records[R_ORIGIN, at], records[R_UNITS, at], records[R_WASHED, at] = lots[ORIGIN, k], units, 0.0
    records[R_SERVED, at] = units if lots[SERVED, k] != 0.0 else 0.0
    records[R_COST, at], records[R_PROCEEDS, at] = cost, proceeds
    at = i * size + book.spans[PIECES, i]
    book.spans[PIECES, i] += 1
    book.spans[CHANGED, i] = 1
    pieces[P_SOLD, at], pieces[P_ACQUIRED, at] = day, lots[ACQUIRED, k]
    pieces[P_SERIAL, at], pieces[P_PURCHASE, at] = lots[SERIAL, k], lots[PURCHASE, k]
    pieces[P_START, at], pieces[P_UNITS, at] = lots[START, k], units
    pieces[P_COST, at], pieces[P_PROCEEDS, at] = cost, proceeds
    pieces[P_USED, at], pieces[P_LONG, at] = lots[SERVED, k], lots[IS_LONG, k]
    pieces[P_YEAR, at] = year


@inlined
def split_sales(book: Book, i: int, ratio: float) -> None:
    """Count units sold before a split in units of after it."""
    size = book.records.shape[1] // book.spans.shape[1]
    for at in range(i * size, i * size + book.spans[RECORDS, i]):
        book.records[R_UNITS, at] *= ratio
        book.records[R_WASHED, at] *= ratio
        book.records[R_SERVED, at] *= ratio
    for at in range(i * size, i * size + book.spans[PIECES, i]):
        book.pieces[P_UNITS, at] *= ratio


@kernel
def forget(book: Book, i: int, day: int) -> None:
    """Drop records that can no longer matter."""
    records = book.records
    start = i * (records.shape[1] // book.spans.shape[1])
    stop, place = start + book.spans[RECORDS, i], start
    if start == stop or records[R_DAY, start] >= day - SALES_LOOKBACK:
        return
    for at in range(start, stop):
        if records[R_DAY, at] >= day - SALES_LOOKBACK:
            for row in range(RECORD_ROWS):
                records[row, place] = records[row, at]
            place += 1
    book.spans[RECORDS, i] = place - start


@kernel
def held_pieces(book: Book, i: int, oldest: int, count: int) -> int:
    """Put lots that could replace something behind `count` pieces; how many there are then."""
    lots, work, first = book.lots, book.work, book.spans[FIRST, i]
    for k in range(first, first + book.spans[COUNT, i]):
        if lots[ACQUIRED, k] < oldest or lots[SERVED, k] != 0.0:
            continue
        work[P_SOLD, count], work[P_ACQUIRED, count] = NO_DAY, lots[ACQUIRED, k]
        work[P_SERIAL, count], work[P_PURCHASE, count] = lots[SERIAL, k], lots[PURCHASE, k]
        work[P_START, count], work[P_UNITS, count] = lots[START, k], lots[LOT_UNITS, k]
        work[P_COST, count], work[P_PROCEEDS, count] = lots[BASIS, k], 0.0
        work[P_USED, count], work[P_JUDGED, count] = 0.0, OPEN
        work[P_OFFSET, count], work[P_CARRIED, count], work[P_SOURCE, count] = 0.0, NOBODY, NOBODY
        count += 1
    return count


@kernel
def is_open_record(book: Book, at: int) -> bool:
    """Whether a past sale was at a loss of which something may still be disallowed."""
    records = book.records
    is_loss = records[R_COST, at] > records[R_PROCEEDS, at]
    return is_loss and records[R_UNITS, at] - records[R_WASHED, at] > UNIT_DUST


@inlined
def is_held(book: Book, i: int, purchase: float) -> bool:
    """Whether something is left of a purchase."""
    first = book.spans[FIRST, i]
    for k in range(first, first + book.spans[COUNT, i]):
        if book.lots[PURCHASE, k] == purchase:
            return True
    return False


@kernel
def past_pieces(book: Book, i: int, day: int) -> int:
    """Sales as a trade list tells of them, as far as they are not disallowed yet; how many.

    A list of trades knows the purchase of what is still held, and of what it shows as bought.
    """
    records, work, count = book.records, book.work, 0
    start = i * (records.shape[1] // book.spans.shape[1])
    for at in range(start, start + book.spans[RECORDS, i]):
        units, all_units = records[R_UNITS, at] - records[R_WASHED, at], records[R_UNITS, at]
        if units <= UNIT_DUST:
            continue
        purchase, acquired = records[R_PURCHASE, at], NO_DAY
        is_listed = records[R_ORIGIN, at] == BOUGHT
        is_listed = is_listed and records[R_ACQUIRED, at] >= day - PURCHASES_LOOKBACK
        if is_listed or is_held(book, i, purchase):
            acquired = int(records[R_ACQUIRED, at])
        served = min(units, records[R_SERVED, at])
        for is_used, part in enumerate((units - served, served)):
            if part <= UNIT_DUST:
                continue
            work[P_SOLD, count], work[P_ACQUIRED, count] = records[R_DAY, at], acquired
            work[P_SERIAL, count], work[P_PURCHASE, count] = at - NO_DAY, purchase
            work[P_START, count], work[P_UNITS, count] = records[R_ACQUIRED, at], part
            work[P_COST, count] = records[R_COST, at] * part / all_units
            work[P_PROCEEDS, count] = records[R_PROCEEDS, at] * part / all_units
            work[P_USED, count], work[P_JUDGED, count] = float(is_used), OPEN
            work[P_OFFSET, count], work[P_CARRIED, count], work[P_SOURCE, count] = 0.0, NOBODY, at
            count += 1
    return count


@kernel
def outlook(book: Book, i: int, day: int) -> tuple[float, bool]:
    """Units bought lately that would wash a loss sale today, and whether buying is barred because
    it would wash a loss of the last 30 days.

    Source: as `books.wash_windows`.
    """
    records, is_quiet = book.records, True
    start = i * (records.shape[1] // book.spans.shape[1])
    for at in range(start, start + book.spans[RECORDS, i]):
        is_quiet = is_quiet and not is_open_record(book, at)
    if is_quiet:
        count = held_pieces(book, i, day - WASH_DAYS, 0)
    else:
        count = held_pieces(book, i, day - PURCHASES_LOOKBACK, past_pieces(book, i, day))
        count, _ = match(book, count)
    work, units, barred = book.work, 0.0, False
    for p in range(count):
        if work[P_SOURCE, p] == NOBODY:
            if work[P_USED, p] == 0.0 and work[P_ACQUIRED, p] >= day - WASH_DAYS:
                units += work[P_UNITS, p]
        elif work[P_JUDGED, p] != WASHED and work[P_UNITS, p] > UNIT_DUST:
            at = int(work[P_SOURCE, p])
            if is_open_record(book, at) and work[P_SOLD, p] + WASH_DAYS >= day:
                barred = True
    return units, barred


@kernel
def book_matches(book: Book, i: int, day: int) -> None:
    """Match what has been sold at a loss with what replaces it, and book it."""
    spans, pieces, work = book.spans, book.pieces, book.work
    if spans[CHANGED, i] == 0 or spans[PIECES, i] == 0:
        spans[CHANGED, i] = 0
        return
    spans[CHANGED, i] = 0
    start, count, is_open = i * (pieces.shape[1] // spans.shape[1]), 0, False
    for at in range(start, start + spans[PIECES, i]):
        if pieces[P_SOLD, at] + WASH_DAYS < day:
            continue
        is_open = is_open or loss_of(pieces, at) > 0.0
        for row in range(PIECE_ROWS):
            work[row, count] = pieces[row, at]
        work[P_JUDGED, count], work[P_OFFSET, count] = OPEN, 0.0
        work[P_CARRIED, count], work[P_SOURCE, count] = NOBODY, at
        count += 1
    spans[PIECES, i] = 0
    if not is_open:
        return
    count, found = match(book, held_pieces(book, i, day - 2 * WASH_DAYS, count))
    for m in range(found):
        if book.matches[M_DISALLOWED, m] >= CENT:
            book_match(book, i, m)
    for p in range(count):
        is_sale = work[P_SOURCE, p] != NOBODY and work[P_JUDGED, p] != WASHED
        if is_sale and loss_of(work, p) > 0.0:
            at = start + spans[PIECES, i]
            spans[PIECES, i] += 1
            for row in range(PIECE_ROWS):
                pieces[row, at] = work[row, p]


@kernel
def book_match(book: Book, i: int, m: int) -> None:
    """One match: the loss off its year, and onto what replaces it."""
    work, lots, matches = book.work, book.lots, book.matches
    loss, other = int(matches[M_LOSS, m]), int(matches[M_REPLACEMENT, m])
    disallowed, units = matches[M_DISALLOWED, m], matches[M_UNITS, m]
    adjust(book, loss, disallowed)
    book.years[int(work[P_YEAR, loss]), DISALLOWED] += disallowed
    mark(book, i, loss, R_WASHED, units)
    if work[P_SOLD, other] < NO_DAY:
        adjust(book, other, -disallowed)
        mark(book, i, other, R_SERVED, units)
        return
    k = book.spans[FIRST, i]
    while lots[SERIAL, k] != work[P_SERIAL, other]:
        k += 1
    if lots[LOT_UNITS, k] - units > UNIT_DUST:
        k = split_off(book, i, k, units)
    lots[BASIS, k] += disallowed
    lots[START, k], lots[SERVED, k] = matches[M_START, m], 1.0


@kernel
def adjust(book: Book, p: int, amount: float) -> None:
    """Change the gain of a past sale, in the year and the term of the sale."""
    year = int(book.work[P_YEAR, p])
    book.years[year, LONG if book.work[P_LONG, p] != 0.0 else SHORT] += amount
    book.totals[TAXED_SINCE] = min(book.totals[TAXED_SINCE], year)


@inlined
def mark(book: Book, i: int, p: int, row: int, units: float) -> None:
    """Say in the records how many units of a sale are disallowed, or have served."""
    records, work = book.records, book.work
    start = i * (records.shape[1] // book.spans.shape[1])
    for at in range(start, start + book.spans[RECORDS, i]):
        is_it = records[R_SERIAL, at] == work[P_SERIAL, p]
        if is_it and records[R_DAY, at] == work[P_SOLD, p]:
            records[row, at] = min(records[R_UNITS, at], records[row, at] + units)
            return
