"""Orders that wait through a split."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.drivers.backtest.custodian import SplitDone
from trimtab.drivers.backtest.orders import Order, restated
from trimtab.model.plans import LotSale, Trade, TradeCost
from trimtab.model.snapshots import Side

D = Decimal
ON = date(2020, 1, 2)


def order(side, quantity):
    lots = (LotSale("A", D(quantity), D(100), D(50), ON, None),) if side is Side.SELL else ()
    return Order(
        ON,
        Trade("T1", "joint", "VTI", side, D(quantity), D(90), D(900), TradeCost(), "", "", lots),
        0.001,
        0.0,
    )


@pytest.mark.parametrize(
    ("side", "quantity", "new", "old", "step", "becomes"),
    [
        (Side.BUY, 10, 2, 1, "1", "20"),
        (Side.BUY, 5, 3, 2, "1", "7"),
        (Side.BUY, 5, 3, 2, "0.1", "7.5"),
        (Side.BUY, 7, 1, 10, "1", "0"),
        (Side.SELL, 10, 2, 1, "1", "20"),
        (Side.SELL, 10, 1, 3, "1", "3.333333334"),
    ],
)
def test_an_order_is_restated_in_new_units(side, quantity, new, old, step, becomes):
    trade = restated(order(side, quantity), SplitDone("VTI", new, old), D(step)).trade
    assert trade.quantity == D(becomes)
    assert sum(sale.quantity for sale in trade.lots) == (trade.quantity if trade.lots else 0)


def test_the_price_that_the_decision_saw_is_restated_too():
    trade = restated(order(Side.BUY, 10), SplitDone("VTI", 3, 1), D(1)).trade
    assert trade.price == 30
