"""Up to where the folder's journal and the store's chain are known to hold the same entries.

A mark names the end of both.  It is a note for a quicker start and nothing rests on it: where
either end is not what it says, both are read whole and compared.

Errors: `InputError` where it cannot be written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from trimtab.app.live.service import Service
from trimtab.app.text_files import write_text
from trimtab.books.chain import Head

__all__ = ["MARK_NAME", "Mark", "put_mark", "read_mark"]

MARK_NAME = ".live-mark.json"


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
