"""The household's journal in its folder and the live chain in the store: the same entries in both.

The store's chain is written first, execution by execution; the folder's journal and `lots.csv`
follow in one step.  A crash in between leaves the folder behind, and the next run brings it on.

Errors: `InputError` for a journal that is not whole, and where lots and journal disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from datetime import timedelta
from decimal import Decimal

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.household import LoadedHousehold, known_names, read_holdings
from trimtab.app.importing.by_hand import is_same_lot
from trimtab.app.importing.commit import commit
from trimtab.app.importing.lots_text import OwnWords, lots_text, own_words
from trimtab.app.importing.trades_text import trades_text
from trimtab.app.journal_folder import FolderJournal, opening_entries
from trimtab.app.live.books import books_of_chain
from trimtab.app.live.marks import Mark, put_mark, read_mark
from trimtab.app.live.sales_rows import sales_rows, sold_on
from trimtab.app.live.service import Service
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.text_files import read_text
from trimtab.app.trades_file import TRADES_NAME
from trimtab.books.chain import Head, record_from
from trimtab.books.ledger import Books, Ledger
from trimtab.cycle.approvals import basis_of
from trimtab.drivers.live.booking import BUSTS, EXECUTION
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.live import Lease
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = ["begin_chain", "check_files", "write_back"]

ROWS_TOGETHER = timedelta(days=30)
"""Executions are heard of long before so many days have passed."""
ENTRIES_AT_ONCE = 5_000


def begin_chain(service: Service, lease: Lease) -> bool:
    """Give store and folder the entries that only the other has; whether files were written.

    A folder without a journal gets one that opens with what it holds.
    """
    journal, store = FolderJournal(service.loaded.folder), service.store
    if not journal.end:
        journal.append(opening_entries(service.loaded.snapshot))
    mark = read_mark(service)
    if mark is None:
        there = store.entry_ids(service.household)
        new = list(_lines_without(journal, there))
    else:
        new = list(_since(journal, mark))
    if new:
        store.append(new, lease)
    return write_back(service)


def write_back(service: Service, books: Books | None = None) -> bool:
    """Bring the folder's journal and files to where the store's chain is; whether they were not.

    `books` are what the chain comes to, where somebody has them already.
    Refuses: a journal that was added to meanwhile.
    """
    folder, store, household = service.loaded.folder, service.store, service.household
    journal, mark = FolderJournal(folder), read_mark(service)
    end = journal.end
    if mark is not None and (mark.folder, mark.store) == (end, store.head(household)):
        return False
    if mark is None:
        known = {str(json.loads(line)["entry"]["id"]) for line in journal.lines()}
        is_apart = not store.entry_ids(household) <= known
        behind = store.entries_after(household, 0) if is_apart else ()
    else:
        known = {entry.id for entry in _since(journal, mark)}
        behind = store.entries_after(household, mark.store.count)
    new = [entry for entry in behind if entry.id not in known]
    if new:
        moving = [entry for entry in new if entry.postings]
        texts = _texts(service, moving, books or books_of_chain(service).books) if moving else {}
        commit(folder, new, texts, end)
    put_mark(service, journal.end)
    return bool(new)


def _lines_without(journal: FolderJournal, ids: Set[str]) -> Iterator[Entry]:
    """The folder's entries that are not among these ids; a million lines are read for it."""
    for line in journal.lines():
        if json.loads(line)["entry"]["id"] not in ids:
            yield record_from(line).entry


def _texts(service: Service, moving: Sequence[Entry], books: Books) -> dict[str, str]:
    """What the household's files say after these entries."""
    currencies = {one.id: one.currency for one in service.loaded.household.accounts}
    texts = {LOTS_NAME: lots_text(Ledger(books), currencies, _own_words(service.loaded))}
    sold = sales_rows(service.loaded.snapshot, _of_their_days(service, moving), books.realized)
    if sold:
        path = service.loaded.folder / TRADES_NAME
        before = read_text(path, "trades") if path.exists() else None
        texts[TRADES_NAME] = trades_text(before, sold)
    return texts


