# ruff: noqa: E501  (rows are as wide as in the files)
"""Brokers of the United Kingdom: pence, SEDOLs, debit and credit, free shares."""

from tests.importers.formats.european_files import held, ignored, moved, read


def test_hargreaves_lansdown_prices_in_pence_and_says_by_a_letter_what_was_traded() -> None:
    statement = read("""
        Transaction Summary, , , ,
        Client Name:,A Person, , ,
        Client Number:,1234567, , ,
        Valuation as at,09-08-2024 16:40, , ,

        Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£),
        "04/04/2024","04/04/2024","MANAGE FEE","To A/C 01","n/a","n/a","-4.05"
        "09/03/2024","09/03/2024","INTEREST","Interest From 10/02/2024","n/a","n/a","3.87"
        "25/02/2024","27/02/2024","S302087055","Elm Works plc Ordinary 2p 1000 @  250.00","250.000","1,000","2,488.05"
        "24/02/2024","26/02/2024","B302087054","Elm Works plc Ordinary 2p 1500 @  240.00","240.000","1,500","-3,611.95"
        "24/02/2024","24/02/2024","FPC","Receipt Pay By Bank","n/a","n/a","50,000.00"
        """)
    assert moved(statement) == [
        "2024-04-04 fee for -4.05 GBP",
        "2024-03-09 interest for 3.87 GBP",
        "2024-02-25 sell Elm Works plc Ordinary 2p -1000 @ 2.500 for 2488.05 GBP",
        "2024-02-24 buy Elm Works plc Ordinary 2p 1500 @ 2.400 for -3611.95 GBP",
        "2024-02-24 deposit for 50000.00 GBP",
    ]
    assert [account.id for account in statement.accounts] == ["1234567"]
    assert str(statement.as_of) == "2024-08-09"


def test_hargreaves_lansdown_holdings_have_pence_and_pounds() -> None:
    statement = read("""
        HL Stocks & Shares ISA, , , ,
        Client Number:, 1234567, , ,
        Spreadsheet created at,18-09-2024 19:11, , ,

        Stock value:,"12,247.70", , ,
        Total cash:,"250.00", , ,
        Amount available to invest:,"250.00", , ,
        Total value:,"12,497.70", , ,

        Code,Stock,Units held,Price (pence),Value (£),Cost (£),Gain/loss (£),Gain/loss (%)
        B00000A,World Equity Index Accumulation *1,"10.5","92,477","9,710.09","8,000.00","1,710.09","21.38"
        ELM,Elm Works plc Ordinary 2p,"1,000","253.761","2,537.61","3,000.00","-462.39","-15.41"
        ,Totals,,,"12,247.70","11,000.00","1,247.70","11.34"
        """)
    assert held(statement) == [
        "CASH (cash) = 250.00 GBP",
        "B00000A 10.5 = 9710.09 GBP (cost 8000.00) @ 924.77",
        "ELM 1000 = 2537.61 GBP (cost 3000.00) @ 2.53761",
    ]
    assert statement.positions[1].instrument.name == "World Equity Index Accumulation"
    assert ignored(statement)[-1] == "total"


def test_interactive_investor_writes_its_mark_twice_and_two_columns_of_money() -> None:
    statement = read(
        """
        \ufeffDate,Settlement Date,Symbol,Sedol,Quantity,Price,Description,Reference,Debit,Credit,Running Balance
        26/06/2024,28/06/2024,ELM,B00000A,3903,£5.38,3903 ELM WORKS  Del    5.38 S Date 28/06/24,ref,n/a,"£20,992.65","£21,832.39"
        26/06/2024,30/06/2024,OAK,B00000B,5168,£1.92422,5168 OAK TIMB  Del    1.92 S Date 30/06/24,ref,"£9,998.15",n/a,"£4,834.90"
        13/02/2024,13/02/2024,n/a,n/a,n/a,n/a,GROSS INTEREST,n/a,n/a,£1.32,£1.32
        30/12/2024,30/12/2024,OAK,B00000B,n/a,n/a,Div OAK TIMBER,REF5,n/a,£41.36,£44.72
        10/08/2024,12/08/2024,n/a,n/a,9484.0,£0.5858,"9484 AUSTRALIAN DOLLAR   .58 S Date 12/08/24",REF1,"£5,555.87",n/a,"£55,540.83"
        11/08/2024,12/08/2024,n/a,n/a,n/a,n/a,2024/25 ISA Subscription,REF1,n/a,£100.00,£155.00
        """.replace("\ufeff", "")
    )
    assert moved(statement) == [
        "2024-06-26 sell ELM -3903 @ 5.38 for 20992.65 GBP",
        "2024-06-26 buy OAK 5168 @ 1.92422 for -9998.15 GBP",
        "2024-02-13 interest for 1.32 GBP",
        "2024-12-30 dividend OAK for 41.36 GBP",
        "2024-08-10 conversion for -5555.87 GBP",
        "2024-08-11 deposit for 100.00 GBP",
    ]


