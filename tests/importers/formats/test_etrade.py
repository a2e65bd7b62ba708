"""E*TRADE: lots dated where a symbol would stand, and options under their share's symbol."""

from pathlib import Path

import pytest

from tests.importers.formats.us_files import (
    gains,
    happened,
    held,
    ignored,
    lots,
    read,
    read_file,
)

SUMMARY = """\
Account Summary
Account,Net Account Value,Total Gain $,Total Gain %,Day's Gain Unrealized $,Available For Withdrawal
"Our Trust (-7070) -7070",100000.00,5000.00,5.0,120.00,90000.00


View Summary - All Positions
Filters applied:
Symbol,Security type(s),Sort by,Sort order,
,All,Symbol,Asc,

"""


def test_a_lot_is_dated_where_its_symbol_would_be() -> None:
    statement = read(
        SUMMARY
        + """\
Symbol,Qty #,Value $,Total Cost
OAK,100.0000,1500.0000,1200.0000
     01/05/2022,40.0000,600.0000,480.0000
     --,60.0000,900.0000,--
ELM,5.0000,700.0000,650.0000
     12/31/21,5.0000,700.0000,650.0000
CASH,,12.20,

Generated at Feb 14 2023 03:12 PM ET"""
    )
    assert held(statement) == [
        "7070: OAK 100.0000 = 1500.0000 cost 1200.0000",
        "7070: ELM 5.0000 = 700.0000 cost 650.0000",
        "7070: CASH (cash) None = 12.20 cost None",
    ]
    assert lots(statement) == [
        "7070: OAK 40.0000 of 2022-01-05 cost 480.0000",
        "7070: OAK 60.0000 of None cost None",
        "7070: ELM 5.0000 of 2021-12-31 cost 650.0000",
    ]
    assert ignored(statement) == ["preamble", "account", "preamble", "header", "download stamp"]
    assert statement.accounts[0].name == "Our Trust (-7070)"
    assert str(statement.as_of) == "2023-02-14"
    assert not statement.breaks


def test_without_lots_the_cost_is_what_was_paid_for_each() -> None:
    statement = read(
        SUMMARY
        + """\
Symbol,Last Price $,Change $,Quantity,Price Paid $,Total Gain %,Value $
OAK,200.50,-4.31,10,180.25,14.3953,2005.000
CASH,,,,,,.00,
TOTAL,,,,1802.50,14.4,2005.00
"""
    )
    assert held(statement) == [
        "7070: OAK 10 = 2005.000 cost 1802.50",
        "7070: CASH (cash) None = 0.00 cost None",
    ]
    assert ignored(statement)[-2:] == ["header", "total"]


def test_a_cost_for_one_unit_says_nothing_of_contracts_and_bonds() -> None:
    statement = read(
        SUMMARY
        + """\
Symbol,Last Price $,Quantity,Price Paid $,Value $
OAK Mar 20 '26 $110 Put,1.0,-1,2.0,-100
912828XX1,99.5,1000,98.0,995.00
"""
    )
    assert held(statement) == [
        "7070: OAK Mar 20 '26 $110 Put -1 = -100 cost None",
        "7070: 912828XX1 1000 = 995.00 cost None",
    ]


def test_the_older_history() -> None:
    statement = read(
        """\
For Account:,####7070

TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,Description

04/05/23,Sold,EQ,OAK,-2,202.19,101.1,0.02,OAK TIMBER CO
12/31/19,Dividend,MF,ELMX,5.834,-81.33,0,0,ELM FUND               REINVEST PRICE $ 13.94
12/31/19,Dividend,MF,ELMX,0,81.33,0,0,ELM FUND               L/T CAPITAL GAIN
02/01/23,Transfer,UNKNOWN, ,0,-500,0,0,ACH WITHDRAWAL                REFID:1;
"""
    )
    assert happened(statement) == [
        "2023-04-05 sell OAK -2 for 202.19",
        "2019-12-31 reinvestment ELMX 5.834 for -81.33",
        "2019-12-31 dividend ELMX 0 for 81.33",
        "2023-02-01 withdrawal - 0 for -500",
    ]
    assert statement.accounts[0].id == "7070"


