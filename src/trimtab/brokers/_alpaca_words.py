"""Alpaca's words and ours: orders, fills, positions and instruments, each way.

Every field that is used is checked; one that is not what it should be makes the whole answer
unusable, because half of an order is worse than none.

Errors: `NotExact`, naming the field and what it holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from trimtab.brokers._exact_json import (
    NotExact,
    decimal_of,
    moment_of,
    object_of,
    optional_decimal,
    text_of,
)
from trimtab.model.brokers import BrokerCash, BrokerInstrument, BrokerPosition
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

__all__ = [
    "Execution",
    "Names",
    "cash_of",
    "execution_of",
    "instrument_of",
    "order_body",
    "position_of",
    "refusal_of",
    "replacement_body",
    "report_of",
]

FRACTION_STEP = Decimal("0.000000001")
NOTIONAL_STEP = Decimal("0.01")
DOLLAR = Decimal(1)
PRICE_STEP, SUB_DOLLAR_STEP = Decimal("0.01"), Decimal("0.0001")
"""What a price may be a multiple of, from one dollar on and below (17 CFR 242.612)."""

STATES: Mapping[str, OrderState] = {
    **dict.fromkeys(
        (
            *("new", "accepted", "pending_new", "accepted_for_bidding", "stopped", "suspended"),
            *("calculated", "held", "done_for_day", "pending_cancel", "pending_replace"),
        ),
        OrderState.WORKING,
    ),
    "partially_filled": OrderState.PARTIAL,
    "filled": OrderState.FILLED,
    "canceled": OrderState.CANCELED,
    "replaced": OrderState.CANCELED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REJECTED,
}
PENDING: Mapping[str, PendingChange] = {
    "pending_cancel": PendingChange.CANCEL,
    "pending_replace": PendingChange.REPLACE,
}
SPOKEN = frozenset({"replaced", "suspended", "done_for_day", "held", "stopped"})
"""States whose name says more than ours does."""


@dataclass(frozen=True, slots=True)
class Names:
    """Symbols that differ from our instruments' ids; all others are spelled alike."""

    symbols: Mapping[str, str]

    def symbol(self, instrument: str) -> str:
        """Alpaca's name of an instrument."""
        return self.symbols.get(instrument, instrument)

    def instrument(self, symbol: str) -> str:
        """Our name of a symbol."""
        return next((ours for ours, theirs in self.symbols.items() if theirs == symbol), symbol)


@dataclass(frozen=True, slots=True)
class Execution:
    """A fill as the list of activities tells it, which does not say our order's id.

    Unit: `total` is the order's quantity filled up to and with this one.
    """

    fill: Fill
    total: Decimal


def refusal_of(order: Order) -> str:
    """Why Alpaca would not take an order, or take it as another one; empty where it would."""
    if order.notional is not None:
        if order.side is Side.SELL:
            return "a sale by amount could sell more than is held: state its quantity"
        if order.limit is not None:
            return "an order by amount cannot have a limit: state its quantity"
        if order.notional % NOTIONAL_STEP:
            return f"an amount of {order.notional} is not in whole cents"
    is_part = order.quantity is None or order.quantity % 1 != 0
    if is_part and order.time_in_force is not TimeInForce.DAY:
        return f"fractions and amounts stand for the day only, not {order.time_in_force}"
    if order.quantity is not None and order.quantity % FRACTION_STEP:
        return f"a quantity of {order.quantity} has more than nine decimals"
    if order.limit is not None:
        step = PRICE_STEP if order.limit >= DOLLAR else SUB_DOLLAR_STEP
        if order.limit % step:
            return f"a limit of {order.limit} is no multiple of {step}"
    return ""


def order_body(order: Order, symbol: str) -> dict[str, object]:
    """What is posted for an order."""
    body: dict[str, object] = {
        "symbol": symbol,
        "side": str(order.side),
        "type": "market" if order.limit is None else "limit",
        "time_in_force": str(order.time_in_force),
        "client_order_id": order.id,
    }
    amounts = {"qty": order.quantity, "notional": order.notional, "limit_price": order.limit}
    return body | {name: value for name, value in amounts.items() if value is not None}


def replacement_body(order: Order) -> dict[str, object]:
    """What is patched to put an order in another's place: its symbol and side stay."""
    body = order_body(order, "")
    return {name: body[name] for name in body if name not in ("symbol", "side", "type")}


