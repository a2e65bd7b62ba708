"""Dividends and splits in a paper account, and what becomes of open orders."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.brokers.paper.paper_parts import Market, at, request, tick
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.orders import TimeInForce

D = Decimal
TUESDAY = date(2024, 3, 5)
DIVIDEND = CorporateAction("VTI", TUESDAY, ActionKind.DIVIDEND, amount=D("0.815"))


def split(ratio: str) -> CorporateAction:
    return CorporateAction("VTI", TUESDAY, ActionKind.SPLIT, ratio=Fraction(ratio))


def test_a_dividend_is_paid_to_whoever_held_on_the_eve():
    market = Market([tick(at(4, 9, 30), "100", "100")], held={"VTI": "10"}, actions=(DIVIDEND,))
    market.taken(at(4), request("s", "sell", "3"))
    market.taken(at(5), request("b", "buy", "100"))
    assert market.book.cash == 100000 + 300 - 10000 + D("5.70")  # 7 × 0.815, half to even
    (paid,) = market.book.activities
    assert (paid.kind, paid.amount, paid.on) == ("dividend", D("5.70"), TUESDAY)
    market.engine.advance(at(8))
    assert len(market.book.activities) == 1


def test_an_account_opened_on_the_ex_date_after_the_open_is_not_paid():
    market = Market(held={"VTI": "10"}, actions=(DIVIDEND,), opened=at(5, 11))
    market.engine.advance(at(8))
    assert market.book.activities == []


@pytest.mark.parametrize(
    ("ratio", "fractional", "held", "units", "cash"),
    [
        ("4", False, "10", "40", "0"),
        ("3/2", False, "5", "7", "33.34"),  # half a unit at 66.67
        ("1/20", False, "50", "2", "1000.00"),
        ("1/20", False, "19", "0", "1900.00"),
        ("1/20", True, "50", "2.5", "0"),
        ("1/3", True, "10", "3.333333333", "0.00"),
    ],
)
def test_a_split_changes_units_and_pays_cash_for_what_is_left_over(
    ratio, fractional, held, units, cash
):
    market = Market(held={"VTI": held}, cash="0", actions=(split(ratio),), fractional=fractional)
    market.engine.advance(at(5))
    assert (market.book.held("VTI"), market.book.cash) == (D(units), D(cash))


def test_a_split_loses_no_value_and_no_cost():
    market = Market(held={"VTI": "10"}, cash="0", actions=(split("4"),))
    before = market.book.value()
    market.engine.advance(at(5))
    assert market.book.value() == before == 1000
    assert market.book.positions["VTI"].cost == 800


def test_open_orders_of_what_is_split_are_canceled_and_others_stand():
    market = Market([tick(at(4, 9, 30), "100", "100")], actions=(split("4"),))
    lasts = TimeInForce.GOOD_TILL_CANCELED
    split_order = market.taken(at(4), request("a", "buy", "1", limit="90", lasts=lasts))
    other = market.taken(at(4), request("b", "buy", "1", limit="90", lasts=lasts, instrument="BND"))
    assert market.now(split_order, at(5)).text == "VTI is split 4 for 1"
    assert market.book.orders[other.id].status.is_open
