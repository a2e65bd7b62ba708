"""The books at a start: one walk over the store's chain, from saved books where there are any.

Every start computes every hash again and books what came since the books were saved; a run that
had to book many entries saves them anew at its end.

Errors: `InputError` for a chain that is not as it was written, or that the books refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.marks import is_washed, put_washed
from trimtab.app.live.service import Service
from trimtab.books.ledger import Books
from trimtab.books.wash_booking import WASH_LOOKBACK
from trimtab.books.wash_records import WashTerms
from trimtab.drivers.live.booking import BUST_IDS, Currencies, FillBook
from trimtab.model.entries import Entry
from trimtab.model.live import Lease

if TYPE_CHECKING:
    from trimtab.stores.sql.quick_start import BooksAtStart

__all__ = ["book_washes", "books_of_chain", "fill_book", "save", "wash_terms"]

ENTRIES_AT_ONCE = 1_000


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


def fill_book(
    service: Service, loaded: LoadedHousehold, currencies: Currencies, start: BooksAtStart | None
) -> FillBook:
    """The books that executions are booked in: those of a start where nothing moved since.

    Refuses: as `books_of_chain`.
    """
    if start is None or _has_moved(service, start):
        start = books_of_chain(service)
    latest = {one.id: one for one in start.latest}
    busts = service.store.entries_beginning(service.household, BUST_IDS)
    at_hand = [*(one for one in busts if one.id not in latest), *latest.values()]
    terms, on = wash_terms(loaded), loaded.snapshot.as_of

    def older(name: str) -> Entry | None:
        return service.store.entry_named(service.household, name)

    def window() -> Iterator[Entry]:
        return _of_wash_windows(service, on)

    known = at_hand, currencies, start.books, older
    return FillBook(*known, terms, window, is_washed(service, terms))


def wash_terms(loaded: LoadedHousehold) -> WashTerms:
    """Whose accounts there are, what is the same, and how the mandate reads the law."""
    accounts = {one.id: one for one in loaded.household.accounts}
    reading = loaded.mandate.wash_sales.reading
    return WashTerms(accounts, loaded.snapshot.instruments, reading)


def book_washes(
    service: Service, lease: Lease, loaded: LoadedHousehold, start: BooksAtStart
) -> BooksAtStart:
    """Book the wash sales that no engine saw: what replaces a loss may have been imported.

    Answers the books with them.  Nothing is looked for while orders are open, nor without a loss,
    nor where nothing moved since it was looked for.
    """
    on, household = loaded.snapshot.as_of, service.household
    recent = takewhile(lambda one: on - one.on <= WASH_LOOKBACK, reversed(start.books.realized))
    has_losses = any(one.gain is not None and one.gain < 0 for one in recent)
    if not has_losses or service.store.orders(household, open_only=True):
        return start
    currencies = Currencies(base=loaded.household.base_currency)
    book, made = fill_book(service, loaded, currencies, start), list[Entry]()
    while entries := book.washes_due(on):
        service.store.append(entries, lease)
        book.take(entries)
        made += entries
    put_washed(service, wash_terms(loaded), book.is_washed)
    if not made:
        return start
    books, head = book.ledger.books(), service.store.head(household)
    return replace(start, books=books, head=head, latest=(*start.latest, *made))


def _of_wash_windows(service: Service, on: date) -> Iterator[Entry]:
    """The entries that may still be part of a wash sale, in order.

    Entries come nearly in the order of their days: those before a whole chunk of old ones are old.
    """
    since, end = on - WASH_LOOKBACK, service.store.head(service.household).count
    found: list[tuple[Entry, ...]] = []
    while end > 0:
        first = max(0, end - ENTRIES_AT_ONCE)
        chunk = service.store.entries_after(service.household, first, end)
        found.append(chunk)
        if all(one.on < since for one in chunk):
            break
        end = first
    for chunk in reversed(found):
        yield from chunk


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
