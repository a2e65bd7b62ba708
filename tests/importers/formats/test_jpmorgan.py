"""J.P. Morgan and Chase: wide tables, lots where there is a day of purchase, a sweep account."""

from tests.importers.formats.us_files import happened, held, ignored, lots, read

WIDE = """\
Asset Class,Asset Strategy,Description,Ticker,CUSIP,Quantity,Base CCY,Price,Value,Cost,Unit Cost,\
Acquisition Date,Coupon Rate,As of,Disclaimers-Quantity
"Equity","US Large Cap","OAK TIMBER CO","OAK","922908363","1,273","USD","34.61","44,058.53",\
"44,906.43","35.28","","0","08/31/2026",""
"Equity","US Large Cap","ELM ETF","ELM","922908364","10","USD","3","30.00","20.00","2",\
"03/04/2021","0","08/31/2026",""
"Equity","US Large Cap","ELM ETF","ELM","922908364","5","USD","3","15.00","","",\
"03/05/2021","0","08/31/2026",""
"Cash & Money Market Funds","Cash","US DOLLAR","","0USDPRAA7","16,339.32","USD","1","16,339.32",\
"16,339.32","1","","0","08/31/2026",""
"Cash & Money Market Funds","Funds","A DEPOSIT SWEEP","QACDS","","1.5","USD","1","1.5",\
"1.5","1","","0","08/31/2026",""

FOOTNOTES
 M,"An 'M' in the Quantity field denotes that there is a Memo Quantity."
P,"'P' denotes a trade that's pending settlement."
"""


def test_a_row_with_a_day_of_purchase_is_a_lot() -> None:
    statement = read(WIDE)
    assert held(statement) == [
        ": OAK 1273 = 44058.53 cost 44906.43",
        ": CASH (cash) 16339.32 = 16339.32 cost 16339.32",
        ": QACDS (cash) 1.5 = 1.5 cost 1.5",
    ]
    assert lots(statement) == [
        ": ELM 10 of 2021-03-04 cost 20.00",
        ": ELM 5 of 2021-03-05 cost None",
    ]
    assert ignored(statement) == ["header", "footnote"]
    assert str(statement.as_of) == "2026-08-31"
    assert not statement.breaks


def test_a_customer_may_leave_most_columns_out() -> None:
    statement = read(
        """\
Asset Class,Description,Ticker,CUSIP,Quantity,Price,Value,As of
Equity,OAK TIMBER CO,OAK,922908363,320,693.86,"222,035.2",07/11/2026
FOOTNOTES,,,,,,,
P,This order is pending settlement.,,,,,,
"""
    )
    assert held(statement) == [": OAK 320 = 222035.2 cost None"]
    assert not statement.breaks


def test_activity_and_the_sweep_account() -> None:
    statement = read(
        """\
Trade Date,Post Date,Settlement Date,Account Name,Account Number,Type,Description,Cusip,Ticker,\
Price USD,Quantity,Amount USD,Commissions USD
"7/28/2026","7/28/2026","7/29/2026","Ours","...6000","Sell","OAK","1","OAK","5","318","1590.00","1"
"7/24/2026","7/24/2026","","Ours","...6000","Reinvest","OAK","1","OAK","5","3.79462","-19.8",""
"7/21/2026","7/21/2026","","Ours","...6000","REC","OAK TIMBER CO","1","OAK","0","318","",""
"7/21/2026","7/21/2026","","Ours","...6000","WDL","DEPOSIT SWEEP","","QACDS","0","-8.2","8.2",""
"7/20/2026","7/20/2026","","Ours","...6000","BNK","BANKLINK ACH PUSH 1","","","0","0","-20",""
"7/20/2026","7/20/2026","","Ours","...6000","Dividend","OAK CASH DIV","1","OAK","0","0","19.24",""
"7/20/2026","7/20/2026","","Ours","...6000","QQQ","SOMETHING NEW","","","0","0","-1",""
"""
    )
    assert happened(statement) == [
        "2026-07-28 sell OAK -318 for 1590.00",
        "2026-07-24 reinvestment OAK 3.79462 for -19.8",
        "2026-07-21 transfer_in OAK 318 for None",
        "2026-07-21 sweep QACDS (cash) -8.2 for 8.2",
        "2026-07-20 withdrawal - 0 for -20",
        "2026-07-20 dividend OAK 0 for 19.24",
    ]
    assert [(one.line, one.reason) for one in statement.breaks] == [(8, "unknown_action")]
    assert [(one.id, one.name) for one in statement.accounts] == [("...6000", "Ours")]
