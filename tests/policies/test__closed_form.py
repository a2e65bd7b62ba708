"""The closed form: exact where the solver stops short, and only where nothing is traded off."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from trimtab.model.mandate import Restriction, RestrictionKind
from trimtab.model.proposals import Action
from trimtab.model.taxes import TaxCurve
from trimtab.policies._aims import TO_TARGET, Way, aims
from trimtab.policies._base import solve_towards, without_harvest
from trimtab.policies._closed_form import closed_form
from trimtab.policies._metric import class_metric
from trimtab.policies._waiting import with_waiting
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

RATES = TaxCurve(short_rate=0.35, long_rate=0.15, ordinary_rate=0.35, ordinary_limit=3_000.0)
TARGETS = """
    target  weight  instruments
    stocks  50%     VTI
    world   30%     VXUS
    bonds   20%     BND
"""
LOTS = """
    account  instrument  qty  basis   acquired    price  lot
    taxable  VTI         300  18,000  2015-03-04  200    old
    taxable  VTI         100  21,000  2021-12-04  200    loss
    taxable  VTI         100  14,000  2022-06-01  200    short
    taxable  VXUS        400  16,000  2018-01-05  50     world
    taxable  BND         200  16,000  2020-01-06  75     bonds
    taxable  cash        5,000
