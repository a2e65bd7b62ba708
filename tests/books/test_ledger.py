"""What each event does to lots, cash and gains."""

from dataclasses import replace
from datetime import date

import pytest

from tests.books.ledger_parts import BOUGHT, LATER, D, held, lot, sell
from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.ledger import Books, Ledger, apply
from trimtab.books.relief import LotUnits
from trimtab.model.lots import Term


def test_a_purchase_turns_cash_into_units_and_basis() -> None:
    books = apply(
        Books(),
        event.deposit("1", BOUGHT, "joint", "USD", D(1500)),
        event.buy("2", BOUGHT, lot(order="o1"), D(1000)),
    )
    assert books.cash == {("joint", "USD"): D(500)}
    assert books.lots == {"a": lot(order="o1")}


def test_a_purchase_in_another_currency_has_its_basis_at_the_rate_of_the_day() -> None:
    books = apply(Books(), event.buy("1", BOUGHT, lot(basis="1100"), D(1000), "EUR"))
    assert books.cash == {("joint", "EUR"): D(-1000)}
    assert books.lots["a"].basis == D(1100)
    assert books.outside["market", "EUR"] == D(1000)


def test_a_sale_takes_its_share_of_the_basis_to_the_cent() -> None:
    books = sell(held(lot(units="3", basis="100")), "40", ("a", "1"))
    assert books.lots["a"].basis == D("66.67")
    (gain,) = books.realized
    assert (gain.gain, gain.term, gain.on) == (D("6.67"), Term.LONG, LATER)


def test_the_last_units_take_what_is_left_of_the_basis() -> None:
    books = held(lot(units="3", basis="100"))
    for number in range(3):
        units = [LotUnits("a", D(1))]
        books = apply(books, lot_event.sell(f"sale {number}", LATER, books, units, D(40)))
    assert books.lots == {}
    assert sum(one.gain or 0 for one in books.realized) == D(20)


def test_a_sale_of_several_lots_shares_its_proceeds_by_units() -> None:
    books = sell(held(lot("a"), lot("b", basis="1500")), "2000.01", ("a", "5"), ("b", "10"))
    gains = {one.lot: one.gain for one in books.realized}
    assert gains == {"a": D("166.67"), "b": D("-166.66")}
    assert books.cash["joint", "USD"] == D("2000.01")


def test_a_sale_in_another_currency_gains_at_the_rate_of_the_day() -> None:
    books = held(lot())
    entry = lot_event.sell("1", LATER, books, [LotUnits("a", D(10))], D(900), "EUR", D(1080))
    books = apply(books, entry)
    assert books.cash == {("joint", "EUR"): D(900)}
    assert books.realized[0].gain == D(80)


def test_a_sale_of_unknown_basis_realises_an_unknown_gain() -> None:
    books = sell(held(lot(basis=None)), "700", ("a", "4"))
    assert books.lots["a"].basis is None
    assert books.realized[0].gain is None
    assert books.cash["joint", "USD"] == D(700)


def test_gains_are_netted_by_year_and_term_for_the_accounts_named() -> None:
    young = lot("b", acquired=date(2024, 5, 1))
    ira = lot("c", account="ira")
    books = sell(held(lot(), young, ira), "1900", ("a", "10"), ("b", "10"))
    units = [LotUnits("c", D(10))]
    books = apply(books, lot_event.sell("2", LATER, books, units, D(5000)))
    gains = books.gains(2024, {"joint"})
    assert (gains.long, gains.short) == (D(-50), D(-50))
    assert books.gains(2023).long == 0


@pytest.mark.parametrize(
    ("new", "old", "units"),
    [(4, 1, "40"), (1, 10, "1"), (3, 2, "15"), (1, 3, "3.333333333")],
)
def test_a_split_changes_units_and_not_the_basis(new: int, old: int, units: str) -> None:
    books = held(lot(washed_quantity=D(10)))
    after = apply(books, lot_event.split("s", LATER, books, "VTI", new, old)).lots["a"]
    assert (after.quantity, after.basis, after.acquired) == (D(units), D(1000), BOUGHT)
    assert after.washed_quantity == D(units)


def test_a_split_of_several_lots_is_exact_over_all_of_them() -> None:
    books = held(*(lot(name, "1") for name in "abc"))
    after = apply(books, lot_event.split("s", LATER, books, "VTI", 1, 3))
    assert after.units("VTI") == 1


def test_cash_in_lieu_of_a_fraction_is_a_sale_of_the_fraction() -> None:
    books = held(lot(units="25", basis="1000"))
    books = apply(books, lot_event.split("s", LATER, books, "VTI", 1, 10))
    books = sell(books, "210", ("a", "0.5"))
    assert (books.lots["a"].quantity, books.lots["a"].basis) == (D(2), D(800))
    assert books.realized[0].gain == D(10)


