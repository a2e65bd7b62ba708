"""What the live service remembers, in memory: the same promises as on disk, for simulation.

It outlives the driver that uses it, so that a simulated crash loses exactly what a real one would.
A write checks everything before it changes anything, so that it is whole or not at all.

Errors: `LeaseLost` for a fence that is not the last, `InvariantError` for a step or an order that
is there already and says something else, `InputError` for an approval of no request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trimtab.books.chain import EMPTY, Head, Record, line_of, seal
from trimtab.books.order_states import fold
from trimtab.model.entries import Entry
from trimtab.model.live import Approval, ApprovalRequest, Halt, Lease, OrdersAsked, StoredAnswer
from trimtab.model.orders import Fill, Order, OrderRecord
from trimtab.stores._promises import (
    agree,
    agree_cycle,
    agree_order,
    agree_request,
    is_open,
    lost,
    no_order,
    no_request,
)

__all__ = ["MemoryStore"]


@dataclass(slots=True)
class _Held:
    """An order with its household and what was recorded of it."""

    household: str
    order: Order
    records: list[OrderRecord] = field(default_factory=list)
    executions: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Chain:
    """A household's entries, sealed."""

    records: list[Record] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    @property
    def head(self) -> Head:
        if not self.records:
            return EMPTY
        return Head(self.records[-1].sequence, self.records[-1].hash)


