"""Merrill: several registrations in one table, options by a code of its own, parentheses."""

from pathlib import Path

from tests.importers.formats.us_files import gains, happened, held, lots, read, read_file

HOLDINGS = """\

"COB Date","Security #","Symbol","CUSIP #","Security Description","Account Nickname",\
"Account Registration","Account #","Quantity","Price ($)","Value ($)","Unrealized Gain/Loss ($)"
"2/9/2026","977G3","IIAXX","55499U915","A BANK, NA RASP","--","IRA-Edge","AA-11111",\
"2,486.98","1.00","2,486.98","--"
"2/9/2026","OLTK2","OAK#B1326C425000","--","CALL OAK   425.00 EXP 02-13-26","--","IRA-Edge",\
"AA-11111","(3)","4.55","(1,365.00)","202.05"
"2/9/2026","74K38","OAK","88160R101","OAK TIMBER CO","Ours","CMA","BB-22222",\
"500","417.32","208,660.00","96,347.46"
"""


def test_holdings_of_several_accounts() -> None:
    statement = read(HOLDINGS)
    assert held(statement) == [
        "AA-11111: IIAXX (cash) 2486.98 = 2486.98 cost None",
        "AA-11111: OAK#B1326C425000 -3 = -1365.00 cost None",
        "BB-22222: OAK 500 = 208660.00 cost None",
    ]
    assert [one.instrument.kind for one in statement.positions] == [None, "option", None]
    assert statement.positions[2].instrument.cusip == "88160R101"
    assert str(statement.as_of) == "2026-02-09"
    assert not statement.breaks


def test_with_a_day_of_purchase_the_rows_are_lots() -> None:
    statement = read(
        """\
"COB Date","Symbol","CUSIP #","Security Description","Account #","Acquisition Date","Quantity",\
"Price ($)","Value ($)","Cost Basis ($)"
"2/9/2026","OAK","88160R101","OAK TIMBER CO","AA-11111","3/4/2019","1,000","2.00","2,000.00","900.5"
"2/9/2026","OAK","88160R101","OAK TIMBER CO","AA-11111","--","10","2.00","20.00","--"
"""
    )
    assert lots(statement) == [
        "AA-11111: OAK 1000 of 2019-03-04 cost 900.5",
        "AA-11111: OAK 10 of None cost None",
    ]


def test_the_page_saved_as_a_table() -> None:
    statement = read(
        """\
, "IRRA-Edge 43X-40L72" ,"Value" ,"Day's Value Change" ,"Unrealized Gain/Loss"
"" ,"$10.45" ,"$0.00 0.00%" ,"+$2.45 +54.75%"
""
"Symbol " ,"Description" ,"Quantity" ,"Value" ,"Unrealized Gain/Loss $ Chg % Chg" ,"Price"
"OAK" ,"OAK TIMBER CO" ,"5" ,"$1,480.76" ,"+$983.36 +197.80%" ,"$259.68"
"Money accounts" ,"" ,"" ,"$48.45" ,"" ,""
"Balances" ,"" ,"" ,"$1,529.21" ,"" ,""
""
"""
    )
    assert held(statement) == [
        "43X-40L72: OAK 5 = 1480.76 cost None",
        "43X-40L72: CASH (cash) None = 48.45 cost None",
    ]
    assert statement.accounts[0].name == "IRRA-Edge"


ROWS = [
    # Description 1, Description 2, symbol, quantity, amount; what it is
    ("Purchase ", "OAK", "OAK", "25", "(3,211.38)", "buy OAK 25 for -3211.38"),
    ("Sale ", "OAK", "OAK", "-25", "10,947.25", "sell OAK -25 for 10947.25"),
    ("Option Sale ", "CALL", "OAK#B1326C425000", "-3", "15", "sell OAK#B1326C425000 -3 for 15"),
    ("Option Expired", "PUT", "OAK#N0626D13000", "1", "0.00", "buy OAK#N0626D13000 1 for 0.00"),
    ("Foreign Dividend", "OAK", "OAK", "--", "1,272.44", "dividend OAK None for 1272.44"),
    ("Depository Bank (ADR) Fee", "OAK", "OAK", "--", "(10.35)", "fee OAK None for -10.35"),
    ("Foreign Tax Withholding", "OAK", "OAK", "--", "(40.79)", "tax OAK None for -40.79"),
    ("Bank Interest", "A DEPOSIT", "990286916", "--", "85.00", "interest 990286916"),
    ("Interest", "0.04 DIV/INT REINVEST", "IIAXX", "0.04", "0.00", "reinvestment IIAXX"),
    ("Deposit", "A BANK, NA RASP", "IIAXX", "19", "(19.00)", "sweep IIAXX (cash) 19 for -19.00"),
    ("Withdrawal", "A BANK", "--", "--", "(4,000.00)", "withdrawal - None for -4000.00"),
    ("Direct Deposit", "AN EMPLOYER", "--", "--", "1,520.60", "deposit - None for 1520.60"),
    ("Transfer / Adjustment", "CASH", "--", "--", "(1.00)", "transfer_out - None for -1.00"),
]


def test_its_words_for_what_happened() -> None:
    header = (
        '"Trade Date","Settlement Date","Pending/Settled","Account #","Type","Description 1 ",'
        '"Description 2","Symbol/CUSIP #","Quantity","Price ($)","Amount ($)"'
    )
    cells = [
        ("3/9/2026", "3/10/2026", "Settled", "AA-11111", "Other", *row[:4], "--", row[4])
        for row in ROWS
    ]
    statement = read("\n".join((header, *(",".join(f'"{c}"' for c in row) for row in cells))))
    assert not statement.breaks
    for row, found in zip(ROWS, happened(statement), strict=True):
        assert found.startswith(f"2026-03-09 {row[5]}")


def test_realised_gains() -> None:
    statement = read(
        """\
"Account #","Security","Security Description","Quantity","Acquisition Date",\
"Acquisition Cost ($)","Liquidation Date","Liquidation Amount ($)","Gain/Loss ($)"
"AA-11111","OAK","OAK TIMBER CO","10","1/2/2020","100.00","2/3/2021","150.00","50.00"
"""
    )
    assert gains(statement) == [
        "AA-11111: OAK 10 of 2020-01-02, sold 2021-02-03: 150.00 - 100.00 = 50.00 (None) "
    ]


def test_a_download_as_a_person_had_it(shared_dir: Path) -> None:
    statement = read_file(shared_dir / "imports" / "other" / "merrill_edge.csv")
    assert statement.broker == "merrill"
    assert (len(statement.positions), len(statement.breaks)) == (1, 0)
