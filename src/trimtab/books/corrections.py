"""Entries that set the books right where a person, or a broker's own list, says otherwise.

What was recorded is never changed: it leaves against equity, and what holds instead is opened anew,
so that the journal shows both and why.  Errors: `InputError` for lots that are not held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from trimtab.books.ledger import Books, Outside
from trimtab.model.entries import Entry, EntryKind, Posting

__all__ = ["cash_correction", "lots_set_aside"]


def lots_set_aside(
    entry_id: str, on: date, books: Books, lots: Sequence[str], reason: str
) -> Entry:
    """Lots that leave the books whole, with their basis; nothing is realised."""
    legs: list[Posting] = []
    for name in lots:
        lot = books.lot(name)
        legs.append(Posting(lot.account, lot.instrument, -lot.quantity, lot.id))
        legs.append(Posting(Outside.EQUITY, lot.instrument, lot.quantity))
        if lot.basis:
            legs.append(Posting(lot.account, books.base_currency, -lot.basis, lot.id))
            legs.append(Posting(Outside.EQUITY, books.base_currency, lot.basis))
    return Entry(entry_id, EntryKind.CORRECTION, on, tuple(legs), {"reason": reason})


def cash_correction(
    entry_id: str, on: date, account: str, currency: str, amount: Decimal, reason: str
) -> Entry:
    """Cash that is there (positive) or is not there (negative) after all."""
    legs = (Posting(account, currency, amount), Posting(Outside.EQUITY, currency, -amount))
    return Entry(entry_id, EntryKind.CORRECTION, on, legs, {"reason": reason})
