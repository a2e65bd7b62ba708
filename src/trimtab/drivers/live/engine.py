"""The engine: carries planned orders to brokers and their executions into the books, step by step.

A step hears what brokers say, books and records it, settles what is unknown, and sends what is due.
Whatever raises in between (a crash, a full disk, a lost lease) leaves the engine of no use; a new
one on the same store goes on, because

* an order's intent and its sending are in the store before it leaves,
* after a sending without a proven outcome the broker is asked, and the same id goes again only
  when the broker proves that it has no such order,
* an execution is in the books before it is recorded, and is booked by its id, once.

Errors: those of the store; `LeaseLost` where another process works the household since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trimtab.books.order_states import Ticket
from trimtab.cycle.orders import Block
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.booking import Currencies, FillBook
from trimtab.drivers.live.desk import Desk, Pace
from trimtab.drivers.live.durable import orders_kept
from trimtab.drivers.live.hearing import Hearing
from trimtab.drivers.live.parts import Parts
from trimtab.drivers.live.reconcile import reconcile
from trimtab.drivers.live.releasing import Releasing
from trimtab.drivers.live.sending import AtSending, LetGo, halted
from trimtab.drivers.live.work import Progress, Work
from trimtab.model.breaks import Break
from trimtab.model.errors import LeaseLost
from trimtab.model.findings import Finding, Severity
from trimtab.model.live import HaltKind, Lease
from trimtab.model.money import ZERO
from trimtab.model.orders import Absent, OrderReport, OrderState, TimeInForce
from trimtab.ports import Broker, LiveStore

__all__ = ["Engine", "Progress", "Work"]

Clock = Callable[[], datetime]


@dataclass(slots=True)
class _Memory:
    """What an engine may forget in a crash without harm."""

    canceled_at: dict[str, datetime] = field(default_factory=dict)
    absent_since: dict[str, datetime] = field(default_factory=dict)


class Engine:
    """Executes one household's orders over a store and a broker for each account."""

    def __init__(
        self,
        store: LiveStore,
        lease: Lease,
        brokers: Mapping[str, Broker],
        work: Work,
        clock: Clock,
        *,
        at_sending: AtSending | None = None,
        currencies: Currencies | None = None,
        pace: Pace | None = None,
        read_book: Callable[[], FillBook] | None = None,
    ) -> None:
        """`read_book` gives the books as the store has them, where somebody has a quicker way."""
        self.store, self.clock, self.work, self._read_book = store, clock, work, read_book
        self.pace = pace or Pace()
        self._look, self._currencies = at_sending or LetGo(), currencies or Currencies()
        self.desks = {name: Desk(name, broker, self.pace) for name, broker in brokers.items()}
        self._memory = _Memory()
        self._findings: list[Finding] = []
        self._read(lease)

    def _read(self, lease: Lease) -> None:
        """Everything that is remembered, as the store has it now."""
        self.blotter = Blotter(self.store, lease)
        if self._read_book is None:
            self.book = FillBook(self.store.entries(lease.household), self._currencies)
        else:
            self.book = self._read_book()
        self.hearing = Hearing(self.store, self.blotter, self.book, self.work.slices)
        self.parts = Parts(self.blotter, self.hearing, self.work.blocks, self._blocks_of)
        day = self._currencies.day
        self.releasing = Releasing(self.blotter, self.work, self.parts, self._look, self.pace, day)
        for desk in self.desks.values():
            desk.is_current = False

    def _blocks_of(self, cycle_id: str) -> tuple[Block, ...]:
        kept = orders_kept(cycle_id, self.store)
        return () if kept is None else kept.blocks

    @property
    def lease(self) -> Lease:
        """The right under which everything is written."""
        return self.blotter.lease

    def step(self) -> Progress:
        """One round for every account; call it until it is done."""
        self._findings = []
        now = self.clock()
        self._renew(now)
        for desk in self.desks.values():
            if not desk.is_due(now):
                continue
            self.hearing.take(desk, desk.hear(now))
            if self._must_poll(desk, now):
                self._poll(desk, now)
            self._prove_absence(desk, now)
        self.parts.settle(self.desks, now)
        self._send(now)
        self.parts.settle(self.desks, now)
        if self._progress().is_done:  # what fills until then may replace a loss before it
            self.hearing.book_washes(self.book.currencies.day(now))
            self._findings += self.hearing.findings()
        return self._progress()

    def stop(self, account: str, reason: str) -> None:
        """Send nothing more in an account, until another engine starts after a person looked."""
        self.desks[account].stopped = reason

    def look_again(self) -> None:
        """Have every account asked at the next step, whatever its pace."""
        for desk in self.desks.values():
            desk.polled = None

    def _renew(self, now: datetime) -> None:
        """Keep the household; what was read under a lease that ran out is read again.

        While it had run out another process may have worked the household and gone, and nothing
        that was known before is known any more.
        """
        lease = self.blotter.lease
        if lease.until - now >= timedelta(seconds=self.pace.lease / 2):
            return
        renewed = self.store.lease(lease.household, lease.holder, now, self.pace.lease)
        if renewed is None:
            fact = f"household {lease.household}: the lease of {lease.holder} ran out"
            raise LeaseLost(f"{fact}, and another process works it since; nothing is sent")
        if renewed.fence == lease.fence:
            self.blotter.lease = renewed
        else:
            self._read(renewed)

    # What is asked

    def _unsettled(self, desk: Desk) -> Iterator[Ticket]:
        """Orders of the account that its broker knows; parts of blocks it does not."""
        return (
            one
            for one in self.blotter.unsettled()
            if one.order.account == desk.account and one.order.id not in self.parts
        )

    def _must_poll(self, desk: Desk, now: datetime) -> bool:
        if desk.polled is None or not desk.is_open or not desk.is_current:
            return True
        if (now - desk.polled).total_seconds() >= self.pace.poll or now < desk.polled:
            return True
        return any(ticket.missing > ZERO for ticket in self._unsettled(desk))

    def _poll(self, desk: Desk, now: datetime) -> None:
        """Ask for everything; orders of unknown outcome apart, because absence has to be timed."""
        asked = [
            ticket.order.id
            for ticket in self._unsettled(desk)
            if ticket.attempts and ticket.state not in (OrderState.UNKNOWN, OrderState.PLANNED)
        ]
        heard = desk.poll(now, asked, self._since(desk, now))
        self.hearing.take(desk, heard)
        for report in heard.standing:
            self._cancel_stray(desk, report.order_id, now)
        for order_id in heard.absent:
            self._gone(order_id, now)
        # What a block filled is in no account's books before it has ended.
        if desk.is_current and desk.state is not None and not self.parts.is_open(desk.account):
            on = self.book.currencies.day(now)
            found = reconcile(self.book.books, desk.state, on)
            self._findings += [_broken(one) for one in found if one not in desk.breaks]
            desk.breaks = found

    def _cancel_stray(self, desk: Desk, order_id: str, now: datetime) -> None:
        """What stands though it was given up: it arrived after it was proven absent."""
        if not self.hearing.is_ours(desk, order_id):
            return
        state = self.blotter.ticket(order_id).state
        if state.is_closed and state is not OrderState.FILLED:
            self._cancel_one(desk, order_id, now)

    def _gone(self, order_id: str, now: datetime) -> None:
        """An order that was taken and of which the broker knows no more, its session being over."""
        ticket = self.blotter.ticket(order_id)
        is_day = ticket.order.time_in_force is not TimeInForce.GOOD_TILL_CANCELED
        if is_day and now >= self.work.session.closes + timedelta(seconds=self.pace.absence):
            words = "the broker knows it no more after its session"
            state, filled = OrderState.EXPIRED, ticket.reported
            self.blotter.record(
                OrderReport(order_id, ticket.broker_id, state, now, filled=filled, text=words)
            )

    def _since(self, desk: Desk, now: datetime) -> datetime:
        """From when on executions are asked for: before anything that is unsettled was sent."""
        since = now - timedelta(seconds=self.pace.late_fills)
        sent = (self.blotter.first_sent(ticket.order.id) for ticket in self._unsettled(desk))
        oldest = min((at for at in sent if at is not None), default=since)
        return min(since, oldest - timedelta(seconds=self.pace.late_fills))

    def _prove_absence(self, desk: Desk, now: datetime) -> None:
        """Ask for each order of unknown outcome; what is proven absent may be sent again."""
        for ticket in tuple(self._unsettled(desk)):
            if ticket.state is not OrderState.UNKNOWN or not desk.is_open:
                continue
            heard = desk.find(ticket.order.id, now)
            self.hearing.take(desk, heard)
            if heard.absent and self._is_proof(desk, ticket.order.id, now):
                self.blotter.record(Absent(ticket.order.id, now))

    def _is_proof(self, desk: Desk, order_id: str, now: datetime) -> bool:
        """Whether an order that the broker does not know can no longer be on its way there.

        Timed from the first time that it was not known, here: a clock may have been set since.
        """
        is_unique = bool(desk.broker.capabilities.unique_id_days)
        wait = self.pace.absence if is_unique else self.pace.absence_without_ids
        first = self._memory.absent_since.get(order_id)
        if first is None or first > now:
            self._memory.absent_since[order_id] = now
            return False
        if (now - first).total_seconds() < wait:
            return False
        del self._memory.absent_since[order_id]
        return True

    # What is sent

    def _send(self, now: datetime) -> None:
        halts = self.store.halts()
        free: set[str] = set()
        for desk in self.desks.values():
            kind = halted(halts, self.lease.household, desk.account)
            is_over = now >= self.work.session.closes
            if is_over or kind is HaltKind.ALL:
                self._cancel(desk, now, is_over=kind is not HaltKind.ALL)
            if is_over:
                self.releasing.lapse(desk, now, "the session ended before it could be sent")
            elif kind is HaltKind.ALL:
                self.releasing.lapse(desk, now, "trading is halted")
            elif kind is None and desk.is_due(now):
                free.add(desk.account)
                self.releasing.release(desk, now)
        self.releasing.release_blocks(self.desks, free, now)
        self._findings += [*self.hearing.findings(), *self.releasing.findings()]

    def _cancel(self, desk: Desk, now: datetime, *, is_over: bool) -> None:
        """Ask that what stands be canceled; what fills until then counts all the same.

        At the end of a session, orders for its closing auction are given the time that it takes.
        """
        if not desk.is_open or not desk.is_due(now):
            return
        auction = self.work.session.closes + timedelta(seconds=self.pace.auction)
        for ticket in tuple(self._unsettled(desk)):
            is_standing = ticket.state in (OrderState.WORKING, OrderState.PARTIAL)
            waits = ticket.order.time_in_force is TimeInForce.AT_CLOSE and is_over and now < auction
            if is_standing and not waits:
                self._cancel_one(desk, ticket.order.id, now)

    def _cancel_one(self, desk: Desk, order_id: str, now: datetime) -> None:
        """The answer to a cancel proves nothing about the order: the next poll tells."""
        asked = self._memory.canceled_at.get(order_id)
        if asked is not None and 0 <= (now - asked).total_seconds() < self.pace.cancel_again:
            return
        self._memory.canceled_at[order_id] = now
        desk.broker.cancel(order_id)
        desk.is_current = False

    def _progress(self) -> Progress:
        unsettled = sum(1 for ticket in self.blotter.unsettled() if ticket.attempts)
        return Progress(self.releasing.waiting, unsettled, tuple(self._findings))


def _broken(found: Break) -> Finding:
    return Finding(
        "break",
        Severity.REFUSAL,
        f"{found.account} {found.instrument}",
        found.message,
        actual=found.facts["positions"],
        bound=found.facts["journal"],
        remedy=found.remedy,
    )
