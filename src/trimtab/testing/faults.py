"""Faults, drawn from a seed: what goes wrong between a program, its store and its broker.

`Chaos` decides at every call whether something happens, counts what did, and can be calmed, so that
what is still open can end.  `FaultyStore` and `FaultyBroker` stand in front of a real store and an
exact account.

Errors: `Crash` is the end of the process at that point, `DiskFull` what a store says of a disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TypeVar

from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalRequest, Halt, Lease, OrdersAsked, StoredAnswer
from trimtab.model.orders import Order, OrderRecord
from trimtab.ports import LiveStore

__all__ = ["RATES", "Chaos", "Crash", "DiskFull", "FaultKind", "FaultyStore", "SimulatedClock"]

T = TypeVar("T")


class Crash(BaseException):
    """The process ends here: nothing catches it, and nothing after it happens."""


class DiskFull(InputError):  # noqa: N818  (what happened, not a defect)
    """A write did not fit on the disk, and nothing of it was written."""


class FaultKind(StrEnum):
    """What goes wrong."""

    CRASH_BEFORE = "crash before a call"
    CRASH_AFTER = "crash after a call"
    DISK_FULL = "disk full"
    CLOCK = "clock moved"
    THROTTLED = "429 before looking"
    LOST = "504, never arrived"
    ACCEPTED_UNHEARD = "500 after accepting"
    LATE = "504, arrived later"
    DOUBLED = "request delivered twice"
    REJECTED = "rejected"
    QUESTION = "question instead of an answer"
    HALTED = "instrument halted"
    READ_FAILED = "read failed"
    INCOMPLETE = "incomplete snapshot"
    LAGGING = "executions listed late"
    DROPPED = "event dropped"
    REPEATED = "event repeated"
    DELAYED = "event delayed"
    REORDERED = "events reordered"
    DISCONNECTED = "disconnected"
    CANCEL_LOST = "cancel unheard"
    PARTIAL = "partial fill"
    BUSTED = "execution busted"
    BUSTED_LATE = "execution busted after its order ended"
    FILLED_LATE = "filled after its cancel"
    SPLIT = "split"
    DIVIDEND = "dividend"
    BY_HAND = "traded by hand at the broker"
    CANCELED_BY_HAND = "canceled by hand at the broker"
    ZOMBIE = "old process woke up"
    STOPPED = "people halted trading"


F = FaultKind
RATES: Mapping[FaultKind, float] = {
    F.CRASH_BEFORE: 0.01,
    F.CRASH_AFTER: 0.01,
    F.DISK_FULL: 0.006,
    F.CLOCK: 0.01,
    F.THROTTLED: 0.08,
    F.LOST: 0.08,
    F.ACCEPTED_UNHEARD: 0.10,
    F.LATE: 0.06,
    F.DOUBLED: 0.05,
    F.REJECTED: 0.04,
    F.QUESTION: 0.02,
    F.HALTED: 0.02,
    F.READ_FAILED: 0.04,
    F.INCOMPLETE: 0.03,
    F.LAGGING: 0.05,
    F.DROPPED: 0.10,
    F.REPEATED: 0.08,
    F.DELAYED: 0.10,
    F.REORDERED: 0.05,
    F.DISCONNECTED: 0.02,
    F.CANCEL_LOST: 0.20,
    F.BUSTED: 0.03,
    F.BUSTED_LATE: 0.01,
    F.FILLED_LATE: 0.05,
    F.SPLIT: 0.01,
    F.DIVIDEND: 0.02,
    F.BY_HAND: 0.02,
    F.CANCELED_BY_HAND: 0.01,
    F.ZOMBIE: 0.30,
    F.STOPPED: 0.01,
}
"""The chance of each fault where it could happen; partial fills are the market's own."""
del F


