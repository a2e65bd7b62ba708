"""What a journal holds already: up to which day, and which events."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.app.events_booked import booked_events, booked_until, is_near
from trimtab.books.entries import deposit, dividend, opening_cash, reinvestment
from trimtab.model.corporate_actions import ActionKind
from trimtab.model.lots import Lot

D, S = ActionKind.DIVIDEND, ActionKind.SPLIT


def day(number: int) -> date:
    return date(2026, 11, number)


def test_an_opening_holds_all_before_it_and_a_brokers_rows_its_dividends() -> None:
    entries = [
        opening_cash("o", day(1), "joint", "USD", Decimal(5)),
        deposit("row 1", day(9), "joint", "USD", Decimal(5)),
        deposit("by hand", day(20), "joint", "USD", Decimal(5)),
    ]
    assert booked_until(entries) == {("joint", D): day(9), ("joint", S): day(1)}


def test_dividends_are_found_by_instrument_and_account_reinvested_ones_too() -> None:
    cash = dividend("a", day(2), "joint", "USD", Decimal(3), "VTI")
    more = reinvestment("b", day(3), Lot("n", "ira", "BND", Decimal(1), Decimal(70), day(3)))
    found = booked_events([cash, more])
    assert found[D, "VTI", "joint"] == [cash]
    assert found[D, "BND", "ira"] == [more]


@pytest.mark.parametrize(
    ("amount", "same"), [("100", True), ("98.5", True), ("97", False), ("104", False)]
)
def test_two_amounts_within_two_percent_are_near(amount: str, same: bool) -> None:
    entry = dividend("a", day(2), "joint", "USD", Decimal(100), "VTI")
    assert is_near(entry, Decimal(amount)) is same
