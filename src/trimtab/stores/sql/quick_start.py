"""Books at a start: saved books that the chain itself vouches for, and what was recorded since.

Every start walks the whole chain and computes every hash again; only the booking is spared.  Saved
books count if an entry of that chain names their digest, the number of entries they come from and
the hash there.  To forge them is therefore to forge the chain, and a head or checkpoint noted
elsewhere shows that.  Without such books, or with those of other rules, everything is replayed.

Errors: `InputError` for a chain that is not as it was written: nothing starts on it.
"""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from trimtab.books.books_json import books_from, books_text
from trimtab.books.chain import EMPTY, Head
from trimtab.books.entry_json import entry_from
from trimtab.books.ledger import Books, Ledger
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError, must
from trimtab.model.live import Lease
from trimtab.stores.sql._chains import add_entries, checked_chunks, head_of
from trimtab.stores.sql._leases import check_lease
from trimtab.stores.sql._tables import BOOKS
from trimtab.stores.sql.engine import reading, writing
from trimtab.stores.sql.store import SqlStore

__all__ = ["SAVE_EVERY", "BooksAtStart", "books_at_start", "save_books"]

SAVE_EVERY = 50_000
"""Entries that a start replays at most before its books are worth saving: a few seconds."""
BASE_CURRENCY = "base_currency"
"""The detail of a journal's first entry that says in which currency bases and gains are."""
_DIGEST, _COUNT = "saved_books", "entries"
"""The details of the entry that vouches for saved books."""


@dataclass(frozen=True, slots=True)
class BooksAtStart:
    """A household's books, how they came about, and what the books refused on the way.

    Unit: `saved_at` entries that saved books stand for, zero where all were replayed; `on` the last
    entry's day, none where nothing was replayed; `note` why saved books were not used; `latest` the
    last of those that were booked one by one, `SAVE_EVERY` at most.
    """

    books: Books
    head: Head
    saved_at: int
    refused: tuple[InputError, ...]
    on: date | None
    note: str = ""
    latest: tuple[Entry, ...] = ()

    @property
    def replayed(self) -> int:
        """Entries that were booked one by one."""
        return self.head.count - self.saved_at


@dataclass(frozen=True, slots=True)
class _Saved:
    """Saved books: how many entries they stand for, and their text."""

    count: int
    data: str


def books_at_start(store: SqlStore, household: str, base_currency: str = "USD") -> BooksAtStart:
    """The books of a household, from its whole and unaltered chain.

    `base_currency` is that of a journal that does not say.
    Refuses: a chain that is not as it was written, naming the entry.
    """
    with _collector_paused(), reading(store.engine) as connection:
        asked = select(BOOKS.c.count, BOOKS.c.data).where(BOOKS.c.household == household)
        row = connection.execute(asked.order_by(BOOKS.c.count.desc()).limit(1)).one_or_none()
        note = ""
        if row is not None:
            try:
                return _Walk(base_currency, _Saved(*row)).run(connection, household)
            except _NotVouchedError as error:
                note = f"{error}; every entry was replayed"
        return _Walk(base_currency, None, note).run(connection, household)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Let the garbage collector wait: it would look a million times at objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _NotVouchedError(Exception):
    """Saved books do not count."""


class _Walk:
    """One walk over a chain: what saved books stand for is only hashed, the rest is booked."""

    def __init__(self, base_currency: str, saved: _Saved | None, note: str = "") -> None:
        self.ledger = Ledger(Books(base_currency))
        self.saved, self.note = saved, note
        self.skipped = 0 if saved is None else saved.count
        self.vouching = ""  # what an entry must say, so that the saved books count
        self.is_vouched = saved is None
        self.refused: list[InputError] = []
        self.on: date | None = None
        self.latest: deque[Entry] = deque(maxlen=SAVE_EVERY)

    def run(self, connection: Connection, household: str) -> BooksAtStart:
        """Walk to the end; raises `_NotVouchedError` where the saved books do not count."""
        names: list[str] = []
        head = EMPTY
        for chunk in checked_chunks(connection, household):
            head = Head(chunk[-1][0], chunk[-1][2].hex())
            known = max(0, min(len(chunk), self.skipped - len(names)))
            names += [row[1] for row in chunk[:known]]
            if known and len(names) == self.skipped:
                number, _, sealed, _ = chunk[known - 1]
                self._load(Head(number, sealed.hex()), frozenset(names))
            for number, _, _, data in chunk[known:]:
                self._book(number, data)
        if not self.is_vouched:
            raise _NotVouchedError("no entry of the journal vouches for the saved books")
        books = self.ledger.books()
        told = tuple(self.refused), self.on, self.note, tuple(self.latest)
        return BooksAtStart(books, head, self.skipped, *told)

    def _load(self, head: Head, names: frozenset[str]) -> None:
        data = "" if self.saved is None else self.saved.data
        try:
            self.ledger = Ledger(books_from(data, names))
        except InputError as error:
            raise _NotVouchedError(f"{error.subject}: {error.fact}") from None
        self.vouching = _vouching(data, head)

    def _book(self, number: int, data: str) -> None:
        entry = entry_from(json.loads(data))
        if number == 1:
            base = entry.details.get(BASE_CURRENCY, self.ledger.base_currency)
            self.ledger = Ledger(Books(base))
        if not self.is_vouched and _DIGEST in entry.details:
            self.is_vouched = entry.id == self.vouching
        self.on = entry.on
        self.latest.append(entry)
        try:
            self.ledger.apply(entry)
        except InputError as error:
            self.refused.append(error)


def _vouching(data: str, head: Head) -> str:
    """The id of the entry that vouches for books after a head: it names them and the head."""
    digest = sha256(data.encode()).hexdigest()
    return f"books {digest} after {head.count} {head.hash}"


def save_books(store: SqlStore, household: str, start: BooksAtStart, lease: Lease) -> bool:
    """Save the books of a start, and let an entry vouch for them; false where there is no need.

    Books that refused an entry are never saved: the refusal is to show at every start.
    """
    must(household == lease.household, f"the lease is for {household}, not {lease.household}")
    if start.refused or start.on is None or start.replayed == 0:
        return False
    data = books_text(start.books)
    with writing(store.engine) as connection:
        check_lease(connection, lease)
        if head_of(connection, household) != start.head:
            return False  # entries came since: these books are no longer the last
        details = {_COUNT: str(start.head.count), _DIGEST: sha256(data.encode()).hexdigest()}
        name = _vouching(data, start.head)
        voucher = Entry(name, EntryKind.DECISION, start.on, (), details)
        add_entries(connection, [voucher], household)
        connection.execute(delete(BOOKS).where(BOOKS.c.household == household))
        row = {"household": household, "count": start.head.count, "data": data}
        connection.execute(insert(BOOKS), row)
    return True
