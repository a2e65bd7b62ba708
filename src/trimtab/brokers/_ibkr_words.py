"""Interactive Brokers' words and ours: tickets, orders, executions, positions and cash.

IBKR writes the same amount here as a number and there as text; both are taken, and nothing else.

Errors: `NotExact`, naming the field and what it holds.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from trimtab.brokers._account_view import reserved
from trimtab.brokers._exact_json import (
    NotExact,
    decimal_of,
    list_of,
    object_of,
    optional_decimal,
    text_of,
)
from trimtab.brokers._ibkr_contracts import Contracts
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

__all__ = ["cash_of", "fill_of", "position_of", "refusal_of", "report_of", "ticket"]

BASE = "BASE"
"""The line of the ledger that adds up all currencies."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATES: Mapping[str, OrderState] = {
    **dict.fromkeys(
        ("PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel", "WarnState", "Inactive"),
        OrderState.WORKING,
    ),
    "Filled": OrderState.FILLED,
    "Cancelled": OrderState.CANCELED,
}
"""An inactive order may wait for a person at IBKR, so it counts as open until it is canceled."""
SPOKEN = frozenset({"WarnState", "Inactive"})
REJECTED_INSIDE = frozenset({"Rejected", "rejected"})
TIMES: Mapping[TimeInForce, str] = {
    TimeInForce.DAY: "DAY",
    TimeInForce.GOOD_TILL_CANCELED: "GTC",
    TimeInForce.IMMEDIATE_OR_CANCEL: "IOC",
    TimeInForce.AT_OPEN: "OPG",
    TimeInForce.AT_CLOSE: "DAY",
}
SIDES: Mapping[object, Side] = {"BUY": Side.BUY, "B": Side.BUY, "SELL": Side.SELL, "S": Side.SELL}


def refusal_of(order: Order) -> str:
    """Why IBKR would not take an order, or take it as another one; empty where it would."""
    if order.quantity is None:
        return "IBKR only simulates orders by amount: state the quantity"
    if order.quantity % 1:
        return f"a quantity of {order.quantity} is not in whole units"
    return ""


def ticket(order: Order, conid: int, account: str) -> dict[str, object]:
    """What is posted for an order; "at the close" is a kind of order at IBKR."""
    is_close = order.time_in_force is TimeInForce.AT_CLOSE
    kinds = ("MOC", "LOC") if is_close else ("MKT", "LMT")
    asked: dict[str, object] = {
        "acctId": account,
        "conid": conid,
        "cOID": order.id,
        "orderType": kinds[order.limit is not None],
        "side": "BUY" if order.side is Side.BUY else "SELL",
        "tif": TIMES[order.time_in_force],
        "quantity": order.quantity,
        "outsideRTH": False,
    }
    return asked if order.limit is None else asked | {"price": order.limit}


def report_of(value: object, contracts: Contracts, heard: datetime) -> OrderReport:
    """IBKR's order as a report; `heard` is its time where nothing of it was executed yet."""
    order = object_of(value, "an order")
    status = text_of(order.get("status"), "an order's status")
    if status not in STATES:
        raise NotExact(f"an order's status is {status!r}, which is not known")
    filled = optional_decimal(order.get("filledQuantity"), "an order's filledQuantity") or ZERO
    quantity = optional_decimal(order.get("totalSize"), "an order's totalSize")
    if filled < ZERO or (quantity is not None and quantity <= ZERO):
        raise NotExact(f"an order's quantities are {quantity} and {filled}, below zero")
    state = STATES[status]
    if order.get("order_ccp_status") in REJECTED_INSIDE and filled == ZERO:
        state = OrderState.REJECTED
    elif state is OrderState.WORKING and filled > ZERO:
        state = OrderState.PARTIAL
    reason = order.get("order_cancellation_by_system_reason")
    executed = order.get("lastExecutionTime_r")
    return OrderReport(
        order_id=_ours(order.get("order_ref")),
        broker_id=_number_text(order.get("orderId"), "an order's orderId"),
        state=state,
        at=_moment(executed, "lastExecutionTime_r") if executed else heard,
        quantity=quantity,
        filled=filled,
        average_price=optional_decimal(order.get("avgPrice"), "an order's avgPrice"),
        pending=PendingChange.CANCEL if status == "PendingCancel" else PendingChange.NONE,
        text=reason if isinstance(reason, str) else (status if status in SPOKEN else ""),
        instrument=contracts.name_of(order.get("conid"), order.get("ticker")),
        side=_side(order.get("side"), "an order's side"),
    )


