"""What was recorded, and whether it is whole.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Transport, place
from trimtab.client.households import Finding

__all__ = ["Entry", "EntryPage", "Journal", "JournalResource", "Posting"]


@dataclass(frozen=True, slots=True)
class Journal:
    """Whether the journal is as it was written."""

    entries: int
    head: str | None  # The last hash: note it somewhere else.
    is_whole: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg: an amount of a commodity into (positive) or out of (negative) a place."""

    place: str
    commodity: str  # A currency or an instrument.
    amount: Decimal
    lot: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened; its postings sum to zero in every commodity."""

    sequence: int  # Its number in the journal, from 1.
    hash: str  # SHA-256 over it and the hash before it.
    id: str
    kind: str
    on: date
    postings: tuple[Posting, ...]
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries in their order."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class JournalResource:
    """What was recorded, and whether it is whole."""

    transport: Transport

    def get_journal(self, household: str) -> Journal:
        """Check the whole journal: every hash is computed again.

        Needs the right `view`.
        """
        return self.transport.ask(Journal, "GET", place("/api/v1/households/{}/journal", household))

    def list_entries(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> EntryPage:
        """Entries in their order, each with its hash.

        Needs the right `view`.
        """
        return self.transport.ask(
            EntryPage,
            "GET",
            place("/api/v1/households/{}/journal/entries", household),
            query={"cursor": cursor, "limit": limit},
        )
