"""The table in an unknown text: where its header stands, and what its cells may mean."""

import pytest

from trimtab.app.importing.sheet import date_forms, decimal_marks, read_sheet
from trimtab.model.errors import InputError

TABLES = [
    # text, delimiter, line of the header, titles
    ("Symbol,Units\nVTI,1\n", ",", 1, ["Symbol", "Units"]),
    ("Positions of Ann\n\nSymbol;Units\nVTI;1,5\n", ";", 3, ["Symbol", "Units"]),
    ("Sep=\t\nSymbol\tUnits\nVTI\t1\n", "\t", 2, ["Symbol", "Units"]),
    ("Account,X\nSymbol,Name,Units\nVTI,Fund,1\nBND,Fund,2\n", ",", 2, ["Symbol", "Name", "Units"]),
    ('"Sym, bol","Units"\n"VTI","1,000.00"\n', ",", 1, ["Sym, bol", "Units"]),
    ("Symbol,Units,\nVTI,1,\n", ",", 1, ["Symbol", "Units"]),
    ("Symbol,Price\nVTI,1,EUR\n", ",", 1, ["Symbol", "Price", ""]),
]


@pytest.mark.parametrize(("text", "delimiter", "line", "titles"), TABLES)
def test_the_header_is_the_row_of_names_above_rows_of_its_width(text, delimiter, line, titles):
    sheet = read_sheet(text, "a.csv")
    assert (sheet.delimiter, sheet.line) == (delimiter, line)
    assert [one.title for one in sheet.columns] == titles


@pytest.mark.parametrize("text", ["", "word", "a,b\n", "a,b\nc,d\n", "1,2\n3,4\n", "x\n" * 50])
def test_a_text_without_a_table_is_refused(text):
    with pytest.raises(InputError, match="no table that can be mapped"):
        read_sheet(text, "a.csv")


def test_columns_are_named_so_that_a_format_finds_them_again():
    sheet = read_sheet("Amount,amount,>Odd,No #1,Acct #,\n1,2,3,4,5,EUR\n", "a.csv")
    assert [sheet.reference(place) for place in range(6)] == [
        *("Amount#1", "amount#2", "@3", "@4", "Acct #", "@6"),
    ]
    for place in range(6):
        assert sheet.column(sheet.reference(place)).place == place
    assert sheet.column("AMOUNT").place == 0
    assert sheet.column("3").place == 2
    with pytest.raises(InputError, match="Did you mean 'Amount'"):
        sheet.column("Amonut")


DAYS = [
    (["2021-03-04"], ["%Y-%m-%d"]),
    (["03/04/2021"], ["%m/%d/%Y", "%d/%m/%Y"]),
    (["03/04/2021", "12/31/2021"], ["%m/%d/%Y"]),
    (["03/04/2021", "31/12/2021"], ["%d/%m/%Y"]),
    (["03/03/2021"], ["%m/%d/%Y"]),  # both read it alike
    (["Mar-04-2021"], ["%b-%d-%Y"]),
    (["20210304"], ["%Y%m%d"]),
    (["VTI", "BND"], []),
    ([], []),
]


@pytest.mark.parametrize(("cells", "forms"), DAYS)
def test_the_forms_of_days_that_fit_are_found(cells, forms):
    assert list(date_forms(cells)) == forms


NUMBERS = [
    (["1.5"], ["."]),
    (["1,5"], [","]),
    (["12"], ["."]),
    (["1,234"], [".", ","]),
    (["1,234", "5.25"], ["."]),
    (["1.234", "5,25"], [","]),
    (["VTI", "BND", "1"], []),
]


@pytest.mark.parametrize(("cells", "marks"), NUMBERS)
def test_the_decimal_marks_that_fit_are_found(cells, marks):
    assert list(decimal_marks(cells)) == marks
