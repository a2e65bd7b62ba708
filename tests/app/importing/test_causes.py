"""Each break has a likely cause and answers to choose from, those that settle it."""

import pytest

from trimtab.app.importing.answers import FITTING
from trimtab.app.importing.causes import choices_of, given_of, likely_cause
from trimtab.app.importing.work_queue import answer_from
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError


def a_break(kind: BreakKind, facts: dict[str, str] | None = None, message: str = "m") -> Break:
    return Break("b1", kind, "joint", "VTI", message, "r", facts=facts or {})


def units(positions: str, lots: str, journal: str) -> Break:
    facts = {"positions": positions, "lots": lots, "journal": journal}
    return a_break(BreakKind.QUANTITY, facts)


@pytest.mark.parametrize(
    ("positions", "lots", "journal", "cause"),
    [
        ("12", "10", "12", "two lists disagree"),
        ("20", "–", "10", "split of 2 for 1"),
        ("15", "–", "10", "split of 3 for 2"),
        ("1", "–", "10", "split of 1 for 10"),
        ("10", "–", "0", "bought or moved in"),
        ("0", "–", "10", "sold, moved out or renamed"),
        ("10.1", "–", "10", "reinvested dividend"),
        ("13.7", "–", "10", "purchase or a transfer in"),
        ("7.3", "–", "10", "sale or a transfer out"),
        ("–", "7.3", "10", "sale or a transfer out"),
        ("–", "–", "10", "record is missing"),
    ],
)
def test_units_that_disagree_point_to_what_is_missing(
    positions: str, lots: str, journal: str, cause: str
) -> None:
    assert cause in likely_cause(units(positions, lots, journal))


@pytest.mark.parametrize(
    ("kind", "facts", "cause"),
    [
        (BreakKind.CASH, {"positions": "5", "journal": "3"}, "deposit, dividend"),
        (BreakKind.CASH, {"positions": "3", "journal": "5"}, "withdrawal, fee"),
        (BreakKind.TRANSFER, {"quantity": "3"}, "came in"),
        (BreakKind.TRANSFER, {"quantity": "-3"}, "left"),
        (BreakKind.ROW, {"reason": "unknown_format"}, "No format knows"),
        (BreakKind.LOTS, {"broker": "2", "journal": "3"}, "sold other lots"),
        (BreakKind.LOTS, {"as_of": "2024-01-02"}, "older than the last sale"),
    ],
)
def test_other_breaks_say_where_to_look(kind: BreakKind, facts: dict[str, str], cause: str) -> None:
    assert cause in likely_cause(a_break(kind, facts))


@pytest.mark.parametrize("kind", list(BreakKind))
def test_every_kind_of_break_has_a_cause_and_an_answer(kind: BreakKind) -> None:
    one = a_break(kind)
    assert likely_cause(one)
    for choice in choices_of(one):
        told = dict.fromkeys(choice.fields, "")
        assert answer_from(given_of(one, choice.name, told)) is not None
        said = [*choice.given.values(), *choice.given, *choice.fields]
        assert any(word in FITTING[kind] for word in said), choice


def test_a_record_that_says_nothing_cannot_be_chosen() -> None:
    assert [one.name for one in choices_of(units("12", "–", "10"))] == [
        "positions",
        "journal",
        "became",
    ]
    outdated = a_break(BreakKind.LOTS, {"as_of": "2024-01-02"})
    assert [one.name for one in choices_of(outdated)] == ["journal"]


def test_what_was_told_for_another_answer_is_left_aside() -> None:
    one = units("12", "10", "11")
    told = {"became": "VTSAX", "basis": "oops", "note": "asked the broker"}
    assert given_of(one, "lots", told) == {"take": "lots", "note": "asked the broker"}


@pytest.mark.parametrize("name", ["", "accept", "<script>", "lotz"])
def test_an_answer_that_the_break_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no answer"):
        given_of(units("12", "10", "11"), name, {})