def report_of(value: object, names: Names, at: datetime | None = None) -> OrderReport:
    """Alpaca's order as a report; `at` overrides the time of its last change."""
    order = object_of(value, "an order")
    status = text_of(order.get("status"), "an order's status")
    if status not in STATES:
        raise NotExact(f"an order's status is {status!r}, which is not known")
    filled = decimal_of(order.get("filled_qty", 0), "an order's filled_qty")
    quantity = optional_decimal(order.get("qty"), "an order's qty")
    if filled < ZERO or (quantity is not None and quantity <= ZERO):
        raise NotExact(f"an order's quantities are {quantity} and {filled}, below zero")
    state = STATES[status]
    if state is OrderState.WORKING and filled > ZERO:
        state = OrderState.PARTIAL
    of_legs = order.get("order_class") == "mleg"  # options, which have a symbol and side per leg
    when = order.get("updated_at") or order.get("submitted_at") or order.get("created_at")
    return OrderReport(
        order_id=_ours(order.get("client_order_id")),
        broker_id=text_of(order.get("id"), "an order's id"),
        state=state,
        at=at or moment_of(when, "an order's updated_at"),
        quantity=quantity,
        filled=filled,
        average_price=optional_decimal(order.get("filled_avg_price"), "filled_avg_price"),
        pending=PENDING.get(status, PendingChange.NONE),
        text=status if status in SPOKEN else "",
        instrument="" if of_legs else names.instrument(_symbol(order, "an order")),
        side=None if of_legs else _side(order.get("side")),
    )


def execution_of(value: object, names: Names, account: str) -> Execution:
    """A fill from the list of activities.

    Refuses: an activity of a kind that is not known, which may be one taken back.
    """
    activity = object_of(value, "an activity")
    kind = activity.get("type")
    if kind not in ("fill", "partial_fill"):
        raise NotExact(f"an activity of type {kind!r} is not known: it may take a fill back")
    quantity = decimal_of(activity.get("qty"), "a fill's qty")
    price = decimal_of(activity.get("price"), "a fill's price")
    if quantity <= ZERO or price < ZERO:
        raise NotExact(f"a fill is of {quantity} at {price}, below zero")
    fill = Fill(
        execution_id=text_of(activity.get("id"), "a fill's id"),
        order_id="",
        broker_id=text_of(activity.get("order_id"), "a fill's order_id"),
        instrument=names.instrument(_symbol(activity, "a fill")),
        side=_side(activity.get("side")),
        quantity=quantity,
        price=price,
        at=moment_of(activity.get("transaction_time"), "a fill's transaction_time"),
        account=account,
    )
    return Execution(fill, decimal_of(activity.get("cum_qty", quantity), "a fill's cum_qty"))


def position_of(value: object, names: Names) -> BrokerPosition:
    """A position; a short one has a quantity below zero.

    Refuses: a long position below zero.
    """
    position = object_of(value, "a position")
    symbol = _symbol(position, "a position")
    quantity = decimal_of(position.get("qty"), f"the quantity of {symbol}")
    available = position.get("qty_available")
    free = quantity if available is None else decimal_of(available, f"qty_available of {symbol}")
    side = position.get("side")
    if side not in ("long", "short"):
        raise NotExact(f"the side of {symbol} is {side!r}")
    if side == "long" and quantity < ZERO:
        raise NotExact(f"the quantity of {symbol} is {quantity}, below zero, and held long")
    return BrokerPosition(
        instrument=names.instrument(symbol),
        broker_id=text_of(position.get("asset_id"), f"the id of {symbol}"),
        quantity=quantity if side == "long" else -abs(quantity),
        available=free if side == "long" else -abs(free),
        average_cost=optional_decimal(position.get("avg_entry_price"), f"the cost of {symbol}"),
        price=optional_decimal(position.get("current_price"), f"the price of {symbol}"),
    )


def instrument_of(value: object, instrument: str) -> BrokerInstrument:
    """An instrument as Alpaca trades it."""
    asset = object_of(value, "an asset")
    fractionable = asset.get("fractionable") is True
    is_active = asset.get("status") == "active"
    step = asset.get("min_trade_increment") or (FRACTION_STEP if fractionable else 1)
    return BrokerInstrument(
        instrument=instrument,
        broker_id=text_of(asset.get("id"), "an asset's id"),
        quantity_step=decimal_of(step, "an asset's min_trade_increment"),
        minimum=decimal_of(asset.get("min_order_size") or 0, "an asset's min_order_size"),
        price_step=decimal_of(asset.get("price_increment") or PRICE_STEP, "price_increment"),
        fractionable=fractionable,
        tradable=asset.get("tradable") is True and is_active,
        halted=asset.get("status") == "halted",
    )


def cash_of(account: Mapping[str, Any]) -> BrokerCash:
    """Cash; what may not be spent without credit (not settled, or reserved) is not settled."""
    cash = decimal_of(account.get("cash"), "the account's cash")
    free = optional_decimal(account.get("non_marginable_buying_power"), "non_marginable_…")
    settled = cash if free is None else min(cash, free)
    power = optional_decimal(account.get("buying_power"), "the account's buying_power")
    currency = text_of(account.get("currency"), "the account's currency")
    return BrokerCash(currency, settled, cash - settled, settled if power is None else power)


def _symbol(found: Mapping[str, Any], what: str) -> str:
    return text_of(found.get("symbol"), f"the symbol of {what}")


def _side(value: object) -> Side:
    if value not in ("buy", "sell"):
        raise NotExact(f"a side is {value!r}")
    return Side(str(value))


def _ours(value: object) -> str:
    """A client order id that can be ours; Alpaca makes longer ones for orders that have none."""
    is_ours = isinstance(value, str) and 0 < len(value) <= ORDER_ID_MAX
    return str(value) if is_ours else ""
