"""Orders between their decision and their fill, restated where a split changes the units meanwhile.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_UP, Decimal

from trimtab.drivers.backtest.custodian import SplitDone
from trimtab.model.money import step_down, total
from trimtab.model.plans import Trade
from trimtab.model.snapshots import Side

__all__ = ["FRACTION_STEP", "Order", "restated"]

FRACTION_STEP = Decimal("0.000001")
"""The smallest fraction of a unit in accounts that trade fractions."""

UNIT = Decimal("1e-9")  # the finest part of a unit that a split leaves in the books


@dataclass(frozen=True, slots=True)
class Order:
    """A trade of a plan, waiting for its fill.

    Unit: `half_spread` fraction of price, where the session of the fill knows none; `impact` ×
    dollars^1.5 is dollars.
    """

    decided: date
    trade: Trade
    half_spread: float
    impact: float


def restated(order: Order, done: SplitDone, step: Decimal) -> Order:
    """An order in the units after a split.

    A purchase is rounded down to what the account trades; a sale is not rounded down, so that a lot
    that was to go whole still does: its lots give no more than they have.
    """
    trade, ratio = order.trade, Decimal(done.new) / Decimal(done.old)
    if trade.side is Side.BUY:
        units = step_down(trade.quantity * ratio, step)
        return replace(order, trade=replace(trade, quantity=units, price=trade.price / ratio))
    lots = tuple(
        replace(sale, quantity=(sale.quantity * ratio).quantize(UNIT, rounding=ROUND_UP))
        for sale in trade.lots
    )
    units = total(sale.quantity for sale in lots)
    return replace(
        order, trade=replace(trade, quantity=units, price=trade.price / ratio, lots=lots)
    )
