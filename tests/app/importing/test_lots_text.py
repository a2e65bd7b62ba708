"""`lots.csv` as an import writes it is read as the books have it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import MANDATE
from trimtab.app.config import parse_mandate
from trimtab.app.household import known_names
from trimtab.app.importing.lots_text import OwnWords, lots_text, own_words
from trimtab.app.lots_file import LotsFile, parse_lots
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, Ledger
from trimtab.model.lots import Lot

DAY = date(2024, 6, 28)
D = Decimal
KNOWN = known_names(parse_mandate(MANDATE, Path("mandate.toml")))
CURRENCIES = {"ira": "USD", "joint": "USD"}
FULL = [
    Lot("a", "joint", "VTI", D("10.5"), D("2100.00"), date(2020, 1, 2)),
    Lot("a#2", "joint", "VTI", D("10.5"), D("2100.00"), date(2020, 1, 2)),  # a true twin
    Lot("b", "joint", "VTI", D(3), None, date(2020, 1, 2)),
    Lot("c", "joint", "BND", D(5), D(0), None),
    Lot("d", "joint", "BND", D(5), D(400), DAY, holding_start=date(2023, 1, 1), order="o1"),
    Lot("e", "joint", "BND", D(5), D(400), DAY, by_purchase=False, loss_basis=D("390.00")),
    Lot("f", "ira", "BND", D(5), D(400), None, inherited=True, by_purchase=False),
    Lot("g", "ira", "VTI", D("0.000000001"), D(400), DAY, reinvested=True),
    Lot("h", "ira", "VTI", D("12345678901.123456789"), D(1), DAY, washed_quantity=D(7)),
]


def ledger(*lots: Lot, cash: dict[tuple[str, str], str] | None = None) -> Ledger:
    found = Ledger(Books("USD"))
    for lot in lots:
        found.apply(opening_lot(f"opening {lot.id}", DAY, lot))
    for (account, code), amount in (cash or {}).items():
        found.apply(opening_cash(f"cash {account} {code}", DAY, account, code, D(amount)))
    return found


def read(text: str) -> LotsFile:
    return parse_lots(text, "lots.csv", KNOWN, None)


def test_every_fact_of_a_lot_is_read_as_it_was() -> None:
    assert set(read(lots_text(ledger(*FULL), CURRENCIES)).lots) == set(FULL)


def test_what_is_written_again_is_the_same() -> None:
    text = lots_text(ledger(*FULL), CURRENCIES)
    assert lots_text(ledger(*read(text).lots), CURRENCIES) == text


def test_what_is_unknown_is_empty_and_never_zero() -> None:
    rows = lots_text(ledger(FULL[2], FULL[3]), CURRENCIES).splitlines()[-2:]
    assert [row.split(",")[2:5] for row in rows] == [["5", "0", ""], ["3", "", "2020-01-02"]]


@pytest.mark.parametrize(
    ("cash", "rows"),
    [
        ({("joint", "USD"): "12.30"}, ["joint CASH 12.30"]),
        ({("joint", "EUR"): "5"}, ["joint CASH:EUR 5"]),
        ({("joint", "USD"): "-12.30"}, ["joint CASH 0"]),  # a file shows no cash below zero
        ({("joint", "EUR"): "-5", ("joint", "USD"): "1"}, ["joint CASH 1"]),
        ({}, []),
    ],
)
def test_cash_stands_by_account_and_currency(
    cash: dict[tuple[str, str], str], rows: list[str]
) -> None:
    lines = lots_text(ledger(cash=cash), CURRENCIES).splitlines()[3:]
    assert [" ".join(line.split(",")[:3]) for line in lines] == rows


def test_notes_and_unsettled_cash_stay() -> None:
    own = OwnWords({"a": "from grandma, 2020"}, {("joint", "USD"): D("50.00")})
    books = ledger(FULL[0], FULL[1], cash={("joint", "USD"): "80.00"})
    text = lots_text(books, CURRENCIES, own)
    assert own_words(text, "lots.csv", read(text)) == own


def test_no_more_waits_to_settle_than_is_there() -> None:
    own = OwnWords(unsettled={("joint", "USD"): D("50.00")})
    text = lots_text(ledger(cash={("joint", "USD"): "30.00"}), CURRENCIES, own)
    assert [str(one.unsettled) for one in read(text).cash] == ["30.00"]
