"""`/h/{household}/history`: every decision, and each made again as its approvers saw it.

Errors: those of the household's store; a decision that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from trimtab.app.kept_cycles import KeptCycle
from trimtab.app.live.cycles import tickets_of
from trimtab.app.live.service import Service
from trimtab.app.web.investor.desk import cycle_again, live_service, made_again
from trimtab.app.web.investor.history_view import (
    PAGE,
    PastDecision,
    decision_named,
    history_table,
    orders_table,
    past_decisions,
    questions_table,
    words_table,
)
from trimtab.app.web.investor.money import shown_money
from trimtab.app.web.investor.proposal_view import ProposalView, proposal_view
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.gate import Seen, Viewing
from trimtab.app.web.tables import Table
from trimtab.model.errors import InputError
from trimtab.model.live import ApprovalRequest
from trimtab.model.plans import Decision

__all__ = ["ROUTER"]

ROUTER = APIRouter()
NOT_FOUND = 404
SKIP_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class _Again:
    """A decision made again; `is_same` is none where nobody was shown it, `why_not` why it cannot
    be made again."""

    view: ProposalView | None
    is_same: bool | None = None
    differs: tuple[str, ...] = ()
    why_not: str = ""


@ROUTER.get("/h/{household}/history")
def history(seen: Viewing, skip: Annotated[int, Query(ge=0, le=SKIP_MAX)] = 0) -> Response:
    """Every decision of the household, the latest first, a page at a time; the CSV has all."""
    with live_service(seen.one) as service:
        found: tuple[PastDecision, ...] = ()
        if service is not None:
            is_file = seen.request.query_params.get("format") == "csv"
            found = (
                past_decisions(service, None)
                if is_file
                else past_decisions(service, PAGE + 1, skip)
            )
        if asked := csv_of(seen, [history_table(found, seen.one.id)]):
            return asked
    context = {
        "table_of_decisions": history_table(found[:PAGE], seen.one.id),
        "is_live": service is not None,
        "newer": None if not skip else max(0, skip - PAGE),
        "older": skip + PAGE if len(found) > PAGE else None,
    }
    return page(seen, "history.html", context)


@ROUTER.get("/h/{household}/history/{decision}")
def one_decision(seen: Viewing, decision: str) -> Response:
    """One decision: what was asked, said, ordered and executed, and the screen as it was seen."""
    one = seen.one
    with live_service(one) as service:
        found = None if service is None else decision_named(service, decision)
        if service is None or found is None:
            raise HTTPException(NOT_FOUND, "There is no such decision.")
        question = found.question(decision)
        words = () if question is None else service.store.approvals(question.id)
        tickets = tickets_of(service, found.cycle_id)
        try:
            again = _again(seen, service, found, question)
        except InputError as error:
            again = _Again(None, why_not=str(error))
    tables: list[Table] = [
        questions_table(found, one.id),
        words_table(words),
        orders_table(tickets),
    ]
    shown = () if again.view is None else again.view.all_tables
    if asked := csv_of(seen, [*tables, *(table for table in shown if table.id != "orders")]):
        return asked
    context: dict[str, object] = {
        "decision": found,
        "question": question,
        "again": again,
        "questions": tables[0],
        "words": tables[1],
        "orders": tables[2],
        "work": seen.world.worker.work(one.id),
        "kept": {},
        "query": "",
    }
    return page(seen, "decision.html", context)


def _again(
    seen: Seen, service: Service, found: PastDecision, question: ApprovalRequest | None
) -> _Again:
    """The decision as it was seen.

    Refuses: a cycle of which an answer was not kept.
    """
    if question is None:
        cycle, decision = cycle_again(seen.one, service, found.cycle_id)
        return _Again(_view(seen, cycle, decision))
    made = made_again(seen.one, service, question.id)
    return _Again(_view(seen, made.cycle, made.decision), made.is_same, made.differs)


def _view(seen: Seen, cycle: KeptCycle, decision: Decision) -> ProposalView:
    snapshot = cycle.observation.snapshot
    money = shown_money(seen, snapshot.household.base_currency)
    return proposal_view(decision, snapshot, cycle.setup.mandate, money)
