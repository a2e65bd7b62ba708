"""A household's journal in the live service's database, as the commands on journals ask for it.

It answers what `FolderJournal` answers, so that `trimtab journal` shows, replays, checks and proves
either.  It only reads; nothing is made where there is no store.

Errors: `InputError` for a store that is not there, and for a household that has no journal in it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.journal_folder import (
    FolderJournal,
    JournalCheck,
    base_currency_of,
    missing_head,
)
from trimtab.books.chain import Record, record_from, verify
from trimtab.books.ledger import Books, replay
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, nearest
from trimtab.model.findings import Finding, Severity

if TYPE_CHECKING:
    from trimtab.stores.sql.store import SqlStore

__all__ = ["StoreJournal", "journal_at", "live_journal"]


class StoreJournal:
    """The journal of one household in a store."""

    def __init__(self, store: SqlStore, household: str) -> None:
        self.store, self.household = store, household

    def lines(self) -> tuple[str, ...]:
        """The lines of all records in order."""
        return tuple(self.store.lines(self.household))

    def records(self) -> tuple[Record, ...]:
        """All records in order.

        Refuses: a row that holds no record.
        """
        return tuple(map(record_from, self.lines()))

    def some_records(self, after: int, most: int) -> tuple[Record, ...]:
        """So many records behind that of a number; the others are not read.

        Refuses: as `records`.
        """
        return tuple(map(record_from, self.store.lines(self.household, after, after + most)))

    def entries(self) -> tuple[Entry, ...]:
        """All entries in order."""
        return tuple(self.store.entries(self.household))

    def books(self, until: date | None = None) -> tuple[Books, tuple[InputError, ...]]:
        """The books that the entries (up to a day) come to, and the errors of those refused."""
        entries = self.entries()
        counted = (one for one in entries if until is None or one.on <= until)
        return replay(counted, base_currency_of(entries))

    def verify(self, noted: str = "") -> JournalCheck:
        """Find whatever is not as it was written; `noted` as in `FolderJournal.verify`."""
        head, findings = self.store.head(self.household), list[Finding]()
        try:
            self.store.check_chain(self.household)
        except InputError as error:
            findings += verify(self.lines(), head)
            if not findings:  # the rows' other columns say something else than the chain
                where = ("journal_altered", Severity.REFUSAL, error.subject)
                findings.append(Finding(*where, error.fact, remedy="compare with a backup"))
        if noted:
            findings += missing_head(self.lines(), noted)
        return JournalCheck(tuple(findings), head.count, head)


def journal_at(
    folder: Path, store: str | None = None, household: str | None = None
) -> FolderJournal | StoreJournal:
    """The journal that a command means: that of a store where one is named, else the folder's file.

    A folder that has no journal file but a store is taken to mean its store: that of `live.toml`,
    else the one beside its files.
    Refuses: a store that is not there, and a household that it does not know.
    """
    book = FolderJournal(folder)
    if store is not None:
        return _in_store(store, household)
    if household is None and book.exists:
        return book
    found = live_journal(folder, household)
    return book if found is None else found


def live_journal(folder: Path, household: str | None = None) -> StoreJournal | None:
    """The journal in the live service's store of a folder; none where there is none.

    Refuses: as `journal_at`, and a `live.toml` that cannot be used.
    """
    from trimtab.app.live.settings import read_live

    settings = read_live(folder)
    is_file = "://" not in settings.store
    if is_file and not Path(settings.store_place).exists():
        return None
    named = household or settings.household or None
    if household is None and not _known(settings.store_place):
        return None
    return _in_store(settings.store_place, named)


def _known(url: str) -> tuple[str, ...]:
    store = _opened(url)
    try:
        return store.households()
    finally:
        store.close()


def _opened(url: str) -> SqlStore:
    try:
        from trimtab.stores.sql.store import existing_store
    except ModuleNotFoundError as error:
        remedy = "install it with `pip install 'trimtab[live]'`"
        fact = f"the package {error.name} is missing"
        raise InputError("store", fact, remedy=remedy) from None
    return existing_store(url)


def _in_store(url: str, household: str | None) -> StoreJournal:
    store = _opened(url)
    known = store.households()
    if household is None and len(known) == 1:
        return StoreJournal(store, known[0])
    if household in known:
        return StoreJournal(store, household)
    store.close()
    if household is None:
        fact = f"it holds the journals of {len(known)} households"
        remedy = f"name one with --household; {nearest('', known)}"
        raise InputError(f"store {store.name}", fact, remedy=remedy)
    fact = f"it holds no journal of {household!r}"
    raise InputError(f"store {store.name}", fact, remedy=nearest(household, known))
