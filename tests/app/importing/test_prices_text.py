"""Prices that statements show join a file of one's own, which keeps every price that it had."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.books.statement_parts import booked, lists, lots, rows
from trimtab.app.importing.prices_text import COMMENT, SeenPrice, prices_text, seen_prices
from trimtab.feeds.files import Files
from trimtab.model.statements import Statement

JUNE = date(2024, 6, 28)


def price(name: str, amount: str, on: date = JUNE, currency: str = "USD") -> SeenPrice:
    return SeenPrice(on, name, Decimal(amount), currency)


VTI, BND = price("VTI", "260.5"), price("BND", "72")


def test_a_file_that_is_not_there_begins_in_the_long_form() -> None:
    assert prices_text(None, [VTI, BND], "USD") == COMMENT + (
        "date,instrument,close,currency\n2024-06-28,VTI,260.5,USD\n2024-06-28,BND,72,USD\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# mine\ndate,instrument,close,currency\n2024-06-27,VTI,259,USD\n",
            "# mine\ndate,instrument,close,currency\n2024-06-27,VTI,259,USD\n"
            "2024-06-28,VTI,260.5,USD\n2024-06-28,BND,72,USD\n",
        ),
        (  # columns of a person's own, in their own order, without an end of the last line
            'symbol, Date, price, note\nVTI, 2024-06-27, 259, "a, b"',
            'symbol, Date, price, note\nVTI, 2024-06-27, 259, "a, b"\n'
            "VTI,2024-06-28,260.5,\nBND,2024-06-28,72,\n",
        ),
        (
            "date,VTI,ITOT\n2024-06-27,259,110\n# mine\n",
            "# mine\ndate,VTI,ITOT,BND\n2024-06-27,259,110,\n2024-06-28,260.5,,72\n",
        ),
        (
            "date,VTI\n2024-06-28,\n2024-06-26,258\n",
            "date,VTI,BND\n2024-06-26,258,\n2024-06-28,260.5,72\n",
        ),
        ("", "date,instrument,close,currency\n2024-06-28,VTI,260.5,USD\n2024-06-28,BND,72,USD\n"),
    ],
)
def test_prices_are_added_in_the_form_that_the_file_has(before: str, after: str) -> None:
    assert prices_text(before, [VTI, BND], "USD") == after
    assert prices_text(after, [VTI, BND], "USD") == after


@pytest.mark.parametrize(
    "before",
    [
        "date , instrument,close\n2024-06-28 ,VTI,  1.00\n2024-06-28,BND,71.9\n",
        "date,VTI,BND\n2024-06-28,1.00,71.9\n2024-06-27,,\n",
        "no,price,file\n1,2,3\n",
        "symbol,name\nVTI,Vanguard\n",
    ],
)
def test_a_file_that_lacks_nothing_or_is_no_price_file_keeps_every_byte(before: str) -> None:
    assert prices_text(before, [VTI, BND], "USD") == before


@pytest.mark.parametrize(
    "before", ["date,VTI\n2024-06-27,259\n", "date,instrument,close\n2024-06-27,VTI,259\n"]
)
def test_a_price_of_another_currency_makes_the_file_a_long_one_with_currencies(
    before: str,
) -> None:
    after = prices_text(before, [price("SAP", "180", currency="EUR")], "USD")
    assert after == (
        "date,instrument,close,currency\n2024-06-27,VTI,259,USD\n2024-06-28,SAP,180,EUR\n"
    )


@pytest.mark.parametrize("before", [None, "date,ITOT\n2024-06-27,110\n", "day,ticker,price\n"])
def test_what_is_written_is_what_the_feed_reads(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(prices_text(before, [VTI, BND], "USD"), "utf-8")
    found = Files(str(path)).latest(("VTI", "BND"), JUNE)
    assert {name: str(one.amount) for name, one in found.items()} == {"VTI": "260.5", "BND": "72"}


def seen(*statements: Statement) -> list[tuple[str, str, str]]:
    return [
        (str(one.on), one.instrument, f"{one.amount:f}")
        for one in seen_prices(booked(*statements), "USD")
    ]


def test_a_list_of_values_shows_prices() -> None:
    found = seen(lists("2024-06-28", "joint VTI 10 2605.00", "joint CASH - 9.00"))
    assert found == [("2024-06-28", "VTI", "260.5")]


def test_a_short_position_and_an_annuity_have_prices_above_zero() -> None:
    found = seen(lists("2024-06-28", "joint TSLA -5 -900.00", "joint ANNUITY - 5000.25"))
    assert found == [("2024-06-28", "ANNUITY", "1"), ("2024-06-28", "TSLA", "180")]


def test_what_has_no_value_has_no_price() -> None:
    assert seen(lists("2024-06-28", "joint VTI 10 -", "joint BND 0 0.00")) == []


def test_lots_without_values_show_none() -> None:
    assert seen(lots("2024-06-28", "joint VTI 10 2000.00 2020-01-02")) == []


def test_a_transaction_without_a_price_shows_none() -> None:
    assert seen(rows("2024-07-01 joint buy VTI 5 -1310.00")) == []
