"""The books at a start: one walk over the store's chain, from saved books where there are any.

Every start computes every hash again and books what came since the books were saved; a run that
had to book many entries saves them anew at its end.

Errors: `InputError` for a chain that is not as it was written, or that the books refuse.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trimtab.app.live.service import Service
from trimtab.books.ledger import Books
from trimtab.drivers.live.booking import BUST_IDS, Currencies, FillBook
from trimtab.model.entries import Entry
from trimtab.model.live import Lease

if TYPE_CHECKING:
    from trimtab.stores.sql.quick_start import BooksAtStart

__all__ = ["books_of_chain", "fill_book", "save"]


def books_of_chain(service: Service) -> BooksAtStart:
    """The books of the household's chain.

    Refuses: a chain that is not as it was written, or that the books refuse.
    """
    from trimtab.stores.sql.quick_start import books_at_start

    base = service.loaded.household.base_currency
    start = books_at_start(service.store, service.household, base)
    if start.refused:
        raise start.refused[0]
    return start


def fill_book(service: Service, currencies: Currencies, start: BooksAtStart | None) -> FillBook:
    """The books that executions are booked in: those of a start where nothing moved since.

    Refuses: as `books_of_chain`.
    """
    if start is None or _has_moved(service, start):
        start = books_of_chain(service)
    busts = service.store.entries_beginning(service.household, BUST_IDS)
    at_hand = {one.id: one for one in (*busts, *start.latest)}

    def older(name: str) -> Entry | None:
        return service.store.entry_named(service.household, name)

    return FillBook(at_hand.values(), currencies, start.books, older)


def _has_moved(service: Service, start: BooksAtStart) -> bool:
    """Whether entries that move anything came since; decisions and words change no books."""
    since = service.store.entries_after(service.household, start.head.count)
    return any(entry.postings for entry in since)


def save(service: Service, lease: Lease, start: BooksAtStart, books: Books) -> bool:
    """Save the books where a start had to book many entries; whether they were saved.

    `books` are what the chain comes to.  To be called at the end of a run, when every execution
    that is booked is recorded as well.
    """
    from trimtab.stores.sql.quick_start import SAVE_EVERY, save_books

    if start.replayed < SAVE_EVERY:
        return False
    now = replace(start, books=books, head=service.store.head(service.household))
    return save_books(service.store, service.household, now, lease)
