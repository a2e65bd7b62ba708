# ruff: noqa: E501  (rows are as wide as in the files)
"""T. Rowe Price's positions."""

from tests.importers.reading import positions, read


def test_the_fund_stands_under_account_name_and_the_account_under_its_type() -> None:
    statement = read("""
        "Account Type","Account Name","Ticker","Account Number","Owners","Quantity","Price","Change","Market Value","Daily $ Change","Daily % Change","PRR"
        "Roth IRA","Example Index Fund","EXIFX","1234-5","Ann","40.5","$50.00","$0.10","$2,025.00","$4","0.20%","7.5%"
    """)

    assert statement.broker == "troweprice"
    assert positions(statement) == [("1234-5", "EXIFX", "40.5", "2025.00", "")]
    assert statement.positions[0].instrument.name == "Example Index Fund"
    assert [(one.id, one.name) for one in statement.accounts] == [("1234-5", "Roth IRA")]
