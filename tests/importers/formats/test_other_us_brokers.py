"""Firstrade, tastytrade, TD Ameritrade, M1 and Ally: what is particular to each."""

from tests.importers.formats.us_files import gains, happened, held, ignored, lots, read


def test_firstrade_has_options_without_a_symbol() -> None:
    statement = read(
        """\
Symbol,Quantity,Price,Action,Description,TradeDate,SettledDate,Interest,Amount,Commission,Fee,\
CUSIP,RecordType
OAK,-1,700,SELL,OAK TIMBER CO,2026-05-02,2026-05-05,0,698.95,1,0.05,922908363,Trade
,1.00,5.50,BUY,CALL OAK   01/17/25    150    OAK TIMBER,2025-01-10,,0,-550.02,0,0,,Trade
OAK,0,,Dividend,OAK CASH DIV,2026-05-03,2026-05-03,0,70,0,0,922908363,Financial
,0,,Other,Wire Funds Received,2026-04-01,2026-04-01,0,1500.00,0,0,,Financial
,0,,Other,TFR from Type 1,2026-05-05,2026-05-05,0,-0.10,0,0,,Financial
"""
    )
    assert happened(statement) == [
        "2026-05-02 sell OAK -1 for 698.95",
        "2025-01-10 buy CALL OAK 01/17/25 150 1.00 for -550.02",
        "2026-05-03 dividend OAK 0 for 70",
        "2026-04-01 deposit - 0 for 1500.00",
        "2026-05-05 transfer_out - 0 for -0.10",
    ]
    assert str(statement.transactions[0].fee) == "1.05"


def test_tastytrade_says_the_total_after_fees() -> None:
    statement = read(
        """\
Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,\
Commissions,Fees,Order #,Total,Currency
2026-04-02T06:46:35-0700,Trade,Buy to Close,BUY_TO_CLOSE,OAK   260417C00110000,Equity Option,\
Bought 2,-124.00,2,-62.00,0.00,-0.25,7,-124.25,USD
2024-05-31T14:42:13+0100,Money Movement,Deposit,,,,A deposit,"1,000.00",0,,0.00,0.00,,"1,000.00",USD
"""
    )
    assert happened(statement) == [
        "2026-04-02 buy OAK 260417C00110000 2 for -124.25",
        "2024-05-31 deposit - 0 for 1000.00",
    ]


def test_tastytrade_without_a_total_says_the_value_before_fees() -> None:
    statement = read(
        """\
Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,\
Commissions,Fees,Multiplier,Order #,Currency
2026-04-02T14:00:00+0000,Trade,Sell to Close,SELL_TO_CLOSE,OAK 260417C00600000,Equity Option,\
Sold 1 OAK,250.00,1,2.50,-1.00,-0.14,100,2,USD
2026-04-03T14:00:00+0000,Receive Deliver,Expiration,,OAK 260417C00600000,Equity Option,\
Removal of option,0.00,1,--,--,0.00,100,,USD
"""
    )
    assert happened(statement) == [
        "2026-04-02 sell OAK 260417C00600000 -1 for 248.86",
        "2026-04-03 other OAK 260417C00600000 1 for 0.00",
    ]
    assert str(statement.transactions[0].fee) == "1.14"


def test_td_ameritrade_ends_its_file() -> None:
    statement = read(
        """\
DATE,TRANSACTION ID,DESCRIPTION,QUANTITY,SYMBOL,PRICE,COMMISSION,AMOUNT,REG FEE
06/11/2021,35,Bought 30 OAK @ 27.71,30,OAK,27.71,0.00,-831.30,
06/12/2021,36,Sold 5 OAK @ 490.045,5,OAK,490.045,0.00,2450.22,0.01
09/24/2021,37,ADR FEE (OAK),,OAK,,,-0.15,
09/25/2021,38,CLIENT REQUESTED ELECTRONIC FUNDING RECEIPT (FUNDS NOW),,,,,6000.00,
***END OF FILE***
"""
    )
    assert happened(statement) == [
        "2021-06-11 buy OAK 30 for -831.30",
        "2021-06-12 sell OAK -5 for 2450.22",
        "2021-09-24 fee OAK None for -0.15",
        "2021-09-25 deposit - None for 6000.00",
    ]
    assert ignored(statement) == ["header", "end of file"]


def test_m1_holdings_may_have_no_cost() -> None:
    statement = read(
        """\
Symbol,Name,Quantity,Avg. Price,Cost Basis,Unrealized Gain ($),Unrealized Gain (%),Value
OAK,Oak Timber,14.83,394.90,"5,857.99","4,727.81",80.71,"10,585.80"
ELM,Elm N.V.,12.53,,,,,245.51
"""
    )
    assert held(statement) == [
        ": OAK 14.83 = 10585.80 cost 5857.99",
        ": ELM 12.53 = 245.51 cost None",
    ]


def test_m1_lots_that_are_closed_are_gains() -> None:
    statement = read(
        """\
"**This data is being provided for general and reference purposes only."
Symbol,Cusip,Acquisition Date,Quantity,Cost Basis,Short/Long Term Holding,Close Date,M1 Tax Lot Id
OAK,922908769,2025-01-02,1,100.00,Long,,1
OAK,922908769,2024-01-02,2,150.00,Long,2025-06-01,2
"""
    )
    assert lots(statement) == [": OAK 1 of 2025-01-02 cost 100.00"]
    assert gains(statement) == [
        ": OAK 2 of 2024-01-02, sold 2025-06-01: None - 150.00 = None (None) long"
    ]


def test_m1_activity_has_no_signs() -> None:
    statement = read(
        """\
Date,Posted Date,Symbol,Description,Transaction Type,Amount,Units,Unit Type,Unit Price,Security Id
"Feb 11, 2019","Feb 11, 2019",,ACH deposit of $250 completed.,TRANSFER,$250.00,--,CURRENCY,--,
"Feb 12, 2019","Feb 13, 2019",OAK,2.5 shares purchased.,PURCHASED,$100.00,2.5,SHARES,$40.00,X
"Jun 8, 2019","Jun 7, 2019",,ACH withdrawal of $1 completed.,TRANSFER,$1.00,--,CURRENCY,--,
"""
    )
    assert happened(statement) == [
        "2019-02-11 deposit - None for 250.00",
        "2019-02-12 buy OAK 2.5 for -100.00",
        "2019-06-08 withdrawal - None for -1.00",
    ]


def test_ally_names_an_option_in_its_text() -> None:
    statement = read(
        "Date\tActivity\tQty\tSym\tDescription\tPrice\tCommission\tFees\tAmount\n"
        "03/28/2025\tSold To Close\t-1\tOAK Put\tOAK Apr 04 2025 475.00 Put\t$10.04\t$0.50\t$0.07"
        "\t$1,003.43\n"
    )
    assert happened(statement) == ["2025-03-28 sell OAK Apr 04 2025 475.00 Put -1 for 1003.43"]
    assert str(statement.transactions[0].fee) == "0.57"
