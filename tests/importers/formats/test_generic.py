"""Tables of nobody's own: our own files, and any table with clear headers."""

import pytest

from tests.importers.reading import broken, gains, ignored, lots, moved, positions, read
from trimtab.importers._catalogue import built_in
from trimtab.importers._recognise import recognise


def test_our_own_lots_are_read_back_with_cash_among_them() -> None:
    statement = read("""
        account,instrument,quantity,basis,acquired
        joint,EXTF,120.5,24310.00,2021-03-04
        joint,OLDX,10,unknown,
        joint,CASH,3500,,
        abroad,CASH:EUR,12.5,,
    """)

    assert lots(statement) == [
        ("joint", "EXTF", "120.5", "24310.00", "2021-03-04"),
        ("joint", "OLDX", "10", "", ""),
    ]
    assert positions(statement) == [
        ("joint", "CASH", "3500", "", ""),
        ("abroad", "CASH", "12.5", "", ""),
    ]
    assert [one.currency for one in statement.positions] == ["", "EUR"]


def test_our_own_trades_are_read_back() -> None:
    statement = read("""
        date,account,instrument,side,quantity,amount,gain,term
        2022-09-24,ira,EXTF,buy,10,1830.00,,
        2022-10-03,joint,EXCO,sell,25,3560.00,-412.50,short
    """)

    assert moved(statement) == [
        ("2022-09-24", "buy", "EXTF", "10", "-1830.00"),
        ("2022-10-03", "sell", "EXCO", "-25", "3560.00"),
    ]


def test_a_table_of_positions_needs_a_symbol_a_quantity_and_what_it_is_worth() -> None:
    statement = read("""
        Account,Ticker,Name,Shares,Price,Market Value,Cost Basis
        IRA,EXTF,Example ETF,10,250.00,"$2,500.00","$1,900.00"
        IRA,EXBD,Example Bonds,20.5,72.10,"$1,478.05",n/a
        Taxable,CASH,Cash,,,500.00,
        Total,,,,,"$4,478.05",
    """)

    assert statement.broker == "generic"
    assert positions(statement) == [
        ("IRA", "EXTF", "10", "2500.00", "1900.00"),
        ("IRA", "EXBD", "20.5", "1478.05", ""),
        ("Taxable", "CASH", "", "500.00", ""),
    ]
    assert ignored(statement) == [(1, "header"), (5, "total")]


def test_a_fund_whose_name_begins_with_total_is_no_total() -> None:
    statement = read("""
        Holding,Ticker,Quantity,Value (USD)
        Total Stock Market Index,EXTF,10,"2,500.00"
        Total,,,"2,500.00"
        Total Value:,,,"2,500.00"
    """)

    assert positions(statement) == [("", "EXTF", "10", "2500.00", "")]
    assert ignored(statement) == [(1, "header"), (3, "total"), (4, "total")]


def test_of_a_history_of_positions_the_last_day_of_each_account_counts() -> None:
    statement = read("""
        Date,Account,Symbol,Quantity,Price,Market Value
        2024-01-31,IRA,EXTF,10,20.00,200.00
        2024-01-31,IRA,GONE,5,20.00,100.00
        2024-02-29,IRA,EXTF,15,21.00,315.00
        2024-01-31,Joint,EXCO,1,40.00,40.00
    """)

    assert positions(statement) == [
        ("IRA", "EXTF", "15", "315.00", ""),
        ("Joint", "EXCO", "1", "40.00", ""),
    ]
    assert ignored(statement) == [(1, "header"), (2, "an earlier day"), (3, "an earlier day")]
    assert str(statement.as_of) == "2024-02-29"


def test_orders_that_were_not_executed_are_no_trades() -> None:
    statement = read("""
        Trade Date,Symbol,Side,Quantity,Price,Status
        2024-03-01,EXCO,Buy,10,50.00,Filled
        2024-03-02,EXCO,Sell,10,60.00,Cancelled
    """)

    assert moved(statement) == [("2024-03-01", "buy", "EXCO", "10", "")]
    assert ignored(statement) == [(1, "header"), (3, "not executed")]


def test_a_table_of_lots_has_a_day_of_purchase_and_unknown_is_unknown() -> None:
    statement = read("""
        Symbol,Quantity,Purchase Date,Purchase Price,Cost Basis,Term
        EXTF,10,2020-03-04,150.00,"1,500.00",Long
        EXTF,5.5,03/25/2021,200.00,,Long
        EXQQ,3,,,,
    """)

    assert lots(statement) == [
        ("", "EXTF", "10", "1500.00", "2020-03-04"),
        ("", "EXTF", "5.5", "1100.000", "2021-03-25"),
        ("", "EXQQ", "3", "", ""),
    ]


