"""Saxo's words and ours: orders, what the order log says of them, positions and cash.

Errors: `NotExact`, naming the field and what it holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trimtab.brokers._account_view import reserved
from trimtab.brokers._exact_json import (
    NotExact,
    decimal_of,
    moment_of,
    object_of,
    optional_decimal,
    text_of,
)
from trimtab.brokers._saxo_instruments import Instruments, Uic
from trimtab.model.brokers import BrokerCash, BrokerPosition
from trimtab.model.money import ZERO
from trimtab.model.orders import (
    ORDER_ID_MAX,
    Fill,
    Order,
    OrderReport,
    OrderState,
    PendingChange,
    TimeInForce,
)
from trimtab.model.snapshots import Side

__all__ = ["cash_of", "fill_of", "log_report_of", "order_body", "position_of", "report_of"]

DURATIONS: Mapping[TimeInForce, str] = {
    TimeInForce.DAY: "DayOrder",
    TimeInForce.GOOD_TILL_CANCELED: "GoodTillCancel",
    TimeInForce.IMMEDIATE_OR_CANCEL: "ImmediateOrCancel",
    TimeInForce.AT_OPEN: "AtTheOpening",
    TimeInForce.AT_CLOSE: "AtTheClose",
}
OPEN_STATES: Mapping[str, PendingChange] = {
    **dict.fromkeys(("Working", "Parked", "NotWorking", "Unknown"), PendingChange.NONE),
    "LockedPlacementPending": PendingChange.NONE,
    "Filled": PendingChange.NONE,
    "WorkingLockedCancelPending": PendingChange.CANCEL,
    "NotWorkingLockedCancelPending": PendingChange.CANCEL,
    "WorkingLockedChangePending": PendingChange.REPLACE,
    "NotWorkingLockedChangePending": PendingChange.REPLACE,
}
"""States of orders that are in the list of open ones."""
PLAIN = frozenset({"Working", "Filled"})
LOGGED: Mapping[str, OrderState] = {
    **dict.fromkeys(("Placed", "Changed", "Working", "DoneForDay"), OrderState.WORKING),
    "Fill": OrderState.PARTIAL,
    "FinalFill": OrderState.FILLED,
    "Cancelled": OrderState.CANCELED,
    "Expired": OrderState.EXPIRED,
}
FILLS = frozenset({"Fill", "FinalFill"})
DONE, REFUSED = "Confirmed", "Rejected"
"""Whether what an entry of the log names was done, was refused, or else is only asked for."""
SIDES: Mapping[object, Side] = {"Buy": Side.BUY, "Sell": Side.SELL}


def refusal_of(order: Order) -> str:
    """Why Saxo would not take an order, or take it as another one; empty where it would."""
    if order.quantity is None:
        return "Saxo takes no amounts of money for shares and funds on an exchange: state units"
    if order.quantity % 1:
        return f"a quantity of {order.quantity} is not in whole units"
    return ""


def order_body(order: Order, uic: Uic, account_key: str) -> dict[str, object]:
    """What is posted for an order."""
    asked: dict[str, object] = {
        "AccountKey": account_key,
        "Uic": uic.number,
        "AssetType": uic.asset_type,
        "Amount": order.quantity,
        "AmountType": "Quantity",
        "BuySell": "Buy" if order.side is Side.BUY else "Sell",
        "OrderType": "Market" if order.limit is None else "Limit",
        "OrderDuration": {"DurationType": DURATIONS[order.time_in_force]},
        "ManualOrder": False,
        "ExternalReference": order.id,
    }
    return asked if order.limit is None else asked | {"OrderPrice": order.limit}


def report_of(value: object, names: Instruments, heard: datetime) -> OrderReport:
    """An open order as a report, as of now: Saxo names the time when it was placed."""
    order = object_of(value, "an order")
    status = text_of(order.get("Status"), "an order's Status")
    if status not in OPEN_STATES:
        raise NotExact(f"an order's Status is {status!r}, which is not known")
    quantity = decimal_of(order.get("Amount"), "an order's Amount")
    filled = optional_decimal(order.get("FilledAmount"), "an order's FilledAmount") or ZERO
    if quantity <= ZERO or not ZERO <= filled <= quantity:
        raise NotExact(f"an order's amounts are {quantity} and {filled}")
    state = OrderState.PARTIAL if filled > ZERO else OrderState.WORKING
    return OrderReport(
        order_id=_ours(order.get("ExternalReference")),
        broker_id=text_of(order.get("OrderId"), "an order's OrderId"),
        state=OrderState.FILLED if status == "Filled" else state,
        at=heard,
        quantity=quantity,
        filled=filled,
        pending=OPEN_STATES[status],
        text="" if status in PLAIN else status,
        instrument=_name(order, names),
        side=_side(order.get("BuySell"), "an order's BuySell"),
    )


def log_report_of(value: object, names: Instruments) -> OrderReport:
    """The last entry of the log about an order, as a report."""
    entry = object_of(value, "an entry of the order log")
    status = text_of(entry.get("Status"), "an entry's Status")
    said = entry.get("SubStatus", DONE)
    if status not in LOGGED:
        raise NotExact(f"an entry's Status is {status!r}, which is not known")
    filled = optional_decimal(entry.get("FilledAmount"), "an entry's FilledAmount") or ZERO
    state, pending = LOGGED[status], PendingChange.NONE
    if said == REFUSED:  # the order itself, or a change or cancel of it
        state = OrderState.REJECTED if status == "Placed" else OrderState.WORKING
    elif said != DONE and status == "Cancelled":
        state, pending = OrderState.WORKING, PendingChange.CANCEL
    if state is OrderState.WORKING and filled > ZERO:
        state = OrderState.PARTIAL
    return OrderReport(
        order_id=_ours(entry.get("ExternalReference")),
        broker_id=text_of(entry.get("OrderId"), "an entry's OrderId"),
        state=state,
        at=moment_of(entry.get("ActivityTime"), "an entry's ActivityTime"),
        quantity=optional_decimal(entry.get("Amount"), "an entry's Amount"),
        filled=filled,
        average_price=optional_decimal(entry.get("AveragePrice"), "an entry's AveragePrice"),
        pending=pending,
        text="" if said == DONE else f"{status} {said}",
        instrument=_name(entry, names),
        side=_side(entry.get("BuySell"), "an entry's BuySell"),
    )


def fill_of(value: object, names: Instruments) -> Fill | None:
    """An execution, by the number of its entry; none where the entry tells of something else.

    Saxo tells fees in its statements, not here.
    """
    entry = object_of(value, "an entry of the order log")
    if entry.get("Status") not in FILLS:
        return None
    quantity = decimal_of(entry.get("FillAmount"), "a fill's FillAmount")
    price = decimal_of(entry.get("ExecutionPrice"), "a fill's ExecutionPrice")
    if quantity <= ZERO or price < ZERO:
        raise NotExact(f"a fill is of {quantity} at {price}, below zero")
    return Fill(
        execution_id=text_of(entry.get("LogId"), "a fill's LogId"),
        order_id=_ours(entry.get("ExternalReference")),
        broker_id=text_of(entry.get("OrderId"), "a fill's OrderId"),
        instrument=_name(entry, names),
        side=_side(entry.get("BuySell"), "a fill's BuySell"),
        quantity=quantity,
        price=price,
        at=moment_of(entry.get("ActivityTime"), "a fill's ActivityTime"),
        account=text_of(entry.get("AccountId"), "a fill's AccountId"),
    )


def position_of(
    value: object, names: Instruments, orders: tuple[OrderReport, ...]
) -> BrokerPosition:
    """A net position; a short one has a quantity below zero."""
    position = object_of(value, "a position")
    base = object_of(position.get("NetPositionBase"), "a NetPositionBase")
    shown = object_of(position.get("NetPositionView", {}), "a NetPositionView")
    name = _name({**position, **base}, names)
    quantity = decimal_of(base.get("Amount"), f"the Amount of {name}")
    free = max(quantity - reserved(orders, name), ZERO) if quantity > ZERO else quantity
    return BrokerPosition(
        instrument=name,
        broker_id=str(base.get("Uic")),
        quantity=quantity,
        available=free,
        average_cost=optional_decimal(shown.get("AverageOpenPrice"), f"the cost of {name}"),
        price=optional_decimal(shown.get("CurrentPrice"), f"the price of {name}"),
    )


def cash_of(body: object) -> BrokerCash:
    """Cash; trades that are not booked are not settled, and no credit is spent."""
    balance = object_of(body, "the balance")
    booked = decimal_of(balance.get("CashBalance"), "the CashBalance")
    waiting = optional_decimal(balance.get("TransactionsNotBooked"), "TransactionsNotBooked")
    free = decimal_of(balance.get("CashAvailableForTrading"), "CashAvailableForTrading")
    cash = booked + (waiting or ZERO)
    settled = min(cash, booked, free)
    currency = text_of(balance.get("Currency"), "the Currency")
    return BrokerCash(currency, settled, cash - settled, max(settled, ZERO))


def _name(value: Mapping[str, Any], names: Instruments) -> str:
    shown = object_of(value.get("DisplayAndFormat", {}), "a DisplayAndFormat")
    return names.name_of(value.get("Uic"), shown.get("Symbol"))


def _side(value: object, what: str) -> Side:
    if not isinstance(value, str) or value not in SIDES:
        raise NotExact(f"{what} is {value!r}")
    return SIDES[value]


def _ours(value: object) -> str:
    """A reference that can be an order id of ours."""
    is_ours = isinstance(value, str) and 0 < len(value) <= ORDER_ID_MAX
    return str(value) if is_ours else ""
