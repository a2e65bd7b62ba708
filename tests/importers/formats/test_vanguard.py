# ruff: noqa: E501  (rows are as wide as in the files)
"""Vanguard's files: the one download with up to four tables, cost basis, and realised gains."""

from pathlib import Path

from tests.importers.reading import broken, gains, ignored, lots, moved, positions, read

DOWNLOAD = """
    Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,
    11112222,EXAMPLE BOND ETF,BOND,12.000,71.10,853.20,
    11112222,Vanguard Federal Money Market Fund,VMFXX,30.5,1.0,30.50,

    33334444,U S TREASURY NOTE 1.5 02/15/35,null,4000,98.20,3928.00,
    33334444,CASH,,,,12.10,



    Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,Shares,Share Price,Principal Amount,Commission Fees,Net Amount,Accrued Interest,Account Type,
    11112222,05/02/2024,05/03/2024,Buy,Buy,EXAMPLE BOND ETF,BOND,2.0,71.00,-142.0,0.0,-142.0,0.0,Cash,
    11112222,2024-05-06,2024-05-06,Sweep out,Sweep Out Of Settlement Fund,VANGUARD FEDERAL MONEY MARKET FUND,,0.0,1.0,142.0,0.0,142.0,0.0,Cash,
    33334444,05/07/2024,05/07/2024,Capital gain (LT),Long-Term Capital Gains Distribution,EXAMPLE FUND,EXFDX,0.0,1.0,8.4,0.0,8.4,0.0,Cash,
    33334444,05/07/2024,05/07/2024,Reinvestment (LT gain),Reinvestment,EXAMPLE FUND,EXFDX,0.4,21.00,-8.4,0.0,-8.4,0.0,Cash,
    33334444,05/08/2024,05/08/2024,Corp Action (Cash in Lieu),Cash in lieu,EXAMPLE CO,EXCO,0.0,0.0,3.1,0.0,3.1,0.0,Cash,


    Plan Number,Plan Name,Fund Name,Shares,Price,Total Value,
    090909,EXAMPLE CO. 401(K) PLAN,Example Stock Index Trust,7.250,40.00000000,290.00,


    Account Number,Trade Date,Run Date,Transaction Activity,Transaction Description,Investment Name,Share Price,Transaction Shares,Dollar Amount,
    090909,05/09/2024,05/09/2024,1234,Plan Contribution,Example Stk Ix Tr,40.0,1.250,50.00,
    090909,05/10/2024,05/10/2024,1234,Plan Initiated TransferOut,Example Stk Ix Tr,40.0,0.250,10.00,


"""


def test_one_download_has_brokerage_and_plan_tables_each_with_its_own_header() -> None:
    statement = read(DOWNLOAD)

    assert statement.broker == "vanguard"
    assert positions(statement) == [
        ("11112222", "BOND", "12.000", "853.20", ""),
        ("11112222", "VMFXX", "30.5", "30.50", ""),
        ("33334444", "U S TREASURY NOTE 1.5 02/15/35", "4000", "3928.00", ""),
        ("33334444", "CASH", "", "12.10", ""),
        ("090909", "Example Stock Index Trust", "7.250", "290.00", ""),
    ]
    assert moved(statement) == [
        ("2024-05-02", "buy", "BOND", "2.0", "-142.0"),
        ("2024-05-06", "sweep", "CASH", "0.0", "142.0"),
        ("2024-05-07", "dividend", "EXFDX", "0.0", "8.4"),
        ("2024-05-07", "reinvestment", "EXFDX", "0.4", "-8.4"),
        ("2024-05-08", "sell", "EXCO", "0.0", "3.1"),
        ("2024-05-09", "buy", "Example Stk Ix Tr", "1.250", "-50.00"),
        ("2024-05-10", "sell", "Example Stk Ix Tr", "-0.250", "10.00"),
    ]
    assert [one.instrument.is_cash for one in statement.positions] == [
        *(False, True, False, True, False)
    ]
    assert {(one.id, one.name) for one in statement.accounts} == {
        ("11112222", ""),
        ("33334444", ""),
        ("090909", "EXAMPLE CO. 401(K) PLAN"),
    }
    assert not statement.breaks


def test_fund_accounts_and_529_plans_have_a_layout_of_their_own() -> None:
    statement = read("""
        Fund Account Number,Fund Name,Price,Shares,Total Value
        123456789-01,Example Enrollment 2040 Portfolio,$9.45,100.5,$949.73

        Account Number,Trade Date,Process Date,Transaction Type,Transaction Description,Investment Name,Share Price,Shares,Gross Amount,Net Amount
        123456789-01,06/30/2023,06/30/2023,Contribution AIP,Contribution AIP,Example Enrollment 2040 Portfolio,$9.51,10.5152,$100,$100
        123456789-01,07/03/2023,07/03/2023,Qualified w/d Bene,Qualified w/d Bene,Example Enrollment 2040 Portfolio,$9.50,1.0526,$10,$10
    """)

    name = "Example Enrollment 2040 Portfolio"
    assert positions(statement) == [("123456789-01", name, "100.5", "949.73", "")]
    assert moved(statement) == [
        ("2023-06-30", "buy", name, "10.5152", "-100"),
        ("2023-07-03", "sell", name, "-1.0526", "10"),
    ]