def test_a_table_of_trades_says_what_was_done_and_which_way_money_went() -> None:
    statement = read("""
        date,symbol,instrumentType,quantity,activityType,unitPrice,currency,fee,amount,comment
        2024-01-15,EXCO,EQUITY,10,BUY,50,USD,5,505,
        2024-02-01,EXCO,EQUITY,1,DIVIDEND,0.75,USD,0,0.75,
        2024-02-15,,,1,DEPOSIT,1,USD,0,1000.00,
        2024-03-15,,,1,WITHDRAWAL,1,USD,0,500.00,
        2024-04-15,EXCO,EQUITY,5,SELL,60,USD,4,296,
        2024-05-01,EXCO,EQUITY,2,TRANSFER_IN,60,USD,,,
        2024-05-02,EXCO,EQUITY,4,STOCK_SPLIT,,USD,,,
    """)

    assert moved(statement) == [
        ("2024-01-15", "buy", "EXCO", "10", "-505"),
        ("2024-02-01", "dividend", "EXCO", "1", "0.75"),
        ("2024-02-15", "deposit", "", "1", "1000.00"),
        ("2024-03-15", "withdrawal", "", "1", "-500.00"),
        ("2024-04-15", "sell", "EXCO", "-5", "296"),
        ("2024-05-01", "transfer_in", "EXCO", "2", ""),
        ("2024-05-02", "split", "EXCO", "4", ""),
    ]


def test_true_twins_stay_two_and_damaged_rows_are_breaks() -> None:
    statement = read("""
        Statement for account: Example Brokerage 9
        Date,Trade Date,Side,Symbol,Quantity,Per Share Cost,Settle Amount Net,Fee,Currency
        "",2024-02-20,Sell,EXCO,"25","$185.00","4,623.75","1.25",USD
        "",2024-02-20,SOLD,EXCO,"25","$185.00","$4,623.75","$1.25",USD
        "",2024-03-20,,EXCO,"","$180.00","","",USD
        "",not-a-date,Buy,EXCO,"10","$175.00","$1,750.00","",USD
        "",2024-04-14,Bought,EXCO,"abc","$175.00","","",USD
        Total: $21,369.09,,,,,,,,
        *** End of statement ***,,,,,,,,
    """)

    assert moved(statement) == [("2024-02-20", "sell", "EXCO", "-25", "4623.75")] * 2
    assert broken(statement) == [(5, "unknown_action"), (6, "bad_date"), (7, "bad_number")]
    assert [one.id for one in statement.accounts] == ["Example Brokerage 9"]


def test_realised_gains_name_both_days() -> None:
    statement = read("""
        Symbol,Quantity,Date Acquired,Date Sold,Proceeds,Cost Basis,Gain/Loss,Term
        EXCO,5,01/02/2020,02/25/2021,150.00,100.00,50.00,Long
    """)

    assert gains(statement) == [
        ("EXCO", "5", "2020-01-02", "2021-02-25", "150.00", "100.00", "50.00", "long")
    ]


def test_a_day_above_twelve_tells_that_days_stand_first() -> None:
    statement = read("""
        Date,Type,Ticker,Quantity,Price,Amount,Currency
        03/04/2024,BUY,EXCO,1,10,10,GBP
        17/04/2024,SELL,EXCO,1,12,12,GBP
    """)

    assert [row[0] for row in moved(statement)] == ["2024-04-03", "2024-04-17"]


def test_decimal_commas_are_read_as_such() -> None:
    statement = read("""
        Ticker;Name;Quantity;Price;Market Value;Currency
        EXCO;Example Co;1,5;1.000,20;1.500,30;EUR
    """)

    assert positions(statement) == [("", "EXCO", "1.5", "1500.30", "")]


def test_french_headers_and_words_are_known() -> None:
    statement = read("""
        Date d'operation;Date de valeur;Operation;ISIN;Libelle;Quantite;Cours;Montant;Frais;Devise
        15/01/2024;17/01/2024;Achat;XS0000000001;Example Co;25;172,50;"4.312,50";0,99;EUR
        01/03/2024;03/03/2024;Versement;;;;;"5.000,00";;EUR
        05/03/2024;07/03/2024;Prélèvement;;;;;"-1.200,00";;EUR
        Total mouvements: "13.754,20"
    """)

    assert moved(statement) == [
        ("2024-01-15", "buy", "XS0000000001", "25", "-4312.50"),
        ("2024-03-01", "deposit", "", "", "5000.00"),
        ("2024-03-05", "withdrawal", "", "", "-1200.00"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Date,Description,Amount,Balance",
        "Symbol,Quantity",
        "Date,Symbol,Quantity,Price",
        "Name,Street,Town",
        "Symbol,Last,Change,Volume",
    ],
)
def test_a_table_whose_columns_leave_a_doubt_is_nobodys(header: str) -> None:
    row = ",".join("1" for _ in header.split(","))

    assert recognise(f"{header}\n{row}\n", built_in()) is None
