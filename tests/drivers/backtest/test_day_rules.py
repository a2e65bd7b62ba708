"""The mandate as it can be met on a day: late listings, gaps and what the market does not know."""

from dataclasses import replace

from tests.drivers.backtest.replayed import PLAIN, backtest, cash, filled, found, run
from trimtab.model.mandate import RestrictionKind, WashSaleRules

CASH = "account instrument qty\njoint cash 10,000"
TARGETS = """
    target  weight  instruments  band
    stocks  50%     VTI,ITOT     5%
    bonds   50%     BND          5%
"""
LATE = """
    date        VTI  ITOT  BND
    2020-01-02  100  50    .
    2020-01-03  100  50    .
    2020-01-06  100  50    50
    2020-01-07  100  50    50
"""


def test_a_target_of_which_nothing_is_listed_stays_in_cash_until_something_is():
    result = run(CASH, LATE, targets=TARGETS, policy="threshold")
    assert filled(result) == [
        "2020-01-02 buy 50 VTI @ 100.0",
        "2020-01-06 buy 100 BND @ 50.0",
    ]


def test_the_first_instrument_of_a_target_that_is_listed_stands_for_it():
    late = LATE.replace("2020-01-02  100", "2020-01-02  .").replace(
        "2020-01-03  100", "2020-01-03  ."
    )
    result = run(CASH, late, targets=TARGETS, policy="threshold")
    assert filled(result)[0] == "2020-01-02 buy 100 ITOT @ 50.0"


def test_an_instrument_that_the_market_history_does_not_have_is_left_aside():
    targets = TARGETS.replace("VTI,ITOT", "GONE,VTI")
    result = run(CASH, LATE, targets=targets, policy="threshold")
    assert found(result, "not_decided") == []
    assert filled(result)[0] == "2020-01-02 buy 50 VTI @ 100.0"


def test_what_has_no_price_today_is_kept_as_it_is_today():
    home = "account instrument qty basis acquired\njoint VTI 50 5,000 2018-03-01\njoint cash 5,000"
    gap = """
        date        VTI  ITOT  BND
        2020-01-02  100  50    .
        2020-01-03  .    50    50
        2020-01-06  200  50    50
    """
    test = backtest(home, gap, targets=TARGETS, policy="threshold")
    kinds = {rule.kind: rule.instruments for rule in test.watch.mandate_on(1).restrictions}
    assert kinds == {
        RestrictionKind.DO_NOT_BUY: ("VTI",),
        RestrictionKind.DO_NOT_SELL: ("VTI",),
    }
    fills = filled(test.run())
    assert fills[0] == "2020-01-03 buy 100 BND @ 50.0"
    assert fills[1].startswith("2020-01-06 sell")


def test_what_has_had_no_price_for_too_long_is_no_part_of_the_mandate():
    gone = LATE.replace("2020-01-06  100", "2020-01-06  .").replace(
        "2020-01-07  100", "2020-01-07  ."
    )
    test = backtest(CASH, gone, targets=TARGETS, policy="threshold", forward_fill_sessions_max=1)
    assert [target.instruments for target in test.watch.mandate_on(2).targets] == [
        ("VTI", "ITOT"),
        ("BND",),
    ]
    assert [target.instruments for target in test.watch.mandate_on(3).targets] == [
        ("ITOT",),
        ("BND",),
    ]


def test_a_stand_in_that_is_not_listed_yet_does_not_stand_in():
    rules = WashSaleRules(substitutes={"VTI": ("BND", "ITOT")})
    test = backtest(CASH, LATE, targets=TARGETS, mandate=replace(PLAIN, wash_sales=rules))
    assert test.watch.mandate_on(0).wash_sales.substitutes == {"VTI": ("ITOT",)}
    assert test.watch.mandate_on(2).wash_sales.substitutes == {"VTI": ("BND", "ITOT")}


def test_days_without_a_gap_share_the_mandate():
    test = backtest(CASH, LATE, targets=TARGETS)
    assert test.watch.mandate_on(2) is test.watch.mandate_on(3)
    assert cash(test.run()) == {"joint": "10,000.00"}