def test_a_value_that_is_no_number_is_a_break_of_its_row_alone() -> None:
    statement = read("""
        Fund Account Number,Fund Name,Price,Shares,Total Value,
        0001-11112222,Example Fund,10.00,5,50.00,
        0002-11112222,Other Fund,10.00,6,Total 60.00,
    """)

    assert len(statement.positions) == 1
    assert broken(statement) == [(3, "bad_number")]
    assert "'Total 60.00'" in statement.breaks[0].text


def test_lots_carry_their_day_in_the_header_and_an_average_has_no_day_of_purchase() -> None:
    statement = read("""
        This report is generated for informational purposes only.
        Account,Symbol/CUSIP,Description,Acquired date,Cost basis method,Quantity,Cost per share,Total cost,"Market value as of 02/03/2026 09:15 AM, ET","Short term gain loss as of 02/03/2026 09:15 AM, ET","Long term gain loss as of 02/03/2026 09:15 AM, ET","Total gain loss as of 02/03/2026 09:15 AM, ET",Covered/Non-covered,Percent gain loss
        55556666,ETFX,Example ETF,03/15/2020,FIFO,50.0000,20.00,1000.00,1500.00, - ,500.00,500.00,Covered,50.00%
        55556666,FNDX,Example Fund,Various,AvgCost,12.5000,8.00,100.00,120.00,5.00,15.00,20.00,Non-covered,20.00%
        55556666,GONE,Sold Out,01/02/2021,FIFO,0.0000,1.00,0.00,0.00, - , - , - ,Covered,0%
    """)

    assert lots(statement) == [
        ("55556666", "ETFX", "50.0000", "1000.00", "2020-03-15"),
        ("55556666", "FNDX", "12.5000", "100.00", ""),
    ]
    assert [one.covered for one in statement.lots] == [True, False]
    assert str(statement.as_of) == "2026-02-03"
    assert ignored(statement) == [
        (1, "disclaimer"),
        (2, "header"),
        (5, "nothing held"),
    ]


def test_realised_gains_of_short_and_long_terms_stand_in_two_columns() -> None:
    statement = read("""
        Account,Symbol/CUSIP,Description,Date acquired,Date sold,Event,Cost basis method,Quantity,Total cost,Proceeds,Short term gain/loss,Long term gain/loss,Total gain/loss,Covered/Non-covered
        55556666,ETFX,Example ETF,03/15/2020,06/01/2023,Sell,SpecID,5.0000,100.00,150.00, - ,50.00,50.00,Covered
        55556666,FNDX,Example Fund,Various,06/02/2023,Sell,AvgCost,2.0000,20.00,15.00,-5.00, - ,-5.00,Covered
    """)

    assert gains(statement) == [
        ("ETFX", "5.0000", "2020-03-15", "2023-06-01", "150.00", "100.00", "50.00", ""),
        ("FNDX", "2.0000", "", "2023-06-02", "15.00", "20.00", "-5.00", ""),
    ]


UK_CASH = """
    Date,Details,Amount,Balance
    08/03/2022,Deposit for investment purchases,2000,2000
    09/03/2022,"Bought 1,550 Example ETF - Distributing (EXTF)",-1498.20,501.80
    10/03/2022,Bought .9232 Example Equity Index Fund - Accumulation,-400,101.80
    09/04/2022,DIV: EXTF.XLON.GB @ GBP 0.04,62.00,163.80
    10/04/2022,Reversal of DIV: EXTF.XLON.GB @ GBP 0.04,-62.00,101.80
    23/08/2022,Payment by Faster - One-off withdrawal Faster,-1.80,100
    Balance,100
"""


def test_in_the_united_kingdom_the_words_tell_what_was_bought() -> None:
    statement = read(UK_CASH)

    assert moved(statement) == [
        ("2022-03-08", "deposit", "", "", "2000"),
        ("2022-03-09", "buy", "EXTF", "1550", "-1498.20"),
        ("2022-03-10", "buy", "Example Equity Index Fund - Accumulation", "0.9232", "-400"),
        ("2022-04-09", "dividend", "EXTF", "", "62.00"),
        ("2022-04-10", "dividend", "EXTF", "", "-62.00"),
        ("2022-08-23", "withdrawal", "", "", "-1.80"),
    ]
    assert ignored(statement) == [(1, "header"), (8, "total")]


def test_purchases_that_stand_with_the_cash_too_count_once() -> None:
    bought = """
    Investment Transactions

    Date,InvestmentName,TransactionDetails,Quantity,Price,Cost
    09/03/2022,Example ETF (EXTF),"Bought 1,550 Example ETF (EXTF)",1550,0.96,1498.20
    Cost,1498.20
    """
    both, alone = read(UK_CASH + bought), read(bought.replace("09/03/", "19/03/"))

    assert [row[1] for row in moved(both)].count("buy") == 2
    assert (13, "counted with the cash") in ignored(both)
    assert moved(alone) == [("2022-03-19", "buy", "EXTF", "1550", "-1498.20")]


def test_the_real_download_is_taken_to_the_last_row(shared_dir: Path) -> None:
    folder = shared_dir / "imports" / "vanguard"
    download = read((folder / "ofxdownload_2023.csv").read_text())
    held = read((folder / "lots_2026_layout.csv").read_text())

    assert (len(download.positions), len(download.transactions)) == (9, 7)
    assert {rule for _, rule in ignored(download)} == {"header"}
    assert len(held.lots) == 1
    assert not download.breaks + held.breaks
