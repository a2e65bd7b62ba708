"""`/h/{household}/proposal`: what the mandate comes to, edited, approved, held or rejected.

Where the household is live and a question waits, that question is shown as it was stored, and words
are said to it; elsewhere the plan as it is computed, with its orders as CSV.

Errors: those of the household's files and store; a question that does not stand any more is refused
with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from trimtab.app.orders_csv import orders_csv
from trimtab.app.web.investor.answering import say_to
from trimtab.app.web.investor.desk import last_question, live_service
from trimtab.app.web.investor.edit_form import FIELD, shown_text
from trimtab.app.web.investor.money import shown_money
from trimtab.app.web.investor.proposal_desk import Proposal, proposal_of
from trimtab.app.web.investor.proposal_tables import effect_tables
from trimtab.app.web.investor.proposal_view import ProposalView, proposal_view
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit, noting_failure
from trimtab.app.web.security.gate import Approving, Running, Seen, Viewing
from trimtab.app.web.security.principal import Right
from trimtab.app.web.tables import Table, csv_text, named_table
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.live import ApprovalRequest, ApprovalStatus, ApprovalWord
from trimtab.model.plans import Decision

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, UNPROCESSABLE = 303, 422
ACTS = frozenset({ApprovalWord.APPROVE.value, ApprovalWord.HOLD.value, ApprovalWord.REJECT.value})


class _Moved(NamedTuple):
    """A class's weight after the trades, as proposed and as edited."""

    name: str
    was: float
    now: float


@dataclass(frozen=True, slots=True)
class _Effect:
    """What edits come to; `shown` is what the page sends back as seen."""

    first: Decision
    decision: Decision
    tables: tuple[Table, ...]
    shown: str

    @property
    def moved(self) -> _Moved | None:
        """The class whose weight an edit moves most; none where it moves none."""
        if self.first.plan is None or self.decision.plan is None:
            return None
        now = self.decision.plan.weights_after
        found = [
            _Moved(name, was, now[name]) for name, was in self.first.plan.weights_after.items()
        ]
        most = max(found, key=lambda one: abs(one.now - one.was), default=None)
        return most if most is not None and most.now != most.was else None


@dataclass(frozen=True, slots=True)
class _Typed:
    """What somebody typed, shown again; `kept` by trade and lot."""

    errors: tuple[InputError, ...] = ()
    kept: Mapping[tuple[str, str], str] = field(default_factory=dict)
    note: str = ""


async def form_of(request: Request) -> FormData:
    """The fields of a form whose names follow from the plan."""
    return await request.form()


Form = Annotated[FormData, Depends(form_of)]


@ROUTER.get("/h/{household}/proposal")
def proposal(seen: Viewing) -> Response:
    """The proposal as it stands."""
    with live_service(seen.one) as service:
        found = proposal_of(seen.one, service)
        asks = service is None or found.question is not None
        last = None if asks or service is None else last_question(service)
    shown = _view(seen, found)
    if asked := csv_of(seen, shown.all_tables):
        return asked
    return _page(seen, found, shown, service is not None, last=last)


@ROUTER.post("/h/{household}/proposal/edit")
def edit(seen: Viewing, form: Form) -> Response:
    """The effect of an edit; nothing is kept."""
    with live_service(seen.one) as service:
        found = proposal_of(seen.one, service, _text(form, "question"))
    return _edited(seen, found, form, service is not None)


@ROUTER.post("/h/{household}/proposal/orders")
def orders(seen: Viewing, form: Form) -> Response:
    """The trades, as edited, for a spreadsheet or a broker's upload form."""
    with live_service(seen.one) as service:
        found = proposal_of(seen.one, service, _text(form, "question"))
    decision = found.edited(found.edits(form.multi_items()))
    who, about = seen.principal.name, decision.cycle_id
    _audit(seen, who, "export", f"orders of {about}", {"edits": shown_text(decision.edits)})
    headers = {"Content-Disposition": f'attachment; filename="{seen.one.id}-orders.csv"'}
    return Response(orders_csv(decision), media_type="text/csv; charset=utf-8", headers=headers)


