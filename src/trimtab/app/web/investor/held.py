"""What the journal says was bought, sold, paid in and paid out, so that today can be unwound.

Openings and corrections are no trades: they say what was held all along.  Units before a split are
counted in today's units, as the closes of a feed that is adjusted for splits are.

Errors: those of the household's journal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from trimtab.app.journal_folder import FolderJournal
from trimtab.model.entries import Entry, EntryKind, split_ratio

__all__ = ["Move", "Recorded", "recorded_of"]

BYTES_MAX = 8 * 1024 * 1024
"""A longer journal is not read for a picture: it would hold the page up."""
KEPT = 64
NO_TRADES = frozenset({EntryKind.OPENING, EntryKind.CORRECTION, EntryKind.DECISION})


@dataclass(frozen=True, slots=True)
class Move:
    """What one entry did to one instrument, or to the cash of one currency.

    Unit: of today's for instruments, the currency's for cash; positive where it came.
    """

    on: date
    commodity: str
    amount: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every move, the latest first; `since` is the day from which all accounts are recorded."""

    since: date
    moves: tuple[Move, ...]


def recorded_of(folder: Path, accounts: frozenset[str], base: str) -> Recorded | None:
    """What the journal of a folder says; none where there is none, and where it is too long.

    `base` is the currency of its bases.
    """
    journal = FolderJournal(folder)
    if not journal.exists or journal.file.path.stat().st_size > BYTES_MAX:
        return None
    return _read(folder, journal.end, accounts, base)


@lru_cache(maxsize=KEPT)
def _read(folder: Path, _end: str, accounts: frozenset[str], base: str) -> Recorded | None:
    """A journal is read anew only when its end has moved."""
    entries = FolderJournal(folder).entries()
    openings = [one.on for one in entries if one.kind is EntryKind.OPENING]
    if not openings:
        return None
    return Recorded(max(openings), tuple(_moves(entries, accounts, base)))


def _moves(entries: Iterable[Entry], accounts: frozenset[str], base: str) -> list[Move]:
    found: list[Move] = []
    factors: dict[str, float] = defaultdict(lambda: 1.0)
    for entry in sorted(entries, key=lambda one: one.on, reverse=True):
        if entry.kind in NO_TRADES:
            continue
        for name, amount in _sums(entry, accounts, base).items():
            if entry.kind is EntryKind.SPLIT:
                factors[name] *= float(split_ratio(entry))
            elif amount:
                found.append(Move(entry.on, name, amount * factors[name]))
    return found


def _sums(entry: Entry, accounts: frozenset[str], base: str) -> dict[str, float]:
    """What an entry moved in the accounts together: units, and cash, which names no lot."""
    sums: dict[str, float] = defaultdict(float)
    for one in entry.postings:
        is_basis = one.lot is not None and one.commodity == base
        if one.place in accounts and not is_basis:
            sums[one.commodity] += float(one.amount)
    return sums
