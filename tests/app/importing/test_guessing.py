"""Columns of an unknown table are guessed by name and content; a guess is an offer."""

import pytest

from trimtab.app.importing.guessing import ASKED, guess_columns, guess_kind, known_names
from trimtab.app.importing.sheet import read_sheet
from trimtab.importers._catalogue import built_in
from trimtab.importers._format import FIELDS
from trimtab.model.statements import StatementKind

TABLES = [
    # kind, header, a row, field and title of what is guessed
    (
        "positions",
        "Account Number,Ticker,Security Name,Share Quantity,Market Value,Cost Basis",
        "X1,VTI,Vanguard Total,10.5,2000.00,1500.00",
        "account=Account Number symbol=Ticker quantity=Share Quantity cost=Cost Basis",
    ),
    (
        "lots",
        "Symbol,Qty,Purchase Date,Total Cost,Price (USD)",
        "VTI,1,2021-03-04,200.00,210.00",
        "quantity=Qty acquired=Purchase Date cost=Total Cost price=Price (USD)",
    ),
    (
        "transactions",
        "Trade Date,Type,Security ID,Shares,Net Amount,Commission",
        "2021-03-04,Buy,US0378331005,1.5,-200.00,1.00",
        "on=Trade Date action=Type isin=Security ID amount=Net Amount fees=Commission",
    ),
    (
        "realised_gains",
        "Symbol,Quantity,Date Acquired,Date Sold,Proceeds,Cost Basis,Gain/Loss",
        "VTI,1,2020-03-04,2021-03-04,200.00,150.00,50.00",
        "acquired=Date Acquired sold=Date Sold proceeds=Proceeds gain=Gain/Loss",
    ),
]


@pytest.mark.parametrize(("kind", "header", "row", "expected"), TABLES)
def test_kind_and_columns_are_guessed(kind, header, row, expected):
    sheet = read_sheet(f"{header}\n{row}\n{row}\n", "a.csv")
    assert guess_kind(sheet, built_in()).value == kind
    found = guess_columns(sheet, StatementKind(kind), known_names(StatementKind(kind), built_in()))
    titles = {field: sheet.columns[place].title for field, place in found.items()}
    fields = [f"{field}={title}" for field, title in titles.items()]
    for field, _, title in (part.partition("=") for part in split(expected)):
        assert titles.get(field) == title, fields
    assert len(set(found.values())) == len(found)


def split(text: str) -> list[str]:
    """`a=One Two b=Three` as its pairs."""
    parts: list[str] = []
    for word in text.split(" "):
        parts = [*parts, word] if "=" in word else [*parts[:-1], f"{parts[-1]} {word}"]
    return parts


def test_a_column_whose_cells_are_no_days_is_no_date():
    sheet = read_sheet("Symbol,Quantity,Acquired\nVTI,1,Fund\nBND,2,Fund\n", "a.csv")
    names = known_names(StatementKind.LOTS, ())
    assert "acquired" not in guess_columns(sheet, StatementKind.LOTS, names)


def test_only_fields_that_formats_have_are_asked_for():
    for kind, fields in ASKED.items():
        assert set(fields) <= set(FIELDS[kind])
        assert len(fields) == len(set(fields))
