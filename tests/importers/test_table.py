"""Every row of a file is taken, ignored by a named rule, or a break with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.one_format import POSITIONS, form, read_by
from tests.importers.reading import broken, ignored, lots, positions
from trimtab.importers import _table
from trimtab.importers._table import read_table
from trimtab.model.errors import InputError

RULES = (
    POSITIONS
    + r"""
[[sections.ignore]]
rule = "total"
column = "symbol"
match = '^Total'
[[sections.rows]]
kind = "lots"
column = "symbol"
match = '^\s+(?P<acquired>\d\d/\d\d/\d{4})$'
inherit = ["symbol", "name"]
[[banners]]
rule = "title"
match = 'account (?P<account>\S+) as of (?P<as_of>\S+)'
[[ignore]]
rule = "footer"
match = '^Rounded'
[dates]
formats = ["%m/%d/%Y"]
"""
)


def test_a_file_is_accounted_for_row_by_row():
    statement = read_by(
        RULES,
        """
        Positions for account X-1 as of 03/04/2021

        Symbol,Name,Quantity,Value,Cost
        VTI,Fund,10,2000.00,1500
          01/02/2020,,4,800,500.50
          01/03/2020,,6,1200,--
        BND,Bonds,x,1,1
        Total,,,2000,
        Rounded to cents
        """,
    )
    assert positions(statement) == [("X-1", "VTI", "10", "2000.00", "1500")]
    assert lots(statement) == [
        ("X-1", "VTI", "4", "500.50", "2020-01-02"),
        ("X-1", "VTI", "6", "", "2020-01-03"),
    ]
    assert ignored(statement) == [(1, "title"), (3, "header"), (8, "total"), (9, "footer")]
    assert broken(statement) == [(7, "bad_number")]
    assert statement.breaks[0].text == "quantity: 'x' is not a number"
    assert str(statement.as_of) == "2021-03-04"
    assert statement.rows == 8


def test_a_second_header_opens_its_table_again_with_columns_of_its_own():
    statement = read_by(
        POSITIONS,
        "Symbol,Quantity\nVTI,1\nQuantity,Account,Symbol\n2,B,BND\nSymbol,Quantity\nX,3\n",
    )
    assert [row[:3] for row in positions(statement)] == [
        ("", "VTI", "1"),
        ("B", "BND", "2"),
        ("", "X", "3"),
    ]


SHORT = [
    ("VTI,,1", [], "fine without the columns at its end"),
    ("VTI,,1,2,3", [], "whole"),
    ("VTI,,1,2,3,,", [], "empty cells beyond the header"),
    ("VTI", [(2, "short_row")], "cut before a column that is required"),
    ("VTI,,1,2,3,4", [(2, "long_row")], "more cells than the header"),
    ("VTI,,1,234,56,5", [(2, "long_row")], "a number with commas and no quotes"),
    (",,1,2,3", [(2, "no_instrument")], "nothing is named"),
    ("VTI,,--,--,3", [(2, "no_quantity")], "neither quantity nor value"),
    ('VTI,"open,1,2,3', [(2, "open_quote")], "a quote that stays open"),
    ("VTI," + "x" * 30_000 + ",1", [(2, "long_row")], "no row of anybody"),
]


@pytest.mark.parametrize(("row", "reasons", "why"), SHORT, ids=[why for _, _, why in SHORT])
def test_a_row_that_is_cut_or_too_long_is_a_break(row, reasons, why):
    statement = read_by(POSITIONS, f"Symbol,Name,Quantity,Value,Cost\n{row}\n")
    assert broken(statement) == reasons
    assert len(statement.positions) == (not reasons)
    assert all(one.text for one in statement.breaks)


def test_cells_beyond_the_header_that_are_empty_do_not_matter():
    statement = read_by(POSITIONS, "Symbol,Quantity,,\nVTI,1,,,\n")
    assert len(statement.positions) == 1


def test_a_file_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(_table, "ROWS_MAX", 3)
    text = "Symbol,Quantity\n" + "VTI,1\n" * 3
    with pytest.raises(InputError, match="more than 3 rows"):
        read_table(text, form(), ",", "a.csv", "digest")


def test_a_cost_of_one_unit_becomes_that_of_the_whole_and_a_written_one_counts_before_it():
    statement = read_by(POSITIONS, "Symbol,Quantity,Cost,Unit cost\nVTI,3,,2.50\nBND,3,9,2.50\n")
    assert [row[-1] for row in positions(statement)] == ["7.50", "9"]


cells = st.sampled_from(
    [
        "VTI",
        "Total",
        "10",
        "1,5",
        "--",
        "",
        " 01/02/2020",
        "x" * 50,
        "Symbol",
        "Quantity",
        '"',
        "a;b",
    ]
)


@given(st.lists(st.lists(cells, max_size=7), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_rows_are_taken_ignored_or_breaks_whatever_they_are(rows, delimiter):
    text = "\n".join([f"Symbol{delimiter}Quantity", *(delimiter.join(row) for row in rows)])
    statement = read_by(RULES, text, delimiter)
    accounted = statement.taken + len(statement.ignored) + len(statement.breaks)
    assert accounted == statement.rows
    if '"' not in text:
        assert statement.rows == sum(1 for line in text.split("\n") if line.strip())


@given(st.permutations(["Symbol", "Name", "Quantity", "Value", "Cost", "Extra"]))
def test_the_order_of_columns_means_nothing(header):
    row = {
        "Symbol": "VTI",
        "Name": "Fund",
        "Quantity": "1",
        "Value": "2",
        "Cost": "3",
        "Extra": "x",
    }
    text = ",".join(header) + "\n" + ",".join(row[name] for name in header)
    assert positions(read_by(POSITIONS, text)) == [("", "VTI", "1", "2", "3")]