def fill_of(value: object, contracts: Contracts) -> Fill:
    """One execution.

    IBKR numbers the versions of an execution after the last dot of its id: the second one corrects
    the first.
    """
    trade = object_of(value, "a trade")
    name = text_of(trade.get("execution_id"), "a trade's execution_id")
    quantity = decimal_of(trade.get("size"), "a trade's size")
    price = decimal_of(trade.get("price"), "a trade's price")
    if quantity < ZERO or price < ZERO:
        raise NotExact(f"a trade is of {quantity} at {price}, below zero")
    return Fill(
        execution_id=name,
        order_id=_ours(trade.get("order_ref")),
        broker_id=_number_text(trade.get("order_id", ""), "a trade's order_id"),
        instrument=contracts.name_of(trade.get("conid"), trade.get("symbol")),
        side=_side(trade.get("side"), "a trade's side"),
        quantity=quantity,
        price=price,
        at=_moment(trade.get("trade_time_r"), "a trade's trade_time_r"),
        fee=optional_decimal(trade.get("commission"), "a trade's commission") or ZERO,
        account=text_of(trade.get("accountCode") or trade.get("account"), "a trade's account"),
        busts=_corrected(name),
    )


def position_of(
    value: object, contracts: Contracts, orders: tuple[OrderReport, ...]
) -> BrokerPosition:
    """A position; a short one has a quantity below zero."""
    position = object_of(value, "a position")
    name = contracts.name_of(position.get("conid"), position.get("ticker"))
    quantity = decimal_of(position.get("position"), f"the quantity of {name}")
    free = max(quantity - reserved(orders, name), ZERO) if quantity > ZERO else quantity
    return BrokerPosition(
        instrument=name,
        broker_id=_number_text(position.get("conid"), f"the conid of {name}"),
        quantity=quantity,
        available=free,
        average_cost=optional_decimal(position.get("avgCost"), f"the cost of {name}"),
        price=optional_decimal(position.get("mktPrice"), f"the price of {name}"),
    )


def cash_of(ledger: object) -> tuple[BrokerCash, ...]:
    """Cash of each currency; what is not settled may not be spent, nor what is on credit."""
    found = []
    for currency, line in object_of(ledger, "the ledger").items():
        if currency == BASE:
            continue
        shown = object_of(line, f"the ledger of {currency}")
        cash = decimal_of(shown.get("cashbalance"), f"the cashbalance of {currency}")
        said = decimal_of(shown.get("settledcash"), f"the settledcash of {currency}")
        settled = min(cash, said)
        found.append(BrokerCash(currency, settled, cash - settled, max(settled, ZERO)))
    return tuple(found)


def trades_of(body: object, contracts: Contracts, account: str) -> list[Fill]:
    """The executions of one account."""
    found = [fill_of(one, contracts) for one in list_of(body, "the trades")]
    return [one for one in found if one.account == account]


def _corrected(name: str) -> str:
    stem, _, version = name.rpartition(".")
    if not stem or not version.isdecimal() or int(version) <= 1:
        return ""
    return f"{stem}.{int(version) - 1:0{len(version)}d}"


def _side(value: object, what: str) -> Side:
    if not isinstance(value, str) or value not in SIDES:
        raise NotExact(f"{what} is {value!r}")
    return SIDES[value]


def _number_text(value: Any, what: str) -> str:
    """An id, which IBKR writes as a number or as text."""
    number = decimal_of(value, what)
    if number % 1:
        raise NotExact(f"{what} is {number}, not a whole number")
    return f"{number:.0f}"


def _moment(value: object, what: str) -> datetime:
    """Milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=int(decimal_of(value, what)))


def _ours(value: object) -> str:
    """A reference that can be an order id of ours."""
    is_ours = isinstance(value, str) and 0 < len(value) <= ORDER_ID_MAX
    return str(value) if is_ours else ""
