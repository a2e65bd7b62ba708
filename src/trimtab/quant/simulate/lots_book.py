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
    KEPT,
    LOOSE_KEPT,
    RESERVE,
    TERMS,
)
from trimtab.quant.simulate.lots_layout import (
    CASH,
    CASH_FIRST,
    GIVEN,
    LOT_ROWS,
    MATCH_ROWS,
    PIECE_ROWS,
    PIECES,
    PLACE_ROWS,
    RECORD_ROWS,
    RECORDS,
    RESERVE_LEAST,
    SPAN_ROWS,
    START,
    TRADED,
    TRADED_BEFORE,
    WAY_FRACTION,
    WAY_KEPT,
    WAY_LOOSE,
    WORK_ROWS,
    Book,
    Floats,
)
from trimtab.quant.simulate.lots_store import add_lot

__all__ = ["opened", "with_room"]

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


@owning
def opened(
    rule: Floats,
    account: Floats,
    table: Floats,
    given: Floats,
    years: Floats,
    totals: Floats,
    n: int,
) -> Book:
    """A book with the lots that the account starts with."""
    room = ROOM
    while room < 2 * given.shape[1] + SPARE:
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
    for i in range(n):
        book.spans[FIRST, i] = i * room
    terms = book.terms
    terms[RESERVE], terms[FRACTION] = account[RESERVE_LEAST], rule[WAY_FRACTION]
    terms[KEPT], terms[LOOSE_KEPT] = rule[WAY_KEPT], rule[WAY_LOOSE]
    totals[CASH], totals[TRADED] = account[CASH_FIRST], account[TRADED_BEFORE]
    for at in range(given.shape[1]):
        day, i = int(given[3, at]), int(given[0, at])
        k = add_lot(book, i, given[1, at], given[2, at], day, GIVEN)
        book.lots[START, k] = given[4, at]
    return book
