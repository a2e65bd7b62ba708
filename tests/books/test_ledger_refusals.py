"""Washed losses move in the books, and what cannot be is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.books.ledger_parts import BOUGHT, LATER, D, held, lot, sell
from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.ledger import Books, Outside, apply, replay
from trimtab.books.relief import LotUnits
from trimtab.books.wash_sales import HistoricLot, WashMatch
from trimtab.model.accounts import Wrapper
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError, InputErrors


def wash(permanent: bool = False, quantity: str = "4", replacement: str = "new") -> WashMatch:
    where = ("joint", "self", Wrapper.TAXABLE, "VTI", "VTI", D(10), BOUGHT, D(1000))
    loss = HistoricLot("a", *where, sold=LATER, proceeds=D(900))
    bought = HistoricLot(replacement, *where)
    return WashMatch(loss, bought, D(quantity), D("40"), permanent, date(2023, 6, 1))


def washed_books() -> Books:
    return sell(held(lot(), lot("new", basis="950", acquired=LATER)), "900", ("a", "10"))


def test_a_washed_loss_moves_to_a_lot_of_the_washed_units() -> None:
    books = washed_books()
    books = apply(books, lot_event.wash_sale("w", LATER, books, wash(), "new w"))
    washed, rest = books.lots["new w"], books.lots["new"]
    assert (washed.quantity, washed.basis) == (D(4), D(420))
    assert (washed.holding_start, washed.washed_quantity) == (date(2023, 6, 1), D(4))
    assert (rest.quantity, rest.basis, rest.washed_quantity) == (D(6), D(570), D(0))
    assert books.gains(2024).long == D(-60)


def test_a_permanent_loss_raises_no_basis() -> None:
    books = washed_books()
    books = apply(books, lot_event.wash_sale("w", LATER, books, wash(permanent=True)))
    assert books.lots["new"].basis == D(950)
    assert books.gains(2024).long == D(-60)
    assert books.outside["expense", "USD"] == D(40)


def test_a_replacement_sold_since_bears_the_loss_in_its_own_sale() -> None:
    books = washed_books()
    sold = lot_event.sell("2", date(2025, 1, 6), books, [LotUnits("new", D(10))], D(990))
    books = apply(books, sold)
    books = apply(books, lot_event.wash_sale("w", date(2025, 1, 6), books, wash()))
    assert books.gains(2024).long == D(-60)
    assert books.gains(2025).short == D(0)


def test_the_part_of_a_replacement_that_was_sold_bears_its_loss_and_not_the_part_that_is_held() -> (
    None
):
    books = washed_books()
    first, second = date(2025, 1, 6), date(2025, 2, 6)
    books = apply(books, lot_event.sell("2", first, books, [LotUnits("new", D(4))], D(396)))
    books = apply(books, lot_event.sell("3", second, books, [LotUnits("new", D(1))], D(99)))
    match = wash()
    match = replace(match, replacement=replace(match.replacement, sold=first, proceeds=D(396)))
    books = apply(books, lot_event.wash_sale("w", second, books, match))
    assert books.lots["new"].basis == D(475)  # five of ten at 95
    assert books.lots["new"].washed_quantity == D(0)
    gains = [(one.on, one.gain) for one in books.realized if one.lot == "new"]
    assert gains == [(first, D(16)), (second, D(4)), (first, D(-40))]


def test_a_gift_replaces_no_loss() -> None:
    given = event.gift_in("g", BOUGHT, lot("new", basis="950"), D(900))
    books = apply(held(lot("a")), given)
    with pytest.raises(InputError, match="was given or inherited"):
        lot_event.wash_sale("w", LATER, books, wash(), "new w")


def test_a_january_replacement_changes_the_gains_of_december() -> None:
    books = held(lot(), lot("new", basis="950", acquired=LATER))
    books = sell(books, "900", ("a", "10"), on=date(2024, 12, 30))
    match = replace(wash(), loss=replace(wash().loss, sold=date(2024, 12, 30)))
    books = apply(books, lot_event.wash_sale("w", date(2025, 1, 8), books, match, "new w"))
    assert books.gains(2024).long == D(-60)


def posting(*legs: tuple[str, str, str, str | None]) -> Entry:
    made = tuple(Posting(place, what, D(amount), name) for place, what, amount, name in legs)
    return Entry("bad", EntryKind.SELL, LATER, made)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            posting(("joint", "USD", "100", None), ("market", "USD", "-99", None)),
            "leave 1 USD over; they must sum to zero in every commodity",
        ),
        (
            posting(("joint", "VTI", "-11", "a"), ("market", "VTI", "11", None)),
            "-11 units|11 units of VTI leave joint; it holds 10",
        ),
        (
            posting(("hers", "VTI", "-1", "a"), ("market", "VTI", "1", None)),
            "1 units of VTI leave hers; it holds 0",
        ),
        (
            posting(("joint", "VTI", "-1", "zz"), ("market", "VTI", "1", None)),
            "'zz': the books hold no such open lot",
        ),
        (
            posting(("joint", "VTI", "-5", "a"), ("market", "VTI", "5", None)),
            "0 of basis leaves with 5 units; their share of 1000 is 500",
        ),
        (
            posting(("joint", "USD", "NaN", None), ("market", "USD", "NaN", None)),
            "NaN USD is no amount",
        ),
        (
            Entry("open a", EntryKind.DECISION, LATER, ()),
            "it is in the books already",
        ),
    ],
)
def test_an_entry_that_cannot_be_is_refused_and_changes_nothing(entry: Entry, words: str) -> None:
    books = held(lot())
    opening = event.opening_lot("open a", BOUGHT, lot())
    after, errors = replay([opening, entry])
    assert after == books
    assert words.split("|")[-1] in str(errors[0])
    with pytest.raises(InputErrors):
        apply(books, entry)


ONE = [LotUnits("a", D(1))]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda b: lot_event.sell("x", LATER, b, [LotUnits("a", D(11))], D(1)), "it holds 10"),
        (lambda b: lot_event.sell("x", LATER, b, [LotUnits("q", D(1))], D(1)), "no such open lot"),
        (lambda b: lot_event.sell("x", date(2020, 1, 1), b, ONE, D(1)), "before it was bought"),
        (lambda b: lot_event.sell("x", LATER, b, ONE, D(1), "EUR"), "no base value is given"),
        (lambda b: lot_event.sell("x", LATER, b, [], D(1)), "its lots are none"),
        (lambda b: lot_event.split("x", LATER, b, "BND", 2, 1), "no lot of BND is held"),
        (lambda b: lot_event.split("x", LATER, b, "VTI", 0, 1), "0 for 1"),
        (lambda b: lot_event.transfer_lot("x", LATER, b, ONE[0], "hers"), "Give new_lot"),
        (lambda b: lot_event.symbol_change("x", LATER, b, "QQQ", "VTI"), "no lot of QQQ"),
        (
            lambda b: lot_event.return_of_capital("x", LATER, b, "joint", "VTI", D(0)),
            "0 is paid",
        ),
        (lambda b: event.deposit("x", LATER, "joint", "USD", D(-5)), "it must be above zero"),
        (lambda b: event.buy("x", LATER, lot("z"), D(999)), "999 USD are paid and the basis is"),
        (lambda b: event.buy("x", LATER, lot("z", basis=None), D(9)), "has no basis"),
    ],
)
def test_an_event_that_cannot_be_is_refused_by_name(
    make: Callable[[Books], Entry], words: str
) -> None:
    with pytest.raises(InputError) as refused:
        make(held(lot()))
    assert words in str(refused.value)


def test_a_wash_sale_without_its_sale_is_refused() -> None:
    books = held(lot("new", basis="950"))
    entry = lot_event.wash_sale("w", LATER, books, wash(permanent=True))
    with pytest.raises(InputErrors, match="Record the sale first"):
        apply(books, entry)


def test_all_of_several_entries_are_refused_together() -> None:
    bad = posting(("joint", "USD", "1", None))
    good = event.deposit("d", LATER, "joint", "USD", D(5))
    with pytest.raises(InputErrors, match="over"):
        apply(Books(), good, bad)


def test_what_the_outside_gave_is_what_the_accounts_hold() -> None:
    books = washed_books()
    cash = sum(books.cash.values()) + sum(one.basis or 0 for one in books.lots.values())
    outside = sum(
        amount for (place, commodity), amount in books.outside.items() if commodity == "USD"
    )
    assert cash + outside == 0
    assert books.outside[Outside.EQUITY, "VTI"] == D(-20)
