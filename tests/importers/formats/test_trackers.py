# ruff: noqa: E501  (rows are as wide as in the files)
"""Exports of portfolio trackers, which keep what brokers hold."""

from pathlib import Path

import pytest

from tests.importers.reading import ignored, lots, moved, read


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(
            """
            Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note
            01-09-2021,Account Fee,MANUAL,USD,0,0,fee,49,
            16/09/2021,EXCO,YAHOO,USD,298.58,5,buy,19.00,first
            20220506,EXCO,YAHOO,USD,0.62,5,dividend,0.00,
            """,
            [
                ("2021-09-01", "fee", "Account Fee"),
                ("2021-09-16", "buy", "EXCO"),
                ("2022-05-06", "dividend", "EXCO"),
            ],
            id="Ghostfolio",
        ),
        pytest.param(
            """
            Example Portfolio - All Trades Report between 2019-01-01 and 2021-11-27,,,,,,,,,,,,
            ,,,,,,,,,,,,
            Market,Code,Name,Type,Date,Quantity,Price *,Brokerage *,Currency,Exchange Rate,Value,,Comments
            NASDAQ,EXCO,Example Co,Buy,01/09/2020,10,250,0,USD,1.3,1923.08,All Trades,
            NASDAQ,EXCO,Example Co,Sell,01/11/2020,-5,300,5,USD,1.4,-1071.43,All Trades,
            ,,,,,,,,,,,,
            * Prices and brokerage are specified in market currency.,,,,,,,,,,,,
            """,
            [("2020-09-01", "buy", "EXCO"), ("2020-11-01", "sell", "EXCO")],
            id="Sharesight",
        ),
        pytest.param(
            """
            Event,Date,Symbol,Price,Quantity,Currency,FeeTax,Exchange,FeeCurrency,DoNotAdjustCash,Note
            CASH_IN,1/1/2024,USD,1,50000,USD,0,,USD,FALSE,
            BUY,1/15/2024 0:00,EXCO,150.00,10,USD,7.50,US,USD,FALSE,
            """,
            [("2024-01-01", "deposit", "USD"), ("2024-01-15", "buy", "EXCO")],
            id="Snowball",
        ),
        pytest.param(
            """
            Date,Type,Value,Transaction Currency,Gross Amount,Currency Gross Amount,Exchange Rate,Fees,Taxes,Shares,ISIN,WKN,Ticker Symbol,Security Name,Note
            2026-03-01T00:00,Deposit,"2,000.00",EUR,,,,,,,,,,,
            2026-03-02T09:30,Buy,"-1,005.00",EUR,,,,5.00,,10,XS0000000001,EX0001,EXCO,Example Co,
            2026-03-03,Delivery (Inbound),100.00,EUR,,,,,,1,XS0000000001,EX0001,EXCO,Example Co,
            """,
            [
                ("2026-03-01", "deposit", ""),
                ("2026-03-02", "buy", "EXCO"),
                ("2026-03-03", "transfer_in", "EXCO"),
            ],
            id="Portfolio Performance",
        ),
        pytest.param(
            """
            Datum;Typ;Wert;Buchungswährung;Bruttobetrag;Währung Bruttobetrag;Wechselkurs;Gebühren;Steuern;Stück;ISIN;WKN;Ticker-Symbol;Wertpapiername;Notiz
            2024-01-15T00:00;Einlage;5.000,00;EUR;;;;;;;;;;;
            16.01.2024;Kauf;-1.004,99;EUR;;;;4,99;;10;XS0000000001;EX0001;EXCO;Example Co;
            30.06.2024;Gebühren;-4,90;EUR;;;;;;;;;;;
            """,
            [
                ("2024-01-15", "deposit", ""),
                ("2024-01-16", "buy", "EXCO"),
                ("2024-06-30", "fee", ""),
            ],
            id="Portfolio Performance in German",
        ),
        pytest.param(
            """
            "datetime";"date";"time";"price";"shares";"amount";"tax";"fee";"realizedgains";"type";"broker";"assettype";"identifier";"wkn";"originalcurrency";"currency";"fxrate";"holding";"holdingname"
            "2024-08-02T07:00:00.001Z";"02.08.2024";"09:00:00";28,03;17,83803;500;0;0;;"Buy";"depot";"Security";"XS0000000001";"EX0001";;"EUR";;;"Example ETF"
            """,
            [("2024-08-02", "buy", "XS0000000001")],
            id="Parqet",
        ),
        pytest.param(
            """
            Date,Way,Base amount,Base currency (name),Base type,Quote amount,Quote currency,Exchange,Sent/Received from,Sent to,Fee amount,Fee currency (name),Broker,Notes
            2023-05-08 15:00:00-04:00,BUY,5,EXCO,STOCK,1250,USD,Nasdaq,,,,,shop,
            """,
            [("2023-05-08", "buy", "EXCO")],
            id="Delta",
        ),
        pytest.param(
            """
            Symbol,Current Price,Date,Time,Change,Open,High,Low,Volume,Trade Date,Purchase Price,Quantity,Commission,High Limit,Low Limit,Comment,Transaction Type
            EXCO,63.1,2026/09/02,16:00 EDT,0.56,62.29,63.52,61.45,1,20250303,20.33,25.0,3.03,,,,BUY
            """,
            [("2025-03-03", "buy", "EXCO")],
            id="Yahoo with types",
        ),
    ],
)
def test_trackers_exports_are_transactions(text: str, rows: list[tuple[str, ...]]) -> None:
    statement = read(text)

    assert [row[:3] for row in moved(statement)] == rows
    assert not statement.breaks


def test_yahoos_portfolio_has_lots_and_symbols_that_are_only_watched() -> None:
    statement = read("""
        Symbol,Current Price,Date,Time,Change,Open,High,Low,Volume,Trade Date,Purchase Price,Quantity,Commission,High Limit,Low Limit,Comment
        EXCO,91.455,2023/10/03,13:32 EDT,-1.22,92.07,92.3,91.26,952010,20231002,89.0,10.0,,,,
        EXWT,13.96,2023/10/03,13:32 EDT,-1.2,15.16,15.48,13.64,22495,,,,,,,
    """)

    assert lots(statement) == [("", "EXCO", "10.0", "890.00", "2023-10-02")]
    assert ignored(statement) == [(1, "header"), (3, "watched, not held")]


def test_wealthfolios_holdings_are_those_of_the_last_day() -> None:
    statement = read("""
        date,symbol,quantity,price,currency
        2024-03-31,EXCO,50,171.48,USD
        2024-03-31,$CASH,5000,,USD
        2024-06-30,EXCO,55,210.62,USD
        2024-06-30,$CASH,3200,,USD
    """)

    assert [(one.instrument.symbol, str(one.quantity)) for one in statement.positions] == [
        ("EXCO", "55"),
        ("CASH", "3200"),
    ]
    assert str(statement.as_of) == "2024-06-30"


def test_a_trackers_real_file_keeps_its_twins(shared_dir: Path) -> None:
    text = (shared_dir / "imports" / "other" / "wf_duplicates.csv").read_text()
    statement = read(text)

    assert statement.broker == "generic"
    assert len(statement.transactions) == 11
    assert not statement.breaks