def test_the_newer_history_names_an_option_in_its_text_alone() -> None:
    statement = read(
        """\
All Transactions Activity Types

Account Activity for Our Trust (-7070) -7070 from 2024-05-03 to 2026-05-03

Total:,-40452.83

Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,Cusip,\
Quantity #,Price $,Amount $,Commission,Category,Note
02/18/26,02/18/26,02/19/26,Sold Short,PUT  OAK    02/27/26   260.000,OAK,--,-1.0,2,212,0.51,--,--
02/27/26,02/27/26,02/28/26,Expired,PUT  OAK    02/27/26   260.000,OAK,--,1.0,0,0,0,--,--
04/22/26,04/22/26,04/21/26,Stock Split,ELM SPLIT RATIO  6:1,ELM,--,256.39,,0.0,0.0,--,--
04/13/26,04/13/26,04/13/26,Online Transfer,ACH WITHDRAWL  REFID:1;,--,--,,,-1000.0,0.0,--,--
03/15/26,03/15/26,03/16/26,Bought,OAK TIMBER CO,OAK,037833100,10.0,150.0,-1500.0,0.0,--,--
05/01/26,05/01/26,04/30/26,Dividend Reinvestment,2.1 ELM REINVEST,ELM,--,2.1,1.0,-2.1,0,--,--
03/01/26,03/01/26,03/01/26,Qualified Dividend,OAK DIVIDEND,OAK,037833100,,,75.50,0.0,--,--
"""
    )
    assert happened(statement) == [
        "2026-02-18 sell PUT OAK 02/27/26 260.000 -1.0 for 212",
        "2026-02-27 buy PUT OAK 02/27/26 260.000 1.0 for 0",
        "2026-04-22 split ELM 256.39 for 0.0",
        "2026-04-13 withdrawal - None for -1000.0",
        "2026-03-15 buy OAK 10.0 for -1500.0",
        "2026-05-01 reinvestment ELM 2.1 for -2.1",
        "2026-03-01 dividend OAK None for 75.50",
    ]
    assert [one.instrument and one.instrument.kind for one in statement.transactions[:2]] == [
        "option",
        "option",
    ]
    assert statement.accounts[0].id == "7070"
    assert ignored(statement) == ["preamble", "banner", "total", "header"]


def test_the_stock_plan_says_what_each_grant_cost() -> None:
    statement = read(
        """\
Record Type,Symbol,Plan Type,Date Acquired,Sellable Qty.,Est. Market Value,Grant Number,\
Est. Cost Basis (per share):
Grant,OAK,Rest. Stock,22-SEP-2023,10,"$2,594.30",00146549,$207.87
Overall Total,,,,,"$2,594.30",,
"""
    )
    assert lots(statement) == [": OAK 10 of 2023-09-22 cost 2078.70"]
    assert ignored(statement) == ["header", "total"]


def test_two_sales_of_one_order_stay_two() -> None:
    statement = read(
        """\
Record Type,Symbol,Plan Type,Quantity,Date Acquired,Adjusted Cost Basis,Date Sold,Total Proceeds,\
Adjusted Gain/Loss,Order Number
Summary,,,12,,,,"$2,028.00",,
Sell,OAK,RS,6,09/22/2020,"$1,000.00",04/06/2026,"$1,014.00",$14.00,7
Sell,OAK,RS,6,09/22/2020,"$1,000.00",04/06/2026,"$1,014.00",$14.00,7
"""
    )
    assert gains(statement) == 2 * [
        ": OAK 6 of 2020-09-22, sold 2026-04-06: 1014.00 - 1000.00 = 14.00 (None) "
    ]


def test_the_sales_of_a_symbol_stand_below_their_sum() -> None:
    statement = read(
        """\
Account Summary
Account,Start Date,End  Date,Symbol,Security Type,Covered,Term
"Our Trust -7070",01/01/2025,12/31/2025,OAK,Equity,Covered,Long

TAXABLE G&L DETAILS
Symbol,Quantity,Date,Cost/Share $,Total Cost $,Date,Proceeds $,Gain $,Deferred Loss $,Term
OAK,3,--,--,1500.00,--,1650.00,150.00,15.00,Long
     Sell,1,03/10/2023,500.00,500.00,01/20/2025,550.00,50.00,15.00,Long,
     Sell,2,03/11/2023,500.00,1000.00,01/20/2025,1100.00,100.00,.00,Long,
Total,,,,,0,,600.00,25.00,
"""
    )
    assert gains(statement) == [
        "7070: OAK 1 of 2023-03-10, sold 2025-01-20: 550.00 - 500.00 = 50.00 (15.00) long",
        "7070: OAK 2 of 2023-03-11, sold 2025-01-20: 1100.00 - 1000.00 = 100.00 (0.00) long",
    ]
    assert ignored(statement)[-3:] == ["header", "sum of a symbol", "total"]


def test_a_download_as_a_person_had_it(shared_dir: Path) -> None:
    statement = read_file(shared_dir / "imports" / "etrade" / "PortfolioDownload_with_lots.csv")
    assert (len(statement.positions), len(statement.lots)) == (2, 3)
    assert [one.acquired is None for one in statement.lots] == [False, False, True]
    assert not statement.breaks


@pytest.mark.parametrize("word", ["Zorbing", ""])
def test_a_word_that_nobody_knows_is_a_break(word: str) -> None:
    statement = read(
        "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price\n"
        f"04/05/23,{word},EQ,OAK,2,202.19,101.1\n"
    )
    assert [one.reason for one in statement.breaks] == ["unknown_action"]
