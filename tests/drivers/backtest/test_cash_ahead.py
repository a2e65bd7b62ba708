"""Money on its days, and who would pay what is to leave."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drivers.backtest.replayed import PLAIN, flow
from trimtab.cycle.flows import allocate_flows
from trimtab.drivers.backtest.cash_ahead import CashAhead
from trimtab.model.mandate import CashFlow, CashRules
from trimtab.testing.worlds import world

FLOWS = [flow("-5", "2020-01-02"), flow("7", "2020-01-06"), flow("-9", "2020-02-04")]


def household(joint=0, own=0, roth=0):
    return world(
        f"account instrument qty\njoint cash {joint}\nown cash {own}\nroth cash {roth}"
    ).snapshot


def test_flows_are_due_once_on_the_first_session_from_their_day_on():
    ahead = CashAhead(household().household, CashRules(), FLOWS)
    assert [int(one.amount) for one in ahead.due(date(2020, 1, 5))] == [-5]
    assert ahead.due(date(2020, 1, 5)) == []
    assert [int(one.amount) for one in ahead.due(date(2020, 3, 1))] == [7, -9]


def test_only_withdrawals_of_the_next_thirty_days_are_soon():
    ahead = CashAhead(household().household, CashRules(), FLOWS)
    assert [int(one.amount) for one in ahead.soon(date(2020, 1, 2))] == [-5]
    assert [int(one.amount) for one in ahead.soon(date(2020, 1, 5))] == [-5, -9]


@given(
    cash=st.tuples(*[st.integers(0, 100)] * 3),
    needs=st.lists(st.tuples(st.integers(1, 90), st.sampled_from([None, "joint", "roth"]))),
    reserve=st.sampled_from([0, 20]),
)
def test_plain_shares_are_those_of_the_cycle_where_there_are_any(cash, needs, reserve):
    snapshot = household(*cash)
    rules = CashRules(account_reserve={"joint": Decimal(reserve)})
    flows = [CashFlow(Decimal(-amount), None, account) for amount, account in needs]
    ahead = CashAhead(snapshot.household, rules, [])
    mine = ahead.plain_shares(flows, np.array(cash, dtype=float))
    if mine is None or not flows:
        return
    least = np.array([reserve, 0.0, 0.0])
    if (np.array(cash) + mine < least).any():
        return  # an account that lacks cash asks the cycle in any case
    theirs = allocate_flows(snapshot, replace(PLAIN, cash=rules), flows)
    left = np.array(cash) + np.array([float(one) for one in theirs.values()])
    assert mine.sum() == pytest.approx(float(sum(theirs.values())))
    assert (left >= least - 1e-9).all()


def test_a_reserve_of_the_whole_household_is_left_to_the_cycle():
    rules = CashRules(reserve=Decimal(10))
    ahead = CashAhead(household().household, rules, [])
    assert ahead.plain_shares([CashFlow(Decimal(-5))], np.array([100.0, 0, 0])) is None
