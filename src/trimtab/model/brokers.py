"""What a broker shows of an account, what it can do, and the events that it sends.

An answer that could not be read whole is marked so: what is absent from it is not flat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial

from trimtab.model.errors import InputError
from trimtab.model.money import ZERO
from trimtab.model.orders import Fill, OrderReport

__all__ = [
    "BrokerCash",
    "BrokerError",
    "BrokerEvent",
    "BrokerInstrument",
    "BrokerPosition",
    "BrokerState",
    "Capabilities",
    "Link",
    "Notice",
    "Quote",
    "Trouble",
]


class Trouble(StrEnum):
    """Why a broker could not be asked, as far as what to do about it differs."""

    CREDENTIALS = "credentials"
    """Wrong, expired or absent."""
    PERMISSION = "permission"
    """A token that may read but not trade, or an account that is not this one's."""
    UNREADABLE = "unreadable"
    """An answer that is not what was asked: HTML, truncated JSON, a number as something else."""
    UNAVAILABLE = "unavailable"
    """No answer, or a server's error: it may work later."""
    THROTTLED = "throttled"
    CLOCK = "clock"
    """Its clock and ours are too far apart to order anything."""


class BrokerError(InputError):
    """A broker could not be asked, or answered something that cannot be used.

    Only reads raise it; the outcome of a write that nothing proves is an `Ack` of its own.
    """

    def __init__(
        self, trouble: Trouble, subject: str, fact: str, bound: str = "", remedy: str = ""
    ) -> None:
        self.trouble = trouble
        super().__init__(subject, fact, bound, remedy)

    def __reduce__(self) -> tuple[object, ...]:
        parts = (self.subject, self.fact, self.bound, self.remedy)
        return partial(BrokerError, self.trouble), parts


@dataclass(frozen=True, slots=True)
class BrokerInstrument:
    """An instrument as a broker trades it.

    `instrument` is ours, `broker_id` the broker's (asset id, conid, Uic, symbol).
    Unit: steps in units and in price; `minimum` the least quantity of an order.
    """

    instrument: str
    broker_id: str
    currency: str = "USD"
    quantity_step: Decimal = Decimal(1)
    minimum: Decimal = ZERO
    price_step: Decimal = Decimal("0.01")
    fractionable: bool = False
    tradable: bool = True
    halted: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a broker can do, and how fast.

    `blocks`: it takes one order for several accounts, and puts what it fills into them in
    proportion, at one price (the port `TakesBlocks`).
    Unit: `writes_per_second`, `reads_per_minute`; `unique_id_days` for how long an order id is
    refused a second time, none where it never is.
    """

    notional: bool = False
    fractional: bool = False
    replace: bool = False
    stream: bool = False
    replays_gaps: bool = False
    blocks: bool = False
    finds_by_order_id: bool = True
    unique_id_days: int | None = None
    writes_per_second: Decimal = Decimal(1)
    reads_per_minute: int = 60


@dataclass(frozen=True, slots=True)
class BrokerCash:
    """Cash of one currency; `settled` may be spent, `unsettled` not yet."""

    currency: str
    settled: Decimal
    unsettled: Decimal = ZERO
    buying_power: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class BrokerPosition:
    """Units held; `available` is what no open order has reserved."""

    instrument: str
    broker_id: str
    quantity: Decimal
    available: Decimal
    average_cost: Decimal | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BrokerState:
    """All that a broker shows of one account at one moment.

    `is_complete` is false where a page or a question failed: then what is absent is not flat.
    Unit: `at` our clock, `broker_clock` the broker's, where it tells.
    """

    account: str
    at: datetime
    broker_clock: datetime | None
    currency: str
    cash: tuple[BrokerCash, ...]
    positions: tuple[BrokerPosition, ...]
    open_orders: tuple[OrderReport, ...]
    is_complete: bool = True
    trading_blocked: bool = False
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Link:
    """The connection went up or down; with `gap`, something may have been missed: reconcile."""

    up: bool
    gap: bool
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A broker's word on something else: halts, corporate actions, warnings of a session."""

    code: str
    text: str
    at: datetime
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Bid and ask of one instrument.

    Unit: `currency`; sizes in units; `at` when the market had it.
    """

    instrument: str
    bid: Decimal
    ask: Decimal
    at: datetime
    currency: str = "USD"
    bid_size: Decimal = ZERO
    ask_size: Decimal = ZERO
    source: str = ""

    @property
    def middle(self) -> Decimal:
        """Half-way between bid and ask."""
        return (self.bid + self.ask) / 2

    @property
    def half_spread(self) -> Decimal:
        """Half the spread, as a fraction of the middle."""
        return (self.ask - self.bid) / 2 / self.middle


BrokerEvent = OrderReport | Fill | Link | Notice
