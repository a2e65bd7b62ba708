"""The report as a document: every part of a decision and of a period is in it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.app.report_parts import decision as decided
from tests.app.report_parts import demo
from trimtab.app.documents.document import Document, Section
from trimtab.app.documents.tables import Table
from trimtab.app.documents.wording import wording_in
from trimtab.app.period_report.facts import (
    AskedTrade,
    Beginning,
    Booked,
    Happened,
    Overridden,
    Question,
)
from trimtab.app.period_report.making import seen_with
from trimtab.app.period_report.period import Period
from trimtab.app.period_report.report import report_document
from trimtab.model.live import (
    Approval,
    ApprovalRequest,
    ApprovalStatus,
    ApprovalWord,
    Halt,
    HaltKind,
)
from trimtab.model.lots import Term
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Decision, Verdict

AT = datetime(2022, 10, 11, 14, 0, tzinfo=UTC)
PERIOD = Period(date(2022, 10, 5), date(2022, 10, 11))
ASKED = ApprovalRequest(
    "ab12cd34", "house", "house 2022-10-11 1", AT, AT.replace(hour=20), "bound", 2, True, "{}"
)
TRADE = AskedTrade(
    "T1", "joint", "sell 5 VTI", Decimal(500), Decimal(9), Decimal("0.1"), "harvest", "a loss"
)


def question(status: ApprovalStatus, *words: Approval) -> Question:
    request = replace(ASKED, status=status, reason="it was late")
    return Question(request, AT.date(), "Waits for approval: 1 trade.", (TRADE,), words)


def made(happened: Happened, decision: Decision | None = None, why: str = "") -> Document:
    return report_document(seen_with(demo(), happened, decision, why), wording_in("USD"))


def part(document: Document, name: str) -> Section:
    return next(one for one in document.every_section() if one.id == name)


def table(document: Document, name: str) -> Table:
    return next(one for one in document.tables() if one.id == name)


def told(section: Section) -> str:
    return " ".join(line.text for line in (*section.lines, *section.points))


def test_every_target_stands_with_its_weight_before_now_and_after_the_plan():
    beginning = Beginning(date(2022, 10, 4), Decimal(900), {"energy": Decimal("0.11")})
    found = table(made(Happened(PERIOD, True, beginning=beginning), decided()), "targets")
    assert [one.key for one in found.columns] == [
        *("target", "wanted", "band", "before", "now", "after", "standing"),
    ]
    energy = next(row for row in found.rows if row.cells[0] == "energy")
    plan = decided().plan
    assert plan is not None
    assert energy.cells[3] == Decimal("0.11")
    assert energy.cells[5] == plan.weights_after["energy"]
    assert energy.look == "out" and energy.cells[6] == "above its band"


def test_a_target_that_the_plan_leaves_outside_its_band_is_said_to_be():
    decision = decided()
    assert decision.plan is not None
    after = dict(decision.plan.weights_after) | {"banks": 0.01, "energy": 0.30}
    plan = replace(decision.plan, weights_after=after)
    found = table(made(Happened(PERIOD, True), replace(decision, plan=plan)), "targets")
    words = {row.cells[0]: row.cells[-1] for row in found.rows}
    assert words["banks"] == "within its band, then outside after the plan"
    assert words["energy"] == "above its band, still outside after the plan"


def test_without_a_plan_nothing_is_said_of_what_comes_after_it():
    found = table(made(Happened(PERIOD, True)), "targets")
    assert {row.cells[-1] for row in found.rows} == {"above its band", "within its band"}


def test_every_trade_of_the_plan_is_in_it_with_its_clause_and_reason():
    document = made(Happened(PERIOD), decided())
    plan = decided().plan
    assert plan is not None
    shown = {
        str(row.cells[0]).split()[0]: (row.cells[4], row.cells[5])
        for one in document.tables()
        if one.id.startswith("trades-")
        for row in one.rows
    }
    assert shown == {one.id: (one.clause, one.reason) for one in plan.trades}
    clauses = {line.clause for line in part(document, "clauses").points}
    mandate = demo().mandate
    assert {one.clause for one in mandate.targets} & {t.clause for t in plan.trades} <= clauses


def test_nothing_to_do_is_a_sentence_and_no_table_of_trades():
    hold = replace(decided(), verdict=Verdict.HOLD, sentence="Nothing to do.", plan=None)
    document = made(Happened(PERIOD), hold)
    assert "Nothing to do." in told(part(document, "plan"))
    assert not [one for one in document.tables() if one.id.startswith("trades-")]
    assert "after" not in [one.key for one in table(document, "targets").columns]


def test_where_no_plan_can_be_made_the_report_says_why():
    document = made(Happened(PERIOD), None, "VTI has no price.")
    assert "No plan could be made: VTI has no price." in told(part(document, "plan"))


@pytest.mark.parametrize(
    ("status", "word", "title", "said"),
    [
        (ApprovalStatus.REJECTED, ApprovalWord.REJECT, "declined", "ben declined it"),
        (ApprovalStatus.LAPSED, ApprovalWord.HOLD, "lapsed", "ben held it"),
        (ApprovalStatus.APPROVED, ApprovalWord.APPROVE, "approved", "ben approved it"),
    ],
)
def test_a_question_of_the_period_says_who_said_what_and_what_became_of_it(
    status: ApprovalStatus, word: ApprovalWord, title: str, said: str
):
    one = question(status, Approval("ab12cd34", "ben", word, AT, "bound", "too much at once"))
    document = made(Happened(PERIOD, True, (one,)), decided())
    shown = part(document, "question-ab12cd34-part")
    assert title in shown.title
    assert said in told(shown) and "too much at once" in told(shown)
    assert table(document, "question-ab12cd34").rows[0].cells[-2:] == ("harvest", "a loss")
    assert f"1 {title}" in told(part(document, "decisions"))
    assert told(part(document, "waiting")).count("needs the word") == 0


def test_what_waits_is_said_once_with_what_it_needs_and_when_it_lapses():
    halt = Halt("house", HaltKind.ALL, "ada", AT, "broker looks odd")
    happened = Happened(PERIOD, True, (question(ApprovalStatus.WAITING),), halts=(halt,))
    document = made(happened, decided())
    asked = part(document, "question-ab12cd34-part")
    assert "needs the word of 2 people" in told(asked) and "20:00 UTC" in told(asked)
    waiting = part(document, "waiting")
    assert asked in waiting.sections and "broker looks odd" in told(waiting)
    assert "$25,000 is needed by 1 Nov 2022." in told(waiting)
    assert asked not in part(document, "decisions").sections


def test_money_that_is_dated_is_said_in_the_order_of_its_days():
    later = CashFlow(Decimal(-900), date(2023, 5, 5), clause="flows.later")
    soon = CashFlow(Decimal(700), date(2022, 10, 20), clause="flows.soon")
    house = demo()
    mandate = replace(house.mandate, flows=(later, *house.mandate.flows, soon))
    facts = seen_with(replace(house, mandate=mandate), Happened(PERIOD, True), decided(), "")
    waiting = part(report_document(facts, wording_in("USD")), "waiting")
    clauses = [line.clause for line in waiting.points if line.clause.startswith("flows.")]
    assert clauses == ["flows.soon", "flows.roof repair", "flows.later"]


def test_a_rule_that_somebody_let_pass_and_an_edited_plan_are_said_with_who_and_why():
    one = replace(question(ApprovalStatus.APPROVED), edited="ada edited the plan of question 12.")
    passed = Overridden(AT, "ben", "trade_max does not count until 20:00 UTC: the house is sold")
    document = made(Happened(PERIOD, True, (one,), overrides=(passed,)), decided())
    assert "ben let a rule pass" in told(part(document, "decisions"))
    assert "the house is sold" in told(part(document, "decisions"))
    assert "ada edited the plan" in told(part(document, "question-ab12cd34-part"))


def test_gains_of_the_period_and_money_that_moved_come_from_the_journal():
    booked = Booked({Term.SHORT: Decimal(-120), Term.LONG: Decimal(80)}, {"deposit": Decimal(5000)})
    document = made(Happened(PERIOD, booked=booked), decided())
    assert "−$120 short-term, $80 long-term" in told(part(document, "tax"))
    assert "$5,000 came in as deposits" in told(part(document, "standing"))


def test_without_a_broker_the_report_says_that_no_decision_was_recorded():
    assert "no decision was recorded" in told(part(made(Happened(PERIOD)), "decisions"))


def test_ids_of_a_document_are_unique_so_that_pages_and_csv_can_name_them():
    happened = Happened(PERIOD, True, (question(ApprovalStatus.WAITING),))
    document = made(happened, decided())
    for parts in ([*document.every_section()], document.tables()):
        ids = [one.id for one in parts]
        assert len(ids) == len(set(ids)) > 5
