"""Our words for orders in FIX's: new, cancel, replace and ask; versions 4.2 and 4.4.

Every request has a client id that is derived, never drawn: an order has its own, and the n-th
request to cancel it has that id with an ending.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from trimtab.brokers._fix_profiles import Profile
from trimtab.brokers._fix_wire import Message, Tag, amount_text, time_text
from trimtab.model.orders import ORDER_ID_MAX, Order, TimeInForce
from trimtab.model.snapshots import Side

__all__ = [
    "SIDES",
    "Asked",
    "Kind",
    "account_question",
    "cancel_id",
    "cancellation",
    "end_of_day",
    "new_order",
    "quotes_question",
    "refusal_of",
    "replacement",
    "status_question",
]

SIDES = {Side.BUY: "1", Side.SELL: "2"}
MARKET, LIMIT = "1", "2"
FOREIGN_EXCHANGE_DAY_ENDS = time(17, tzinfo=ZoneInfo("America/New_York"))


class Kind:
    """The types of the messages that are spoken here."""

    LOGON, LOGOUT, REJECT, SEQUENCE_RESET = "A", "5", "3", "4"
    HEARTBEAT, TEST_REQUEST = "0", "1"
    ORDER, REPLACE, CANCEL, STATUS, MASS_STATUS = "D", "G", "F", "H", "AF"
    REPORT, CANCEL_REJECT, BUSINESS_REJECT = "8", "9", "j"
    QUOTES, SNAPSHOT, QUOTES_REJECT = "V", "W", "Y"
    NOTICE, ACCOUNT, POSITION = "U1", "U2", "U3"
    """Dukascopy's own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request about an order that stands must repeat of it."""

    order_id: str
    symbol: str
    side: str
    quantity: Decimal | None = None
    account: str = ""

    @classmethod
    def of(cls, sent: Message) -> "Asked":
        """What an order said that was sent: the message is our own."""
        amount = sent.amount(Tag.ORDER_QTY) if sent.get(Tag.ORDER_QTY) else None
        return cls(
            sent.need(Tag.CL_ORD_ID),
            sent.need(Tag.SYMBOL),
            sent.need(Tag.SIDE),
            amount,
            sent.get(Tag.ACCOUNT),
        )


def cancel_id(order_id: str, attempt: int) -> str:
    """The client id of the n-th request to cancel an order, as short as every broker takes it."""
    ending = f"-c{attempt}"
    return order_id[: ORDER_ID_MAX - len(ending)] + ending


def end_of_day(now: datetime) -> datetime:
    """When the day of foreign exchange ends: at 17:00 in New York."""
    local = now.astimezone(FOREIGN_EXCHANGE_DAY_ENDS.tzinfo)
    ending = datetime.combine(local.date(), FOREIGN_EXCHANGE_DAY_ENDS)
    following = datetime.combine(local.date() + timedelta(days=1), FOREIGN_EXCHANGE_DAY_ENDS)
    return (ending if local < ending else following).astimezone(UTC)


def refusal_of(order: Order, profile: Profile) -> str:
    """Why a broker of this profile would not take an order; empty where it would."""
    if order.time_in_force not in profile.times_in_force:
        known = ", ".join(profile.times_in_force)
        return f"it does not take a time in force of {order.time_in_force}; it takes {known}"
    if order.notional is not None and not profile.cash_orders:
        return "an order by amount is not taken over FIX here: state its quantity"
    if order.quantity is not None and order.quantity % profile.quantity_step:
        step = amount_text(profile.quantity_step)
        return f"a quantity of {amount_text(order.quantity)} is no multiple of {step}"
    return ""


def new_order(order: Order, symbol: str, account: str, profile: Profile, now: datetime) -> Message:
    """The message of an order that `refusal_of` lets pass."""
    fields = [(Tag.CL_ORD_ID, order.id), *_account(account), (Tag.SYMBOL, symbol)]
    fields += [(Tag.SIDE, SIDES[order.side]), (Tag.TRANSACT_TIME, time_text(now))]
    return Message.of(Kind.ORDER, (*fields, *_terms(order, profile, now), *profile.order_fields))


