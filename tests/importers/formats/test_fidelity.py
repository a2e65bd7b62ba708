"""Fidelity: core positions, numbers for bonds, blank lines before and disclaimers after."""

from pathlib import Path

import pytest

from tests.importers.formats.us_files import (
    gains,
    held,
    ignored,
    lots,
    read,
    read_file,
)

DISCLAIMER = """
"The data and information in this spreadsheet is provided to you solely for your use, and more."
"informational purposes only, and is not intended to provide advice, nor should it be construed"

"Brokerage services are provided by somebody LLC, 1 Some Street. Custody by another"
"Financial Services LLC. Both are companies and members of many things."

Date downloaded 10/10/2026 10:07 am
"""

POSITIONS = (
    """\
Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,\
Today's Gain/Loss Dollar,Percent Of Account,Cost Basis Total,Average Cost Basis,Type
Z11,Joint,SPAXX**,HELD IN MONEY MARKET,,,$200.21,,2.00%,,,Cash,
Z11,Joint,31657XXX4,A BANK CD 4.5% 05/05/27,5000,$99.949,"$4,997.45",n/a,50.00%,n/a,n/a,Cash,
Z11,Joint, -OAK260424C40,OAK APR 24 2026 $40 CALL,-1,$3.10,-$310.00,-$9,-1%,-$400.00,$4.00,Margin,
Z11,Joint,Pending Activity,,,,"$1,201.00",,,,,,
222,Brokeragelink - 401K,OAK,OAK TIMBER CO,1.5,$10.00,$15.00,-$7.67,99.99%,$9.01,$6.01,Cash,
222,Brokeragelink - 401K,31617E471,TARGET 2050 POOL,100,$10.00,"$1,000.00",+$1.00,9%,--,--,,
"""
    + DISCLAIMER
)


def test_several_accounts_in_one_table() -> None:
    statement = read(POSITIONS)
    assert held(statement) == [
        "Z11: SPAXX (cash) None = 200.21 cost None",
        "Z11: 31657XXX4 5000 = 4997.45 cost None",
        "Z11: -OAK260424C40 -1 = -310.00 cost -400.00",
        "222: OAK 1.5 = 15.00 cost 9.01",
        "222: 31617E471 100 = 1000.00 cost None",
    ]
    assert ignored(statement) == ["header", "pending activity", "disclaimer", "download stamp"]
    assert [(one.id, one.name) for one in statement.accounts] == [
        ("Z11", "Joint"),
        ("222", "Brokeragelink - 401K"),
    ]
    assert str(statement.as_of) == "2026-10-10"
    assert not statement.breaks


LAYOUTS = {
    "of 2018, name and number in one column": (
        "Account Name/Number,Symbol,Description,Quantity,Last Price,Current Value,"
        "Cost Basis Per Share,Cost Basis Total,Type\n"
        'X1,OAK,OAK TIMBER CO,100,$10.00,"$1,000.00",$9.00,$900.00,Cash\n',
        "X1: OAK 100 = 1000.00 cost 900.00",
    ),
    "of a customer who left the quantity out": (
        "Account number,Account name,Symbol,Description,CUSIP,Current value,Security type\n"
        'X1,Joint,OAK,OAK TIMBER CO,123456789,"$1,000.00",Stock\n',
        "X1: OAK None = 1000.00 cost None",
    ),
    "of a customer who left the value out": (
        "Account Number,Account Name,Symbol,Description,Quantity,Average Cost Basis\n"
        "X1,Joint,OAK,OAK TIMBER CO,100,$9.50\n",
        "X1: OAK 100 = None cost 950.00",
    ),
    "with a row for what is pending, and totals": (
        "Account Number,Account Name,Symbol,Description,Quantity,Current Value\n"
        "X1,Joint,OAK,OAK TIMBER CO,100,$(20.00)\n"
        "X1,Joint,PENDING,Pending Activity,,\n"
        '"",,**Total**,,,\n',
        "X1: OAK 100 = -20.00 cost None",
    ),
    "of the trading desktop, an average cost alone": (
        "Symbol,Quantity,Last,$ Avg Cost,Value\nOAK,100,10,9.5,1000\n",
        ": OAK 100 = 1000 cost 950.0",
    ),
}


@pytest.mark.parametrize(("text", "row"), LAYOUTS.values(), ids=LAYOUTS)
def test_other_layouts_of_positions(text: str, row: str) -> None:
    statement = read(text)
    assert statement.broker == "fidelity"
    assert held(statement) == [row]
    assert not statement.breaks