@dataclass(slots=True)
class Chaos:
    """Draws faults and counts them; calm, it draws none."""

    chance: Random
    rates: Mapping[FaultKind, float] = field(default_factory=lambda: RATES)
    is_calm: bool = False
    counts: Counter[FaultKind] = field(default_factory=Counter)

    def strikes(self, kind: FaultKind) -> bool:
        """Whether a fault happens here."""
        if self.is_calm or self.chance.random() >= self.rates.get(kind, 0.0):
            return False
        self.counts[kind] += 1
        return True

    def around(self, call: Callable[[], T]) -> T:
        """A call that the process may not live to see, or to see the end of."""
        if self.strikes(FaultKind.CRASH_BEFORE):
            raise Crash
        answer = call()
        if self.strikes(FaultKind.CRASH_AFTER):
            raise Crash
        return answer

    def read(self) -> None:
        """What a read may say instead of an answer."""
        if self.strikes(FaultKind.READ_FAILED):
            kinds = (Trouble.UNAVAILABLE, Trouble.THROTTLED, Trouble.UNREADABLE)
            trouble = self.chance.choice(kinds)
            raise BrokerError(trouble, "broker", "did not answer")


@dataclass(slots=True)
class SimulatedClock:
    """A clock that goes on with every call, and may be set by somebody."""

    chaos: Chaos
    true: datetime
    off: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """What the clock on the wall says."""
        if self.chaos.strikes(FaultKind.CLOCK):
            self.off = timedelta(seconds=self.chaos.chance.uniform(-1200.0, 1200.0))
        return self.true + self.off

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.true += timedelta(seconds=seconds)


class FaultyStore:
    """A live store whose writes may fail, and whose caller may die around them."""

    def __init__(self, store: LiveStore, chaos: Chaos) -> None:
        self.store, self.chaos = store, chaos

    def _write(self, call: Callable[[], T]) -> T:
        if self.chaos.strikes(FaultKind.DISK_FULL):
            raise DiskFull("store", "the disk is full")
        return self.chaos.around(call)

    def lease(self, household: str, holder: str, now: datetime, seconds: float) -> Lease | None:
        """As the store's."""
        return self._write(lambda: self.store.lease(household, holder, now, seconds))

    def release(self, lease: Lease) -> None:
        """As the store's."""
        self._write(lambda: self.store.release(lease))

    def answers(self, cycle_id: str) -> tuple[StoredAnswer, ...]:
        """As the store's."""
        return self.store.answers(cycle_id)

    def put_answer(self, answer: StoredAnswer, lease: Lease) -> None:
        """As the store's."""
        self._write(lambda: self.store.put_answer(answer, lease))

    def put_orders(self, orders: Sequence[Order], lease: Lease) -> None:
        """As the store's."""
        self._write(lambda: self.store.put_orders(orders, lease))

    def put_records(self, records: Sequence[OrderRecord], lease: Lease) -> int:
        """As the store's."""
        return self._write(lambda: self.store.put_records(records, lease))

    def orders(self, household: str, *, open_only: bool = False) -> tuple[Order, ...]:
        """As the store's."""
        return self.store.orders(household, open_only=open_only)

    def some_orders(self, household: str, asked: OrdersAsked) -> tuple[Order, ...]:
        """As the store's."""
        return self.store.some_orders(household, asked)

    def records(self, order_id: str) -> tuple[OrderRecord, ...]:
        """As the store's."""
        return self.store.records(order_id)

    def append(self, entries: Sequence[Entry], lease: Lease) -> None:
        """As the store's."""
        self._write(lambda: self.store.append(entries, lease))

    def entries(self, household: str) -> Iterable[Entry]:
        """As the store's."""
        return self.store.entries(household)

    def put_request(self, request: ApprovalRequest, lease: Lease | None) -> None:
        """As the store's."""
        self._write(lambda: self.store.put_request(request, lease))

    def requests(self, household: str | None = None) -> tuple[ApprovalRequest, ...]:
        """As the store's."""
        return self.store.requests(household)

    def put_approval(self, approval: Approval) -> None:
        """As the store's."""
        self._write(lambda: self.store.put_approval(approval))

    def approvals(self, request: str) -> tuple[Approval, ...]:
        """As the store's."""
        return self.store.approvals(request)

    def put_halt(self, halt: Halt) -> None:
        """As the store's."""
        self._write(lambda: self.store.put_halt(halt))

    def lift_halt(self, subject: str, by: str, at: datetime) -> bool:
        """As the store's."""
        return self._write(lambda: self.store.lift_halt(subject, by, at))

    def halts(self) -> tuple[Halt, ...]:
        """As the store's."""
        return self.store.halts()
