"""`/board`: every household that somebody may see, in tiles, in rows, and as a strip of dots.

Errors: `InputError` for a table that the page does not have.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from trimtab.app.web.board import WORDS_MAX, Asked, all_rows, board_view, state_words
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.gate import ViewingAll
from trimtab.app.web.security.principal import Right

__all__ = ["ROUTER"]

ROUTER = APIRouter()
TABLE = "board"
FLAGS_MAX = 16
PAGE_MAX = 100_000

Flags = Annotated[list[str], Query(alias="flag", max_length=FLAGS_MAX)]


@ROUTER.get("/board")
def board(
    seen: ViewingAll,
    flags: Flags = [],  # noqa: B006 - FastAPI copies it for every request
    q: Annotated[str, Query(max_length=WORDS_MAX)] = "",
    sort: str = "",
    down: bool = False,
    at: Annotated[int, Query(alias="page", ge=1, le=PAGE_MAX)] = 1,
) -> Response:
    """A page of the board, or what it shows as CSV."""
    asked = Asked.of(flags, q, sort, down, at)
    rows, among = seen.world.store.board, seen.principal.households
    person = seen.principal.name if seen.may(Right.APPROVE) else ""
    if seen.request.query_params.get("table") == TABLE:
        every = csv_of(seen, [all_rows(rows, asked, among, person)])
        if every is not None:
            return every
    view = board_view(rows, asked, among, person)
    strips = [] if view.strip is None else [view.strip.table]
    if (table := csv_of(seen, strips)) is not None:
        return table
    return page(seen, "board.html", {"view": view, "states": state_words, "person": person})
