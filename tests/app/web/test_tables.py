"""A table as CSV: exact, and harmless in a spreadsheet."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from trimtab.app.web.tables import Column, Kind, Row, Table, csv_text, named_table
from trimtab.model.errors import InputError

COLUMNS = (
    Column("instrument", "Instrument"),
    Column("amount", "Amount", Kind.CENTS),
    Column("since", "Since", Kind.DATE),
)


def table_of(*cells):
    return Table("lots", "Lots", COLUMNS, tuple(Row(row) for row in cells))


def read_back(table):
    return list(csv.reader(io.StringIO(csv_text(table))))


def test_amounts_keep_every_digit_and_their_sign():
    amount = Decimal("-12345678901234567890.123456789")
    rows = read_back(table_of(("VTI", amount, date(2022, 10, 11))))
    assert rows == [["instrument", "amount", "since"], ["VTI", str(amount), "2022-10-11"]]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "|calc",
        "%0A",
        "=cmd|' /C'!A0",
        "＝1",
        "＋1",
        "－1",
        "＠A1",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff \u200b=1",
        "\0=1",
    ],
)
def test_what_a_spreadsheet_would_compute_is_written_as_text(name):
    assert read_back(table_of((name, Decimal(1), None)))[1][0] == f"'{name}"


@pytest.mark.parametrize("name", ["VTI", 'Ann "A" B', "a,b", "two\nlines", "Zürich", "100 % bonds"])
def test_other_text_comes_back_as_it_was(name):
    assert read_back(table_of((name, Decimal(1), None)))[1][0] == name


def test_a_table_that_a_page_does_not_have_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="lots"):
        named_table([table_of()], "lost")
