"""Orders: what is asked of a broker, what it says of them, and what it executed.

Quantities and money are exact; a broker's words are kept as it said them, with its own time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import InputError
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Side

__all__ = [
    "ORDER_ID_MAX",
    "Absent",
    "Ack",
    "AckVerdict",
    "Denied",
    "Fill",
    "Order",
    "OrderRecord",
    "OrderReport",
    "OrderState",
    "PendingChange",
    "Sent",
    "TimeInForce",
]

ORDER_ID_MAX = 32
"""Characters of a client order id that every broker takes: letters, digits and hyphens."""


class TimeInForce(StrEnum):
    """How long an order stands."""

    DAY = "day"
    GOOD_TILL_CANCELED = "gtc"
    IMMEDIATE_OR_CANCEL = "ioc"
    AT_OPEN = "opg"
    AT_CLOSE = "cls"


class OrderState(StrEnum):
    """Where an order stands; nobody assigns it, it is folded from what was recorded."""

    PLANNED = "planned"
    """Its intent is recorded, and nothing was sent, or what was sent is proven not to be there."""
    UNKNOWN = "unknown"
    """It was sent, and whether the broker has it is not proven."""
    WORKING = "working"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """The broker said that it does not take it."""
    DENIED = "denied"
    """Our own checks at the moment of sending said no; it never left."""

    @property
    def is_closed(self) -> bool:
        """Whether no more is expected; a late fill may come all the same, and counts."""
        return self in _CLOSED


_CLOSED = frozenset(
    {
        OrderState.FILLED,
        OrderState.CANCELED,
        OrderState.EXPIRED,
        OrderState.REJECTED,
        OrderState.DENIED,
    }
)


class PendingChange(StrEnum):
    """A change that was asked for and is not done yet; beside the state, not part of it."""

    NONE = "none"
    CANCEL = "cancel"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Order:
    """A request to a broker.

    `id` is the client order id, the same in every attempt; `trade` the plan's trade that it carries
    out, `part` which slice of it.
    Unit: `quantity` in units of the instrument, or `notional` in the account's currency, exactly
    one; `limit` a price, none for a market order; `broker_account` as the broker names it.
    Refuses: amounts that are not above zero, both or neither of quantity and notional, an id that
    some broker would not take.
    """

    id: str
    cycle_id: str
    account: str
    instrument: str
    side: Side
    quantity: Decimal | None = None
    notional: Decimal | None = None
    limit: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.DAY
    trade: str = ""
    part: int = 0

    def __post_init__(self) -> None:
        subject = f"order {self.id}"
        if not 0 < len(self.id) <= ORDER_ID_MAX or not self.id.replace("-", "").isalnum():
            bound = f"at most {ORDER_ID_MAX} letters, digits and hyphens"
            raise InputError(subject, "no broker takes its id", bound)
        if (self.quantity is None) is (self.notional is None):
            raise InputError(subject, "it states both quantity and notional, or neither", "one")
        amounts = (self.quantity, self.notional, self.limit)
        for amount in amounts:
            if amount is not None and not (amount.is_finite() and amount > ZERO):
                raise InputError(subject, f"an amount of it is {amount}", "it must be above zero")


class AckVerdict(StrEnum):
    """What a broker answered to a write."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """It said no, so that nothing stands."""
    DUPLICATE = "duplicate"
    """It has an order of this id already: not a rejection; `find` tells which."""
    QUESTION = "question"
    """It asks something first, and nothing stands until that is answered."""
    THROTTLED = "throttled"
    """It refused before it looked, for want of pace: nothing stands."""
    UNKNOWN = "unknown"
    """No answer that proves anything: time-out, cut, server error, unreadable text."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to a submit, replace, cancel or answer.

    Unit: `retry_after` seconds, where the broker named them.
    """

    verdict: AckVerdict
    order_id: str
    at: datetime
    broker_id: str = ""
    code: str = ""
    text: str = ""
    question: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class OrderReport:
    """A broker's word on one order.

    `order_id` is empty where the order is not ours.  `state` never is one of our own (planned,
    unknown, denied).
    Unit: `filled` is cumulative; `average_price` in the instrument's currency.
    """

    order_id: str
    broker_id: str
    state: OrderState
    at: datetime
    quantity: Decimal | None = None
    filled: Decimal = ZERO
    average_price: Decimal | None = None
    pending: PendingChange = PendingChange.NONE
    text: str = ""
    instrument: str = ""
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution; `execution_id` is the broker's, by which it is counted once.

    `busts` names the execution that this one takes back or corrects: what is busted counts no more,
    and a correction counts with its own quantity (zero for a bust).
    Unit: `quantity` of this execution alone, positive; `price` and `fee` in the instrument's
    currency; `at` when it was executed.
    """

    execution_id: str
    order_id: str
    broker_id: str
    instrument: str
    side: Side
    quantity: Decimal
    price: Decimal
    at: datetime
    fee: Decimal = ZERO
    account: str = ""
    busts: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The order is about to leave: recorded before it does."""

    order_id: str
    at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class Absent:
    """The broker proved that it has no such order."""

    order_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Denied:
    """Our own checks at the moment of sending refused it."""

    order_id: str
    at: datetime
    reason: str


OrderRecord = Sent | Absent | Denied | Ack | OrderReport | Fill
