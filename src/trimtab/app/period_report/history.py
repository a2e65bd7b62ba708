"""What was decided and done in the period: decisions, questions with words, orders, what waits.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trimtab.app.documents.document import Line, Section
from trimtab.app.documents.tables import Column, Kind, Row, Table
from trimtab.app.documents.wording import Wording, moment
from trimtab.app.period_report.facts import Happened, Question, plain_sentence
from trimtab.app.report.words import day, quantity
from trimtab.model.accounts import Household
from trimtab.model.live import ApprovalStatus, ApprovalWord
from trimtab.model.mandate import CashFlow, Mandate

__all__ = ["decisions_section", "orders_section", "waiting_section"]

STATUS = {
    ApprovalStatus.WAITING: "waits for people",
    ApprovalStatus.HELD: "held by a person",
    ApprovalStatus.APPROVED: "approved",
    ApprovalStatus.REJECTED: "declined",
    ApprovalStatus.LAPSED: "lapsed without an answer that counts",
}
SAID = {
    ApprovalWord.APPROVE: "approved it",
    ApprovalWord.REJECT: "declined it",
    ApprovalWord.HOLD: "held it",
}
VERDICTS = {
    "hold": "nothing to trade",
    "trade": "trades",
    "approval": "asked people",
    "refused": "refused by a guard",
    "infeasible": "no plan meets the mandate",
}


def waiting_section(
    happened: Happened, mandate: Mandate, as_of: date, wording: Wording, household: Household
) -> Section:
    """What waits: for people, at brokers, for a halt to be lifted, and money that is due."""
    parts = [_question(one, household) for one in happened.questions if one.is_open]
    points = [
        Line(
            f"Order {one.order.id}: {one.order.side.value} "
            f"{quantity(one.order.quantity) if one.order.quantity is not None else 'by amount'} "
            f"{one.order.instrument} in {_label(household, one.order.account)} is "
            f"{one.state.value}, {quantity(one.filled)} executed."
        )
        for one in happened.open_orders
    ]
    points += [
        Line(f"Trading is halted for {one.subject} since {moment(one.at)} by {one.by}: "
             f"{one.reason or 'no reason said'}.", look="alert")
        for one in happened.halts
    ]  # fmt: skip
    ahead = [one for one in mandate.flows if one.due is None or one.due >= as_of]
    points += [_flow(one, wording) for one in sorted(ahead, key=lambda one: one.due or as_of)]
    lines = () if parts or points else (Line("Nothing waits."),)
    return Section("waiting", "What waits", lines, points=tuple(points), sections=tuple(parts))


def _flow(flow: CashFlow, wording: Wording) -> Line:
    verb = "is needed" if flow.amount < 0 else "comes in"
    by = f" by {day(flow.due)}" if flow.due else ""
    return Line(f"{wording.money(abs(flow.amount))} {verb}{by}.", flow.clause)


def decisions_section(happened: Happened, household: Household) -> Section:
    """Every decision of the period, taken or declined."""
    title = "Decisions in the period"
    if not happened.is_live:
        told = "No account is linked to a broker, so that no decision was recorded."
        return Section("decisions", title, (Line(told),))
    columns = (
        Column("on", "Day", Kind.DATE),
        Column("verdict", "What became of it"),
        Column("sentence", "In a sentence", Kind.SENTENCE),
    )
    rows = tuple(
        Row((one.on, VERDICTS.get(one.verdict, one.verdict), one.sentence))
        for one in happened.decisions
    )
    table = Table("decisions", "Decisions that were taken", columns, rows, "None was recorded.")
    asked = tuple(_question(one, household) for one in happened.questions if not one.is_open)
    line = Line(_counts(happened.questions))
    passed = tuple(
        Line(f"{one.person} let a rule pass on {moment(one.at)}: {one.sentence}.", look="alert")
        for one in happened.overrides
    )
    return Section("decisions", title, (line,), tables=(table,), points=passed, sections=asked)


def _counts(questions: Sequence[Question]) -> str:
    """How many questions there were, and what became of them."""
    count = len(questions)
    if not count:
        return "Nothing was put to people."
    told = [
        f"{number} {words}"
        for status, words in STATUS.items()
        if (number := sum(one.request.status is status for one in questions))
    ]
    were = "question was" if count == 1 else "questions were"
    return f"{count} {were} put to people: {', '.join(told)}."


def _question(one: Question, household: Household) -> Section:
    """A question: what was asked, what people said, what became of it."""
    asked = one.request
    columns = (
        Column("trade", "Trade"),
        Column("account", "Account"),
        Column("amount", "Amount", Kind.MONEY),
        Column("tax", "Tax", Kind.MONEY),
        Column("cost", "Cost", Kind.CENTS),
        Column("clause", "Clause"),
        Column("reason", "Reason", Kind.SENTENCE),
    )
    rows = tuple(
        Row(
            (
                f"{trade.id} {trade.words}",
                _label(household, trade.account),
                trade.amount,
                trade.tax,
                trade.cost,
                trade.clause,
                trade.reason,
            )
        )
        for trade in one.trades
    )
    caption = f"Trades that question {asked.id} asked about"
    is_told = asked.reason and asked.status is not ApprovalStatus.APPROVED  # by whom, words say
    reason = f", {asked.reason}" if is_told else ""
    lines = [Line(f"{plain_sentence(one.sentence)} Asked {moment(asked.asked_at)}.")]
    if one.edited:
        lines.append(Line(one.edited))
    if one.is_open:
        count = asked.needed
        lines.append(
            Line(
                f"It needs the word of {count} {'person' if count == 1 else 'people'} and lapses "
                f"{moment(asked.lapses_at)}, or when prices, holdings or the mandate move."
            )
        )
    words = tuple(
        Line(
            f"{word.person} {SAID[word.word]} on {moment(word.at)}"
            f"{f', and noted: {word.note}' if word.note else ''}."
        )
        for word in one.words
    )
    title = f"Question {asked.id} of {day(one.on)}: {STATUS[asked.status]}{reason}"
    tables = (Table(f"question-{asked.id}", caption, columns, rows),)
    return Section(f"question-{asked.id}-part", title, tuple(lines), tables=tables, points=words)


def orders_section(happened: Happened, household: Household) -> Section:
    """Every order of the period and what became of it."""
    columns = (
        Column("on", "Day", Kind.DATE),
        Column("order", "Order"),
        Column("account", "Account"),
        Column("state", "State"),
        Column("executed", "Executed", Kind.QUANTITY),
        Column("price", "Average price", Kind.CENTS),
        Column("clause", "Clause"),
        Column("reason", "Reason", Kind.SENTENCE),
    )
    rows = []
    for one in happened.orders:
        order = one.ticket.order
        units = "" if order.quantity is None else f"{quantity(order.quantity)} "
        words = f"{order.side.value} {units}{order.instrument}"
        rows.append(
            Row(
                (
                    one.on,
                    words,
                    _label(household, order.account),
                    one.ticket.state.value,
                    one.ticket.filled,
                    one.average,
                    one.clause,
                    one.reason,
                )
            )
        )
    table = Table("orders", "Orders of the period", columns, tuple(rows), "No orders.")
    return Section("orders", "Orders and executions", tables=(table,))


def _label(household: Household, account: str) -> str:
    return next((one.label for one in household.accounts if one.id == account), account)