class MemoryStore:
    """A store that lasts as long as this object; implements `ports.LiveStore`."""

    def __init__(self) -> None:
        self._leases: dict[str, Lease] = {}
        self._answers: dict[str, dict[int, StoredAnswer]] = defaultdict(dict)
        self._households: dict[str, str] = {}  # by cycle
        self._orders: dict[str, _Held] = {}
        self._chains: dict[str, _Chain] = defaultdict(_Chain)
        self._requests: dict[str, ApprovalRequest] = {}
        self._approvals: dict[str, list[Approval]] = defaultdict(list)
        self._halts: list[Halt] = []

    def lease(self, household: str, holder: str, now: datetime, seconds: float) -> Lease | None:
        """The right to work a household, or none while another holds it; renewed by its holder."""
        until = now + timedelta(seconds=seconds)
        last = self._leases.get(household)
        if last is not None and last.holder and now < last.until:
            if last.holder != holder:
                return None
            renewed = replace(last, until=max(until, last.until))
        else:
            renewed = Lease(household, holder, 1 if last is None else last.fence + 1, until)
        self._leases[household] = renewed
        return renewed

    def release(self, lease: Lease) -> None:
        """Give the right back; what was taken over since stays with its holder."""
        last = self._leases.get(lease.household)
        if last is not None and (last.fence, last.holder) == (lease.fence, lease.holder):
            self._leases[lease.household] = replace(last, holder="")

    def holder(self, household: str) -> Lease | None:
        """The last lease of a household, whether or not it has run out; none after a release."""
        last = self._leases.get(household)
        return last if last is not None and last.holder else None

    def answers(self, cycle_id: str) -> tuple[StoredAnswer, ...]:
        """What a cycle was answered so far, by step."""
        return tuple(one for _, one in sorted(self._answers.get(cycle_id, {}).items()))

    def put_answer(self, answer: StoredAnswer, lease: Lease) -> None:
        """Remember an answer before the cycle goes on; a step that has another refuses it."""
        self._check(lease)
        cycle = answer.cycle_id
        agree_cycle(cycle, self._households.setdefault(cycle, lease.household), lease.household)
        agree(self._answers[cycle].setdefault(answer.step, answer), answer)

    def put_orders(self, orders: Sequence[Order], lease: Lease) -> None:
        """Record intents before anything is sent; an order that is there changes nothing."""
        self._check(lease)
        fresh: dict[str, _Held] = {}
        for order in orders:
            held = self._orders.get(order.id) or fresh.setdefault(
                order.id, _Held(lease.household, order)
            )
            agree_order(held.household, held.order, lease.household, order)
        self._orders |= fresh

    def put_records(self, records: Sequence[OrderRecord], lease: Lease) -> int:
        """Add records of orders; fills that are known are left out.  Answers how many were new."""
        self._check(lease)
        for record in records:
            held = self._orders.get(record.order_id)
            if held is None or held.household != lease.household:
                raise no_order(record.order_id, lease.household)
        added = 0
        for record in records:
            held = self._orders[record.order_id]
            if isinstance(record, Fill):
                if record.execution_id in held.executions:
                    continue
                held.executions.add(record.execution_id)
            held.records.append(record)
            added += 1
        return added

    def orders(self, household: str, *, open_only: bool = False) -> tuple[Order, ...]:
        """Orders in the order of their intents.

        Open is what is not closed, and what is closed with executions that were not heard of.
        """
        mine = (one for one in self._orders.values() if one.household == household)
        return tuple(
            one.order for one in mine if not open_only or is_open(fold(one.order, one.records))
        )

    def some_orders(self, household: str, asked: OrdersAsked) -> tuple[Order, ...]:
        """Those asked for, in the order of their intents."""
        mine = [one.order for one in self._orders.values() if one.household == household]
        if not asked.latest:
            names = set(asked.named)
            is_of_cycle = bool(asked.cycle)
            return tuple(
                one
                for one in mine
                if one.id in names or (is_of_cycle and one.cycle_id == asked.cycle)
            )
        until = next((at for at, one in enumerate(mine) if one.id == asked.before), len(mine))
        return tuple(mine[max(0, until - asked.latest) : until])

    def records(self, order_id: str) -> tuple[OrderRecord, ...]:
        """What was recorded of an order, in that order."""
        held = self._orders.get(order_id)
        return () if held is None else tuple(held.records)

    def append(self, entries: Sequence[Entry], lease: Lease) -> None:
        """Add entries to the household's chain; those whose ids are there already are left out."""
        self._check(lease)
        chain = self._chains[lease.household]
        fresh: dict[str, Entry] = {}
        for entry in entries:
            if entry.id not in chain.ids:
                fresh.setdefault(entry.id, entry)
        chain.records += seal(fresh.values(), chain.head)
        chain.ids |= fresh.keys()

    def entries(self, household: str) -> Iterator[Entry]:
        """The household's entries in order."""
        chain = self._chains.get(household)
        return iter([] if chain is None else [one.entry for one in chain.records])

    def head(self, household: str) -> Head:
        """How many entries the household's chain has, and the hash of its last."""
        chain = self._chains.get(household)
        return EMPTY if chain is None else chain.head

    def lines(self, household: str) -> Iterable[str]:
        """The household's chain as `books.chain` checks it, a line a record."""
        chain = self._chains.get(household)
        return [] if chain is None else [line_of(one) for one in chain.records]

    def put_request(self, request: ApprovalRequest, lease: Lease | None) -> None:
        """Remember a question to people, or what became of it."""
        if lease is not None:
            self._check(lease)
        agree_request(self._requests.get(request.id, request), request)
        self._requests[request.id] = request

    def requests(self, household: str | None = None) -> tuple[ApprovalRequest, ...]:
        """Questions to people, the oldest first."""
        found = (one for one in self._requests.values() if household in (None, one.household))
        return tuple(found)

    def put_approval(self, approval: Approval) -> None:
        """Remember a person's word; it needs no lease.

        Refuses: a word on a question that was never asked.
        """
        if approval.request not in self._requests:
            raise no_request(approval.request)
        if approval not in self._approvals[approval.request]:
            self._approvals[approval.request].append(approval)

    def approvals(self, request: str) -> tuple[Approval, ...]:
        """What people said to a question."""
        return tuple(self._approvals.get(request, ()))

    def put_halt(self, halt: Halt) -> None:
        """Stop; it needs no lease and counts from its return.

        A second halt of a subject stands beside the first: a weaker one takes nothing back.
        """
        if not any(replace(one, at=halt.at) == halt for one in self._halts):
            self._halts.append(halt)

    def lift_halt(self, subject: str, by: str, at: datetime) -> bool:
        """Go on: every halt of the subject is lifted; false where nothing was stopped."""
        left = [one for one in self._halts if one.subject != subject]
        was_halted = len(left) < len(self._halts)
        self._halts = left
        return was_halted

    def halts(self) -> tuple[Halt, ...]:
        """What is stopped now."""
        return tuple(self._halts)

    def _check(self, lease: Lease) -> None:
        last = self._leases.get(lease.household)
        if last is None or (last.fence, last.holder) != (lease.fence, lease.holder):
            raise lost(lease, last)
