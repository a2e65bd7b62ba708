"""Books as JSON text, so that no start need replay years: exact, and read back strictly.

The ids of entries are not part of it: they stand in the journal, which is read anyway.

Errors: `InputError` for a text that no books were written as.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from trimtab.books.entry_json import canonical
from trimtab.books.ledger import Books, Realized
from trimtab.model.entries import EntryKind
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot, Term

__all__ = ["RULES", "books_from", "books_text"]

RULES = 1
"""Raise it with every change by which the ledger makes other books of the same entries: books that
were saved under other rules are not used, and the journal is replayed."""


def books_text(books: Books) -> str:
    """The books without the ids of their entries; the same books give the same text."""
    return canonical(
        {
            "rules": RULES,
            "base_currency": books.base_currency,
            "lots": [_lot_row(lot) for lot in books.lots.values()],
            "cash": _amounts(books.cash),
            "outside": _amounts(books.outside),
            "realized": [_realized_row(one) for one in books.realized],
        }
    )


def books_from(text: str, entries: frozenset[str]) -> Books:
    """The books that a text tells, with the ids of the entries that they come from.

    Refuses: another text, and books of other rules.
    """
    try:
        told = json.loads(text)
        rules = told["rules"]
        if rules != RULES:
            fact = f"they were made by rules {rules}"
            raise InputError("saved books", fact, f"this Trimtab books by rules {RULES}")
        lots, days = [_lot(row) for row in told["lots"]], _Days()
        return Books(
            told["base_currency"],
            {lot.id: lot for lot in lots},
            {(place, unit): Decimal(amount) for place, unit, amount in told["cash"]},
            {(place, unit): Decimal(amount) for place, unit, amount in told["outside"]},
            tuple(_realized(row, days) for row in told["realized"]),
            entries,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InputError("saved books", f"they were not written as books ({error})") from None


def _amounts(sums: Any) -> list[list[str]]:
    return [[place, unit, f"{amount:f}"] for (place, unit), amount in sums.items()]


def _lot_row(lot: Lot) -> list[str | bool | None]:
    dates = (_day_text(lot.acquired), _day_text(lot.holding_start))
    amounts = (f"{lot.quantity:f}", _amount_text(lot.basis))
    washed = (f"{lot.washed_quantity:f}", _amount_text(lot.loss_basis))
    marks = (lot.reinvested, lot.inherited)
    return [
        *(lot.id, lot.account, lot.instrument, *amounts, *dates, lot.order, *marks, *washed),
        lot.by_purchase,
    ]


def _lot(row: list[Any]) -> Lot:
    name, account, instrument, quantity, basis, acquired, start, order, *rest = row
    reinvested, inherited, washed, loss_basis, by_purchase = rest
    return Lot(
        *(name, account, instrument, Decimal(quantity), _amount(basis)),
        *(_day(acquired), _day(start), order, reinvested, inherited),
        *(Decimal(washed), _amount(loss_basis), by_purchase),
    )


def _realized_row(one: Realized) -> list[str | None]:
    term = None if one.term is None else one.term.value
    where = (one.entry, one.kind.value, one.lot, one.account, one.on.isoformat())
    return [*where, _amount_text(one.gain), term]


_KINDS = {kind.value: kind for kind in EntryKind}
_TERMS: dict[str | None, Term | None] = {None: None} | {term.value: term for term in Term}


class _Days(dict[str, date]):
    """Days by their text; the same few come again and again."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def _realized(row: list[Any], days: _Days) -> Realized:
    entry, kind, lot, account, on, gain, term = row
    amount = None if gain is None else Decimal(gain)
    return Realized(entry, _KINDS[kind], lot, account, days[on], amount, _TERMS[term])


def _amount_text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
