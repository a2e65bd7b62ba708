"""Which days need a decision: a band left, cash short, a restriction broken, money due soon."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

import pytest

from tests.drivers.backtest.replayed import PLAIN, D, backtest, filled, flow, found, run
from trimtab.model.mandate import CashRules
from trimtab.policies._base import hold

HOME = """
    account  instrument  qty  basis  acquired    tags
    joint    VTI         60   6,000  2018-03-01  .
    joint    BND         80   4,000  2018-03-01  .
    joint    OIL         10   100    2018-03-01  oil
    joint    cash        0
    roth     cash        100
"""
TARGETS = """
    target  weight  instruments  band
    stocks  60%     VTI          5%
    bonds   40%     BND          5%
"""
QUIET = """
    date        VTI  BND  OIL
    2020-01-02  100  50   10
    2020-01-03  101  50   10
    2020-01-06  102  50   10
"""


def asked(closes=QUIET, home=HOME, policy="threshold", **named):
    """The days on which the cycle was asked."""
    result = run(home, closes, targets=TARGETS, policy=policy, **named)
    return [decision.on.day for decision in result.decisions]


def test_no_day_within_the_bands_asks():
    assert asked() == []


def test_a_day_on_which_a_band_is_left_asks():
    assert asked(QUIET.replace("2020-01-03  101", "2020-01-03  150"))[0] == 3


@pytest.mark.parametrize("policy", ["hold", "flows"])
def test_a_policy_that_never_rebalances_is_asked_for_duties_only(policy):
    assert asked(QUIET.replace("101", "150"), policy=policy) == []
    assert asked(policy=policy, flows=(flow("500", "2020-01-06"),)) == [6]


def test_a_policy_that_does_not_say_when_it_may_act_is_asked_at_each_review():
    assert asked(policy="cost_aware", review_sessions=2) == [2, 6]


def test_a_reserve_that_is_not_there_asks_until_it_is():
    mandate = replace(PLAIN, cash=CashRules(reserve=D(200)))
    assert asked(policy="hold", mandate=mandate) == [2]
    assert asked(policy="hold", mandate=replace(PLAIN, cash=CashRules())) == []


def test_an_accounts_own_reserve_asks_too():
    mandate = replace(PLAIN, cash=CashRules(account_reserve={"roth": D(1_500)}))
    assert 2 in asked(policy="hold", mandate=mandate)


def test_what_may_never_be_owned_asks_whether_named_or_tagged():
    for rule in ("instruments\nno never_own OIL", "tags\nno never_own oil"):
        rules = f"clause kind {rule}"
        assert asked(policy="hold", rules=rules) == [2]
        result = run(HOME, QUIET, targets=TARGETS, policy="hold", rules=rules)
        assert filled(result)[0] == "2020-01-02 sell 10 OIL @ 10.0"


def test_a_restriction_of_another_account_does_not_ask():
    rules = "clause kind instruments accounts\nno never_own OIL roth"
    assert asked(policy="hold", rules=rules) == []


def test_what_may_never_be_owned_and_cannot_be_sold_is_not_asked_about_every_day():
    home = HOME.replace("10   100    2018-03-01  oil", "10   .      .           oil")
    assert asked(home=home, policy="hold", rules="clause kind tags\nno never_own oil") == []


def test_a_range_that_is_left_asks():
    rules = "clause kind instruments minimum maximum\nsome hold_range VTI . 60%"
    # 6,120 of 10,320 are 59 %; at 110 it is 6,600 of 10,800.
    assert asked(policy="hold", rules=rules) == []
    high = QUIET.replace("2020-01-06  102", "2020-01-06  110")
    assert asked(high, policy="hold", rules=rules) == [6]


def test_a_withdrawal_within_thirty_days_asks_only_where_its_money_is_not_there():
    rich = HOME.replace("joint    cash        0", "joint    cash        900")
    soon = (flow("-600", "2020-01-20"),)
    assert asked(home=rich, policy="hold", flows=soon) == []
    assert asked(policy="hold", flows=soon) == [2]
    later = (flow("-600", "2020-02-04"),)  # within thirty days from the 5th on
    assert asked(policy="hold", flows=later) == [6]


@dataclass(frozen=True)
class Blind:
    """Raises when it looks."""

    name: ClassVar[str] = "blind"

    def may_act(self, look):
        raise ZeroDivisionError("no drift to divide by")

    def propose(self, situation):
        return hold(situation, "it holds")


def test_a_policy_that_raises_when_it_looks_is_asked_in_full_and_told():
    result = backtest(HOME, QUIET, targets=TARGETS, policy=Blind()).run()
    assert [decision.on.day for decision in result.decisions] == [2, 3, 6]
    (one,) = found(result, "policy_raised")
    assert "it failed on 2020-01-02" in one.message
    assert "no drift to divide by (and 2 times more later)" in one.message


def test_a_household_worth_nothing_is_left_alone():
    result = run("account instrument qty\njoint cash 0", QUIET, targets=TARGETS, policy="threshold")
    assert result.decisions == ()
    assert Decimal(0) == result.cash["joint"]
