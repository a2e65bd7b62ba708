"""Findings of a run are each said once, with how often they were met."""

from trimtab.drivers.backtest.findings import Said
from trimtab.model.findings import Finding, Severity


def finding(code, subject, message):
    return Finding(code, Severity.NOTE, subject, message)


def test_the_first_of_a_kind_stands_for_all():
    said = Said()
    said.add_all([finding("a", "VTI", "on Monday"), finding("b", "VTI", "late")])
    said.add_all([finding("a", "VTI", "on Tuesday"), finding("a", "BND", "on Tuesday")])
    assert [str(one) for one in said.all()] == [
        "VTI: on Monday (and once more later)",
        "VTI: late",
        "BND: on Tuesday",
    ]


def test_many_are_counted():
    said = Said()
    said.add_all([finding("a", "VTI", "fell")] * 5)
    assert [one.message for one in said.all()] == ["fell (and 4 times more later)"]
