"""The books of a backtest, and what is quickly known of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tests.drivers.backtest.replayed import D, backtest
from trimtab.books.entries import deposit, withdrawal
from trimtab.model.errors import InvariantError

HOME = """
    account  instrument  qty  basis   acquired    lot
    joint    VTI         100  10,000  2018-03-01  old
    joint    BND         40   2,000   2019-09-02  new
    joint    VTI         10   .       .           unknown
    roth     VTI         5    .       .           sheltered
    joint    cash        1,000
    roth     cash        50
"""
DAYS = "date VTI BND\n2020-01-02 120 45\n2020-01-03 120 45"
ON = date(2020, 1, 2)


def holdings():
    return backtest(HOME, DAYS).holdings


def test_units_are_known_by_account_and_instrument():
    held = holdings()
    assert held.units.tolist() == [[110, 40], [5, 0]]
    assert held.stuck_units.tolist() == [[10, 0], [0, 0]]
    assert held.account_values(np.array([120.0, 45.0])).tolist() == [16_000, 650]


def test_unrealised_gains_are_those_of_taxable_lots_of_known_basis_by_term():
    assert holdings().unrealised(np.array([120.0, 45.0]), ON) == (-200.0, 2_000.0)
    assert holdings().unrealised(np.array([120.0, 45.0]), date(2020, 9, 3)) == (0.0, 1_800.0)


@pytest.mark.parametrize(("price", "gain"), [(120, 2_000), (95, 0), (80, -1_000)])
def test_a_gift_gains_from_the_givers_basis_and_loses_from_its_value_when_given(price, gain):
    held = holdings()
    lots = held.ledger.lots
    lots["old"] = replace(lots["old"], loss_basis=D(9_000))
    assert held.unrealised(np.array([float(price), 50.0]), ON)[1] == gain


@pytest.mark.parametrize(
    ("unsettled", "free"),
    [
        ([], 1_000),
        ([(1, 400)], 600),  # 400 of the 1,000 are proceeds that have not settled
        ([(1, -400)], 1_000),  # a purchase has taken its money out of the cash already
        ([(1, 400), (1, -400)], 1_000),  # both settle on one day: one pays for the other
        ([(2, 400), (1, -400)], 600),  # the purchase is paid first, and not from the proceeds
        ([(1, 5_000)], 0),
    ],
)
def test_cash_may_leave_once_all_that_settles_before_is_paid(unsettled, free):
    held = holdings()
    for settles, amount in unsettled:
        held.unsettle("joint", settles, Decimal(amount))
    assert held.free_cash("joint") == free


def test_what_has_settled_is_free():
    held = holdings()
    held.unsettle("joint", 1, Decimal(400))
    held.settle(1)
    assert held.free_cash("joint") == 1_000


def test_cash_follows_every_entry():
    held = holdings()
    assert (held.cash_amounts.tolist(), held.all_cash) == ([1_000, 50], 1_050)
    held.book(deposit("in", ON, "roth", "USD", D("7.25")))
    assert (held.cash_amounts.tolist(), held.all_cash) == ([1_000, 57.25], 1_057.25)


def test_an_entry_that_the_books_refuse_is_a_mistake_of_the_program():
    held = holdings()
    entry = withdrawal("out", ON, "joint", "USD", D(1))
    held.book(entry)
    with pytest.raises(InvariantError, match="the books refuse"):
        held.book(entry)
