"""What the screen of a plan shows of many things, and that it says each of them once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.decisions import DECISION, PLAN
from tests.app.folders import AS_OF, write_household
from trimtab.app.household import load_folder
from trimtab.app.screens.plan_screen import largest_bindings, show_decision
from trimtab.app.status import Status, status_of
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Decision
from trimtab.model.proposals import Binding

BINDINGS = tuple(Binding("cash", f"limit {n}", n / 1000) for n in (1, 6, 3, 5, 2, 4))


@pytest.fixture
def status(tmp_path: Path) -> Status:
    return status_of(load_folder(write_household(tmp_path), date.fromisoformat(AS_OF)))


def shown(decision: Decision, status: Status, capsys: pytest.CaptureFixture[str]) -> str:
    show_decision(decision, status, ".")
    return " ".join(capsys.readouterr().out.split())


def test_the_largest_limits_come_first() -> None:
    largest = [binding.text for binding in largest_bindings(BINDINGS)]
    assert largest == ["limit 6", "limit 5", "limit 4", "limit 3"]


def test_the_screen_counts_the_limits_that_it_leaves_out(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    few = replace(DECISION, plan=replace(PLAN, bindings=BINDINGS[:4]))
    many = replace(DECISION, plan=replace(PLAN, bindings=BINDINGS))
    assert "none worth more" not in shown(few, status, capsys)
    text = shown(many, status, capsys)
    assert "and 2 more, none worth more" in text
    assert "limit 2" not in text


def test_the_coverage_of_the_wash_sale_check_is_told_once_with_its_remedy(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    assert PLAN.coverage is not None
    sentence = PLAN.coverage.sentence
    coverage = Finding(
        "wash_sale_coverage", Severity.WARNING, "wash sales", sentence, remedy="look yourself"
    )
    text = shown(replace(DECISION, findings=(coverage,)), status, capsys)
    assert text.lower().count(sentence.lower()) == 1
    assert "Look yourself." in text


def test_targets_are_measured_as_the_plan_measures_them(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "after deposits and withdrawals"
    moved = replace(PLAN, weights_before={"stocks": 0.75, "bonds": 0.25})
    text = shown(replace(DECISION, plan=moved), status, capsys)
    assert "stocks 60.0 % 75.0 % +15.0" in text
    assert note in text
    same = {row.name: float(row.actual) for row in status.targets}
    text = shown(replace(DECISION, plan=replace(PLAN, weights_before=same)), status, capsys)
    assert note not in text


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.75, 0.60, "now above its band"),
        (0.75, 0.70, "still above its band"),
        (0.75, 0.40, "then below its band"),
        (0.60, 0.40, "then below its band"),
        (0.60, 0.62, ""),
    ],
)
def test_a_target_that_the_plan_leaves_outside_its_band_is_flagged(
    status: Status, capsys: pytest.CaptureFixture[str], before: float, after: float, words: str
) -> None:
    weights = {"bonds": 0.4}
    before_and_after = {
        "weights_before": {"stocks": before} | weights,
        "weights_after": {"stocks": after} | weights,
    }
    text = shown(replace(DECISION, plan=replace(PLAN, **before_and_after)), status, capsys)
    row = text.partition("stocks 60.0 %")[2].partition("bonds 40.0 %")[0]
    assert row.endswith(f" {after * 100:.1f} % {words}{' ' * bool(words)}")
    assert ("band" in row) == bool(words)


def test_the_bound_is_not_called_the_best(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(replace(DECISION, plan=replace(PLAN, gap=3_412.6)), status, capsys)
    assert "No plan can beat this one by more than $3,413, by the solver's own bound." in text


def test_the_policy_s_reason_is_told_where_the_sentence_does_not_hold_it(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    reasoned = replace(DECISION, proposal=replace(DECISION.proposal, reason="bonds left the band"))
    assert "The policy's reason: bonds left the band." in shown(reasoned, status, capsys)
    told = replace(reasoned, sentence="Nothing to do: bonds left the band.")
    assert "The policy's reason" not in shown(told, status, capsys)


def test_a_limit_that_is_worth_nothing_is_not_listed(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = replace(DECISION, plan=replace(PLAN, bindings=(Binding("cash", "limit 0", 1e-5),)))
    assert "Limits that held" not in shown(idle, status, capsys)


def test_money_that_a_plan_counts_with_is_told(
    status: Status, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = (CashFlow(Decimal(-500), clause="flows.roof"), CashFlow(Decimal(200)))
    show_decision(DECISION, status, ".", flows)
    text = " ".join(capsys.readouterr().out.split())
    assert "Money expected roof: $500 needed deposit: $200 coming in" in text
    assert "Cash after it, and after the money expected" in text
