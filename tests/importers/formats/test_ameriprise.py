# ruff: noqa: E501  (rows are as wide as in the files)
"""Ameriprise's portfolio: a table for each class of assets."""

from tests.importers.reading import ignored, positions, read


def test_each_class_has_a_table_and_cash_only_a_value() -> None:
    statement = read("""
        "AMERIPRISE BROKERAGE","ALL_ACCOUNTS"
        As of 05/06/2024 03:30 PM ET
        ,
        "Total Asset Value","Brokerage Day Change","Total Cash & Equivalents"
        "$1,510.00","UNCH","$10.00"
        ,
        "Cash & Equivalents"
        "Type","Account Name","Account Description","Mkt. Value"
        "Cash","AMERIPRISE BROKERAGE","**** 1111 2 222","$10.00"
        "Total Cash & Equivalents","","","$10.00"
        ,
        "Stocks"
        "$1,500.00"
        "Symbol","Description","Account Name","Account Description","Quantity","Mkt. Price","Mkt. Value","As Of"
        "EXCO","Example Company","AMERIPRISE BROKERAGE","**** 1111 2 222","1,500.00","$1.000","$1,500.00","5/6/2024"
        "Total Stocks","Total Stocks","","","","","$1,500.00",""
    """)

    assert statement.broker == "ameriprise"
    assert str(statement.as_of) == "2024-05-06"
    assert positions(statement) == [
        ("**** 1111 2 222", "CASH", "", "10.00", ""),
        ("**** 1111 2 222", "EXCO", "1500.00", "1500.00", ""),
    ]
    assert (2, "day of the values") in ignored(statement)
    assert (13, "total of a class") in ignored(statement)
    assert not statement.breaks
