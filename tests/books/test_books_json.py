"""Saved books are the books: exact, and refused where they are anything else."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice

import pytest

from benchmarks.journal_speed import trading
from trimtab.books import books_json
from trimtab.books.books_json import books_from, books_text
from trimtab.books.ledger import Books, Realized, replay
from trimtab.model.entries import EntryKind
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot

FULL = Lot(
    id="a – ’",
    account="joint",
    instrument="VTI",
    quantity=Decimal("1.230"),
    basis=Decimal("1000.10"),
    acquired=date(2023, 3, 1),
    holding_start=date(2022, 3, 1),
    order="o-1",
    reinvested=True,
    inherited=True,
    washed_quantity=Decimal("0.5"),
    loss_basis=Decimal(900),
    by_purchase=False,
)
BARE = Lot("b", "ira", "BND", Decimal(10), None, None)
UNKNOWN = Realized("e", EntryKind.SELL, "a", "joint", date(2024, 1, 2), None, None)
BOOKS = Books(
    "CHF",
    {FULL.id: FULL, BARE.id: BARE},
    {("joint", "USD"): Decimal("12.30"), ("ira", "CHF"): Decimal("-0.01")},
    {("market", "VTI"): Decimal("-1.23")},
    (UNKNOWN, replace(UNKNOWN, gain=Decimal("-1.10"))),
    frozenset({"e", "f"}),
)


@pytest.mark.parametrize(
    "books", [BOOKS, Books(), replay(islice(trading(3), 3_000))[0]], ids=["odd", "empty", "traded"]
)
def test_saved_books_come_back_equal_and_are_saved_the_same_again(books):
    text = books_text(books)
    again = books_from(text, books.entries)
    assert again == books
    assert list(again.lots) == list(books.lots)
    assert books_text(again) == text


def test_books_made_by_other_rules_are_not_used(monkeypatch):
    text = books_text(BOOKS)
    monkeypatch.setattr(books_json, "RULES", books_json.RULES + 1)
    with pytest.raises(InputError, match=r"made by rules 1; this Trimtab books by rules 2"):
        books_from(text, BOOKS.entries)


def broken(change) -> str:
    told = json.loads(books_text(BOOKS))
    change(told)
    return json.dumps(told)


DAMAGE = [
    ("no JSON", "{"),
    ("something else", "[1]"),
    ("a key is missing", broken(lambda told: told.pop("cash"))),
    ("a lot is cut short", broken(lambda told: told["lots"][0].pop())),
    ("an amount is none", broken(lambda told: told["cash"][0].__setitem__(2, "many"))),
    ("a day is none", broken(lambda told: told["realized"][0].__setitem__(4, "2024-13-01"))),
    ("a kind is none", broken(lambda told: told["realized"][0].__setitem__(1, "theft"))),
]


@pytest.mark.parametrize("text", [d[1] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_a_text_that_is_no_books_is_refused(text):
    with pytest.raises(InputError, match="they were not written as books"):
        books_from(text, frozenset())
