"""The broker's row of a dividend or split that a feed told of moves nothing a second time."""

from datetime import date
from decimal import Decimal

from trimtab.books.booking import book_rows
from trimtab.books.entries import dividend, opening_lot
from trimtab.books.ledger import Books, Ledger
from trimtab.books.lot_entries import split
from trimtab.books.statement_facts import Currencies
from trimtab.books.statement_rows import told_apart
from trimtab.model.lots import Lot
from trimtab.model.statements import Action, StatedInstrument, StatedTransaction

D = Decimal
DOLLARS = Currencies("USD", lambda currency, on: None)
VTI = StatedInstrument("VTI")


def held() -> Ledger:
    ledger = Ledger(Books("USD"))
    lot = Lot("l1", "joint", "VTI", D(10), D(1000), date(2024, 1, 2))
    ledger.apply(opening_lot("opening lot l1", date(2025, 1, 2), lot))
    return ledger


def row(day: str, action: Action, amount: str = "", units: str = "") -> list[StatedTransaction]:
    quantity = D(units) if units else None
    paid = D(amount) if amount else None
    on = date.fromisoformat(day)
    return [StatedTransaction(2, "joint", on, action, VTI, quantity, paid, currency="USD")]


def test_a_dividend_that_a_feed_told_of_is_paid_once() -> None:
    ledger = held()
    told = dividend("event dividend VTI", date(2025, 3, 24), "joint", "USD", D("8.00"), "VTI")
    ledger.apply(told)
    again = told_apart([("a.csv", row("2025-04-01", Action.DIVIDEND, "8.03"))])
    news = told_apart([("a.csv", row("2025-07-01", Action.DIVIDEND, "8.10"))])

    booked = book_rows(ledger, [*again, *news], (), DOLLARS, [told])

    assert [entry.details.get("booked_with") for entry in booked.entries] == [told.id, None]
    assert ledger.cash["joint", "USD"] == D("16.10")


def test_one_event_answers_one_row() -> None:
    ledger = held()
    told = dividend("event dividend VTI", date(2025, 3, 24), "joint", "USD", D("8.00"), "VTI")
    ledger.apply(told)
    twins = row("2025-04-01", Action.DIVIDEND, "8.00") * 2

    book_rows(ledger, told_apart([("a.csv", twins)]), (), DOLLARS, [told])

    assert ledger.cash["joint", "USD"] == D("16.00")


def test_one_event_answers_one_row_also_over_two_imports() -> None:
    ledger = held()
    told = dividend("event dividend VTI", date(2025, 3, 24), "joint", "USD", D("8.00"), "VTI")
    ledger.apply(told)
    march = told_apart([("a.csv", row("2025-04-01", Action.DIVIDEND, "8.00"))])
    april = told_apart([("b.csv", row("2025-05-01", Action.DIVIDEND, "8.00"))])

    first = book_rows(ledger, march, (), DOLLARS, [told])
    book_rows(ledger, [*march, *april], (), DOLLARS, [told, *first.entries])

    assert ledger.cash["joint", "USD"] == D("16.00")


def test_a_split_that_a_feed_told_of_is_no_break() -> None:
    ledger = held()
    told = split("event split VTI", date(2025, 3, 24), ledger.view(), "VTI", 2, 1)
    ledger.apply(told)
    rows = told_apart([("a.csv", row("2025-03-25", Action.SPLIT, units="10"))])

    booked = book_rows(ledger, rows, (), DOLLARS, [told])

    assert not booked.breaks
    assert [lot.quantity for lot in ledger.lots_of("VTI", "joint")] == [D(20)]
    assert book_rows(held(), rows, (), DOLLARS).breaks, "without the event it waits for an answer"
