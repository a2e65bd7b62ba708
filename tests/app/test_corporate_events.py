"""What a journal lacks of dividends and splits, and what it has already."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from trimtab.app.corporate_events import Events, due_events
from trimtab.books.entries import buy, dividend, opening_lot, reinvestment
from trimtab.books.ledger import Books, replay
from trimtab.books.lot_entries import sell, split
from trimtab.books.relief import LotUnits
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.entries import Entry
from trimtab.model.lots import Lot
from trimtab.policies._schedule import is_session

OPENED = date(2026, 9, 1)


def lot(name: str, account: str, instrument: str, units: str, on: date = OPENED) -> Lot:
    return Lot(name, account, instrument, Decimal(units), Decimal(1000), on)


def opened(*lots: Lot) -> list[Entry]:
    return [opening_lot(f"opening {one.id}", OPENED, one) for one in lots]


HELD = opened(
    lot("a", "joint", "AAPL", "100"), lot("b", "ira", "AAPL", "10"), lot("v", "joint", "VTI", "30")
)


def paid(instrument: str, day: str, amount: str) -> CorporateAction:
    on = date.fromisoformat(day)
    return CorporateAction(instrument, on, ActionKind.DIVIDEND, Decimal(amount), source="test")


def divided(instrument: str, day: str, new: int, old: int = 1) -> CorporateAction:
    on = date.fromisoformat(day)
    return CorporateAction(instrument, on, ActionKind.SPLIT, None, Fraction(new, old))


def due(entries: list[Entry], *actions: CorporateAction) -> Events:
    return due_events(entries, actions, "USD", is_session)


def books(entries: list[Entry]) -> Books:
    found, refused = replay(entries)
    assert refused == ()
    return found


def amounts(found: Events) -> list[tuple[str, Decimal]]:
    return [
        (event.accounts[0], event.entry.postings[0].amount)
        for event in found.due
        if event.action.amount is not None
    ]


def test_a_dividend_goes_to_each_account_by_the_units_of_the_eve() -> None:
    later = buy("b1", date(2026, 11, 9), lot("n", "ira", "AAPL", "5", date(2026, 11, 9)),
                Decimal(1000))  # fmt: skip
    found = due([*HELD, later], paid("AAPL", "2026-11-09", "0.26"))
    assert amounts(found) == [("ira", Decimal("2.60")), ("joint", Decimal("26.00"))]
    assert found.due[0].entry.details["per_unit"] == "0.26"


def test_a_split_goes_over_every_lot_and_later_dividends_count_the_new_units() -> None:
    found = due(HELD, paid("AAPL", "2026-11-09", "0.10"), divided("AAPL", "2026-10-05", 4))
    after = books([*HELD, *(event.entry for event in found.due)])
    assert (after.units("AAPL", "joint"), after.units("AAPL", "ira")) == (400, 40)
    assert after.lots["a"].basis == 1000
    assert str(after.lots["a"].quantity) == "400"
    assert after.cash["joint", "USD"] == 40


def test_a_second_run_adds_nothing() -> None:
    actions = [
        paid("AAPL", "2026-11-09", "0.26"),
        divided("AAPL", "2026-10-05", 4),
        paid("VTI", "2026-09-28", "0.9"),
    ]
    first = due(HELD, *actions)
    second = due([*HELD, *(event.entry for event in first.due)], *actions)
    assert len(first.due) == 4
    assert second.due == ()
    assert all(left.is_own for left in second.left)


@pytest.mark.parametrize(
    ("booked_on", "amount", "is_same"),
    [
        ("2026-11-09", "26.00", True),
        ("2026-11-12", "22.10", True),  # within five sessions: taxed at the source, say
        ("2026-11-05", "26.00", True),
        ("2026-12-10", "26.00", True),  # paid a month later
        ("2026-12-10", "22.10", False),
        ("2026-10-09", "26.00", False),
        ("2027-03-09", "26.00", False),
    ],
)
def test_what_a_brokers_transaction_booked_is_left(
    booked_on: str, amount: str, is_same: bool
) -> None:
    own = dividend("t1", date.fromisoformat(booked_on), "joint", "USD", Decimal(amount), "AAPL")
    found = due([*HELD, own], paid("AAPL", "2026-11-09", "0.26"))
    assert ("joint" in dict(amounts(found))) is not is_same
    assert [left.entry for left in found.left] == (["t1"] if is_same else [])
    assert "ira" in dict(amounts(found))


def test_a_reinvested_dividend_is_a_dividend() -> None:
    more = lot("r", "joint", "AAPL", "0.1", date(2026, 11, 12))
    own = reinvestment("r1", date(2026, 11, 12), more)
    found = due([*HELD, own], paid("AAPL", "2026-11-09", "0.26"))
    assert dict(amounts(found)).keys() == {"ira"}


def test_one_booking_serves_one_of_two_weekly_dividends() -> None:
    own = dividend("t1", date(2026, 11, 13), "joint", "USD", Decimal(3), "VTI")
    found = due([*HELD, own], paid("VTI", "2026-11-05", "0.1"), paid("VTI", "2026-11-12", "0.1"))
    assert len(found.due) + len(found.left) == 2
    assert len(found.left) == 1


def test_weekly_dividends_that_an_earlier_run_booked_hide_no_new_one() -> None:
    first = due(HELD, paid("VTI", "2026-11-05", "0.1"))
    journal = [*HELD, *(event.entry for event in first.due)]
    assert len(due(journal, paid("VTI", "2026-11-12", "0.1")).due) == 1


def test_a_split_that_was_booked_by_an_import_is_left_account_by_account() -> None:
    part = Books(lots={"a": books(HELD).lots["a"]})
    own = split("import 1", date(2026, 10, 7), part, "AAPL", 4, 1)
    found = due([*HELD, own], divided("AAPL", "2026-10-05", 4))
    assert [left.account for left in found.left] == ["joint"]
    assert [event.accounts for event in found.due] == [("ira",)]
    assert books([*HELD, own, found.due[0].entry]).units("AAPL") == 440


def test_a_split_under_entries_that_came_after_it_is_left_for_a_person() -> None:
    sale = sell("s1", date(2026, 10, 20), books(HELD), [LotUnits("a", Decimal(40))], Decimal(4000))
    found = due([*HELD, sale], divided("AAPL", "2026-10-05", 4))
    (left,) = found.left
    assert (left.account, left.entry) == ("joint", "")
    assert "a changed after it" in left.reason
    assert [event.accounts for event in found.due] == [("ira",)]


def test_a_lot_bought_after_the_split_counts_new_units_already() -> None:
    later = lot("n", "joint", "AAPL", "8", date(2026, 10, 20))
    bought = buy("b1", date(2026, 10, 20), later, Decimal(1000))
    found = due([*HELD, bought], divided("AAPL", "2026-10-05", 4))
    after = books([*HELD, bought, *(event.entry for event in found.due)])
    assert after.units("AAPL") == 400 + 40 + 8


def test_what_was_not_held_on_the_eve_brings_nothing() -> None:
    assert due(HELD, paid("AAPL", "2026-09-01", "1"), paid("XYZ", "2026-11-09", "1")) == Events(
        (), ()
    )


def test_less_than_a_cent_is_told_and_not_booked() -> None:
    found = due(opened(lot("x", "joint", "X", "0.01")), paid("X", "2026-11-09", "0.1"))
    assert [left.reason for left in found.left] == ["it comes to less than a cent"]


def test_an_account_counts_from_the_last_day_that_its_broker_told_of() -> None:
    rows = dividend("row 1a2b", date(2026, 10, 1), "joint", "USD", Decimal(3), "VTI")
    later = opening_lot("late", date(2026, 10, 20), lot("l", "roth", "VTI", "30"))
    actions = [paid("VTI", "2026-09-20", "0.9"), paid("VTI", "2026-10-15", "0.9")]
    found = due([*HELD, rows, later], *actions)
    booked = {(event.accounts[0], event.action.on.day) for event in found.due}
    assert booked == {("joint", 15)}  # the 20th is before the rows' end, roth opened after both
    from_then = due_events([*HELD, rows, later], actions, "USD", is_session, date(2026, 9, 1))
    assert [event.action.on.day for event in from_then.due] == [20, 15]


def test_not_every_broker_lists_splits_so_rows_hide_none() -> None:
    rows = dividend("row 1a2b", date(2026, 10, 15), "joint", "USD", Decimal(3), "VTI")
    found = due([*HELD, rows], divided("AAPL", "2026-10-05", 4))
    assert found.due[0].accounts == ("ira", "joint")
