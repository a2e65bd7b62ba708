"""Money that leaves: withdrawals, taxes and fees, once settled cash covers them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import (
    PLAIN,
    backtest,
    cash,
    entries,
    filled,
    flow,
    found,
    lots,
    run,
    said,
)
from trimtab.model.entries import EntryKind
from trimtab.model.mandate import CashRules

FIRST_ASKED = date(2020, 1, 1)
FLAT = """
    date        VTI
    2020-01-02  100
    2020-01-03  100
    2020-01-06  100
    2020-01-07  100
    2020-01-08  100
"""
HELD = """
    account  instrument  qty  basis   acquired
    joint    VTI         100  10,000  2018-03-01
    joint    cash        500
"""


def paid(test):
    """Withdrawals: the day, the account, the amount."""
    return [
        f"{entry.on} {entry.postings[0].place} {-entry.postings[0].amount:,.2f}"
        for entry in entries(test, EntryKind.WITHDRAWAL)
    ]


def test_a_withdrawal_leaves_on_its_day_where_the_cash_is_there():
    test = backtest(HELD, FLAT, flows=(flow("-300", "2020-01-03"),))
    assert paid(test) == ["2020-01-03 joint 300.00"]
    assert test.result().daily.flow.tolist() == [0, -300, 0, 0, 0]


def test_a_withdrawal_on_a_day_without_a_session_leaves_on_the_next():
    test = backtest(HELD, FLAT, flows=(flow("-300", "2020-01-04"),))
    assert paid(test) == ["2020-01-06 joint 300.00"]


def test_a_withdrawal_has_its_money_raised_before_it_is_due():
    test = backtest(HELD, FLAT, policy="hold", flows=(flow("-2,500", "2020-01-07"),))
    assert paid(test) == ["2020-01-07 joint 2,500.00"]
    assert filled(test.result()) == ["2020-01-02 sell 20 VTI @ 100.0"]


@pytest.mark.parametrize(
    ("sessions", "day"), [(0, "2020-01-02"), (1, "2020-01-03"), (2, "2020-01-06")]
)
def test_what_a_sale_brought_leaves_once_it_has_settled(sessions, day):
    test = backtest(
        HELD,
        FLAT,
        policy="hold",
        settlement_sessions=sessions,
        flows=(flow("-2,500", "2020-01-02"),),
    )
    assert paid(test) == [f"{day} joint 2,500.00"]


def test_sales_that_pay_for_purchases_of_the_day_hold_no_settled_cash_back():
    home = HELD.replace("500", "500")
    orders = """
        on          account  side  qty  instrument
        2020-01-02  joint    sell  50   VTI
        2020-01-02  joint    buy   100  BND
    """
    prices = FLAT.replace("VTI", "VTI BND").replace("  100", "  100 50")
    test = backtest(home, prices, orders=orders, flows=(flow("-500", "2020-01-02"),))
    assert paid(test) == ["2020-01-02 joint 500.00"]


def test_a_withdrawal_from_no_account_in_particular_leaves_the_taxable_one_with_most_cash():
    home = "account instrument qty\njoint cash 500\nown cash 900\nroth cash 5,000"
    test = backtest(home, FLAT, flows=(flow("-1,000", "2020-01-03"),))
    assert paid(test) == ["2020-01-03 own 900.00", "2020-01-03 joint 100.00"]


def test_a_withdrawal_that_cannot_be_paid_is_paid_as_far_as_it_goes_when_patience_ends():
    home = "account instrument qty basis acquired\njoint cash 500\nroth VTI 100 . ."
    test = backtest(
        home,
        FLAT,
        policy="hold",
        withdrawal_patience_sessions=2,
        flows=(flow("-800", "2020-01-03", "joint"),),
    )
    assert paid(test) == ["2020-01-07 joint 500.00"]
    assert said(test.result(), "not_enough_cash") == [
        "withdrawal of 800.00 from joint: only 500.00 could be paid by 2020-01-07, 300.00 is "
        "missing"
    ]


def test_a_withdrawal_that_is_too_large_is_raised_as_far_as_there_is_anything_to_sell():
    home = "account instrument qty basis acquired\njoint VTI 3 300 2018-03-01\njoint cash 500\n"
    home += "roth VTI 100 . ."
    test = backtest(
        home,
        FLAT,
        policy="hold",
        withdrawal_patience_sessions=2,
        flows=(flow("-5,000", "2020-01-03", "joint"),),
    )
    assert paid(test) == ["2020-01-07 joint 800.00"]
    result = test.result()
    assert [fill.account for fill in result.fills] == ["joint"]
    assert said(result, "withdrawal_too_large")[0].startswith(
        "withdrawal of 5,000.00 from joint: is more than is there on 2020-01-02: 792.00 is raised"
    )
    assert said(result, "not_enough_cash") == [
        "withdrawal of 5,000.00 from joint: only 800.00 could be paid by 2020-01-07, 4,200.00 is "
        "missing"
    ]


def test_a_withdrawal_that_is_too_large_does_not_stop_the_household_from_deciding():
    home = "account instrument qty basis acquired\njoint VTI 3 300 2018-03-01\nroth VTI 100 . ."
    result = run(home, FLAT, policy="hold", flows=(flow("-5,000", "2020-01-20", "joint"),))
    assert found(result, "not_decided") == []


def test_a_withdrawal_that_still_waits_at_the_end_is_told():
    home = "account instrument qty basis acquired\njoint cash 500\nroth VTI 100 . ."
    result = run(home, FLAT, policy="hold", flows=(flow("-800", "2020-01-03", "joint"),))
    assert said(result, "still_waiting") == [
        "withdrawal of 800.00 from joint: had not left when the backtest ended on 2020-01-08"
    ]


def test_a_withdrawal_from_a_pretax_account_says_that_its_income_tax_is_not_counted():
    home = "account instrument qty\nira cash 500"
    result = run(home, FLAT, flows=(flow("-100", "2020-01-03", "ira"),))
    (one,) = found(result, "withdrawal_untaxed")
    assert str(one).startswith("ira: 100.00 was withdrawn on 2020-01-03")


def test_a_deposit_goes_to_its_account_and_counts_as_money_from_outside():
    result = run(HELD, FLAT, policy="hold", flows=(flow("1,000", "2020-01-03"),))
    assert result.daily.flow.tolist() == [0, 1_000, 0, 0, 0]
    assert filled(result) == ["2020-01-03 buy 10 VTI @ 100.0"]
    assert lots(result)[1] == "joint 10 VTI 1000.00 2020-01-03"


def test_flows_between_the_day_asked_for_and_the_first_session_are_not_lost():
    test = backtest(
        HELD,
        FLAT,
        start=FIRST_ASKED,
        flows=(flow("-300", "2020-01-01"), flow("-7", "2019-12-31")),
    )
    assert paid(test) == ["2020-01-02 joint 300.00"]


def test_a_reserve_is_kept_when_money_is_raised():
    mandate = replace(PLAIN, cash=CashRules(account_reserve={"joint": Decimal(500)}))
    result = run(HELD, FLAT, policy="hold", mandate=mandate, flows=(flow("-300", "2020-01-06"),))
    assert cash(result) == {"joint": "500.00"}
