# ruff: noqa: E501  (rows are as wide as in the files)
"""eToro: unsigned dollars, contracts for difference among shares, French thousands beside English."""

from tests.importers.formats.european_files import gains, ignored, lots, moved, read


def test_the_activity_of_an_account_is_unsigned_and_its_contracts_are_no_shares() -> None:
    statement = read("""
        Date,Type,Details,Amount,Units,Realized Equity Change,Realized Equity,Balance,Position ID,Asset type,NWA
        05/03/2024 15:37:16,Open Position,OAK/USD,49.88,0.337209,0.00,"4,581.91",0.00,11,Stocks,0.00
        06/03/2024 15:30:40,Position closed,OAK/USD,"1,018.43",0.102626,7.37,"4,581.91",0.00,12,Stocks,0.00
        07/03/2024 00:10:33,Dividend,ELM/EUR,0.17,-,0.17,"4,581.91",99.60,13,Stocks,0.00
        08/03/2024 13:09:09,Withdraw Request,-,-100.11,-,-100.11,"4,581.91",0.00,-,,0.00
        08/03/2024 13:09:09,Withdrawal Conversion Fee,-,-1.36,-,0.00,"4,581.91",0.00,-,,0.00
        18/05/2020 04:09:41,Open Position,OAK/USD," 1 200,00 ",65.35," 0,00 "," 1 757,95 "," 1 157,95 ",14,CFD," 0,00 "
        19/05/2020 00:51:22,Overnight fee,Daily,"(0,31)",-,"(0,31)"," 1 791,84 "," 1 091,84 ",14,CFD," 0,00 "
        20/05/2020 01:31:04,Overnight refund,Daily," 0,21 ",-," 0,21 "," 1 903,87 "," 1 303,87 ",14,CFD," 0,00 "
        """)
    assert moved(statement) == [
        "2024-03-05 buy OAK 0.337209 for -49.88 USD",
        "2024-03-06 sell OAK -0.102626 for 1018.43 USD",
        "2024-03-07 dividend ELM for 0.17 USD",
        "2024-03-08 withdrawal for -100.11 USD",
        "2024-03-08 fee for -1.36 USD",
        "2020-05-18 other OAK 65.35 for 1200.00 USD",
        "2020-05-19 fee for -0.31 USD",
        "2020-05-20 fee for 0.21 USD",
    ]


def test_closed_positions_are_realised_gains_in_both_layouts() -> None:
    before = read("""
        Position ID,Action,Amount,Units,Open Date,Close Date,Leverage,Spread,Profit,Open Rate,Close Rate,Take profit rate,Stop lose rate,Rollover Fees and Dividends,Copied From,Type,ISIN,Notes
        11,Buy Oak Timber, 12.60 ,0.427700,04/11/2022 13:31:25,21/12/2022 15:49:30,1, 0.00 , 0.70 , 29.46 , 31.07 , 0.00 , 0.00 , 0.00 ,,Stocks,US0000000019,
        """)
    since = read("""
        Position ID,Action,Long / Short,Amount,Units / Contracts,Open Date,Close Date,Leverage,Spread Fees (USD),Market Spread (USD),Profit(USD),Profit(EUR),FX rate at open (USD),FX rate at close (USD),Open Rate,Close Rate,Take profit rate,Stop loss rate,Overnight Fees and Dividends,Copied From,Type,ISIN,Notes
        11,Buy Oak Timber,Long,12.60,0.427700,04/11/2022 13:31:25,21/12/2022 15:49:30,1,0.00,0.66,0.70,0.60,1,1,29.46,31.07,0.00,0.00,0.00,,Stocks,US0000000019,
        """)
    told = "US0000000019 0.427700 of 2022-11-04, sold 2022-12-21: cost 12.60, gain 0.70 USD"
    assert gains(before) == gains(since) == [told]
    assert before.gains[0].instrument.name == "Oak Timber"


def test_open_positions_are_lots_and_contracts_are_none() -> None:
    statement = read("""
        Open Positions
        Position ID,Action,Amount,Units,Open Rate,Current Rate,Spread,Profit(USD),Open Date,Take Profit Rate,Stop Loss Rate,Rollover Fees and Dividends,Copied From,Type,ISIN,Notes
        11,Buy Oak Timber,150.00,3.0,50.00,52.00,0.0,6.00,01/09/2024 12:00:00,0.0,0.0,0.0,-,Stocks,US0000000019,-
        12,Sell Elm Works,80.00,2.0,40.00,41.00,0.0,-2.00,02/09/2024 12:00:00,0.0,0.0,0.0,-,CFD,NL0000000028,-
        """)
    assert lots(statement) == ["US0000000019 3.0 of 2024-09-01 cost 150.00 USD"]
    assert ignored(statement) == ["name of a sheet", "contract for difference, no holding"]
