"""Every decision of a household: cycles, questions, words, orders and executions, and the replay.

A decision is named by the short id of its cycle's first question, also where nobody was asked; an
edited question has an id of its own.

Errors: those of the store; `InputError` for a decision that there is not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.books.order_states import Ticket
from trimtab.cycle.approvals import edits_shown, request_id
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalRequest
from trimtab.model.money import cents
from trimtab.model.orders import Fill
from trimtab.stores.sql.cycles import OrdersCounted, cycle_ids, cycles_begun, orders_counted

if TYPE_CHECKING:
    from trimtab.app.live.service import Service

__all__ = [
    "PastDecision",
    "decision_named",
    "history_table",
    "orders_table",
    "past_decisions",
    "questions_table",
    "words_table",
]

PAGE = 100
"""So many decisions stand on a page, the youngest first."""
OVERRIDDEN = "override "
UNDER_WAY = "under way"
ASKED = "Waits for approval: "
"""How the sentence of a plan that asks begins; what became of it stands beside it."""
NO_ORDERS = OrdersCounted(0, 0)


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A cycle with all that came of it; `questions` in the order in which they were asked."""

    id: str
    cycle_id: str
    began: datetime
    verdict: str
    sentence: str
    questions: tuple[ApprovalRequest, ...]
    counted: OrdersCounted

    @property
    def status(self) -> str:
        """Where it stands, in a word or two."""
        if self.counted.orders:
            return f"{self.counted.executed} of {self.counted.orders} orders executed"
        if self.questions:
            return self.questions[-1].status.value
        return self.verdict

    def question(self, name: str) -> ApprovalRequest | None:
        """The question of an id, the last one for the decision's own; none where nobody was asked.

        Refuses: an id that is none of its own.
        """
        for one in self.questions:
            if one.id == name:
                return one
        if name != self.id:
            raise InputError(f"decision {name!r}", "there is none of this id")
        return None


def past_decisions(
    service: Service, most: int | None = PAGE, skip: int = 0, only: str | None = None
) -> tuple[PastDecision, ...]:
    """A household's decisions, the youngest first: at most so many after some, or one cycle's."""
    from trimtab.app.live.asking import as_it_stands

    store, household = service.store, service.household
    questions: dict[str, list[ApprovalRequest]] = {}
    for one in store.requests(household):
        if not one.id.startswith(OVERRIDDEN) and only in (None, one.cycle_id):
            questions.setdefault(one.cycle_id, []).append(as_it_stands(service, one))
    orders = orders_counted(store, household)
    found = []
    for cycle in cycles_begun(store, household, most, skip, only):
        asked = questions.get(cycle.cycle_id, [])
        verdict, sentence = UNDER_WAY, ""
        if cycle.authorised is not None:
            told = json.loads(cycle.authorised)
            verdict, sentence = str(told["verdict"]), str(told["sentence"]).removeprefix(ASKED)
        elif asked:
            sentence = str(json.loads(asked[-1].seen)["sentence"]).removeprefix(ASKED)
        found.append(
            PastDecision(
                request_id(cycle.cycle_id),
                cycle.cycle_id,
                cycle.began,
                verdict,
                sentence,
                tuple(asked),
                orders.get(cycle.cycle_id, NO_ORDERS),
            )
        )
    return tuple(found)


def decision_named(service: Service, name: str) -> PastDecision | None:
    """The decision of an id, or of one of its questions, however long ago it was."""
    store, household = service.store, service.household
    asked = (one.cycle_id for one in store.requests(household) if one.id == name)
    begun = (cycle for cycle in cycle_ids(store, household) if request_id(cycle) == name)
    cycle = next(asked, None) or next(begun, None)
    if cycle is None or name.startswith(OVERRIDDEN):
        return None
    return next(iter(past_decisions(service, None, only=cycle)), None)


def history_table(decisions: Sequence[PastDecision], household: str) -> Table:
    """One row a decision."""
    columns = (
        Column("decision", "Decision"),
        Column("began", "When", Kind.MOMENT),
        Column("status", "What became of it"),
        Column("sentence", "In a sentence", Kind.SENTENCE),
        Column("questions", "Questions", Kind.NUMBER),
        Column("orders", "Orders", Kind.NUMBER),
    )
    rows = tuple(
        Row(
            (one.id, one.began, one.status, one.sentence, len(one.questions), one.counted.orders),
            link=f"/h/{household}/history/{one.questions[-1].id if one.questions else one.id}",
        )
        for one in decisions
    )
    return Table("decisions", "Every decision, the latest first", columns, rows, "None yet.")


def questions_table(decision: PastDecision, household: str) -> Table:
    """Each question that a cycle asked; a later one takes the place of those before it."""
    columns = (
        Column("question", "Question"),
        Column("asked", "Asked", Kind.MOMENT),
        Column("status", "What became of it"),
        Column("reason", "Why"),
        Column("edited", "Edited by"),
        Column("needed", "People needed", Kind.NUMBER),
    )
    rows = []
    for one in decision.questions:
        edited = edits_shown(one)[1]
        who = "" if edited is None else edited.person
        if edited is not None and edited.note:
            who += f": {edited.note}"
        link = f"/h/{household}/history/{one.id}"
        cells = (one.id, one.asked_at, one.status.value, one.reason, who, one.needed)
        rows.append(Row(cells, link=link))
    return Table("questions", "What people were asked", columns, tuple(rows), "Nobody was asked.")


def words_table(words: Sequence[Approval]) -> Table:
    """What people said to a question."""
    columns = (
        Column("person", "Person"),
        Column("word", "Word"),
        Column("at", "When", Kind.MOMENT),
        Column("note", "Note"),
        Column("bound", "Bound to"),
    )
    rows = tuple(
        Row((one.person, one.word.value, one.at, one.note, one.bound_to[:12])) for one in words
    )
    return Table("words", "What people said", columns, rows, "Nobody said anything.")


def orders_table(orders: Sequence[Ticket]) -> Table:
    """Each order and where it stands."""
    columns = (
        Column("trade", "Trade"),
        Column("account", "Account"),
        Column("side", "Side"),
        Column("instrument", "Instrument"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("filled", "Executed", Kind.QUANTITY),
        Column("price", "Average price", Kind.CENTS),
        Column("state", "State"),
        Column("text", "What was said"),
        Column("order", "Order"),
    )
    rows = tuple(
        Row(
            (
                one.order.trade,
                one.order.account,
                one.order.side.value,
                one.order.instrument,
                one.order.quantity,
                one.filled,
                _average(one),
                one.state.value,
                one.text,
                one.order.id,
            )
        )
        for one in orders
    )
    return Table("orders", "Orders and executions", columns, rows, "Nothing was ordered.")


def _average(one: Ticket) -> Decimal | None:
    fills: Sequence[Fill] = one.fills
    units = sum((fill.quantity for fill in fills), Decimal(0))
    if not units:
        return None
    return cents(sum((fill.quantity * fill.price for fill in fills), Decimal(0)) / units)
