"""What is set right leaves against equity, whole, and both stay to be seen."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.books.corrections import cash_correction, lots_set_aside
from trimtab.books.entries import opening_lot
from trimtab.books.ledger import Books, Ledger
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot

DAY = date(2024, 6, 28)


def ledger(*lots: tuple[str, str, str | None]) -> Ledger:
    found = Ledger(Books("USD"))
    for name, units, basis in lots:
        known = None if basis is None else Decimal(basis)
        lot = Lot(name, "joint", "VTI", Decimal(units), known, DAY)
        found.apply(opening_lot(f"opening lot {name}", DAY, lot))
    return found


@pytest.mark.parametrize("basis", ["1000.01", "0", None])
def test_a_lot_set_aside_leaves_with_its_basis_and_realises_nothing(basis: str | None) -> None:
    books = ledger(("a", "10.5", basis), ("b", "3", "300"))
    books.apply(lots_set_aside("aside", DAY, books.view(), ["a"], "the broker's list counts"))
    assert list(books.lots) == ["b"]
    assert books.realized == []
    assert books.outside["equity", "VTI"] == -3
    assert books.outside["equity", "USD"] == -300


def test_several_lots_leave_in_one_entry_with_its_reason() -> None:
    books = ledger(("a", "10", "1000"), ("b", "3", None))
    entry = lots_set_aside("aside", DAY, books.view(), ["a", "b"], "why")
    books.apply(entry)
    assert (dict(books.lots), entry.details["reason"]) == ({}, "why")


def test_a_lot_that_is_not_held_is_refused() -> None:
    with pytest.raises(InputError, match="no such open lot"):
        lots_set_aside("aside", DAY, ledger().view(), ["a"], "why")


@pytest.mark.parametrize("change", ["12.34", "-12.34"])
def test_cash_is_set_right_against_equity(change: str) -> None:
    books = ledger()
    books.apply(cash_correction("cash", DAY, "joint", "EUR", Decimal(change), "why"))
    assert str(books.cash["joint", "EUR"]) == change
    assert books.outside["equity", "EUR"] == -Decimal(change)
