"""Questions to people, their words, and halts, in a database.

Nothing is overwritten: what became of a question is a row of its own, and a halt that was lifted
stays with who lifted it.

Errors: `InvariantError` for a question that changed, `InputError` for a word on none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from trimtab.model.live import Approval, ApprovalRequest, Halt
from trimtab.stores._promises import agree_request, no_request
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._tables import APPROVALS, HALTS, REQUEST_STATES, REQUESTS

__all__ = [
    "add_approval",
    "add_halt",
    "approvals_of",
    "lift_halts",
    "put_request",
    "requests_of",
    "standing_halts",
]

_STATES = REQUEST_STATES.c
_LAST = (
    select(_STATES.request, func.max(_STATES.place).label("place"))
    .group_by(_STATES.request)
    .subquery()
)
_ASKED = (
    select(
        *(REQUESTS.c.id, REQUESTS.c.household, REQUESTS.c.cycle_id, REQUESTS.c.asked_at),
        *(REQUESTS.c.lapses_at, REQUESTS.c.bound_to, REQUESTS.c.needed, REQUESTS.c.note_required),
        *(REQUESTS.c.seen, _STATES.status, _STATES.reason),
    )
    .join(REQUEST_STATES, REQUESTS.c.id == _STATES.request)
    .join(_LAST, (_LAST.c.request == _STATES.request) & (_LAST.c.place == _STATES.place))
    .order_by(REQUESTS.c.number)
)
_SAID = select(
    *(APPROVALS.c.request, APPROVALS.c.person, APPROVALS.c.word, APPROVALS.c.at),
    *(APPROVALS.c.bound_to, APPROVALS.c.note),
).order_by(APPROVALS.c.number)
_HALTED = (
    select(HALTS.c.subject, HALTS.c.kind, HALTS.c.by, HALTS.c.at, HALTS.c.reason)
    .where(HALTS.c.lifted_at.is_(None))
    .order_by(HALTS.c.number)
)


def requests_of(connection: Connection, household: str | None) -> tuple[ApprovalRequest, ...]:
    """Questions of a household, or all, with what became of them."""
    asked = _ASKED if household is None else _ASKED.where(REQUESTS.c.household == household)
    return tuple(ApprovalRequest(*row) for row in connection.execute(asked))


def put_request(connection: Connection, request: ApprovalRequest) -> None:
    """Remember a question, or what became of it."""
    take_turn(connection, f"request {request.id}")
    row = connection.execute(_ASKED.where(REQUESTS.c.id == request.id)).one_or_none()
    place = 1
    if row is None:
        connection.execute(insert(REQUESTS), _request_row(request))
    else:
        there = ApprovalRequest(*row)
        agree_request(there, request)
        if there == request:
            return
        counted = select(func.max(_STATES.place)).where(_STATES.request == request.id)
        place += connection.execute(counted).scalar_one()
    state = {"request": request.id, "place": place, "status": request.status}
    connection.execute(insert(REQUEST_STATES), state | {"reason": request.reason})


def _request_row(request: ApprovalRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "household": request.household,
        "cycle_id": request.cycle_id,
        "asked_at": request.asked_at,
        "lapses_at": request.lapses_at,
        "bound_to": request.bound_to,
        "needed": request.needed,
        "note_required": request.note_required,
        "seen": request.seen,
    }


def approvals_of(connection: Connection, request: str) -> tuple[Approval, ...]:
    """What people said to a question."""
    said = connection.execute(_SAID.where(APPROVALS.c.request == request))
    return tuple(Approval(*row) for row in said)


def add_approval(connection: Connection, approval: Approval) -> None:
    """Remember a person's word, once."""
    take_turn(connection, f"request {approval.request}")
    asked = select(REQUESTS.c.id).where(REQUESTS.c.id == approval.request)
    if connection.execute(asked).one_or_none() is None:
        raise no_request(approval.request)
    if approval in approvals_of(connection, approval.request):
        return
    row = {
        "request": approval.request,
        "person": approval.person,
        "word": approval.word,
        "at": approval.at,
        "bound_to": approval.bound_to,
        "note": approval.note,
    }
    connection.execute(insert(APPROVALS), row)


def standing_halts(connection: Connection) -> tuple[Halt, ...]:
    """What is stopped now."""
    return tuple(Halt(*row) for row in connection.execute(_HALTED))


def add_halt(connection: Connection, halt: Halt) -> None:
    """Stop; a stop that stands already, of the same kind for the same reason, is not repeated."""
    take_turn(connection, f"halt {halt.subject}")
    if any(replace(one, at=halt.at) == halt for one in standing_halts(connection)):
        return
    row = {"subject": halt.subject, "kind": halt.kind, "by": halt.by, "at": halt.at}
    connection.execute(insert(HALTS), row | {"reason": halt.reason})


def lift_halts(connection: Connection, subject: str, by: str, at: datetime) -> bool:
    """Lift every stop of a subject; whether there was one."""
    standing = (HALTS.c.subject == subject) & HALTS.c.lifted_at.is_(None)
    lifted = update(HALTS).where(standing).values(lifted_by=by, lifted_at=at)
    return connection.execute(lifted).rowcount > 0
