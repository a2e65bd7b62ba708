"""Executions in the books: once each, into the lots named, taken back by a bust to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.relief import LotUnits
from trimtab.drivers.live.booking import Currencies, FillBook
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.orders import Fill, Order
from trimtab.model.snapshots import Side
from trimtab.model.taxes import RealizedGains

D = Decimal
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2024, 1, 5)
BUY = Order("tt-b", "c-1", "ira", "VTI", Side.BUY, D(10), trade="t1")
SELL = Order("tt-s", "c-1", "ira", "VTI", Side.SELL, D(30), trade="t2")
LOTS = [LotUnits("b", D(20)), LotUnits("a", D(10))]


def book(currencies: Currencies | None = None) -> FillBook:
    held = [("a", 10, "900.00"), ("b", 20, "2100.03")]
    lots = [Lot(name, "ira", "VTI", D(units), D(basis), DAY) for name, units, basis in held]
    entries = [opening_lot(f"open {lot.id}", DAY, lot) for lot in lots]
    entries.append(opening_cash("cash", DAY, "ira", "USD", D(5000)))
    return FillBook(entries, currencies or Currencies())


def fill(order: Order, name: str, units: str, price: str = "101.005", **more: object) -> Fill:
    done = Fill(name, order.id, "b-1", order.instrument, order.side, D(units), D(price), AT)
    return replace(done, **more)


def taken(books: FillBook, order: Order, *fills: Fill) -> None:
    lots = LOTS if order.side is Side.SELL else []
    for one in fills:
        books.take(books.entries_of(one, order, lots))


def held(books: FillBook) -> dict[str, Decimal]:
    return {lot.id: lot.quantity for lot in books.books.lots.values()}


def cash(books: FillBook) -> Decimal:
    return books.books.cash["ira", "USD"]


def test_a_purchase_is_a_lot_whose_basis_is_what_was_paid_with_its_fee():
    books = book()
    taken(books, BUY, fill(BUY, "x1", "4", fee=D("0.35")))
    lot = books.books.lot("ira/VTI/x1")
    assert (lot.quantity, lot.basis, lot.acquired) == (4, D("404.37"), AT.date())
    assert lot.order == "tt-b", "parts of one order are one purchase"
    assert cash(books) == D(5000) - D("404.37")


def test_a_sale_takes_the_lots_of_its_plan_in_their_order_over_several_executions():
    books = book()
    taken(books, SELL, fill(SELL, "x1", "15"), fill(SELL, "x2", "8"))
    assert held(books) == {"a": 7}
    assert cash(books) == D(5000) + D("1515.08") + D("808.04")


def test_lots_that_are_gone_are_replaced_by_the_oldest_that_are_left():
    books = book()
    chosen = [LotUnits("gone", D(5))]
    books.take(books.entries_of(fill(SELL, "x1", "12"), SELL, chosen))
    assert sum(held(books).values()) == 18


def test_a_sale_of_more_than_is_held_is_refused_and_books_nothing():
    books = book()
    with pytest.raises(InputError, match="31 units of VTI were sold; the books hold 30"):
        books.entries_of(fill(SELL, "x1", "31"), SELL, LOTS)
    assert held(books) == {"a": 10, "b": 20}


def test_an_execution_is_booked_once_also_by_a_book_that_was_read_anew():
    books = book()
    one = fill(SELL, "x1", "15")
    made = books.entries_of(one, SELL, LOTS)
    books.take(made)
    assert books.entries_of(one, SELL, LOTS) == []
    read_anew = FillBook([*books._entries.values()], Currencies())
    assert read_anew.entries_of(one, SELL, LOTS) == []
    assert read_anew.entries_of(fill(SELL, "x2", "1"), SELL, LOTS)[0].postings[1].lot == "b"


@pytest.mark.parametrize("order", [BUY, SELL], ids=["purchase", "sale"])
def test_a_bust_leaves_the_books_as_they_were(order: Order):
    books, before = book(), book()
    busted = fill(order, "x1", "10" if order is BUY else "30", fee=D("0.05"))
    taken(books, order, busted, fill(order, "x2", "0", busts="x1"))
    assert books.books.lots == before.books.lots
    assert cash(books) == cash(before)
    assert books.books.outside.get(("gains", "USD"), D(0)) == 0
    assert books.ledger.books().gains(2026) == RealizedGains()


def test_a_correction_counts_in_the_place_of_what_it_corrects():
    books = book()
    taken(books, SELL, fill(SELL, "x1", "15"), fill(SELL, "x2", "12", "101", busts="x1"))
    assert held(books) == {"a": 10, "b": 8}
    assert cash(books) == D(5000) + D(1212)


@pytest.mark.parametrize(
    ("sold", "held_after", "gain"),
    [  # the purchase was of 10 at 101.005; lot a has 10 of 900.00, lot b 20 of 2,100.03
        ("10", {"b": 20}, D("1099.95") - D("900.00")),  # those sold were really lot a's
        ("4", {"a": 6, "b": 20}, D("439.98") - D("360.00")),
    ],
)
def test_a_bust_of_a_purchase_that_was_sold_on_takes_the_oldest_units_instead(
    sold, held_after, gain
):
    books = book()
    bought = fill(BUY, "x1", "10")
    taken(books, BUY, bought)
    sale = fill(SELL, "x2", sold, "109.995")
    books.take(books.entries_of(sale, SELL, [LotUnits("ira/VTI/x1", D(10))]))
    taken(books, BUY, fill(BUY, "x3", "0", busts="x1"))
    assert held(books) == held_after
    assert cash(books) == D(5000) + (D(sold) * D("109.995")).quantize(D("0.01"))
    assert sum(one.gain for one in books.ledger.realized) == gain
    assert books.has(bought, "ira")


def test_a_bust_that_would_leave_the_account_short_is_refused_and_changes_nothing():
    books = book()
    taken(books, BUY, fill(BUY, "x1", "10"))
    rest = [*LOTS, LotUnits("ira/VTI/x1", D(10))]
    books.take(books.entries_of(fill(SELL, "x2", "35"), replace(SELL, quantity=D(35)), rest))
    before = held(books), cash(books)
    with pytest.raises(InputError, match="books hold 5"):
        books.entries_of(fill(BUY, "x3", "0", busts="x1"), BUY, [])
    assert (held(books), cash(books)) == before


def test_a_bust_that_is_heard_before_its_execution_keeps_it_out():
    books = book()
    taken(books, SELL, fill(SELL, "x2", "0", busts="x1"), fill(SELL, "x1", "15"))
    assert held(books) == {"a": 10, "b": 20}
    assert books.entries_of(fill(SELL, "x2", "0", busts="x1"), SELL, LOTS) == []


def test_entries_name_execution_order_cycle_and_trade():
    books = book()
    (entry,) = books.entries_of(fill(BUY, "x1", "1"), BUY, ())
    told = {name: entry.details[name] for name in ("execution", "sent_as", "cycle", "trade")}
    assert told == {"execution": "x1", "sent_as": "tt-b", "cycle": "c-1", "trade": "t1"}
    assert entry.kind is EntryKind.BUY


def test_another_currency_is_translated_at_the_rate_of_the_day():
    euros = Currencies("USD", {"VTI": "EUR"}, lambda code, on: D("1.25"))
    books = book(euros)
    taken(books, BUY, fill(BUY, "x1", "4", "10"))
    assert books.books.lot("ira/VTI/x1").basis == D(50)
    assert books.books.cash["ira", "EUR"] == -40


def test_a_currency_without_a_rate_is_refused():
    books = book(Currencies("USD", {"VTI": "EUR"}))
    with pytest.raises(InputError, match="no rate"):
        books.entries_of(fill(BUY, "x1", "4"), BUY, ())


def from_saved(whole: FillBook, kept: list[Entry]) -> FillBook:
    """The same books read from saved ones: no entry is at hand, each is asked for by its id."""
    by_id = {entry.id: entry for entry in kept}
    return FillBook((), Currencies(), whole.ledger.books(), by_id.get)


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [(BUY, fill(BUY, "x1", "4"), fill(BUY, "x2", "6")), (SELL, fill(SELL, "x1", "25"), None)],
)
def test_books_from_saved_ones_know_what_was_booked_before(
    order: Order, first: Fill, second: Fill | None
) -> None:
    whole = book()
    kept = whole.entries_of(first, order, LOTS)
    whole.take(kept)
    saved = from_saved(whole, kept)
    assert saved.entries_of(first, order, LOTS) == []
    bust = replace(fill(order, "x9", "0"), busts="x1")
    assert saved.entries_of(bust, order, LOTS) == whole.entries_of(bust, order, LOTS)
    if second is not None:
        assert saved.entries_of(second, order, LOTS) == whole.entries_of(second, order, LOTS)


def test_books_from_saved_ones_take_the_lots_that_are_left_of_an_order() -> None:
    whole = book()
    first = fill(SELL, "x1", "25")
    kept = whole.entries_of(first, SELL, LOTS)
    whole.take(kept)
    saved = from_saved(whole, kept)
    saved.recall("ira", "x1")
    rest = fill(SELL, "x2", "5")
    assert saved.entries_of(rest, SELL, LOTS) == whole.entries_of(rest, SELL, LOTS)
