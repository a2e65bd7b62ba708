import pytest

from trimtab.app.finding_words import numbers_of
from trimtab.model.findings import Finding, Severity


@pytest.mark.parametrize(
    ("message", "actual", "bound", "numbers"),
    [
        ("the plan turns over 31 % of its value; 30 % is the bound", "31 %", "30 %", ""),
        ("the plan turns over too much", "31 %", "30 %", "(31 %; bound: 30 %)"),
        ("60 of 153 shares are washed", "60", "0", "(60; bound: 0)"),
        ("it costs 1,200", "1", "200", "(1; bound: 200)"),
        ("nothing was looked at", "", "every account", "(now; bound: every account)"),
        ("there is no bound", "31 %", "", ""),
    ],
)
def test_numbers_are_told_once(message: str, actual: str, bound: str, numbers: str) -> None:
    found = Finding("code", Severity.NOTE, "subject", message, actual=actual, bound=bound)
    assert numbers_of(found) == numbers
