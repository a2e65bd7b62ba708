"""`/households/{household}/statements`: what accounts hold and what happened, pushed by programs.

A statement goes the way of a broker's file: it is merged with the journal, shown, written in one
step, and what does not agree becomes a break.

Errors: problems; 409 where it would write something else than a preview showed.
"""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.importing.store import kept_statements
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_statements import (
    StatementGiven,
    StatementLine,
    StatementOutcome,
    StatementPage,
)
from trimtab.app.web.api.statements import outcome_answer, outcome_of
from trimtab.app.web.api_v1.problems import Problem, conflict, refusal
from trimtab.app.web.import_preview import WRITING, ImportPreview, preview_of, write_preview
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Lot

__all__ = ["ROUTER"]

ROUTER = resource("statements", "/households/{household}/statements")
AHEAD = timedelta(days=1)
"""Elsewhere it is tomorrow already."""


@ROUTER.get("")
def list_statements(
    seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> StatementPage:
    """Statements and files that were taken, by their day."""
    kept = sorted(kept_statements(seen.one.folder), key=lambda one: one.as_of or date.min)
    found, behind = page_of(kept, lambda one: one.digest, cursor, limit)
    items = [
        StatementLine(
            id=one.digest,
            source=one.broker,
            file=one.file,
            as_of=one.as_of,
            accounts=[account.id for account in one.accounts],
            rows=one.rows,
            taken=one.taken,
        )
        for one in found
    ]
    return StatementPage(items=items, next_cursor=behind)


@ROUTER.post("/preview", response_model=StatementOutcome)
def preview_statement(seen: Running, body: StatementGiven, key: IdempotencyKey) -> Response:
    """What a statement would come to: new entries, changed holdings, breaks; nothing is kept."""

    def make() -> Response:
        shown = _preview(seen, body)
        return created(outcome_answer(shown, _held(seen), written=False), 200)

    return once(seen, key, body, make)


@ROUTER.post("", status_code=201, response_model=StatementOutcome)
def push_statement(seen: Running, body: StatementGiven, key: IdempotencyKey) -> Response:
    """Write what a statement comes to, all or nothing; what does not agree becomes a break.

    Where a household could not be planned any more once it is written, it is refused, unless
    `seen` names the preview that said so.
    """

    def make() -> Response:
        with WRITING:
            shown, held = _preview(seen, body), _held(seen)
            if body.seen is not None and body.seen != shown.digest:
                fact = "it would write something else than the preview showed"
                raise conflict("body.seen", fact, "look at a new preview")
            if shown.troubles and body.seen is None:
                raise Problem(422, shown.troubles)
            merged = write_preview(seen.one.folder, shown)
        told = {"source": body.source, "entries": str(sum(merged.added.values()))}
        audit(
            *(seen.world, seen.principal.name, "import", "a statement over the API", Outcome.DONE),
            told,
            household=seen.one.id,
            address=seen.address,
        )
        seen.world.hub.publish("files", seen.one.id, {"what": "import"})
        return created(outcome_answer(shown, held, written=True))

    return once(seen, key, body, make)


def _preview(seen: Seen, body: StatementGiven) -> ImportPreview:
    """What a statement comes to now.

    Refuses: one of a day that is not over anywhere.
    """
    folder = seen.one.folder
    today = max(seen.one.day, seen.world.clock().date())
    if body.as_of > today + AHEAD:
        raise refusal(422, "body.as_of", f"{body.as_of} is to come", f"today is {today}")
    outcome, accounts = outcome_of(body, read_mandate(folder / MANDATE_NAME).household)
    return preview_of(folder, [outcome], accounts, seen.one.day)


def _held(seen: Seen) -> tuple[Lot, ...]:
    """The lots of today; none where the household cannot be read yet."""
    try:
        return seen.one.view().loaded.snapshot.lots
    except (InputError, InputErrors):
        return ()
