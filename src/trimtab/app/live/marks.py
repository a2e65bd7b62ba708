"""Up to where the folder's journal and the store's chain are known to hold the same entries.

A mark names the end of both.  It is a note for a quicker start and nothing rests on it: where
either end is not what it says, both are read whole and compared.  Another one says up to where
every wash sale is booked, so that no start without a trade looks for them.

Errors: `InputError` where it cannot be written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from trimtab.app.live.service import Service
from trimtab.app.text_files import write_text
from trimtab.books.chain import Head
from trimtab.books.wash_records import WashTerms

__all__ = ["MARK_NAME", "Mark", "is_washed", "put_mark", "put_washed", "read_mark"]

MARK_NAME, WASHED_NAME = ".live-mark.json", ".live-washed.json"
ENTRIES_SINCE_MAX = 1_000
"""Where more came since, it is quicker to look anew."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The seal that the folder's journal ended with, and the end of the store's chain."""

    folder: str
    store: Head


def read_mark(service: Service) -> Mark | None:
    """The last mark, none where there is none or the store's chain is another."""
    try:
        told = json.loads((service.loaded.folder / MARK_NAME).read_text(encoding="utf-8"))
        mark = Mark(str(told["folder"]), Head(int(told["count"]), str(told["hash"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    there = service.store.hash_at(service.household, mark.store.count)
    return mark if there == mark.store.hash else None


def put_mark(service: Service, folder: str) -> None:
    """Note that the folder's journal, which ends so, holds what the store's chain holds now."""
    head = service.store.head(service.household)
    told = {"folder": folder, "count": head.count, "hash": head.hash}
    write_text(service.loaded.folder / MARK_NAME, json.dumps(told) + "\n")


def is_washed(service: Service, terms: WashTerms) -> bool:
    """Whether nothing moved since every wash sale was booked, under the same terms.

    Time alone makes nothing a wash sale: purchases and sales do.
    """
    try:
        told = json.loads((service.loaded.folder / WASHED_NAME).read_text(encoding="utf-8"))
        count, sealed, read = int(told["count"]), str(told["hash"]), str(told["terms"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    store, household = service.store, service.household
    is_near = 0 <= store.head(household).count - count <= ENTRIES_SINCE_MAX
    if not is_near or read != _digest(terms) or store.hash_at(household, count) != sealed:
        return False
    return not any(entry.postings for entry in store.entries_after(household, count))


def put_washed(service: Service, terms: WashTerms, is_washed: bool) -> None:
    """Note that every wash sale of the journal as it is now is booked, if that is so."""
    if is_washed:
        head = service.store.head(service.household)
        told = {"count": head.count, "hash": head.hash, "terms": _digest(terms)}
        write_text(service.loaded.folder / WASHED_NAME, json.dumps(told) + "\n")


def _digest(terms: WashTerms) -> str:
    """What of the terms says which sales are wash sales."""
    accounts = sorted((one.id, one.owner, one.wrapper.value) for one in terms.accounts.values())
    groups = sorted((name, one.wash_group) for name, one in terms.instruments.items())
    return sha256(repr((accounts, groups, terms.reading)).encode()).hexdigest()
