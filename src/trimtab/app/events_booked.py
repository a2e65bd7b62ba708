"""What a journal holds already of dividends and splits, so that nothing is booked twice.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from trimtab.books.ledger import OUTSIDE_PLACES, Outside
from trimtab.model.corporate_actions import ActionKind
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.money import total

__all__ = ["booked_events", "booked_until", "is_near"]

AMOUNT_TOLERANCE = Decimal("0.02")
BROKER_ROW = "row"
"""How ids begin of entries that a broker's transactions made."""


def booked_until(entries: Iterable[Entry]) -> dict[tuple[str, ActionKind], date]:
    """The day up to which each account's dividends and splits are in the journal as it stands.

    A list of what an account holds has in it whatever happened before; transactions of its broker
    have its dividends up to the last of them, but not every broker lists splits.
    """
    found: dict[tuple[str, ActionKind], date] = {}
    for entry in entries:
        is_row = entry.id.startswith(f"{BROKER_ROW} ")
        if entry.kind is not EntryKind.OPENING and not is_row:
            continue
        kinds = (ActionKind.DIVIDEND,) if is_row else tuple(ActionKind)
        for place in {leg.place for leg in entry.postings} - OUTSIDE_PLACES:
            for kind in kinds:
                found[place, kind] = max(entry.on, found.get((place, kind), entry.on))
    return found


def booked_events(
    entries: Iterable[Entry],
) -> dict[tuple[ActionKind, str, str], list[Entry]]:
    """Entries that booked a dividend or a split, by kind, instrument and account."""
    found: dict[tuple[ActionKind, str, str], list[Entry]] = {}
    for entry in entries:
        for key in dict.fromkeys(_events_of(entry)):
            found.setdefault(key, []).append(entry)
    return found


def _events_of(entry: Entry) -> Iterator[tuple[ActionKind, str, str]]:
    """What an entry booked, as far as it is a dividend or a split."""
    for leg in entry.postings:
        if leg.place in OUTSIDE_PLACES:
            continue
        if entry.kind is EntryKind.DIVIDEND:
            yield ActionKind.DIVIDEND, entry.details.get("instrument", ""), leg.place
        elif entry.kind is EntryKind.REINVESTMENT:
            yield ActionKind.DIVIDEND, leg.commodity, leg.place
        elif entry.kind is EntryKind.SPLIT:
            yield ActionKind.SPLIT, leg.commodity, leg.place


def is_near(entry: Entry, amount: Decimal) -> bool:
    """Whether an entry paid about the same amount."""
    paid = -total(leg.amount for leg in entry.postings if leg.place == Outside.INCOME)
    return abs(paid - amount) <= AMOUNT_TOLERANCE * max(paid, amount)
