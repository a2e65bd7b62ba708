"""Wealthfront's open tax lots."""

from tests.importers.reading import lots, read


def test_each_row_is_a_lot() -> None:
    statement = read("""
        symbol,display_name,date,cost,quantity,value,gain
        EXTF,Example ETF,2021-03-04,100.50,2,120.00,19.50
    """)

    assert statement.broker == "wealthfront"
    assert lots(statement) == [("", "EXTF", "2", "100.50", "2021-03-04")]
