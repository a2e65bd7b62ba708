"""`/households/{household}/breaks`: where records do not agree, and answers to it.

Errors: problems; a break that is not open is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from trimtab.app.importing.causes import given_of
from trimtab.app.importing.open_breaks import open_breaks, open_since
from trimtab.app.importing.work_queue import answer_from, answered
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_statements import BreakAnswerGiven, BreakOpen, BreakPage
from trimtab.app.web.api.statements import break_answer
from trimtab.app.web.api_v1.problems import not_found
from trimtab.app.web.import_preview import WRITING
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing
from trimtab.model.breaks import Break
from trimtab.model.errors import InputErrors

__all__ = ["ROUTER"]

ROUTER = resource("breaks", "/households/{household}/breaks")


@ROUTER.get("")
def list_breaks(seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> BreakPage:
    """Open breaks of what was imported or pushed, those that stop trading first."""
    return _page(seen, open_breaks(seen.one.folder), cursor, limit)


@ROUTER.get("/{break_id}")
def get_break(seen: Viewing, break_id: str) -> BreakOpen:
    """One open break with the answers that settle it."""
    found = _named(open_breaks(seen.one.folder), break_id)
    return break_answer(found, open_since(seen.one.folder))


@ROUTER.post("/{break_id}/answer", response_model=BreakPage)
def answer_break(
    seen: Running, break_id: str, body: BreakAnswerGiven, key: IdempotencyKey
) -> Response:
    """Say which record is right; it is an entry of the journal. What is open then is answered."""

    def make() -> Response:
        folder = seen.one.folder
        told = body.model_dump(mode="json", exclude={"choice"}, exclude_none=True)
        with WRITING:
            listed = open_breaks(folder)
            one = _named(listed, break_id)
            said = answer_from(given_of(one, body.choice, told))
            left = answered(folder, [one], said, listed, _day(seen))
        audit(
            *(seen.world, seen.principal.name, "answer a break", one.message, Outcome.DONE),
            {"break": one.id, "answer": said.words},
            household=seen.one.id,
            address=seen.address,
        )
        seen.world.hub.publish("files", seen.one.id, {"what": "answer a break"})
        return created(_page(seen, left, None, LIMIT_DEFAULT), 200)

    return once(seen, key, body, make)


def _page(seen: Seen, breaks: Sequence[Break], cursor: str | None, limit: int) -> BreakPage:
    found, behind = page_of(breaks, lambda one: one.id, cursor, limit)
    since = open_since(seen.one.folder)
    return BreakPage(items=[break_answer(one, since) for one in found], next_cursor=behind)


def _named(listed: Sequence[Break], name: str) -> Break:
    """The open break of an id.

    Refuses: an id that none has.
    """
    for one in listed:
        if one.id == name:
            return one
    raise not_found(f"break {name!r}", "the list of breaks has those that are open")


def _day(seen: Seen) -> date:
    """The household's day; today where its mandate cannot be read."""
    try:
        return seen.one.day
    except InputErrors:
        return seen.world.clock().date()
