"""Reserves, least trades, limits and wash-sale state reach the solver."""

from decimal import Decimal

import numpy as np
import pytest

from tests.cycle.situated import HOME, TARGETS, home, weights
from trimtab.model.errors import InputError
from trimtab.model.mandate import CashRules, Limits, Mandate, TradingRules
from trimtab.testing.situations import estimates_of, situation
from trimtab.testing.worlds import world


def column(at, name: str) -> dict[tuple[str, str], float]:
    """A column of the problem by position."""
    return dict(zip(at.index.positions, getattr(at.problem, name).tolist(), strict=True))


RESERVES = [
    # reserve  stocks wanted  bonds wanted: targets are of what may be invested
    (0, 0.60, 0.40),
    (10_000, 0.54, 0.36),
    (50_000, 0.30, 0.20),
]


@pytest.mark.parametrize(("reserve", "stocks", "bonds"), RESERVES)
def test_a_cash_reserve_comes_off_every_target_in_proportion(reserve, stocks, bonds):
    at = situation(home(mandate=Mandate((), cash=CashRules(reserve=Decimal(reserve)))))
    assert [t.weight for t in at.drift.targets] == [pytest.approx(stocks), pytest.approx(bonds)]
    assert at.problem.target.sum() == pytest.approx(stocks + bonds)
    assert at.problem.reserve.tolist() == [reserve, 0]


def test_cash_that_the_targets_leave_anyway_serves_as_reserve():
    targets = """
        target  weight  instruments
        stocks  50%     VTI
        bonds   40%     BND
    """
    rules = Mandate((), cash=CashRules(reserve=Decimal(10_000)))
    assert weights(situation(home(targets=targets, mandate=rules)))["stocks"][0] == 0.5


def test_an_accounts_own_reserve_and_the_households_do_not_add_up():
    rules = CashRules(reserve=Decimal(5_000), account_reserve={"taxable": Decimal(2_000)})
    assert situation(home(mandate=Mandate((), cash=rules))).problem.reserve.tolist() == [5_000, 0]


MINIMA = [
    # dollars  fraction  least trade of a household of $100,000
    (100, "0.0005", 100),
    (100, "0.01", 1_000),
    (0, "0", 0),
]


@pytest.mark.parametrize(("dollars", "fraction", "least"), MINIMA)
def test_the_least_trade_is_the_larger_of_dollars_and_fraction(dollars, fraction, least):
    rules = TradingRules(Decimal(dollars), Decimal(fraction))
    at = situation(home(mandate=Mandate((), trading=rules)))
    assert set(at.problem.minimum_trade) == {least}


def test_whole_shares_are_traded_where_the_account_has_no_fractions():
    at = situation(
        world(
            HOME,
            targets=TARGETS,
            accounts="""
            account  fractional  commission
            roth     no          4.95
            """,
        )
    )
    step, ticket = column(at, "quantity_step"), column(at, "fixed_cost")
    assert (step["taxable", "VTI"], step["roth", "VTI"]) == (0.0, 1.0)
    assert (ticket["taxable", "VTI"], ticket["roth", "VTI"]) == (0.0, 4.95)


def test_limits_that_are_not_set_do_not_limit():
    free, tight = (
        situation(home()),
        situation(
            home(
                mandate=Mandate(
                    (), limits=Limits(turnover_max=Decimal("0.1"), tax_budget=Decimal(500))
                )
            )
        ),
    )
    assert (free.problem.turnover_max, free.problem.tax_max) == (np.inf, np.inf)
    assert (tight.problem.turnover_max, tight.problem.tax_max) == (0.1, 500)


def test_a_lot_of_unknown_basis_is_not_sold_where_gains_are_taxed():
    at = situation(
        home(
            """
            account  instrument  qty  basis   acquired    price
            taxable  VTI         300  .       2019-03-04  200
            roth     BND         400  .       .           100
            """,
            """
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
        )
    )
    assert at.problem.lot_sellable.tolist() == [False, True]
    assert [finding.code for finding in at.findings] == ["unknown_basis"]
    assert "L1" in at.findings[0].subject


def test_recent_purchases_anywhere_and_recent_losses_reach_the_solver_by_group():
    at = situation(
        world(
            """
            account   instrument  qty  basis   acquired    price  group
            taxable   VTI         300  90,000  2019-03-04  200    us-total
            roth-ann  ITOT        40   .       2022-10-01  80     us-total
            taxable   BND         100  12,000  2019-03-04  100
            """,
            targets=TARGETS,
            trades="""
            account  instrument  side  on          qty  amount  gain    term
            taxable  BND         sell  2022-10-03  50   5,000   -1,000  long
            """,
        )
    )
    names = ["us-total", "BND"]
    recent = dict(zip(names, at.problem.group_recent_value.tolist(), strict=True))
    assert recent == {"us-total": 40 * 200, "BND": 0}  # as many units of what is sold
    assert at.problem.group_buy_blocked.tolist() == [False, True]


def test_only_losses_that_pass_the_mandates_tests_are_harvestable():
    at = situation(home())
    assert dict(zip(at.index.lots, at.index.harvestable, strict=True)) == {
        "L1": False,  # a gain
        "L2": True,  # $2,000 and 16.7 % down, held for months
        "L3": False,  # in a Roth
    }


BAD = [
    # what is wrong                                  flows                 message
    (HOME, {"taxable": -100_000}, "nothing can be held"),
    (HOME.replace("taxable  cash        10,000", ""), {"taxable": -95_000}, "after flows"),
]


@pytest.mark.parametrize(("lots", "flows", "message"), BAD)
def test_a_household_that_would_be_worth_nothing_is_refused(lots, flows, message):
    with pytest.raises(InputError, match=message):
        situation(home(lots), flows=flows)


def test_an_instrument_without_a_price_is_refused_by_name():
    with pytest.raises(InputError, match=r"'ITOT'.*no price"):
        situation(home(HOME.replace(".        ITOT        .    .        .           80", "")))


def test_the_covariance_is_the_estimates_own():
    place = home()
    known = estimates_of(place, volatility=0.2, correlation=0.0, within=0.5)
    at = situation(place, estimates=known)
    assert at.problem.covariance == pytest.approx(
        np.array([[0.04, 0.02, 0.0], [0.02, 0.04, 0.0], [0.0, 0.0, 0.04]])
    )
