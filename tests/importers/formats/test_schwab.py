"""Charles Schwab: what it titles, totals and leaves out, in the layouts since 2020."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.formats.us_files import (
    gains,
    happened,
    held,
    ignored,
    lots,
    read,
    read_file,
)

POSITIONS_2020 = """\
"Positions for account Trust XXXX-7070 as of 09:15 AM ET, 03/02/2020"

"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type",
"OAK","OAK TIMBER CO","1,200","$10.25","$12,300.00","$9,000.50","Equity",
"ELM","ELM INCOME ETF","0.25","$40.00","$10.00","Incomplete","ETFs & Closed End Funds",
"OAK 06/19/2020 12.50 C","CALL OAK TIMBER CO","-3","$0.10","-$30.00","-$45.00","Option",
"91282CAA0","US TREASUR NT 1.5% 02/15/30","5,000","99.5","$4,975.00","--","Fixed Income",
"SWVXX","SCHWAB VALUE ADVANTAGE","75","$1.00","$75.00","N/A","Cash and Money Market",
"Cash & Cash Investments","--","--","--","$41.07","--","Cash and Money Market",
"Account Total","--","--","--","$17,371.07","$8,955.50","--",
"""


def test_one_account_of_2020() -> None:
    statement = read(POSITIONS_2020)
    assert held(statement) == [
        "XXXX-7070: OAK 1200 = 12300.00 cost 9000.50",
        "XXXX-7070: ELM 0.25 = 10.00 cost None",
        "XXXX-7070: OAK 06/19/2020 12.50 C -3 = -30.00 cost -45.00",
        "XXXX-7070: 91282CAA0 5000 = 4975.00 cost None",
        "XXXX-7070: SWVXX (cash) 75 = 75.00 cost None",
        "XXXX-7070: CASH (cash) None = 41.07 cost None",
    ]
    kinds = [one.instrument.kind for one in statement.positions]
    assert kinds == ["stock", "etf", "option", "bond", None, None]
    assert ignored(statement) == ["banner", "header", "total"]
    assert statement.accounts[0].name == "Trust"
    assert str(statement.as_of) == "2020-03-02"
    assert not statement.breaks


def test_all_accounts_have_a_title_and_a_header_each() -> None:
    statement = read(
        """\
"Positions for All-Accounts as of 10:00 AM ET, 2026/05/04","","","",""
"","","","",""
"Joint Tenant ...808","","","",""
"Symbol","Description","Qty (Quantity)","Mkt Val (Market Value)","Asset Type"
"OAK","OAK TIMBER CO","3","$31.50","Equity"
"Futures Cash","--","--","$0.00","Schwab Futures"
"Futures Positions Market Value","--","--","$0.00","Schwab Futures"
"Positions Total","","--","$31.50","--"
"","","","",""
"Rollover IRA ...909","","","",""
"Symbol","Description","Qty (Quantity)","Mkt Val (Market Value)","Asset Type"
"Cash & Cash Investments","--","--","-$2.10","Cash and Money Market"
"Positions Total","","--","-$2.10","--"
"""
    )
    assert held(statement) == [
        "...808: OAK 3 = 31.50 cost None",
        "...808: CASH (cash) None = 0.00 cost None",
        "...909: CASH (cash) None = -2.10 cost None",
    ]
    assert [(one.id, one.name) for one in statement.accounts] == [
        ("...808", "Joint Tenant"),
        ("...909", "Rollover IRA"),
    ]
    assert not statement.breaks


HEADER = ("Symbol", "Description", "Qty (Quantity)", "Price", "Mkt Val (Market Value)", "Ratings")
ROW = ("OAK", "OAK TIMBER CO", '"1,200"', "$10.25", '"$12,300.00"', "B")


@given(st.permutations(range(len(HEADER))))
def test_a_customer_may_put_the_columns_in_any_order(order: list[int]) -> None:
    title = '"Positions for account Trust ...070 as of 09:15 AM ET, 2026/03/02"'
    table = [",".join(cells[at] for at in order) for cells in (HEADER, ROW)]
    assert held(read("\n".join((title, "", *table)))) == ["...070: OAK 1200 = 12300.00 cost None"]


def test_lots_of_one_symbol_are_named_by_the_title_alone() -> None:
    statement = read(
        """\
"OAK Lot Details for XXXX-7070 as of 02:46 AM ET, 09/25/2020"

