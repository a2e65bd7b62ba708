"""`/households/{household}/approvals`: what waits for people, and their words on it.

A word names the hash of what it was said on: one that was said on something else counts nothing.

Errors: problems; 409 for a question that was answered, lapsed, or is bound to something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query
from starlette.responses import Response

from trimtab.app.live import editing
from trimtab.app.live.asking import OPEN, OVERRIDE, as_it_stands, say
from trimtab.app.web.api.answers import decision_answer, request_of
from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_decision import Decision
from trimtab.app.web.api.shapes_orders import (
    Approval,
    ApprovalPage,
    EditGiven,
    EditsGiven,
    WordGiven,
    WordSaid,
)
from trimtab.app.web.api_v1.problems import conflict, not_found
from trimtab.app.web.security.audit import Outcome, audit, noting_failure
from trimtab.app.web.security.gate import Approving, Viewing
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.live import ApprovalRequest, ApprovalWord

if TYPE_CHECKING:
    from trimtab.app.live.service import Service

__all__ = ["ROUTER"]

ROUTER = resource("approvals", "/households/{household}/approvals")
NEVER_WORKED = "the household was never run: nobody was asked anything"

OpenOnly = Annotated[bool, Query(description="Only those that wait for people.")]


@ROUTER.get("")
def list_approvals(
    seen: Viewing, open_only: OpenOnly = False, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> ApprovalPage:
    """Questions to people, the latest first, as they stand now."""
    with live_service(seen.one) as service:
        if service is None:
            return ApprovalPage(items=[], next_cursor=None)
        kept = reversed(service.store.requests(service.household))
        every = [as_it_stands(service, one) for one in kept if not one.id.startswith(OVERRIDE)]
        asked = [one for one in every if not open_only or one.status in OPEN]
        found, behind = page_of(asked, lambda one: one.id, cursor, limit)
        return ApprovalPage(items=[_answer(service, one) for one in found], next_cursor=behind)


@ROUTER.get("/{approval}")
def get_approval(seen: Viewing, approval: str) -> Approval:
    """One question with what people said."""
    with live_service(seen.one) as service:
        if service is None:
            raise not_found(f"question {approval!r}", NEVER_WORKED)
        return _answer(service, request_of(service, approval))


@ROUTER.post("/{approval}/words", status_code=201, response_model=Approval)
def say_word(seen: Approving, approval: str, body: WordGiven, key: IdempotencyKey) -> Response:
    """Approve, reject or hold: your word, kept with your name and what you saw."""

    def make() -> Response:
        who, place = seen.principal.name, (seen.one.id, seen.address)
        with (
            noting_failure(seen.world, who, body.word, approval, *place),
            live_service(seen.one) as service,
        ):
            if service is None:
                raise not_found(f"question {approval!r}", NEVER_WORKED)
            _open_question(service, approval, body.bound_to)
            found = say(service, approval, ApprovalWord(body.word), body.note, who)
            answer = _answer(service, found)
        said = {"question": approval, "bound_to": body.bound_to, "via": seen.principal.via}
        told = {"household": seen.one.id, "address": seen.address}
        audit(seen.world, who, body.word, approval, Outcome.DONE, said, **told)
        return created(answer)

    return once(seen, key, body, make)


@ROUTER.post("/{approval}/preview", response_model=Decision)
def preview_edit(seen: Viewing, approval: str, body: EditsGiven, key: IdempotencyKey) -> Response:
    """What the question's plan would come to without some of it; nobody is asked anything."""

    def make() -> Response:
        with live_service(seen.one) as service:
            if service is None:
                raise not_found(f"question {approval!r}", NEVER_WORKED)
            found = request_of(service, approval)
            decision = editing.edited_decision(service, found, _edits(body))
            return created(decision_answer(decision, service.loaded.snapshot.prices), 200)

    return once(seen, key, body, make)


@ROUTER.post("/{approval}/edits", status_code=201, response_model=Approval)
def edit_question(seen: Approving, approval: str, body: EditGiven, key: IdempotencyKey) -> Response:
    """Ask people about the plan without some of it; the new question takes this one's place."""

    def make() -> Response:
        who, place = seen.principal.name, (seen.one.id, seen.address)
        with (
            noting_failure(seen.world, who, "edit", approval, *place),
            live_service(seen.one) as service,
        ):
            if service is None:
                raise not_found(f"question {approval!r}", NEVER_WORKED)
            _open_question(service, approval, body.bound_to)
            made = editing.edit_question(service, approval, _edits(body), body.note, who)
            answer = _answer(service, made)
        said = {"question": approval, "becomes": made.id, "via": seen.principal.via}
        told = {"household": seen.one.id, "address": seen.address}
        audit(seen.world, who, "edit", made.id, Outcome.DONE, said, **told)
        return created(answer)

    return once(seen, key, body, make)


def _open_question(service: Service, name: str, bound_to: str) -> None:
    """Check that a question still waits, and is bound to what somebody saw.

    Refuses: one that is not there, is answered or lapsed, or is bound to something else.
    """
    found = request_of(service, name)
    if bound_to != found.bound_to:
        fact = "you saw other prices, positions or rules than it is bound to"
        raise conflict(f"question {name!r}", fact, "read it again")
    if found.status not in OPEN:
        fact = f"it is {found.status.value} already: {found.reason}".removesuffix(": ")
        raise conflict(f"question {name!r}", fact, "a run asks anew where it has to")


def _edits(body: EditsGiven) -> Edits:
    return Edits(tuple(TradeEdit(one.trade, one.quantity, one.lot or "") for one in body.trades))


def _answer(service: Service, request: ApprovalRequest) -> Approval:
    return Approval(
        id=request.id,
        cycle_id=request.cycle_id,
        status=request.status.value,
        reason=request.reason,
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        bound_to=request.bound_to,
        needed=request.needed,
        note_required=request.note_required,
        words=[
            WordSaid(person=one.person, word=one.word.value, at=one.at, note=one.note)
            for one in service.store.approvals(request.id)
        ],
    )
