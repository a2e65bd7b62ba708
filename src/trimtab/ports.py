"""The world as protocols: what drivers ask of it.  Nothing here performs I/O; adapters do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from trimtab.model.brokers import BrokerEvent, BrokerInstrument, BrokerState, Capabilities, Quote
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.entries import Entry
from trimtab.model.live import Approval, ApprovalRequest, Halt, Lease, OrdersAsked, StoredAnswer
from trimtab.model.market import MarketHistory
from trimtab.model.models import (
    ModelCard,
    ModelManifest,
    ModelStatus,
    Provenance,
    StatusChange,
    StoredModel,
)
from trimtab.model.orders import Ack, Fill, Order, OrderRecord, OrderReport
from trimtab.model.snapshots import Price, PriceHistory

__all__ = [
    "ActionFeed",
    "Asks",
    "Broker",
    "Feed",
    "Journal",
    "LiveStore",
    "MarketFeed",
    "ModelRegistry",
    "PriceHistory",
    "QuoteFeed",
    "TakesBlocks",
]


class Feed(Protocol):
    """Prices, from wherever they come."""

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        """The last price of each instrument on or before `as_of`; absent where there is none."""
        ...

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        """Up to `sessions` daily closes up to and including `as_of`."""
        ...


@runtime_checkable
class ActionFeed(Protocol):
    """What a feed may know beside prices: dividends and splits."""

    def actions(
        self, instruments: Sequence[str], since: date, until: date
    ) -> tuple[CorporateAction, ...]:
        """Dividends and splits with an ex-date from `since` to `until`, both included."""
        ...


@runtime_checkable
class MarketFeed(Protocol):
    """A feed that can also give a whole history, as a backtest replays it."""

    def market(
        self, instruments: Sequence[str], since: date, until: date, currency: str = "USD"
    ) -> MarketHistory:
        """Every day from `since` to `until`, both included, on which any of them has a price.

        Unit: `currency`, the household's base; what is quoted in another is converted day by day.
        Refuses: an interval without any price, and a currency without a rate to `currency`.
        """
        ...


@runtime_checkable
class QuoteFeed(Protocol):
    """Bid and ask, as live as the source is."""

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quote of each instrument not after `at`; absent where there is none.

        Refuses: a source that cannot be asked, with `BrokerError`.
        """
        ...


class Broker(Protocol):
    """One account at one broker: translate, nothing else.

    No method retries a write.  A write's outcome that nothing proves is `AckVerdict.UNKNOWN`, and
    whoever sent it asks `find`.  Reads that cannot be answered raise `BrokerError`.
    """

    account: str
    capabilities: Capabilities

    def open(self) -> BrokerState:
        """Connect, authenticate, and show the account.

        Refuses: wrong or expired credentials, an account that is not there, a clock too far off.
        """
        ...

    def close(self) -> None:
        """End the connection; orders stand."""
        ...

    def state(self) -> BrokerState:
        """The account now."""
        ...

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here; none where it is not."""
        ...

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution from a moment on, ours or not, the oldest first."""
        ...

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none where the broker *proves* that it has none."""
        ...

    def submit(self, order: Order) -> Ack:
        """Send an order, once."""
        ...

    def replace(self, order_id: str, order: Order) -> Ack:
        """Put an order in another's place, where the broker can."""
        ...

    def cancel(self, order_id: str) -> Ack:
        """Ask that an order be canceled; what filled until then stands."""
        ...

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """What has happened since the last call, in the order in which it was heard.

        Unit: `wait_seconds` at most, for a first event.
        """
        ...


@runtime_checkable
class Asks(Protocol):
    """A broker that asks before it takes an order."""

    def answer(self, order_id: str, question: str, yes: bool) -> Ack:
        """Answer one question of one order."""


@runtime_checkable
class TakesBlocks(Protocol):
    """A broker that takes one order for several accounts of one line."""

    def submit_block(self, order: Order, parts: Sequence[Order]) -> Ack:
        """Send a block, once; `parts` say how much of it is for which account."""