def _of_their_days(service: Service, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Every entry that may share a row of `trades.csv` with one of these.

    A row is a day's; a bust takes from the row of the day before it that it names, a wash sale
    changes the row of the loss.  Entries come nearly in the order of their days, so that what is
    long before is apart.
    """
    busted = {one.details[BUSTS] for one in entries if BUSTS in one.details}
    days = {one.on for one in entries} | {day for one in entries if (day := sold_on(one))}
    missing, first = set(busted), min(days) - ROWS_TOGETHER
    found: list[Entry] = []
    end = service.store.head(service.household).count
    while end > 0:
        start = max(0, end - ENTRIES_AT_ONCE)
        chunk = service.store.entries_after(service.household, start, end)
        found[:0] = chunk
        missing -= {one.details.get(EXECUTION, "") for one in chunk}
        if not missing and all(one.on < first for one in chunk):
            break
        end = start
    days |= {one.on for one in found if one.details.get(EXECUTION) in busted}
    return tuple(
        one for one in found if one.on in days or BUSTS in one.details or sold_on(one) in days
    )


def _since(journal: FolderJournal, mark: Mark) -> tuple[Entry, ...]:
    """The folder's entries behind a mark; all of them where it is none of this journal."""
    if mark.folder == journal.end:
        return ()
    before, lines = Head.read(mark.folder), journal.lines()
    is_there = before.count <= len(lines) and (
        before.count == 0 or record_from(lines[before.count - 1]).hash == before.hash
    )
    if not is_there:
        return journal.entries()
    return tuple(record_from(line).entry for line in lines[before.count :])


def check_files(loaded: LoadedHousehold, books: Books) -> None:
    """Hold the household's files against the books of the chain.

    Refuses: files that hold something else.
    """
    ours = basis_of(loaded.snapshot, "").positions
    booked: dict[tuple[str, str], Decimal] = {}
    for lot in books.lots.values():
        key = lot.account, lot.instrument
        booked[key] = booked.get(key, ZERO) + lot.quantity
    accounts = {one.id for one in loaded.household.accounts}
    booked |= {key: amount for key, amount in books.cash.items() if key[0] in accounts}
    for key in sorted({*ours, *booked}):
        if ours.get(key, ZERO) != booked.get(key, ZERO):
            fact = f"the file has {ours.get(key, ZERO):f}, the journal {booked.get(key, ZERO):f}"
            raise _disagree(loaded, f"{key[1]} in {key[0]}", fact)
    written = {lot.id: lot for lot in loaded.snapshot.lots}
    for name in sorted({*written, *books.lots}):
        here, there = written.get(name), books.lots.get(name)
        if there is None or not is_same_lot(there, here):
            fact = f"the file has {_lot_words(here)}, the journal {_lot_words(there)}"
            raise _disagree(loaded, f"lot {name}", fact)


def _disagree(loaded: LoadedHousehold, subject: str, fact: str) -> InputError:
    """Why nothing is sent: the file was edited, and the journal does not know of it."""
    return InputError(
        subject,
        fact,
        "orders are sent only from books that are whole",
        "take the correction back, or note it in the journal by an import",
        file=str(loaded.folder / LOTS_NAME),
    )


def _lot_words(lot: Lot | None) -> str:
    """What a lot's row says of it, as far as the journal knows it too."""
    if lot is None:
        return "no such lot"
    basis = "unknown" if lot.basis is None else f"{lot.basis:f}"
    words = [f"{lot.quantity:f} units", f"basis {basis}", f"acquired {lot.acquired or 'unknown'}"]
    if lot.starts != lot.acquired:
        words.append(f"held from {lot.starts or 'unknown'}")
    return ", ".join([*words, "inherited"] if lot.inherited else words)


def _own_words(loaded: LoadedHousehold) -> OwnWords:
    """What `lots.csv` says and no entry knows."""
    path, errors = loaded.folder / LOTS_NAME, list[InputError]()
    known = known_names(read_mandate(loaded.folder / MANDATE_NAME))
    read, _ = read_holdings(loaded.folder, known, None, errors)
    return OwnWords() if read is None else own_words(read_text(path, "lots"), str(path), read)
