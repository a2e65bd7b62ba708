"""The household's journal in its folder and the live chain in the store: the same entries in both.

The store's chain is written first, execution by execution; the folder's journal and `lots.csv`
follow in one step.  A crash in between leaves the folder behind, and the next run brings it on.

Errors: `InputError` for a journal that is not whole, and where lots and journal disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.household import LoadedHousehold, known_names, read_holdings
from trimtab.app.importing.commit import commit
from trimtab.app.importing.lots_text import OwnWords, lots_text, own_words
from trimtab.app.importing.trades_text import trades_text
from trimtab.app.journal_folder import FolderJournal, base_currency_of, opening_entries
from trimtab.app.live.service import Service
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.text_files import read_text
from trimtab.app.trades_file import TRADES_NAME
from trimtab.books.ledger import Books, Ledger, Realized, replay
from trimtab.cycle.approvals import basis_of
from trimtab.drivers.live.booking import EXECUTION
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.live import Lease
from trimtab.model.money import ZERO, total
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["begin_chain", "check_files", "write_back"]


def begin_chain(service: Service, lease: Lease) -> bool:
    """Give store and folder the entries that only the other has; whether files were written.

    A folder without a journal gets one that opens with what it holds.
    """
    journal = FolderJournal(service.loaded.folder)
    if not journal.exists or not journal.records():
        journal.append(opening_entries(service.loaded.snapshot))
    there = {entry.id for entry in service.store.entries(service.household)}
    new = [entry for entry in journal.entries() if entry.id not in there]
    if new:
        service.store.append(new, lease)
    return write_back(service)


def write_back(service: Service) -> bool:
    """Bring the folder's journal and files to where the store's chain is; whether they were not.

    Refuses: a journal that was added to meanwhile.
    """
    folder = service.loaded.folder
    journal = FolderJournal(folder)
    end = journal.end
    known = {entry.id for entry in journal.entries()}
    entries = tuple(service.store.entries(service.household))
    new = [entry for entry in entries if entry.id not in known]
    if not new:
        return False
    books = _books(entries)
    currencies = {one.id: one.currency for one in service.loaded.household.accounts}
    lots = lots_text(Ledger(books), currencies, _own_words(service.loaded))
    texts = {LOTS_NAME: lots}
    sold = _sales(service.loaded, entries, books.realized)
    if sold:
        path = folder / TRADES_NAME
        before = read_text(path, "trades") if path.exists() else None
        texts[TRADES_NAME] = trades_text(before, sold)
    commit(folder, new, texts, end)
    return True


def check_files(service: Service, loaded: LoadedHousehold) -> Books:
    """The books of the chain, which the household's files must agree with.

    Refuses: files that hold something else.
    """
    books = _books(tuple(service.store.entries(service.household)))
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
            raise InputError(
                f"{key[1]} in {key[0]}",
                fact,
                "orders are sent only from books that are whole",
                "take the correction back, or note it in the journal by an import",
                file=str(loaded.folder / LOTS_NAME),
            )
    return books


def _books(entries: Sequence[Entry]) -> Books:
    books, errors = replay(entries, base_currency_of(entries))
    if errors:
        raise errors[0]
    return books


def _own_words(loaded: LoadedHousehold) -> OwnWords:
    """What `lots.csv` says and no entry knows."""
    path, errors = loaded.folder / LOTS_NAME, list[InputError]()
    known = known_names(read_mandate(loaded.folder / MANDATE_NAME))
    read, _ = read_holdings(loaded.folder, known, None, errors)
    return OwnWords() if read is None else own_words(read_text(path, "lots"), str(path), read)


def _sales(
    loaded: LoadedHousehold, entries: Sequence[Entry], realized: Sequence[Realized]
) -> tuple[TradeRecord, ...]:
    """The sales that were executed here, a row for each account, instrument, day and term."""
    gains = {one.entry: one for one in realized}
    busted = {entry.details.get("busts") for entry in entries} - {None}
    found: dict[tuple[object, ...], TradeRecord] = {}
    for entry in entries:
        gain = gains.get(entry.id)
        is_sale = EXECUTION in entry.details and entry.kind is EntryKind.SELL
        if not is_sale or gain is None or entry.details[EXECUTION] in busted:
            continue
        account, name = entry.details["account"], entry.details["instrument"]
        own = [leg for leg in entry.postings if leg.place == account]
        units = -total(leg.amount for leg in own if leg.commodity == name)
        paid = [leg for leg in own if leg.commodity != name and not leg.lot]  # a lot's is its basis
        amount = total(leg.amount * loaded.snapshot.rate(leg.commodity) for leg in paid)
        key = account, name, entry.on, gain.term
        before = found.get(key)
        one = TradeRecord(account, name, Side.SELL, entry.on, units, amount, gain.gain, gain.term)
        found[key] = one if before is None else _sum(before, one)
    return tuple(found.values())


def _sum(one: TradeRecord, other: TradeRecord) -> TradeRecord:
    gain = None if one.gain is None or other.gain is None else one.gain + other.gain
    return TradeRecord(
        one.account, one.instrument, one.side, one.on, one.quantity + other.quantity,
        one.amount + other.amount, gain, one.term,
    )  # fmt: skip