class Journal(Protocol):
    """An append-only, hash-chained list of entries."""

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries, all or none."""
        ...

    def entries(self) -> Iterable[Entry]:
        """All entries in order."""
        ...


class LiveStore(Protocol):
    """All that the live service remembers, so that a crash loses nothing and repeats nothing.

    A write is whole or not at all, is on disk when it returns, and takes the writer's lease: one
    whose fence is not the household's last is refused with `LeaseLost`.
    """

    def lease(self, household: str, holder: str, now: datetime, seconds: float) -> Lease | None:
        """The right to work a household, or none while another holds it; renewed by its holder."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the right back."""
        ...

    def answers(self, cycle_id: str) -> tuple[StoredAnswer, ...]:
        """What a cycle was answered so far, by step."""
        ...

    def put_answer(self, answer: StoredAnswer, lease: Lease) -> None:
        """Remember an answer before the cycle goes on; a step that has another refuses it."""
        ...

    def put_orders(self, orders: Sequence[Order], lease: Lease) -> None:
        """Record intents before anything is sent; an order that is there changes nothing."""

    def put_records(self, records: Sequence[OrderRecord], lease: Lease) -> int:
        """Add records of orders; fills that are known are left out.  Answers how many were new."""
        ...

    def orders(self, household: str, *, open_only: bool = False) -> tuple[Order, ...]:
        """Orders in the order of their intents; a service reads all of them never."""

    def some_orders(self, household: str, asked: OrdersAsked) -> tuple[Order, ...]:
        """Those asked for that are the household's, in the order of their intents."""

    def records(self, order_id: str) -> tuple[OrderRecord, ...]:
        """What was recorded of an order, in that order."""

    def append(self, entries: Sequence[Entry], lease: Lease) -> None:
        """Add entries to the household's chain; those whose ids are there already are left out."""
        ...

    def entries(self, household: str) -> Iterable[Entry]:
        """The household's entries in order."""
        ...

    def put_request(self, request: ApprovalRequest, lease: Lease | None) -> None:
        """Remember a question to people, or what became of it."""
        ...

    def requests(self, household: str | None = None) -> tuple[ApprovalRequest, ...]:
        """Questions to people, the oldest first."""
        ...

    def put_approval(self, approval: Approval) -> None:
        """Remember a person's word; it needs no lease."""
        ...

    def approvals(self, request: str) -> tuple[Approval, ...]:
        """What people said to a question."""
        ...

    def put_halt(self, halt: Halt) -> None:
        """Stop; it needs no lease and counts from its return."""
        ...

    def lift_halt(self, subject: str, by: str, at: datetime) -> bool:
        """Go on; false where nothing was stopped."""
        ...

    def halts(self) -> tuple[Halt, ...]:
        """What is stopped now."""
        ...


class ModelRegistry(Protocol):
    """Versions of learned models that are never changed, and a log of who let them in.

    Every method refuses, with `InputError`, what was altered, cut short, signed by somebody else or
    made by another version of Trimtab.
    """

    def names(self) -> tuple[str, ...]:
        """Every model that has a version."""
        ...

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a model, the oldest first."""
        ...

    def manifest(self, name: str, version: int) -> ModelManifest:
        """What a version says about itself."""
        ...

    def load(self, name: str, version: int) -> StoredModel:
        """A version with the bytes of its files, all of them checked."""
        ...

    def add(
        self,
        name: str,
        kind: str,
        at: datetime,
        provenance: Provenance,
        card: ModelCard,
        files: Mapping[str, bytes],
    ) -> ModelManifest:
        """Register a new version, all of it or nothing."""
        ...

    def record(self, changes: Sequence[StatusChange]) -> None:
        """Add acts to the log, all of them or none."""
        ...

    def log(self) -> tuple[StatusChange, ...]:
        """Every act, the oldest first."""
        ...

    def status(self, manifest: ModelManifest) -> ModelStatus:
        """Where a version stands."""
        ...

    def promoted(self, name: str) -> ModelManifest | None:
        """The version that runs, if a person has promoted one."""
        ...
