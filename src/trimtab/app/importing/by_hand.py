"""What a person wrote into `lots.csv` since the journal was last written becomes entries of it.

A household that kept lots by hand before its first import is opened with them; later edits are
corrections.  Errors: `InputErrors` of a lots file that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.config import MandateFile
from trimtab.app.household import known_names
from trimtab.app.importing.lots_text import OwnWords, lots_text, own_words
from trimtab.app.lots_file import LOTS_NAME, LotsFile, parse_lots
from trimtab.app.text_files import read_text
from trimtab.books.corrections import cash_correction, lots_set_aside
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Ledger
from trimtab.model.entries import Entry
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = ["ByHand", "is_same_lot", "written_by_hand"]

REASON = "lots.csv was edited by hand"


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person wrote: entries of what changed, and the words that no entry knows."""

    entries: list[Entry] = field(default_factory=list)
    own: OwnWords = field(default_factory=OwnWords)


def written_by_hand(
    folder: Path, mandate: MandateFile | None, ledger: Ledger, today: date, *, is_first: bool
) -> ByHand:
    """What brings the books to what `lots.csv` says; nothing where they agree.

    The entries are booked onto the ledger; `is_first` says that no journal was there.  A file that
    stands as it was written last is not read lot by lot.
    """
    path = folder / LOTS_NAME
    if mandate is None or not path.exists():
        return ByHand()
    text = read_text(path, "lots")
    currencies = {one.id: one.currency for one in mandate.household.accounts}
    if text == lots_text(ledger, currencies):
        return ByHand()
    known = known_names(mandate)
    read = parse_lots(text, str(path), known, None)
    found = _lots(ledger, read, today, is_first)
    found += _cash(ledger, read, today, is_first)
    return ByHand(found, own_words(text, str(path), read))


def _lots(ledger: Ledger, read: LotsFile, today: date, is_first: bool) -> list[Entry]:
    entries: list[Entry] = []
    written = {lot.id: lot for lot in read.lots}
    changed = [name for name, lot in ledger.lots.items() if not is_same_lot(lot, written.get(name))]
    if changed:
        wanted = f"{REASON} ({today}, {len(ledger.entries)})"
        aside = lots_set_aside(wanted, today, ledger.view(), changed, REASON)
        ledger.apply(aside)
        entries.append(aside)
    for name, lot in written.items():
        if name not in ledger.lots:
            mark = "" if is_first else f" ({today}, {len(ledger.entries)})"
            entry = opening_lot(f"opening lot {name}{mark}", today, lot, ledger.base_currency)
            ledger.apply(entry)
            entries.append(entry)
    return entries


def is_same_lot(ours: Lot, written: Lot | None) -> bool:
    """Whether the file shows the lot as the books have it, as far as the file can show it."""
    if written is None:
        return False
    shown = (ours.account, ours.instrument, ours.quantity, ours.basis, ours.acquired)
    told = (written.account, written.instrument, written.quantity, written.basis, written.acquired)
    return shown == told and ours.starts == written.starts and ours.inherited == written.inherited


def _cash(ledger: Ledger, read: LotsFile, today: date, is_first: bool) -> list[Entry]:
    written = {(one.account, one.currency): one.amount for one in read.cash}
    entries: list[Entry] = []
    for place in sorted({*written, *ledger.cash}):
        ours = ledger.cash.get(place, ZERO)
        theirs = written.get(place, ZERO)
        shown = max(ours, Decimal(0))  # a file shows no cash below zero
        if theirs == shown:
            continue
        account, currency = place
        if is_first:
            entry_id = f"opening cash {account} {currency}"
            entry = opening_cash(entry_id, today, account, currency, theirs)
        else:
            mark = f"{REASON}: cash {account} {currency} ({today}, {len(ledger.entries)})"
            change = theirs - ours
            entry = cash_correction(mark, today, account, currency, change, REASON)
        ledger.apply(entry)
        entries.append(entry)
    return entries