def test_the_average_cost_of_a_contract_is_not_its_cost() -> None:
    statement = read("Symbol,Quantity,Last,$ Avg Cost,Value\nOAK260227P15,-1,0.78,1.5,-78\n")
    assert held(statement) == [": OAK260227P15 -1 = -78 cost None"]


def test_lots() -> None:
    statement = read(
        """\
Account Name,Symbol,Description,Acquired,Term,Total Gain/Loss,Current Value,Quantity,\
Average Cost Basis,Cost Basis Total
Joint,OAK,OAK TIMBER CO,Mar-15-2020,Long,"$6,000.00","$18,000.00",50.000,$240.00,"$12,000.00"
Joint,OAK,OAK TIMBER CO,--,--,--,"$1,000.00",5.000,--,--
"""
    )
    assert lots(statement) == [
        "Joint: OAK 50.000 of 2020-03-15 cost 12000.00",
        "Joint: OAK 5.000 of None cost None",
    ]


def test_a_closed_position_has_its_number_beside_its_symbol() -> None:
    statement = read(
        """\
Symbol(CUSIP),Security Description,Quantity,Date Acquired,Date Sold,Proceeds,Cost Basis,\
Short Term Gain/Loss,Long Term Gain/Loss
OAK(009066101),"OAK TIMBER CO",30.00000,08/04/2022,08/17/2022,"$3,621.38 ","$3562.51 ","$58.87 ",-
ELM220414C35.5(5835689CU),"CALL ELM",2.0,04/05/2020,04/12/2022,"$60.00 ","$32.00 ",-,"$28.00 "
"""
    )
    assert gains(statement) == [
        ": OAK 30.00000 of 2022-08-04, sold 2022-08-17: 3621.38 - 3562.51 = 58.87 (None) short",
        ": ELM220414C35.5 2.0 of 2020-04-05, sold 2022-04-12: 60.00 - 32.00 = 28.00 (None) long",
    ]
    assert statement.gains[0].instrument.cusip == "009066101"


def test_a_statement_as_a_table_has_its_account_on_a_line_of_its_own() -> None:
    statement = read(
        """\
Account Type,Account,Beginning mkt Value,Change in Investment,Ending mkt Value
Mine,U12340000,0.,-83.800,28295.80


Symbol/CUSIP,Description,Quantity,Price,Beginning Value,Ending Value,Cost Basis

U12340000
Stocks

OAK,OAK TIMBER CO ,200.8724,141.06000,28295.80,28335.06,28295.80
Subtotal of Stocks,,,,,28335.06,28295.80,,,,

U12340000
Core Account
QPIFQ,DEPOSIT AT A BANK q,0.61000,1.00000,0.61,0.61,not applicable
Subtotal of Core Account,,,,,0.61,,,,,
"""
    )
    assert held(statement) == [
        "U12340000: OAK 200.8724 = 28335.06 cost 28295.80",
        "U12340000: QPIFQ (cash) 0.61000 = 0.61 cost None",
    ]
    assert not statement.breaks


def test_the_stock_plan_does_not_say_whose_stock() -> None:
    statement = read(
        """\
Date acquired,Quantity,Cost basis,Cost basis/share,Value,Gain/loss,Grant date,Share source,Holding
May-15-2023,4.0000,"1,235.88",308.97,1491.88,256.00,-,DO,Long
,
The values are displayed in USD
"""
    )
    assert lots(statement) == [": EMPLOYER STOCK 4.0000 of 2023-05-15 cost 1235.88"]
    assert ignored(statement) == ["header", "empty", "currency"]


def test_sold_stock_of_the_plan_has_html_in_its_header() -> None:
    statement = read(
        """\
Date acquired,Quantity,<span style="color: rgb(0,0,51);">Date sold or transferred</span>,\
Proceeds,Cost basis,Gain/loss,Term
MAY/15/2023,10.0000,JAN/28/2025,4458.29,3089.70,1368.59,LONG
,
The values are displayed in USD
"""
    )
    assert gains(statement) == [
        ": EMPLOYER STOCK 10.0000 of 2023-05-15, sold 2025-01-28:"
        " 4458.29 - 3089.70 = 1368.59 (None) long"
    ]


SHARED = {"positions_2023.csv": (9, 0), "lots_2026_layout.csv": (0, 1)}


@pytest.mark.parametrize("name", SHARED)
def test_a_download_as_a_person_had_it(shared_dir: Path, name: str) -> None:
    statement = read_file(shared_dir / "imports" / "fidelity" / name)
    assert (len(statement.positions), len(statement.lots)) == SHARED[name]
    assert statement.broker == "fidelity"
    assert not statement.breaks