"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period",
"08/24/2020 13:22:52","10","$33.89","$34.89","$338.90","$348.90","Short Term",
"--","2","$33.89","--","$67.78","--","--",
"Total","12","--","--","$406.68","$348.90","--",
"""
    )
    assert lots(statement) == [
        "XXXX-7070: OAK 10 of 2020-08-24 cost 348.90",
        "XXXX-7070: OAK 2 of None cost None",
    ]
    assert ignored(statement) == ["banner", "header", "total"]


def test_lots_of_all_accounts() -> None:
    statement = read(
        """\
Account Name,Symbol,Open Date,Quantity,Price,Cost Per Share,Market Value,Cost Basis,Gain/Loss ($)
Trust,OAK,03/15/2021,5,10.25,8,51.25,40,11.25
Roth,OAK,03/16/2021,7,10.25,8,71.75,56,15.75
"""
    )
    assert lots(statement) == [
        "Trust: OAK 5 of 2021-03-15 cost 40",
        "Roth: OAK 7 of 2021-03-16 cost 56",
    ]


ACTIONS = [
    # action, symbol, quantity, amount; what it is
    ("Buy", "OAK", "10", "-$102.50", "buy OAK 10 for -102.50"),
    ("Sell", "OAK", "10", "$102.50", "sell OAK -10 for 102.50"),
    ("Sell Short", "OAK", "10", "$102.50", "sell OAK -10 for 102.50"),
    ("Reinvest Dividend", "OAK", "", "$1.84", "dividend OAK None for 1.84"),
    ("Reinvest Shares", "OAK", "0.0249", "-$1.84", "reinvestment OAK 0.0249 for -1.84"),
    ("Qual Div Reinvest", "OAK", "", "$2.00", "dividend OAK None for 2.00"),
    ("Pr Yr Special Div", "OAK", "", "$2.11", "dividend OAK None for 2.11"),
    ("Long Term Cap Gain Reinvest", "OAK", "", "$2.11", "dividend OAK None for 2.11"),
    ("Bond Interest", "91282CAA0", "", "$6.87", "interest 91282CAA0 None for 6.87"),
    ("Margin Interest", "", "", "-$0.15", "interest - None for -0.15"),
    ("NRA Tax Adj", "OAK", "", "-$2.50", "tax OAK None for -2.50"),
    ("ADR Mgmt Fee", "OAK", "", "-$0.50", "fee OAK None for -0.50"),
    ("Stock Split", "OAK", "9", "", "split OAK 9 for None"),
    ("Stock Div Dist", "OAK", "4", "", "split OAK 4 for None"),
    ("Reverse Split", "890000000", "-1", "", "split 890000000 -1 for None"),
    ("Cash Merger", "OAK", "", "$1000", "symbol_change OAK None for 1000"),
    ("Stock Merger", "OAK", "-100", "", "symbol_change OAK -100 for None"),
    ("Expired", "OAK 06/19/2020 12.50 C", "3", "", "buy OAK 06/19/2020 12.50 C 3 for None"),
    ("Expired", "OAK 06/19/2020 12.50 P", "-1", "", "sell OAK 06/19/2020 12.50 P -1 for None"),
    ("Assigned", "OAK 06/19/2020 12.50 P", "1", "", "other OAK 06/19/2020 12.50 P 1 for None"),
    ("Stock Plan Activity", "OAK", "300", "", "transfer_in OAK 300 for None"),
    ("Journaled Shares", "OAK", "-877", "", "transfer_out OAK -877 for None"),
    ("Journal", "", "", "$123.45", "transfer_in - None for 123.45"),
    ("MoneyLink Transfer", "", "", "-$4,000.00", "withdrawal - None for -4000.00"),
    ("Wire Received", "", "", "$25.00", "deposit - None for 25.00"),
]


@pytest.mark.parametrize(("action", "symbol", "quantity", "amount", "meaning"), ACTIONS)
def test_its_words_for_what_happened(
    action: str, symbol: str, quantity: str, amount: str, meaning: str
) -> None:
    cells = ("05/12/2025 as of 05/09/2025", action, symbol, "WORDS", quantity, "", "$0.02", amount)
    row = ",".join(f'"{cell}"' for cell in cells)
    statement = read(
        f"""\
"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
{row}
"Transactions Total","","","","","","","$1.00"
"""
    )
    assert happened(statement) == [f"2025-05-12 {meaning}"]
    assert str(statement.transactions[0].fee) == "0.02"
    assert ignored(statement) == ["header", "total"]


def test_a_word_that_nobody_knows_is_a_break() -> None:
    statement = read(
        """\