@ROUTER.post("/h/{household}/proposal/effect/{table}")
def effect_csv(seen: Viewing, form: Form, table: str) -> Response:
    """A table of an edit's effect, as CSV."""
    with live_service(seen.one) as service:
        found = proposal_of(seen.one, service, _text(form, "question"))
    decision = found.edited(found.edits(form.multi_items()))
    tables = effect_tables(found.decision, decision, found.snapshot)
    text = csv_text(named_table(tables, table))
    headers = {"Content-Disposition": f'attachment; filename="{seen.one.id}-{table}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@ROUTER.post("/h/{household}/proposal/word")
def word(seen: Approving, form: Form) -> Response:
    """Say approve, hold or reject to the question that was shown, edited where the form says so."""
    asked, said, note = (_text(form, name) for name in ("question", "word", "note"))
    if said not in ACTS:
        raise InputError("word", f"{said[:20]!r} is none", "approve, hold or reject")
    who, place = seen.principal.name, (seen.one.id, seen.address)
    with (
        noting_failure(seen.world, who, said, f"question {asked}", *place),
        live_service(seen.one) as service,
    ):
        if service is None or not asked:
            fact = "nobody is asked: no account is linked to a broker"
            raise InputError("approval", fact, "", "link one, or download the orders")
        found = proposal_of(seen.one, service, asked)
        edits = found.edits(form.multi_items())
        chosen = ApprovalWord(said)
        if found.differs and chosen is ApprovalWord.APPROVE:
            fact = f"made again, it differs from what was asked in {', '.join(found.differs)}"
            raise InputError(f"question {asked}", fact, "", "let it lapse, and run the cycle anew")
        edited = found.edited(edits).edits
        is_new = edited != found.decision.edits and _text(form, "shown") != shown_text(edited)
        if is_new and chosen is ApprovalWord.APPROVE:
            words = "its effect was not shown yet: look at it below, then approve"
            return _edited(seen, found, form, True, InputError("edit", words))
        answered = say_to(service, found, chosen, note, who, edits)
    details = {"note": note, "status": answered.status.value, "bound_to": answered.bound_to}
    _audit(seen, who, said, f"question {answered.id}", details)
    if answered.status is ApprovalStatus.APPROVED:
        seen.world.worker.run(seen.one)
    return RedirectResponse(f"/h/{seen.one.id}/history/{answered.id}", SEE_OTHER)


@ROUTER.post("/h/{household}/proposal/run")
def run(seen: Running) -> Response:
    """Have the cycle run, which asks people where the mandate wants it."""
    seen.world.worker.run(seen.one)
    _audit(seen, seen.principal.name, "run", f"cycle of {seen.one.id}", {})
    return RedirectResponse(f"/h/{seen.one.id}/proposal", SEE_OTHER)


def _edited(
    seen: Seen, found: Proposal, form: FormData, is_live: bool, mistake: InputError | None = None
) -> Response:
    """The page with the effect of a form's edits; only that part where a script asked for it."""
    errors: list[InputError] = [] if mistake is None else [mistake]
    effect: _Effect | None = None
    try:
        decision = found.edited(found.edits(form.multi_items()))
        if decision.edits != found.decision.edits:
            tables = effect_tables(found.decision, decision, found.snapshot)
            effect = _Effect(found.decision, decision, tables, shown_text(decision.edits))
    except InputError as error:
        errors.append(error)
    except InputErrors as several:
        errors += several.errors
    kept = {
        _place(name): str(value) for name, value in form.multi_items() if name.startswith(FIELD)
    }
    status = UNPROCESSABLE if errors else 200
    if seen.request.headers.get("sec-fetch-dest") == "empty":
        return page(seen, "_effect.html", {"effect": effect, "errors": errors}, status)
    typed = _Typed(tuple(errors), kept, _text(form, "note"))
    return _page(seen, found, _view(seen, found), is_live, status, effect, typed)


def _page(
    seen: Seen,
    found: Proposal,
    shown: ProposalView,
    is_live: bool,
    status: int = 200,
    effect: _Effect | None = None,
    typed: _Typed | None = None,
    last: ApprovalRequest | None = None,
) -> Response:
    typed = typed or _Typed()
    context = {
        "shown": shown,
        "proposal": found,
        "question": found.question,
        "last": last,
        "is_live": is_live,
        "effect": effect,
        "errors": typed.errors,
        "kept": typed.kept,
        "note": typed.note,
        "may_answer": seen.may(Right.APPROVE),
        "may_run": seen.may(Right.RUN),
        "work": seen.world.worker.work(seen.one.id),
        "query": "",
    }
    return page(seen, "proposal.html", context, status)


def _view(seen: Seen, found: Proposal) -> ProposalView:
    money = shown_money(seen, found.snapshot.household.base_currency)
    return proposal_view(found.decision, found.snapshot, found.mandate, money)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _place(name: str) -> tuple[str, str]:
    trade, _, lot = name.removeprefix(FIELD).partition(":")
    return trade, lot


def _audit(seen: Seen, who: str, what: str, subject: str, details: dict[str, str]) -> None:
    place = {"household": seen.one.id, "address": seen.address}
    audit(seen.world, who, what, subject, Outcome.DONE, details, **place)
