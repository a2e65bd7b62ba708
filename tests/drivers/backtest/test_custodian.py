"""Interest, splits, dividends and instruments that end: what happens without any order."""

from datetime import date
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import backtest, cash, entries, found, lots, run, said, values
from trimtab.drivers.backtest.settings import Dividends
from trimtab.model.entries import EntryKind

HOME = """
    account  instrument  qty  basis   acquired
    joint    VTI         100  10,000  2019-03-04
    joint    cash        1,000
"""

FLAT = """
    date        VTI
    2020-01-02  100
    2020-01-03  100
    2020-01-06  100
"""


def test_a_dividend_is_paid_in_cash_on_its_ex_date_for_what_was_held_on_the_eve():
    result = run(HOME, FLAT, "date instrument dividend\n2020-01-03 VTI 0.505")
    assert cash(result) == {"joint": "1,050.50"}
    assert result.daily.income.tolist() == [0.0, 50.5, 0.0]


def test_a_dividend_buys_more_of_the_same_at_the_close_of_its_ex_date():
    result = run(
        HOME,
        "date VTI\n2020-01-02 100\n2020-01-03 80\n2020-01-06 80",
        "date instrument dividend\n2020-01-03 VTI 0.5",
        dividends=Dividends.REINVEST,
    )
    assert cash(result) == {"joint": "1,000.00"}
    assert lots(result) == [
        "joint 100 VTI 10000 2019-03-04",
        "joint 0.625 VTI 50.00 2020-01-03",
    ]
    assert [lot.reinvested for lot in result.lots] == [False, True]


def test_a_dividend_that_finds_no_price_to_buy_at_stays_in_cash_and_is_told():
    result = run(
        HOME,
        "date VTI BND\n2020-01-02 100 50\n2020-01-03 . 50\n2020-01-06 100 50",
        "date instrument dividend\n2020-01-03 VTI 0.5",
        dividends=Dividends.REINVEST,
    )
    assert cash(result) == {"joint": "1,050.00"}
    assert said(result, "not_reinvested") == [
        "VTI: its dividend of 50.00 in joint on 2020-01-03 stayed in cash: there was no price to "
        "buy at, or it was too small"
    ]


def test_what_is_bought_on_the_ex_date_gets_no_dividend():
    result = run(
        "account instrument qty\njoint cash 10,000",
        FLAT,
        "date instrument dividend\n2020-01-03 VTI 1",
        orders="on account side qty instrument\n2020-01-03 joint buy 50 VTI",
    )
    assert cash(result) == {"joint": "5,000.00"}


def test_a_split_changes_units_and_leaves_basis_days_and_value_alone():
    result = run(
        HOME,
        "date VTI\n2020-01-02 100\n2020-01-03 50",
        "date instrument split\n2020-01-03 VTI 2",
    )
    assert lots(result) == ["joint 200 VTI 10000 2019-03-04"]
    assert values(result) == [11_000.0, 11_000.0]


def test_a_reverse_split_leaves_fractions():
    result = run(
        HOME,
        "date VTI\n2020-01-02 100\n2020-01-03 800",
        "date instrument split\n2020-01-03 VTI 0.125",
    )
    assert lots(result) == ["joint 12.5 VTI 10000 2019-03-04"]


def test_a_dividend_on_the_day_of_a_split_is_per_old_unit():
    result = run(
        HOME,
        "date VTI\n2020-01-02 100\n2020-01-03 50",
        "date instrument dividend split\n2020-01-03 VTI 1 2",
    )
    assert cash(result) == {"joint": "1,100.00"}


def test_a_split_on_a_day_without_a_price_does_not_change_what_is_held_is_worth():
    result = run(
        HOME,
        "date VTI BND\n2020-01-02 100 1\n2020-01-03 . 1\n2020-01-06 51 1",
        "date instrument split\n2020-01-03 VTI 2",
    )
    assert values(result) == [11_000.0, 11_000.0, 11_200.0]


INTEREST = """
    date        VTI
    2020-01-30  100
    2020-01-31  100
    2020-02-03  100
    2020-02-04  100
"""


def test_cash_earns_interest_by_the_days_it_lay_and_gets_it_at_the_months_end():
    test = backtest(
        "account instrument qty\njoint cash 365,000", INTEREST, cash_rate=0.01, review_sessions=21
    )
    paid = entries(test, EntryKind.INTEREST)
    # 30 to 31 January: 1 day of 10 dollars.  To 4 February: 4 days, paid at the backtest's end.
    assert [(one.on, one.postings[0].amount) for one in paid] == [
        (date(2020, 1, 31), Decimal("10.00")),
        (date(2020, 2, 4), Decimal("40.00")),
    ]


def test_interest_is_on_the_cash_that_lay_overnight():
    test = backtest(
        "account instrument qty\njoint cash 365,000",
        INTEREST,
        orders="on account side qty instrument\n2020-01-30 joint buy 3650 VTI",
        cash_rate=0.01,
    )
    assert entries(test, EntryKind.INTEREST) == []


def test_an_overdrawn_account_earns_no_interest():
    result = run(
        "account instrument qty\njoint cash -5,000\nira cash 20,000", INTEREST, cash_rate=0.01
    )
    assert cash(result)["joint"] == "-5,000.00"


ENDS = """
    date        VTI  OLD
    2020-01-02  100  40
    2020-01-03  100  30
    2020-01-06  100  .
    2020-01-07  100  .
    2020-01-08  100  .
"""
TWO = """
    account  instrument  qty  basis  acquired
    joint    OLD         100  5,000  2019-03-04
    ira      OLD         10   .      .
"""


def test_what_has_no_price_for_too_long_is_paid_out_at_its_last_price():
    result = run(TWO, ENDS, forward_fill_sessions_max=2)
    assert lots(result) == []
    assert cash(result) == {"joint": "3,000.00", "ira": "300.00"}
    assert result.tax_years[0].short == Decimal(-2_000)
    assert [finding.subject for finding in found(result, "instrument_ended")] == ["OLD"]
    assert said(result, "instrument_ended")[0].startswith(
        "OLD: has had no price since 2020-01-03; on 2020-01-08 joint was paid 3,000.00 for it, "
        "its last price"
    )


def test_a_gap_within_the_limit_is_valued_at_the_last_price_and_nothing_is_paid_out():
    result = run(TWO, ENDS, forward_fill_sessions_max=3)
    assert lots(result) == ["joint 100 OLD 5000 2019-03-04", "ira 10 OLD None None"]
    assert values(result) == [4_400.0, 3_300.0, 3_300.0, 3_300.0, 3_300.0]


def test_whether_a_price_comes_back_later_does_not_change_the_day_of_the_payout():
    back = ENDS + "    2020-01-09  100  90\n"
    assert values(run(TWO, back, forward_fill_sessions_max=1)) == [4_400.0] + [3_300.0] * 5


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_the_limit_counts_sessions_without_a_price(limit):
    test = backtest(TWO, ENDS, forward_fill_sessions_max=limit)
    days = [entry.on for entry in entries(test, EntryKind.SELL)]
    assert days == [test.market.dates[2 + limit]] * 2
