"""Lists a page at a time: a cursor names the last entry given, so that new ones shift nothing.

Errors: `Problem` for a cursor that no page gave.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from trimtab.app.web.api_v1.problems import refusal

__all__ = ["LIMIT_DEFAULT", "LIMIT_MAX", "Cursor", "Limit", "cursor_after", "key_before", "page_of"]

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
CURSOR_LENGTH_MAX = 400

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="So many entries at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=CURSOR_LENGTH_MAX,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="The `next_cursor` of the page before; the first page where left out.",
    ),
]

Item = TypeVar("Item")


def cursor_after(key: str) -> str:
    """The cursor behind the entry of a key."""
    return base64.urlsafe_b64encode(f"k{key}".encode()).decode().rstrip("=")


def key_before(cursor: str | None) -> str | None:
    """The key of the last entry given, none for a first page.

    Refuses: a cursor that no page gave.
    """
    if cursor is None:
        return None
    try:
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        told = ""
    if not told.startswith("k"):
        raise refusal(422, "query.cursor", "no page gave it", "", "leave it out to begin anew")
    return told[1:]


def page_of(
    items: Sequence[Item], key: Callable[[Item], str], cursor: str | None, limit: int
) -> tuple[list[Item], str | None]:
    """The page behind a cursor, and the next cursor.

    An entry that is gone since is no hindrance where keys are in order; else the list ends there.
    Refuses: a cursor that no page gave.
    """
    last = key_before(cursor)
    begin = 0
    if last is not None:
        places = [number for number, item in enumerate(items) if key(item) == last]
        begin = places[0] + 1 if places else _behind(items, key, last)
    found = list(items[begin : begin + limit])
    more = begin + limit < len(items)
    return found, cursor_after(key(found[-1])) if found and more else None


def _behind(items: Sequence[Item], key: Callable[[Item], str], last: str) -> int:
    """Where the entries behind a key begin, in a list ordered by it."""
    return next((number for number, item in enumerate(items) if key(item) > last), len(items))