def test_dividends_interest_and_fees_are_cash_and_no_gain() -> None:
    books = apply(
        Books(),
        event.dividend("1", LATER, "joint", "USD", D("12.34"), "VTI"),
        event.interest("2", LATER, "joint", "USD", D("1.16")),
        event.fee("3", LATER, "joint", "USD", D("3.50")),
    )
    assert books.cash == {("joint", "USD"): D("10.00")}
    assert books.outside["income", "USD"] == D("-13.50")
    assert books.outside["expense", "USD"] == D("3.50")
    assert books.realized == ()


def test_a_reinvested_dividend_is_income_and_a_new_lot() -> None:
    books = apply(Books(), event.reinvestment("1", LATER, lot(units="0.37", basis="29.60")))
    assert books.lots["a"].reinvested
    assert books.outside["income", "USD"] == D("-29.60")
    assert books.cash == {}


def test_a_transfer_keeps_basis_and_dates() -> None:
    given = lot(holding_start=date(2022, 1, 1), order="o1", washed_quantity=D(3))
    books = held(given)
    entry = lot_event.transfer_lot("t", LATER, books, LotUnits("a", D(10)), "hers")
    assert apply(books, entry).lots == {"a": replace(given, account="hers")}


def test_a_part_transferred_is_a_lot_of_the_same_purchase() -> None:
    books = held(lot())
    entry = lot_event.transfer_lot("t", LATER, books, LotUnits("a", D(4)), "hers", "a2")
    lots = apply(books, entry).lots
    assert (lots["a"].quantity, lots["a"].basis) == (D(6), D(600))
    part = lots["a2"]
    assert (part.account, part.quantity, part.basis) == ("hers", D(4), D(400))
    assert (part.acquired, part.order) == (BOUGHT, "lot a")


def test_returned_capital_lowers_the_basis_and_what_exceeds_it_is_a_gain() -> None:
    books = held(lot("a", basis="1000"), lot("b", basis="20"))
    entry = lot_event.return_of_capital("r", LATER, books, "joint", "VTI", D(100))
    books = apply(books, entry)
    assert (books.lots["a"].basis, books.lots["b"].basis) == (D(950), D(0))
    assert [(one.lot, one.gain) for one in books.realized] == [("b", D(30))]
    assert books.cash["joint", "USD"] == D(100)


def test_a_new_symbol_keeps_lots_basis_and_dates() -> None:
    books = held(lot())
    changed = apply(books, lot_event.symbol_change("c", LATER, books, "VTI", "VTX"))
    assert changed.lots == {"a": lot(instrument="VTX")}


@pytest.mark.parametrize(
    ("proceeds", "gain", "term"),
    [("1300", "300", Term.LONG), ("800", "0", Term.LONG), ("500", "-100", Term.SHORT)],
    ids=["above the donor's basis", "between", "below the value when given"],
)
def test_a_gift_that_had_lost_value_has_two_bases(proceeds: str, gain: str, term: Term) -> None:
    given = date(2024, 1, 8)
    books = apply(Books(), event.gift_in("g", given, lot(), D(600)))
    assert books.lots["a"].holding_start == BOUGHT
    assert not books.lots["a"].by_purchase
    (realized,) = sell(books, proceeds, ("a", "10")).realized
    assert (realized.gain, realized.term) == (D(gain), term)


def test_a_gift_given_away_realises_nothing() -> None:
    books = held(lot())
    books = apply(books, lot_event.gift_out("g", LATER, books, [LotUnits("a", D(4))]))
    assert (books.lots["a"].quantity, books.lots["a"].basis) == (D(6), D(600))
    assert books.realized == ()


def test_what_is_inherited_is_long_term_on_the_next_day() -> None:
    inherited = lot(basis="5000", acquired=date(2024, 6, 1))
    books = apply(Books(), event.inheritance("i", date(2024, 6, 1), inherited))
    assert sell(books, "5100", ("a", "10"), on=date(2024, 6, 2)).realized[0].term is Term.LONG


def test_a_conversion_moves_one_currency_into_another() -> None:
    entry = event.conversion("c", LATER, "joint", ("EUR", D(100)), ("USD", D(108)))
    assert apply(Books(), entry).cash == {("joint", "EUR"): D(-100), ("joint", "USD"): D(108)}


def test_a_lot_that_is_opened_directly_gives_the_books_that_its_entry_gives() -> None:
    one = lot(reinvested=True)
    entry = event.opening_lot("opening lot a", LATER, one)
    applied, opened = Ledger(Books()), Ledger(Books())
    applied.apply(entry)
    opened.open_lot(entry, one)
    assert applied.books() == opened.books()
    assert applied.lots_of("VTI", "joint") == opened.lots_of("VTI", "joint") == (one,)
