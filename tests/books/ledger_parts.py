"""Lots and sales for the tests of the ledger."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.ledger import Books, apply
from trimtab.books.relief import LotUnits
from trimtab.model.lots import Lot

D = Decimal


BOUGHT, LATER = date(2023, 3, 1), date(2024, 6, 3)


def lot(name: str = "a", units: str = "10", basis: str | None = "1000", **facts: object) -> Lot:
    known = None if basis is None else D(basis)
    given = Lot(name, "joint", "VTI", D(units), known, BOUGHT)
    return replace(given, **facts)  # type: ignore[arg-type]


def held(*lots: Lot) -> Books:
    return apply(Books(), *(event.opening_lot(f"open {one.id}", BOUGHT, one) for one in lots))


def sell(books: Books, proceeds: str, *chosen: tuple[str, str], on: date = LATER) -> Books:
    units = [LotUnits(name, D(quantity)) for name, quantity in chosen]
    return apply(books, lot_event.sell("sale", on, books, units, D(proceeds)))
