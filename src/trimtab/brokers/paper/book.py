"""The state of a paper account: frozen records in plain containers, so that all of it is JSON.

Only the engine writes here.  A record is never changed but replaced by another, so whoever saves
the book sees by identity which ones are new.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from trimtab.brokers.paper.tape import Tick
from trimtab.model.money import ZERO, total
from trimtab.model.orders import Fill, TimeInForce
from trimtab.model.snapshots import Side

__all__ = [
    "PART",
    "Activity",
    "ActivityKind",
    "Execution",
    "PaperBook",
    "PaperEvent",
    "PaperEventKind",
    "PaperOrder",
    "PaperPosition",
    "PaperRequest",
    "PaperStatus",
    "Settlement",
]


PART = "part of "
"""How the name of an order begins that only holds back what a block wants for its account: no
market fills it, and the block gives it its share."""


class PaperStatus(StrEnum):
    """Where an order stands at the paper broker."""

    ACCEPTED = "accepted"
    """It waits for its session."""
    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Whether it may still be executed."""
        return self in _OPEN


_OPEN = frozenset({PaperStatus.ACCEPTED, PaperStatus.NEW, PaperStatus.PARTIALLY_FILLED})


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """What a client asks for; `order_id` is the client's own name of it."""

    order_id: str
    instrument: str
    side: Side
    quantity: Decimal | None = None
    notional: Decimal | None = None
    limit: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.DAY


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """An order as the broker keeps it.

    Unit: `filled` units and `spent` money of its executions that stand, fees apart; `expires_on`
    the session at whose close it ends, none where it stands until canceled.
    """

    id: str
    number: int
    request: PaperRequest
    status: PaperStatus
    created: datetime
    updated: datetime
    expires_on: date | None = None
    closed: datetime | None = None
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    replaces: str = ""
    replaced_by: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """The client's own name of it."""
        return self.request.order_id

    @property
    def is_part(self) -> bool:
        """Whether a block fills it, and no market."""
        return self.name.startswith(PART)

    @property
    def left(self) -> Decimal | None:
        """Units still to come; none for an order by amount."""
        wanted = self.request.quantity
        return None if wanted is None else wanted - self.filled

    @property
    def average_price(self) -> Decimal | None:
        """The price of what was filled."""
        return self.spent / self.filled if self.filled > ZERO else None


@dataclass(frozen=True, slots=True)
class PaperPosition:
    """Units held, and what they cost; the cost is unknown where a lot's basis was."""

    instrument: str
    quantity: Decimal
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill, or the bust of one.

    Unit: `filled` and `left` of its order after it; `amount` what cash moved by, signed.
    """

    number: int
    fill: Fill
    status: PaperStatus
    filled: Decimal
    left: Decimal
    amount: Decimal
    settles: date
    busted: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """Money of a day's sales that is on its way."""

    on: date
    amount: Decimal


class ActivityKind(StrEnum):
    """What moved cash or units beside executions."""

    DIVIDEND = "dividend"
    SPLIT = "split"
    CASH_IN_LIEU = "cash_in_lieu"


@dataclass(frozen=True, slots=True)
class Activity:
    """A dividend, a split, or the cash for the fraction that a split left.

    Unit: `amount` of cash, `quantity` of units that were added (negative: taken), `rate` dollars a
    unit, or new units for each old one.
    """

    id: str
    number: int
    kind: ActivityKind
    on: date
    instrument: str
    quantity: Decimal
    amount: Decimal
    rate: Decimal


class PaperEventKind(StrEnum):
    """What the broker tells its listeners, in Alpaca's words where it has one."""

    NEW = "new"
    ACCEPTED = "accepted"
    FILL = "fill"
    PARTIAL_FILL = "partial_fill"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"
    BUST = "trade_bust"
    HALT = "halt"
    RESUME = "resume"
    ACTION = "corporate_action"


@dataclass(frozen=True, slots=True)
class PaperEvent:
    """One message; `position` is what is held after it."""

    number: int
    kind: PaperEventKind
    at: datetime
    instrument: str
    order: PaperOrder | None = None
    execution: Execution | None = None
    position: Decimal = ZERO
    text: str = ""


@dataclass(slots=True)
class PaperBook:
    """A paper account.

    Unit: `cash` includes what is not settled yet; `taken` units that were had of the present tick;
    `forgotten` the number of the last message that is not kept; `acted_on` the last day whose
    corporate actions are booked; `closes` the prices of the last close, `equity` at each close.
    """

    account: str
    id: str
    currency: str
    opened: datetime
    at: datetime
    cash: Decimal
    acted_on: date
    sequence: int = 0
    forgotten: int = 0
    blocked: bool = False
    positions: dict[str, PaperPosition] = field(default_factory=dict)
    orders: dict[str, PaperOrder] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The broker's id of each client order id that was ever taken."""
    executions: dict[str, Execution] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    settlements: tuple[Settlement, ...] = ()
    marks: dict[str, Tick] = field(default_factory=dict)
    closes: dict[str, Decimal] = field(default_factory=dict)
    taken: dict[str, Decimal] = field(default_factory=dict)
    halted: dict[str, datetime] = field(default_factory=dict)
    events: list[PaperEvent] = field(default_factory=list)
    equity: dict[date, Decimal] = field(default_factory=dict)
    open_ids: dict[str, None] = field(default_factory=dict)
    """Orders that may still be executed, in the order in which they came."""

    @property
    def unsettled(self) -> Decimal:
        """Cash of sales that has not arrived."""
        return total(one.amount for one in self.settlements)

    @property
    def settled(self) -> Decimal:
        """Cash that may be spent by any rule."""
        return self.cash - self.unsettled

    @property
    def open_orders(self) -> Iterable[PaperOrder]:
        """Open orders, the oldest first."""
        return [self.orders[name] for name in self.open_ids]

    def held(self, instrument: str) -> Decimal:
        """Units of an instrument, those for sale in open orders included."""
        position = self.positions.get(instrument)
        return position.quantity if position is not None else ZERO

    def value(self) -> Decimal:
        """Cash, and positions at the last price that was seen of each."""
        held = (
            one.quantity * self.marks[one.instrument].last
            for one in self.positions.values()
            if one.instrument in self.marks
        )
        return self.cash + total(held)

    def put(self, order: PaperOrder) -> None:
        """Keep an order in its latest form."""
        self.orders[order.id] = order
        if order.status.is_open:
            self.open_ids.setdefault(order.id)
        else:
            self.open_ids.pop(order.id, None)