"""


def plain_situation(lots=LOTS, targets=TARGETS, changes=None, **given):
    home = world(lots, targets=targets)
    accounts = tuple(replace(one, fractional=True) for one in home.snapshot.household.accounts)
    household = replace(home.snapshot.household, accounts=accounts)
    home = replace(home, snapshot=replace(home.snapshot, household=household))
    trading = replace(home.mandate.trading, minimum_trade=Decimal(0))
    trading = replace(trading, minimum_trade_fraction=Decimal(0))
    costs = replace(home.mandate.costs, impact=Decimal(0))
    mandate = replace(home.mandate, trading=trading, costs=costs, **(changes or {}))
    return situation(home.under(mandate), curve=RATES, **given)


def after(at, trades):
    """Post-trade dollars by instrument, and what is left of value."""
    bought, sold = trades
    problem = at.problem
    given_up = np.bincount(problem.lot_position, sold, len(bought))
    cost = problem.buy_cost @ bought + problem.sell_cost @ given_up
    return problem.holdings() - given_up + bought, problem.value - cost


def sold_by_lot(at, trades):
    return {lot: x for lot, x in zip(at.index.lots, trades[1].tolist(), strict=True) if x > 0}


def test_weights_are_the_aims_of_the_value_that_costs_leave_and_cash_is_spent():
    at = plain_situation()
    held, value = after(at, closed_form(at, TO_TARGET))
    assert held / value == pytest.approx([0.5, 0.3, 0.2], abs=1e-15)
    assert value - held.sum() == pytest.approx(0.0, abs=1e-9)


def test_a_reserve_stays_and_the_rest_is_at_target():
    at = plain_situation(changes={})
    reserved = replace(at, problem=replace(at.problem, reserve=np.array([4_000.0])))
    held, value = after(reserved, closed_form(reserved, TO_TARGET))
    assert value - held.sum() == pytest.approx(4_000.0)
    assert held / held.sum() == pytest.approx([0.5, 0.3, 0.2])


def test_the_loss_goes_first_then_the_lots_of_least_tax():
    # Value 140,000: VTI goes from 100,000 to 70,000.  The loss of 20,000 is sold whole; of the
    # gains the short one costs 0.35 × 0.30, the old one 0.15 × 0.70: a tie of 10.5 cents a dollar
    # but for rounding, so the basis of the short one is lower here.
    at = plain_situation(LOTS.replace("14,000  2022-06-01", "12,000  2022-06-01"))
    sold = sold_by_lot(at, closed_form(at, TO_TARGET))
    assert sold["loss"] == pytest.approx(20_000.0)
    assert "short" not in sold
    assert sold["old"] == pytest.approx(10_000.0, rel=0.01)


def test_losses_carried_in_take_up_gains_of_either_term_so_that_the_smaller_gain_goes():
    carried = replace(RATES, net_long=-50_000.0, carry_short_rate=0.1, carry_long_rate=0.1)
    at = plain_situation(LOTS.replace("14,000  2022-06-01", "12,000  2022-06-01"))
    at = replace(at, problem=replace(at.problem, tax=carried))
    sold = sold_by_lot(at, closed_form(at, TO_TARGET))
    assert "old" not in sold
    assert sold["short"] == pytest.approx(10_000.0, rel=0.01)


def test_it_ends_where_the_solver_would_and_comes_closer():
    at = plain_situation()
    trades = closed_form(at, TO_TARGET)
    problem = replace(
        with_waiting(at, without_harvest(at, everything=True)),
        covariance=class_metric(at),
        target=np.array(aims(TO_TARGET, at.drift)),
        kappa=1_000.0,
    )
    found = solve_towards(at, problem, Action.FULL, "")
    solved = {sale.lot: sale.amount for sale in found.sales}
    exact = sold_by_lot(at, trades)
    assert set(solved) == set(exact)
    for lot, dollars in exact.items():
        assert solved[lot] == pytest.approx(dollars, abs=5e-4 * at.problem.value)
    held, value = after(at, trades)
    buys = sum(buy.amount for buy in found.buys)
    assert trades[0].sum() == pytest.approx(buys, abs=1e-3 * at.problem.value)
    assert np.abs(held / value - [0.5, 0.3, 0.2]).max() < 1e-12


def test_what_is_in_its_band_is_not_touched():
    at = plain_situation(LOTS.replace("200  16,000", "440  33,000"))
    way = Way(widths=(0.05, 0.2, 0.05), kept=1.0)
    bought, sold = closed_form(at, way)
    bonds = at.index.instruments.index("BND")
    assert abs(at.drift.targets[2].drift) < 0.05
    assert bought[bonds] == 0.0
    assert sold[at.problem.lot_position == bonds].sum() == 0.0
    held, value = after(at, (bought, sold))
    assert held[0] / value == pytest.approx(0.55, abs=1e-12)


def test_a_barred_purchase_leaves_the_money_in_cash_and_the_rest_at_its_aim():
    at = plain_situation()
    barred = np.array([name == "BND" for name in at.index.instruments])
    problem = replace(at.problem, group_buy_blocked=barred[np.argsort(at.problem.group)])
    at = replace(at, problem=problem)
    held, value = after(at, closed_form(at, TO_TARGET))
    assert held[2] == pytest.approx(15_000.0)
    assert held[:2] / value == pytest.approx([0.5, 0.3], abs=1e-12)


def test_what_may_not_be_sold_is_made_up_for_by_the_others_alike():
    keep = Restriction("keep", RestrictionKind.DO_NOT_SELL, ("VTI",))
    at = plain_situation(changes={"restrictions": (keep,)})
    held, value = after(at, closed_form(at, TO_TARGET))
    assert held[0] == pytest.approx(100_000.0)
    assert held[1:].sum() == pytest.approx(value - 100_000.0)
    assert 0.3 * value - held[1] == pytest.approx(0.2 * value - held[2])


NOT_PLAIN = [
    ("impact", lambda p: {"impact": p.impact + 1e-6}),
    ("a ticket", lambda p: {"fixed_cost": p.fixed_cost + 1.0}),
    ("whole shares", lambda p: {"quantity_step": p.quantity_step + 1.0}),
    ("a turnover limit", lambda p: {"turnover_max": 0.1}),
    ("a tax budget", lambda p: {"tax_max": 100.0}),
    ("money in", lambda p: {"flow": p.flow + 100.0}),
    ("a least trade above one of them", lambda p: {"minimum_trade": p.minimum_trade + 15_000.0}),
    ("a reserve beyond reach", lambda p: {"reserve": p.reserve + 1e6}),
]


@pytest.mark.parametrize(("why", "changes"), NOT_PLAIN, ids=[why for why, _ in NOT_PLAIN])
def test_where_there_is_a_choice_the_solver_is_asked(why, changes):
    at = plain_situation()
    assert closed_form(at, TO_TARGET) is not None
    changed = replace(at, problem=replace(at.problem, **changes(at.problem)))
    assert closed_form(changed, TO_TARGET) is None


def test_two_instruments_of_a_target_or_of_a_wash_group_are_a_choice():
    both = TARGETS.replace("VTI", "VTI,ITOT")
    lots = LOTS.replace("VTI         100  14,000", "ITOT        100  14,000")
    assert closed_form(plain_situation(lots, both), TO_TARGET) is None
    alike = LOTS.replace("lot\n", "lot  group\n").replace("world\n", "world  X\n")
    alike = alike.replace("bonds\n", "bonds  X\n")
    assert closed_form(plain_situation(alike), TO_TARGET) is None


def test_two_accounts_with_something_in_them_are_a_choice():
    two = LOTS + "    roth  VTI  10  1,000  2019-01-04  200  other\n"
    assert closed_form(plain_situation(two), TO_TARGET) is None
