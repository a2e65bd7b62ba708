"""`/reviews`: every question that waits, over all households, and many answered at once.

Each word is recorded for itself and has a result of its own: one that is refused keeps no other
from counting.

Errors: `InputError` for a form that names no question or more than are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from trimtab.app.live.asking import OPEN
from trimtab.app.web.households import ServedHousehold, told_apart
from trimtab.app.web.questions import Question, question_of, say_as
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import ApprovingAll, Seen, ViewingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.scopes import may
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.live import ApprovalStatus, ApprovalWord
from trimtab.model.web_board import BoardFlag

__all__ = ["ROUTER"]

ROUTER = APIRouter()
PAGE_HOUSEHOLDS = 20
AT_ONCE_MAX = 200
NOTE_MAX = 500
PAGE_MAX = 10_000
SAID = {
    ApprovalWord.APPROVE: "approval",
    ApprovalWord.REJECT: "rejection",
    ApprovalWord.HOLD: "hold",
}
COLUMNS = (
    Column("household", "Household"),
    Column("question", "Question"),
    Column("sentence", "In a sentence"),
    Column("trades", "Trades", Kind.NUMBER),
    Column("sold", "Sold", Kind.MONEY),
    Column("bought", "Bought", Kind.MONEY),
    Column("tax", "Tax", Kind.MONEY),
    Column("cost", "Cost", Kind.MONEY),
    Column("signed", "Signed"),
    Column("missing", "Still needed", Kind.NUMBER),
    Column("asked_at", "Asked", Kind.MOMENT),
    Column("lapses_at", "Lapses", Kind.MOMENT),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one person's word on one question."""

    name: str
    question: str
    words: str
    is_done: bool


@ROUTER.get("/reviews")
def reviews(
    seen: ViewingAll, at: Annotated[int, Query(alias="page", ge=1, le=PAGE_MAX)] = 1
) -> Response:
    """The questions that wait, some households at a time."""
    return _shown(seen, at, ())


@ROUTER.post("/reviews")
def answer(
    seen: ApprovingAll,
    word: Annotated[ApprovalWord, Form()],
    chosen: Annotated[list[str], Form(max_length=AT_ONCE_MAX)] = [],  # noqa: B006 - copied
    note: Annotated[str, Form(max_length=NOTE_MAX)] = "",
    at: Annotated[int, Form(alias="page", ge=1, le=PAGE_MAX)] = 1,
) -> Response:
    """Say one word to all questions that were chosen.

    Refuses: a form in which none was.
    """
    if not chosen:
        raise InputError("trade review", "no question was chosen", "", "choose one, and answer it")
    return _shown(seen, at, [_said(seen, one, word, note) for one in dict.fromkeys(chosen)])


def _said(seen: Seen, chosen: str, word: ApprovalWord, note: str) -> Result:
    """Say a word to one question: `chosen` names household, question, and what was shown."""
    household, asked, bound_to = (*chosen.split(" "), "", "")[:3]
    one = seen.world.households.find(household)
    if one is None or not may(seen.principal, Right.APPROVE, household):
        _record(seen, household if one is not None else "", asked, word, "denied", Outcome.DENIED)
        return Result("?", asked, "There is no such question.", False)
    person = seen.principal.name
    try:
        with one.service() as service:
            found = say_as(service, person, asked, bound_to, word, note)
    except (InputError, InputErrors) as error:
        _record(seen, household, asked, word, str(error), Outcome.FAILED, bound_to)
        return Result(one.name, asked, str(error), False)
    _record(seen, household, asked, word, found.status.value, Outcome.DONE, bound_to)
    data = {"id": asked, "status": found.status.value}
    seen.world.hub.publish("question", household, data)
    if found.status is ApprovalStatus.APPROVED:
        seen.world.worker.run(one)
    return Result(one.name, asked, _became(word, found.status), True)


def _became(word: ApprovalWord, status: ApprovalStatus) -> str:
    told = f"Your {SAID[word]} is recorded"
    if status is ApprovalStatus.APPROVED:
        return f"{told}; everybody who is needed has said yes, and it goes on."
    if status is ApprovalStatus.WAITING:
        return f"{told}; another person must say yes, too."
    return f"{told}; the question is {status.value}."


def _record(
    seen: Seen,
    household: str,
    asked: str,
    word: ApprovalWord,
    became: str,
    outcome: Outcome,
    bound_to: str = "",
) -> None:
    audit(
        *(seen.world, seen.principal.name, word.value, f"approval {asked}", outcome),
        {"became": became, "bound_to": bound_to},
        household=household,
        address=seen.address,
    )


def _shown(seen: Seen, at: int, results: Sequence[Result]) -> Response:
    waiting, count = _households(seen, at)
    questions, troubles, named = list[Question](), list[str](), told_apart(waiting)
    for one in waiting:
        try:
            questions += _questions(seen, one, named[one.id])
        except (InputError, InputErrors) as error:
            troubles.append(f"{named[one.id]}: {error}")
    table = Table("reviews", "Questions that wait", COLUMNS, tuple(map(_row, questions)))
    if (text := csv_of(seen, [table])) is not None:
        return text
    pages = max(1, -(-count // PAGE_HOUSEHOLDS))
    context = {
        "questions": questions,
        "may_approve": seen.may(Right.APPROVE),
        "results": results,
        "troubles": troubles,
        "table": table,
        "at": at,
        "pages": pages,
        "count": count,
        "now": seen.world.clock(),
    }
    return page(seen, "reviews.html", context)


def _households(seen: Seen, at: int) -> tuple[list[ServedHousehold], int]:
    """The households of a page in which something waits, and how many there are in all."""
    board, among = seen.world.store.board, seen.principal.households
    flags = (BoardFlag.WAITING,)
    start = (at - 1) * PAGE_HOUSEHOLDS
    rows = board.page(PAGE_HOUSEHOLDS, start, flags=flags, among=among)
    found = [seen.world.households.find(row.household) for row in rows]
    return [one for one in found if one is not None], board.count(flags=flags, among=among)


def _questions(seen: Seen, one: ServedHousehold, name: str) -> Iterator[Question]:
    from trimtab.app.live.service import household_of, open_settings, opened_store

    settings = open_settings(one.folder)
    people = settings.approvals.people
    with opened_store(settings) as store:
        for request in store.requests(household_of(settings)):
            if request.status in OPEN:
                words = store.approvals(request.id)
                who = seen.principal.name
                yield question_of(request, words, people, who, one.id, name, one.base_currency)


def _row(one: Question) -> Row:
    cells = (
        *(one.name, one.request.id, one.sentence, len(one.trades), one.sold, one.bought, one.tax),
        *(one.cost, ", ".join(one.signed), one.missing),
        *(one.request.asked_at, one.request.lapses_at),
    )
    return Row(cells, link=f"/h/{one.household}/proposal")