def replacement(
    asked: Asked, order: Order, symbol: str, profile: Profile, now: datetime
) -> Message:
    """The message that puts an order in another's place."""
    fields = [(Tag.CL_ORD_ID, order.id), (Tag.ORIG_CL_ORD_ID, asked.order_id)]
    fields += [*_account(asked.account), (Tag.SYMBOL, symbol), (Tag.SIDE, SIDES[order.side])]
    fields += [(Tag.TRANSACT_TIME, time_text(now)), *_terms(order, profile, now)]
    return Message.of(Kind.REPLACE, (*fields, *profile.order_fields))


def cancellation(asked: Asked, request: str, now: datetime) -> Message:
    """The message that asks to cancel an order."""
    fields = [(Tag.CL_ORD_ID, request), (Tag.ORIG_CL_ORD_ID, asked.order_id)]
    fields += [*_account(asked.account), (Tag.SYMBOL, asked.symbol), (Tag.SIDE, asked.side)]
    fields += [(Tag.TRANSACT_TIME, time_text(now))]
    if asked.quantity is not None:
        fields.append((Tag.ORDER_QTY, amount_text(asked.quantity)))
    return Message.of(Kind.CANCEL, fields)


def status_question(asked: Asked, profile: Profile, request: str) -> Message:
    """The message that asks where an order stands."""
    fields = [(Tag.CL_ORD_ID, asked.order_id), *_account(asked.account)]
    fields += [(Tag.SYMBOL, asked.symbol), (Tag.SIDE, asked.side)]
    if not profile.has_transaction_types:
        fields.append((Tag.STATUS_REQUEST, request))
    return Message.of(Kind.STATUS, fields)


def account_question(profile: Profile, account: str) -> Message:
    """The message that asks for the account, in a dialect that has one."""
    return Message.of(profile.asks_account, _account(account))


def quotes_question(symbols: Sequence[str], request: str) -> Message:
    """The message that subscribes to best bid and ask, whole each time."""
    fields = [(Tag.REQUEST_ID, request), (Tag.SUBSCRIPTION, "1"), (Tag.MARKET_DEPTH, "1")]
    fields += [(Tag.UPDATE_TYPE, "0"), (Tag.ENTRY_TYPES, "2")]
    fields += [(Tag.ENTRY_TYPE, "0"), (Tag.ENTRY_TYPE, "1"), (Tag.RELATED, str(len(symbols)))]
    return Message.of(Kind.QUOTES, [*fields, *((Tag.SYMBOL, one) for one in symbols)])


def _account(account: str) -> list[tuple[int, str]]:
    return [(Tag.ACCOUNT, account)] if account else []


def _terms(order: Order, profile: Profile, now: datetime) -> list[tuple[int, str]]:
    """Quantity, kind, limit and time in force."""
    fields = []
    if order.quantity is not None:
        fields.append((Tag.ORDER_QTY, amount_text(order.quantity)))
    if order.notional is not None:
        fields.append((Tag.CASH_ORDER_QTY, amount_text(order.notional)))
    kind = MARKET if order.limit is None else LIMIT
    if order.time_in_force is TimeInForce.AT_CLOSE:
        kind = profile.on_close.get(kind, kind)
    fields.append((Tag.ORD_TYPE, kind))
    if order.limit is not None:
        fields.append((Tag.PRICE, amount_text(order.limit)))
    word = profile.times_in_force[order.time_in_force]
    if profile.day_as_good_till_date and order.time_in_force is TimeInForce.DAY:
        if order.limit is None:  # a market order is done at once or not at all
            word = profile.times_in_force[TimeInForce.IMMEDIATE_OR_CANCEL]
            return [*fields, (Tag.TIME_IN_FORCE, word)]
        fields.append((Tag.EXPIRE_TIME, time_text(end_of_day(now))))
    return [*fields, (Tag.TIME_IN_FORCE, word)]
