"""The household's highest value: each day's first look at it is an entry of the journal.

Money that came and went is no gain and no fall: what counts is the value beyond what was put in.

Errors: those of the store.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.app.live.service import Service
from trimtab.books import entries as plain
from trimtab.books.ledger import Books, Outside
from trimtab.model.live import Lease
from trimtab.model.snapshots import Snapshot

__all__ = ["high_water", "note_value"]

BEGINNING = "valued "
"""How the ids of these entries begin; a day follows."""


def note_value(service: Service, lease: Lease, snapshot: Snapshot, books: Books) -> None:
    """Put the day's value into the journal; a day that has one is left as it is."""
    details = {"value": f"{snapshot.value:f}", "put_in": f"{_put_in(snapshot, books):f}"}
    name = f"{BEGINNING}{snapshot.as_of}"
    service.store.append([plain.decision(name, snapshot.as_of, details)], lease)


def high_water(service: Service, snapshot: Snapshot, books: Books) -> Decimal | None:
    """The highest value that was noted, as if all money had been put in then; none before any."""
    beyond = [
        Decimal(entry.details["value"]) - Decimal(entry.details["put_in"])
        for entry in service.store.entries_beginning(service.household, BEGINNING)
        if entry.on <= snapshot.as_of
    ]
    return max(beyond) + _put_in(snapshot, books) if beyond else None


def _put_in(snapshot: Snapshot, books: Books) -> Decimal:
    """What came from outside less what went there, in base currency at today's rates."""
    return -sum(
        (
            amount * snapshot.rate(currency)
            for (place, currency), amount in books.outside.items()
            if place == Outside.EQUITY
            and currency in {snapshot.household.base_currency, *snapshot.rates}
        ),
        Decimal(0),
    )
