"""What a backtest begins with, and what it cannot begin with."""

from dataclasses import replace
from datetime import date

import pytest

from tests.drivers.backtest.replayed import PLAIN, backtest, flow
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import dated_flows
from trimtab.model.errors import InputErrors
from trimtab.model.mandate import CashFlow

HOME = """
    account  instrument  qty  basis   acquired
    joint    VTI         100  10,000  2018-03-01
    joint    cash        5,000
"""
DAYS = "date VTI BND\n2020-01-02 100 .\n2020-01-03 100 50"


def refused(home=HOME, **named):
    with pytest.raises(InputErrors) as refusal:
        backtest(home, DAYS, **named)
    return str(refusal.value)


def test_what_is_held_without_a_price_is_refused():
    assert "instrument 'BND': it is held and has no price on or before 2020-01-02" in refused(
        HOME.replace("VTI", "BND")
    )
    assert "instrument 'GLD': it is held and has no price" in refused(
        HOME.replace("VTI", "GLD"), targets="target weight instruments\nall 100% VTI"
    )


def test_a_lot_bought_after_the_first_day_is_refused():
    assert "lot 'L1': it was bought on 2020-01-03, after the first day 2020-01-02" in refused(
        HOME.replace("2018-03-01", "2020-01-03")
    )


def test_an_account_in_another_currency_is_refused():
    accounts = "account currency\njoint USD\nabroad EUR"
    assert "account 'abroad': is kept in EUR" in refused(accounts=accounts)


def test_a_flow_to_an_account_that_nobody_has_is_refused():
    told = refused(flows=(flow("100", "2020-01-03", "jiont"),))
    assert "names the account 'jiont', which the household does not have" in told
    assert "joint" in told


def test_targets_of_which_nothing_has_a_price_are_refused():
    told = refused(targets="target weight instruments\nall 100% GLD")
    assert "none of GLD has a price between 2020-01-02 and 2020-01-03" in told


def test_all_that_is_wrong_is_told_at_once():
    told = refused(
        HOME.replace("2018-03-01", "2020-01-03"), flows=(flow("1", "2020-01-03", "nowhere"),)
    )
    assert "bought on 2020-01-03" in told
    assert "nowhere" in told


def test_flows_are_told_in_order_and_those_without_a_day_come_first():
    settings = BacktestSettings(
        date(2020, 1, 1), date(2020, 12, 31), flows=(flow("2", "2020-02-01"),)
    )
    mandate = replace(
        PLAIN, flows=(flow("3", "2020-03-01"), CashFlow(flow("1", "2020-01-01").amount))
    )
    assert [int(one.amount) for one in dated_flows(mandate, settings)] == [1, 2, 3]
