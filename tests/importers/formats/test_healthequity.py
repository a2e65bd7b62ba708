# ruff: noqa: E501  (rows are as wide as in the files)
"""HealthEquity's health savings account: balances, purchases and cash are files of their own."""

from tests.importers.reading import ignored, moved, positions, read


def test_balances_are_positions() -> None:
    statement = read("""
        "Fund","Name","Shares (#)","Closing Price","Closing Value"
        "EXIDX","EXAMPLE INDEX FUND","10.474","198.86","2,082.86"
    """)

    assert statement.broker == "healthequity"
    assert positions(statement) == [("", "EXIDX", "10.474", "2082.86", "")]


def test_a_dividend_has_bought_shares_and_a_purchase_counts_once() -> None:
    funds = read("""
        "Date","Fund","Category","Description","Price","Amount","Shares","Total Shares","Total Value"
        "2016-01-19","EXIDX","Buy","Investment: EXIDX","$171.92","$300.00","1.745","1.745","$300.00"
        "2016-03-16","EXIDX","Dividend","Investment: EXIDX","$185.71","$10.40","0.056","1.801","$334.46"
    """)
    cash = read("""
        "Date","Transaction","Amount","Cash Balance"
        "2016-01-15","Employer Contribution (Tax year: 2016)","$800.00","$800.00"
        "2016-01-16","Investment: EXIDX","($300.00)","$500.00"
    """)

    assert moved(funds) == [
        ("2016-01-19", "buy", "EXIDX", "1.745", "-300.00"),
        ("2016-03-16", "reinvestment", "EXIDX", "0.056", "-10.40"),
    ]
    assert moved(cash) == [("2016-01-15", "deposit", "", "", "800.00")]
    assert ignored(cash) == [(1, "header"), (3, "counted with the investments")]
