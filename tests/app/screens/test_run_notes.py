"""What backtests have to say beside their figures: short, once, and on standard error."""

from dataclasses import replace

import pytest

from tests.app.evidence.made_runs import made_run
from trimtab.app.screens.run_notes import SHOWN_MAX, tell_before, tell_runs
from trimtab.model.findings import Finding, Severity

NOTE = Finding("listed", Severity.NOTE, "VTI", "is young")
WARNING = Finding("gap", Severity.WARNING, "BND", "has a gap", remedy="give its prices")


def test_the_gravest_stands_first_and_a_remedy_is_a_sentence(capsys: pytest.CaptureFixture[str]):
    tell_before([NOTE, WARNING, NOTE])
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "warning: BND: has a gap. Give its prices.",
        "note: VTI: is young.",
    ]


def test_of_many_only_some_are_shown(capsys: pytest.CaptureFixture[str]):
    tell_before([replace(NOTE, subject=f"I{k}") for k in range(SHOWN_MAX + 4)])
    assert capsys.readouterr().err.splitlines()[SHOWN_MAX:] == ["4 more on the page."]


def test_what_runs_met_is_told_once_with_those_who_met_it(capsys: pytest.CaptureFixture[str]):
    raised = replace(WARNING, code="raised", subject="policy")
    cash = replace(WARNING, code="cash", subject="tax")
    names = ("hold", "annual", "5/25", "200/175")
    runs = [
        replace(
            made_run(name, count=80),
            findings=(WARNING, NOTE, cash, *([raised] if name != "hold" else [])),
        )
        for name in names
    ]
    tell_runs(runs, before=[WARNING])
    assert capsys.readouterr().err.splitlines() == [
        "warning: tax: has a gap. Give its prices.",
        "warning: annual, 5/25 and 1 more: policy: has a gap. Give its prices.",
    ]