def test_a_price_that_ends_in_p_is_in_pence() -> None:
    statement = read("""
        Symbol,Name,Qty,Price,Market Value £,Book Cost
        ELM,Elm Works,2,"32,997.50p",£659.95,£600.00
        """)
    assert held(statement) == ["ELM 2 = 659.95 GBP (cost 600.00) @ 329.975"]


def test_aj_bell_has_the_ticker_in_the_name() -> None:
    statement = read("""
        Investment,Quantity,Price,Value (£),Cost (£),Change (£),Date,Time
        "World UCITS ETF (LSE:WLDU)","100","171.54","17,154.00","15,000.00","2,154.00","25-May-24","17:54"
        "Cash GBP","","","72.47","","","25-May-24","17:54"
        """)
    assert held(statement) == [
        "WLDU 100 = 17154.00 GBP (cost 15000.00) @ 171.54",
        "CASH (cash) = 72.47 GBP",
    ]


def test_freetrade_totals_are_unsigned_and_a_free_share_costs_nothing() -> None:
    columns = "Title,Type,Timestamp,Account Currency,Total Amount,Buy / Sell,Ticker,ISIN,Price per Share in Account Currency,Stamp Duty,Quantity,Order ID,FX Fee Amount"
    statement = read(f"""
        {columns}
        Oak,ORDER,2024-01-24T15:16:15.350Z,GBP,96.75,BUY,OAK,US0000000019,23.50,0.00,4.10,O1,0.40
        Elm,ORDER,2024-01-25T15:16:15.350Z,GBP,50.00,SELL,ELM,GB0000000031,10.00,0.00,5,O2,
        Oak,FREESHARE_ORDER,2024-01-26T15:16:15.350Z,GBP,11.04,BUY,OAK,US0000000019,11.04,0.00,1,O3,0.00
        Oak,DIVIDEND,2024-01-27T15:16:15.350Z,GBP,0.31,,OAK,US0000000019,,,11.5,,0.00
        Top up,TOP_UP,2024-01-28T15:16:15.350Z,GBP,1000.00,,,,,,,,
        Withdrawal,WITHDRAWAL,2024-01-28T15:16:15.350Z,GBP,10.00,,,,,,,,
        January Statement,MONTHLY_STATEMENT,2024-02-01T00:00:00.000Z,,,,,,,,,,
        """)
    assert moved(statement) == [
        "2024-01-24 buy OAK 4.10 @ 23.50 for -96.75 GBP, fee 0.40",
        "2024-01-25 sell ELM -5 @ 10.00 for 50.00 GBP",
        "2024-01-26 transfer_in OAK 1 @ 11.04 GBP",
        "2024-01-27 dividend OAK for 0.31 GBP",
        "2024-01-28 deposit for 1000.00 GBP",
        "2024-01-28 withdrawal for -10.00 GBP",
    ]
    assert ignored(statement) == ["a document, no movement"]


def test_investengine_has_the_isin_in_the_name() -> None:
    statement = read("""
        Security / ISIN,Transaction Type,Quantity,Share Price,Total Trade Value,Trade Date/Time,Settlement Date,Broker
        World ETF / ISIN IE0000000015,Buy,2.699055,£110.79,£299.04,23/12/24 15:18:12,27/12/24,None
        """)
    assert moved(statement) == ["2024-12-23 buy IE0000000015 2.699055 @ 110.79 for -299.04 GBP"]
    assert statement.transactions[0].instrument is not None
    assert statement.transactions[0].instrument.name == "World ETF"
