"""A portfolio's memory: opened empty, and grown before a session could run out of rows for lots."""

import numpy as np

from trimtab.quant.compile import owning
from trimtab.quant.simulate.direct_layout import (
    ACCOUNT,
    FREE_COUNT,
    FREE_HEAD,
    LOT_MARKS,
    LOT_SUMS,
    NAME_MARKS,
    NAME_SUMS,
    NOBODY,
    PRIMARY,
    SECTOR,
    SECTOR_SUMS,
    STORE,
    TOTALS,
    TWIN,
    Book,
    Integers,
)
from trimtab.quant.simulate.direct_lots import chain_free

__all__ = ["grown", "opened"]

# In a session a name is bought once at most; a wash sale cuts a lot for each loss, which is then
# gone, one more for a lot sold in part, and one more where it meets such a lot.
FREE_PER_NAME = 4


@owning
def grown(book: Book) -> Book:
    """The same book with free rows for all that a session can need."""
    needed = FREE_PER_NAME * len(book.names)
    if book.store[FREE_COUNT] >= needed:
        return book
    rows = len(book.lots)
    size = 2 * rows  # at least as many more as are needed: a store begins with that many
    lots = np.zeros((size, LOT_SUMS))
    marks = np.zeros((size, LOT_MARKS), dtype=np.int64)
    for row in range(rows):  # loops: a slice assignment takes four seconds to compile
        for column in range(LOT_SUMS):
            lots[row, column] = book.lots[row, column]
        for column in range(LOT_MARKS):
            marks[row, column] = book.marks[row, column]
    larger = Book(
        book.names,
        book.sums,
        lots,
        marks,
        book.account,
        book.store,
        book.sector,
        book.totals,
        book.picks,
        book.scores,
    )
    chain_free(larger, rows)
    return larger


@owning
def opened(names: Integers, sectors: int) -> Book:
    """A book without lots; `names` holds sector and twin of every name."""
    count = len(names)
    marks = np.zeros((count, NAME_MARKS), dtype=np.int64)
    for name in range(count):
        for column in range(NAME_MARKS):
            marks[name, column] = NOBODY
    for name in range(count):
        marks[name, SECTOR], marks[name, TWIN] = names[name, SECTOR], names[name, TWIN]
        if names[name, TWIN] != NOBODY:
            marks[names[name, TWIN], PRIMARY] = name
    rows = FREE_PER_NAME * count
    store = np.zeros(STORE, dtype=np.int64)
    store[FREE_HEAD] = NOBODY
    book = Book(
        marks,
        np.zeros((count, NAME_SUMS)),
        np.zeros((rows, LOT_SUMS)),
        np.zeros((rows, LOT_MARKS), dtype=np.int64),
        np.zeros(ACCOUNT),
        store,
        np.zeros((sectors, SECTOR_SUMS)),
        np.zeros(TOTALS),
        np.zeros(count, dtype=np.int64),
        np.zeros(count),
    )
    chain_free(book, 0)
    return book
