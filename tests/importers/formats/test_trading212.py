# ruff: noqa: E501  (rows are as wide as in the files)
"""Trading 212: unsigned totals, prices and fees in other currencies, splits by words."""

import pytest

from tests.importers.formats.european_files import broken, moved, read

HEADER = "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,Result,Currency (Result),Total,Currency (Total),Withholding tax,Currency (Withholding tax),Notes,ID,Currency conversion fee,Currency (Currency conversion fee),Finra fee,Currency (Finra fee)"

ROWS = {
    "Market buy,2024-03-05 14:30:03.613,US0000000019,OAK,Oak,2.5000000000,50.00,USD,1.09,,EUR,115.00,EUR,,,,E1,0.17,EUR,,": "buy OAK 2.5000000000 for -115.00 EUR, fee 0.17",
    "Limit sell,2024-03-05 14:30:03,GB0000000031,ELM,Elm,3.0000000000,250.00,GBX,,1.00,GBP,7.50,GBP,,,,E2,,,,": "sell ELM -3.0000000000 @ 2.50 for 7.50 GBP",
    "Market sell,2024-03-05 14:30:03,US0000000019,OAK,Oak,1.0000000000,51.00,USD,1.09,1.00,EUR,46.60,EUR,,,,E3,0.07,EUR,0.01,USD": "sell OAK -1.0000000000 for 46.60 EUR",
    "Dividend (Dividends paid by us corporations),2024-03-05 12:05:25,US0000000019,OAK,Oak,2.5000000000,0.23,USD,Not available,,,0.45,EUR,0.08,USD,,,,,,": "dividend OAK 2.5000000000 for 0.45 EUR",
    "Dividend adjustment,2024-03-05 12:05:25,,,,,,,,,,-0.01,EUR,,,Oak,A1,,,,": "dividend for -0.01 EUR",
    "Deposit,2024-03-05 11:45:06.326,,,,,,,,,,31.00,EUR,,,Transaction ID: X,D1,,,,": "deposit for 31.00 EUR",
    "Withdrawal,2024-03-05 11:45:06,,,,,,,,,,250,EUR,,,,W1,,,,": "withdrawal for -250 EUR",
    "Withdrawal,2024-03-05 11:45:06,,,,,,,,,,-250,EUR,,,,W1,,,,": "withdrawal for -250 EUR",
    "Interest on cash,2024-03-05 11:45:06,,,,,,,,,,0.01,EUR,,,,I1,,,,": "interest for 0.01 EUR",
    "Lending interest,2024-03-05 11:45:06,,,,,,,,,,0.02,EUR,,,,I2,,,,": "interest for 0.02 EUR",
    "Card debit,2024-03-05 11:45:06,,,,,,,,,,-4.30,EUR,,,,C1,,,,": "withdrawal for -4.30 EUR",
    "Result adjustment,2024-03-05 11:45:06,,,,,,,,,,-0.75,EUR,,,,R1,,,,": "withdrawal for -0.75 EUR",
    "Currency conversion,2024-03-05 11:45:06,,,,,,,,,,,,,,0.01 GBP -> 0.01 EUR,F1,,,,": "conversion",
    "Stock split open,2024-03-05T07:00:00+00:00,US0000000019,OAK,Oak,25.0000000000,5.00,EUR,,,,125.00,EUR,,,,S1,,,,": "split OAK 25.0000000000 @ 5.00 EUR",
    "Stock split close,2024-03-05T07:00:00+00:00,US0000000019,OAK,Oak,2.5000000000,50.00,EUR,,,,125.00,EUR,,,,S2,,,,": "split OAK -2.5000000000 @ 50.00 EUR",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_it_was(row: str) -> None:
    statement = read(f"{HEADER}\n{row}\n")
    assert statement.format == "trading212_history"
    assert [line.replace("2024-03-05 ", "") for line in moved(statement)] == [ROWS[row]]


def test_a_fee_in_another_currency_makes_the_sum_of_fees_unknown() -> None:
    row = next(row for row in ROWS if row.endswith("0.01,USD"))
    (sale,) = read(f"{HEADER}\n{row}\n").transactions
    assert sale.fee is None


def test_the_header_of_2020_names_the_currency_of_the_account() -> None:
    statement = read("""
        Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,Result (GBP),Total (GBP),Withholding tax,Currency (Withholding tax),Charge amount (GBP),Stamp duty reserve tax (GBP),Notes,ID
        Market buy,2020-06-24 14:33:50,GB0000000031,ELM,Elm,4.0000000000,2.50,GBP,1,,10.05,,,,0.05,,124
        """)
    assert moved(statement) == [
        "2020-06-24 buy ELM 4.0000000000 @ 2.50 for -10.05 GBP, fee 0.05",
    ]


def test_a_row_whose_cells_slipped_is_a_break() -> None:
    statement = read(
        f"{HEADER}\nStock distribution,2024-03-05 14:46:06,US0000000019,OAK,Oak,,EOF27002,11.05,0.00,,,0.00,EUR,,,,,,,,\n"
    )
    assert broken(statement) == [(2, "bad_number")]
