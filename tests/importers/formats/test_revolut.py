"""Revolut: a currency's sign or code in every amount, mixed decimal marks, moves within itself."""

import pytest

from tests.importers.formats.european_files import gains, ignored, moved, read

HEADER = "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency,FX Rate"

ROWS = {
    "OAK,BUY - MARKET,1.63453043,$52.07,$85.11,USD,1.06": (
        "buy OAK 1.63453043 @ 52.07 for -85.11 USD"
    ),
    'OAK,BUY - MARKET,"0,76672417",€26.09,€20,EUR,1': "buy OAK 0.76672417 @ 26.09 for -20 EUR",
    "OAK,SELL - LIMIT,38,USD 132.20,USD 5023.49,USD,1.3": ("sell OAK -38 @ 132.20 for 5023.49 USD"),
    "OAK,DIVIDEND,,,$0.08,USD,1.1": "dividend OAK for 0.08 USD",
    "OAK,DIVIDEND TAX (CORRECTION),,,USD -5.42,USD,1.3": "tax OAK for -5.42 USD",
    ",CUSTODY FEE,,,-$0.01,USD,1.1": "fee for -0.01 USD",
    ",CASH TOP-UP,,,$5.22,USD,1.1": "deposit for 5.22 USD",
    ",CASH WITHDRAWAL,,,-$30.93,USD,1.1": "withdrawal for -30.93 USD",
    "OAK,STOCK SPLIT,0.16431924,,$0,USD,1.1": "split OAK 0.16431924 USD",
    ",TRANSFER FROM REVOLUT BANK UAB TO REVOLUT SECURITIES EUROPE UAB,,,USD 205.48,USD,1": (
        "transfer_in for 205.48 USD"
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_it_was(row: str) -> None:
    statement = read(f"{HEADER}\n2024-03-05T08:23:08.459586Z,{row}\n")
    assert moved(statement) == [f"2024-03-05 {ROWS[row]}"]


def test_shares_that_change_the_company_within_revolut_stay_where_they_are() -> None:
    words = "TRANSFER FROM REVOLUT TRADING LTD TO REVOLUT SECURITIES EUROPE UAB"
    statement = read(f"{HEADER}\n2023-08-06T09:06:58.899860Z,OAK,{words},0.5,,$0,USD,1.1\n")
    assert ignored(statement) == ["moved between Revolut's companies"]


def test_british_days_stand_in_older_files() -> None:
    statement = read(f"{HEADER}\n10/03/2020 17:48:01,,CASH TOP-UP,,,30.00,USD,1.13\n")
    assert moved(statement) == ["2020-03-10 deposit for 30.00 USD"]


def test_the_statement_of_gains_has_two_tables() -> None:
    statement = read("""
        Income from Sells
        Date acquired,Date sold,Symbol,Security name,ISIN,Country,Quantity,Cost basis,Gross proceeds,Gross PnL,Currency
        2024-09-22,2024-09-26,OAK,Oak Timber,US0000000019,US,1,100.00,110.00,10.00,USD

        Other income & fees
        Date,Symbol,Security name,ISIN,Country,Gross amount,Withholding tax,Net Amount,Currency
        2024-10-24,OAK,Oak Timber dividend,US0000000019,US,2.04,€0.30,€1.74,EUR
        """)  # noqa: E501
    assert gains(statement) == ["OAK 1 of 2024-09-22, sold 2024-09-26: cost 100.00, gain 10.00 USD"]
    assert moved(statement) == ["2024-10-24 dividend OAK for 1.74 EUR"]


def test_crypto_has_its_currency_in_the_amounts() -> None:
    statement = read("""
        Symbol,Type,Quantity,Price,Value,Fees,Date
        BTC,Buy,0.00056077,"89,162.28 SEK",50.00 SEK,0.00 SEK,"May 5, 2020, 10:10:57 PM"
        BTC,Sell,0.00027963,"€35,761.54",€10.00,€0.24,"Mar 8, 2022, 2:08:54 PM"
        BTC,Send,0.00056077,"137,211.36 SEK",76.94 SEK,0.00 SEK,"Nov 9, 2020, 3:50:00 AM"
        ETH,Stake,0.18,"24,185.66 SEK","4,493.77 SEK",0.00 SEK,"Feb 2, 2024, 11:03:12 AM"
        """)
    assert moved(statement) == [
        "2020-05-05 buy BTC 0.00056077 @ 89162.28 for -50.00 SEK",
        "2022-03-08 sell BTC -0.00027963 @ 35761.54 for 10.00 EUR, fee 0.24",
        "2020-11-09 transfer_out BTC -0.00056077 @ 137211.36 SEK",
    ]
    assert ignored(statement) == ["staking moves nothing"]


def test_days_of_the_american_statement_are_american() -> None:
    statement = read("""
        Trade Date,Settle Date,Currency,Activity Type,Symbol / Description,Quantity,Price,Amount
        11/30/2020,11/30/2020,USD,CDEP,Cash Disbursement - Wallet (USD),,,1000.00
        03/05/2021,03/09/2021,USD,BUY,OAK - OAK TIMBER COM,2,50.00,(100.00)
        """)
    assert moved(statement) == [
        "2020-11-30 deposit for 1000.00 USD",
        "2021-03-05 buy OAK 2 @ 50.00 for -100.00 USD",
    ]


def test_the_account_beside_the_investments_pays_fees_besides_amounts() -> None:
    statement = read("""
        Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
        TOPUP,Current,2024-09-16 08:00:00,2024-09-16 08:00:01,"Top-up, from card",250.00,0.00,EUR,COMPLETED,250.00
        EXCHANGE,Current,2024-09-16 09:00:00,2024-09-16 09:00:01,Exchanged to USD,-100.00,0.50,EUR,COMPLETED,149.50
        CARD_PAYMENT,Current,2024-09-17 08:00:00,,A shop,-9.00,0.00,EUR,PENDING,
        TRANSFER,Current,2024-09-18 08:00:00,2024-09-18 08:00:01,To investments,-20.00,0.00,EUR,COMPLETED,129.50
        """)  # noqa: E501
    assert moved(statement) == [
        "2024-09-16 deposit for 250.00 EUR",
        "2024-09-16 conversion for -100.50 EUR, fee 0.50",
        "2024-09-18 withdrawal for -20.00 EUR",
    ]
    assert ignored(statement) == ["not completed"]
