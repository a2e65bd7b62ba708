"""Orders between their decision and their fill: restated by splits, and what is left of them.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_UP, Decimal

from trimtab.drivers.backtest.custodian import SplitDone
from trimtab.drivers.backtest.results import FillRecord
from trimtab.model.money import ZERO, step_down, total
from trimtab.model.plans import Trade
from trimtab.model.snapshots import Side

__all__ = ["FRACTION_STEP", "Order", "cancelled_record", "record_of", "rest_of", "restated"]

FRACTION_STEP = Decimal("0.000001")
"""The smallest fraction of a unit in accounts that trade fractions."""

UNIT = Decimal("1e-9")  # the finest part of a unit that a split leaves in the books


@dataclass(frozen=True, slots=True)
class Order:
    """A trade of a plan, waiting for its fill.

    Unit: `half_spread` fraction of price, where the session of the fill knows none; `impact` ×
    dollars^1.5 is dollars; `tried` counts the sessions that were to fill it.
    """

    decided: date
    trade: Trade
    half_spread: float
    impact: float
    tried: int = 0


def record_of(order: Order, on: date) -> FillRecord:
    """The record of a session that has filled nothing of an order yet."""
    trade = order.trade
    return FillRecord(
        decided=order.decided,
        on=on,
        account=trade.account,
        instrument=trade.instrument,
        side=trade.side,
        ordered=trade.quantity,
        quantity=ZERO,
        decision_price=trade.price,
        price=trade.price,
        clause=trade.clause,
        reason=trade.reason,
    )


def cancelled_record(order: Order, on: date, close: Decimal) -> FillRecord:
    """The record of an order that ended with all that was left of it unfilled.

    Unit: `close` of the day on which it ended, in the units of that day.
    """
    record = record_of(order, on)
    return replace(record, cancelled=record.ordered, closing_price=close)


def rest_of(order: Order, quantity: Decimal, sold: Mapping[str, Decimal]) -> Order:
    """What is left of an order after a session: its other units, and of a sale its other lots.

    `sold` are the units that were sold of each of the plan's lots.
    """
    trade = order.trade
    lots = tuple(
        replace(sale, quantity=left)
        for sale in trade.lots
        if (left := sale.quantity - sold.get(sale.lot, ZERO)) > 0
    )
    rest = replace(trade, quantity=trade.quantity - quantity, lots=lots)
    return replace(order, trade=rest, tried=order.tried + 1)


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
