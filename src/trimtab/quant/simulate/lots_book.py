"""A member's book: opened with the lots that it starts with, and given room as they multiply.

Every instrument has room for as many lots, sales and pieces in its span; a session that might need
more finds the room doubled before it begins.
"""

import numpy as np

from trimtab.quant.compile import kernel, owning
from trimtab.quant.simulate.lot_sheet import (
    COUNT,
    FIRST,
    FRACTION,
    IS_SELLABLE,
    LOOSE_KEPT,
    RESERVE,
    TERMS,
)
from trimtab.quant.simulate.lots_layout import (
    ACQUIRED,
    BASIS,
    CASH,
    CASH_FIRST,
    GIVEN,
    LOT_ROWS,
    LOT_UNITS,
    LOTS_MOST,
    MATCH_ROWS,
    NEXT_SERIAL,
    ORIGIN,
    PIECE_ROWS,
    PIECES,
    PLACE_ROWS,
    PURCHASE,
    RECORD_ROWS,
    RECORDS,
    RESERVE_LEAST,
    SERIAL,
    SPAN_ROWS,
    START,
    TRADED,
    TRADED_BEFORE,
    UNITS,
    WAY_FRACTION,
    WAY_LOOSE,
    WORK_ROWS,
    Book,
    Floats,
)

__all__ = ["open_book", "with_room"]

ROOM = 16  # lots of room that an instrument starts with
SPARE = 4  # lots that a session may add beyond those that wash sales cut off


@kernel
def has_room(book: Book) -> bool:
    """Whether a session finds room for whatever it may do."""
    n = book.spans.shape[1]
    size = book.lots.shape[1] // n
    for i in range(n):
        lots, pieces = book.spans[COUNT, i], book.spans[PIECES, i]
        if 2 * lots + pieces + SPARE > size or book.spans[RECORDS, i] + lots + SPARE > size:
            return False
    return True


@owning
def spread_out(table: Floats, spans: int, size: int) -> Floats:
    """The same table with more room in the span of each instrument."""
    old = table.shape[1] // spans
    grown = np.zeros((table.shape[0], spans * size))
    for row in range(table.shape[0]):
        for i in range(spans):
            for at in range(old):
                grown[row, i * size + at] = table[row, i * old + at]
    return grown


@owning
def with_room(book: Book) -> Book:
    """The same book with twice the room for lots and sales, as often as it takes."""
    while not has_room(book):
        n = book.spans.shape[1]
        size = 2 * (book.lots.shape[1] // n)
        for i in range(n):
            book.spans[FIRST, i] = i * size
        book = Book(
            book.terms,
            book.places,
            spread_out(book.lots, n, size),
            book.spans,
            spread_out(book.records, n, size),
            spread_out(book.pieces, n, size),
            np.zeros((WORK_ROWS, 8 * size)),
            np.zeros((MATCH_ROWS, 8 * size)),
            book.years,
            book.totals,
            book.rule,
            book.account,
            book.table,
        )
    return book


def open_book(
    rule: Floats,
    account: Floats,
    table: Floats,
    given: Floats,
    years: Floats,
    totals: Floats,
    n: int,
) -> Book:
    """A book with the lots that the account starts with.

    Shape: given (GIVEN_ROWS, L0): instrument, units, basis, day of purchase, start of the holding
    period, the lots of an instrument in the order given.
    """
    column = given[0].astype(np.int64)
    count = np.bincount(column, minlength=n)
    room = ROOM
    while room < 2 * count.max(initial=0) + SPARE:
        room *= 2
    book = Book(
        np.zeros(TERMS),
        np.zeros((PLACE_ROWS, n)),
        np.zeros((LOT_ROWS, n * room)),
        np.zeros((SPAN_ROWS, n), dtype=np.int64),
        np.zeros((RECORD_ROWS, n * room)),
        np.zeros((PIECE_ROWS, n * room)),
        np.zeros((WORK_ROWS, 8 * room)),
        np.zeros((MATCH_ROWS, 8 * room)),
        years,
        totals,
        rule,
        account,
        table,
    )
    book.spans[FIRST], book.spans[COUNT] = room * np.arange(n), count
    way = rule[WAY_FRACTION : WAY_LOOSE + 1]
    book.terms[RESERVE], book.terms[FRACTION : LOOSE_KEPT + 1] = account[RESERVE_LEAST], way
    totals[CASH], totals[TRADED] = account[CASH_FIRST], account[TRADED_BEFORE]
    order = np.argsort(column, kind="stable")
    at = room * column[order] + np.arange(len(order)) - (np.cumsum(count) - count)[column[order]]
    rows = (LOT_UNITS, BASIS, ACQUIRED, START)
    for row, values in zip(rows, given[1:, order], strict=True):
        book.lots[row, at] = values
    book.lots[SERIAL, at] = book.lots[PURCHASE, at] = order
    book.lots[ORIGIN, at], book.lots[IS_SELLABLE, at] = GIVEN, 1.0
    book.places[UNITS] = np.bincount(column, given[1], n)
    totals[NEXT_SERIAL], totals[LOTS_MOST] = len(order), count.max(initial=0)
    return book