"Transactions  for account Trust ...070 as of 05/03/2023 02:21:05 PM ET"
"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"05/12/2025","Zorbing","OAK","","1","","","$1.00"
"05/11/2025","Buy","OAK","","1,5","","","-$1.00"
"05/10/2025","Buy","OAK","","1","$1.00","","-$1.00"
"""
    )
    assert [(one.line, one.reason) for one in statement.breaks] == [
        (3, "unknown_action"),
        (4, "bad_number"),
    ]
    assert happened(statement) == ["2025-05-10 buy OAK 1 for -1.00"]
    assert statement.accounts[0].id == "...070"


def test_the_bank_account_has_a_column_each_for_in_and_out() -> None:
    statement = read(
        """\
Transactions  for Checking account OPQ as of 12/23/2020 16:00:10 ET
"Date","Type","Check #","Description","Withdrawal (-)","Deposit (+)","RunningBalance"
"Posted Transactions"
"11/13/2020","ACH","","A bank","","$1,500.00","$1,510.00"
"11/12/2020","CHECK","12","Check Paid #12","$34.11","","$10.00"
"11/11/2020","INTADJUST","","Interest Paid","","$0.09","$44.11"
"""
    )
    assert happened(statement) == [
        "2020-11-13 deposit - None for 1500.00",
        "2020-11-12 withdrawal - None for -34.11",
        "2020-11-11 interest - None for 0.09",
    ]
    assert statement.accounts[0].id == "OPQ"
    assert ignored(statement) == ["banner", "header", "caption"]


def test_realised_gains_by_lot_and_account() -> None:
    header = (
        '"Symbol","Name","Closed Date","Opened Date","Quantity","Proceeds","Cost Basis (CB)",'
        '"Gain/Loss ($)","Term","Wash Sale?","Disallowed Loss"'
    )
    statement = read(
        f"""\
"Realized Gain/Loss - Lot Details for All_Accounts as of Tue Mar 03 from 01/01/2026 to 03/03/2026"
"Trust ...070"
{header}
"OAK","OAK CO","02/03/2026","01/02/2025","10","$80","$100","-$20","Long Term","Yes","$5.00"
"Roth ...080"
{header}
"ELM","ELM ETF","02/04/2026","Various","1","$8.00","$3.00","$5.00","Short Term","No",""
"""
    )
    assert gains(statement) == [
        "...070: OAK 10 of 2025-01-02, sold 2026-02-03: 80 - 100 = -20 (5.00) long",
        "...080: ELM 1 of None, sold 2026-02-04: 8.00 - 3.00 = 5.00 (None) short",
    ]
    assert str(statement.as_of) == "2026-03-03"


def test_an_award_is_told_in_the_rows_below_it() -> None:
    statement = read(
        """\
"Date","Action","Symbol","Description","Quantity","FeesAndCommissions","Amount","Type","Shares"
"04/20/2026","Sale","OAK","Share Sale","40","$4.48","$7,538.02","",""
"","","","","","","","RS","30"
"","","","","","","","RS","10"
"04/21/2026","Forced Disbursement","OAK","Debit","","","-$7,538.02","",""
"06/17/2024","Tax Withholding","OAK","Debit","","","-$22.39","",""
"09/27/2023","Deposit","OAK","RS","13.6","","","",""
"08/15/2023","Lapse","OAK","Restricted Stock Lapse","40","","","",""
"""
    )
    assert happened(statement) == [
        "2026-04-20 sell OAK -40 for 7538.02",
        "2026-04-21 withdrawal OAK None for -7538.02",
        "2024-06-17 tax OAK None for -22.39",
        "2023-09-27 transfer_in OAK 13.6 for None",
        "2023-08-15 other OAK 40 for None",
    ]
    assert ignored(statement) == ["header", "award detail"]


SHARED = {
    # file: positions, lots
    "positions_single_2020-09-25.csv": (3, 0),
    "lots_FNDA_2020-09-25.csv": (0, 1),
    "lots_SCHA_2020-09-25.csv": (0, 2),
    "lots_all_accounts_2026_layout.csv": (0, 2),
}


@pytest.mark.parametrize("name", SHARED)
def test_a_download_as_a_person_had_it(shared_dir: Path, name: str) -> None:
    statement = read_file(shared_dir / "imports" / "schwab" / name)
    assert (len(statement.positions), len(statement.lots)) == SHARED[name]
    assert statement.broker == "schwab"
    assert not statement.breaks
