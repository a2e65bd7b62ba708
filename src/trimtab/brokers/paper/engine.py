"""The matching engine of a paper account: the clock moves, and what follows is decided by rule.

The same book, terms, tape and calls give the same book again, ids included.  Time is an argument:
`advance` plays everything up to a moment (settlements and corporate actions before the open, the
opening auction, ticks, the closing auction, the end of day orders), and each call advances first.

Errors: none of its own; what is refused comes back as a `Refusal`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from trimtab.brokers.paper.book import (
    Execution,
    PaperBook,
    PaperEventKind,
    PaperOrder,
    PaperRequest,
    PaperStatus,
)
from trimtab.brokers.paper.checks import Refusal, Refused, Rules, refusal_of
from trimtab.brokers.paper.corporate import apply_action
from trimtab.brokers.paper.matching import (
    announce,
    book_execution,
    bust,
    close_order,
    execute,
    next_id,
)
from trimtab.brokers.paper.sessions import Session
from trimtab.brokers.paper.tape import Tape, Tick
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.orders import TimeInForce

__all__ = ["PaperEngine"]

ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
_AUCTIONS = frozenset({TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE})


class PaperEngine:
    """One account, its rules, and the market that it trades on.

    `book` may be exchanged for another state of the same account, as whoever reads it from disk
    does.
    """

    def __init__(self, book: PaperBook, rules: Rules, tape: Tape) -> None:
        self.book, self.rules, self.tape = book, rules, tape

    def listing(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here, halted or not; none where it is not."""
        found = self.rules.instruments.get(name)
        return None if found is None else replace(found, halted=name in self.book.halted)

    def advance(self, to: datetime) -> datetime:
        """Play the market up to and including a moment, and say which moment it is then.

        A clock that goes back plays nothing, and stands where it stood.
        """
        book, sessions = self.book, self.rules.sessions
        if to <= book.at:
            return book.at
        for session in sessions.between(sessions.day_of(book.at), sessions.day_of(to)):
            if book.at < session.opens <= to:
                self._play(session.opens - INSTANT)
                self._open(session)
            if book.at < session.closes <= to:
                self._play(session.closes)
                self._close(session)
        self._play(to)
        return to

    def submit(self, request: PaperRequest, at: datetime) -> PaperOrder | Refusal:
        """Take an order and execute what can be; or refuse it, and nothing stands."""
        at = self.advance(at)
        refusal = refusal_of(request, self.book, self.rules, at)
        if refusal is not None:
            return refusal
        return self._take(request, at, next_id(self.book, "order"))

    def replace(self, broker_id: str, request: PaperRequest, at: datetime) -> PaperOrder | Refusal:
        """Put an order in an open one's place; what that one had executed stays with it."""
        at = self.advance(at)
        old = self._open_order(broker_id)
        if isinstance(old, Refusal):
            return old
        refusal = refusal_of(request, self.book, self.rules, at, replaces=broker_id)
        if refusal is not None:
            return refusal
        new_id = next_id(self.book, "order")
        gone = replace(
            old, status=PaperStatus.REPLACED, updated=at, closed=at, replaced_by=new_id[0]
        )
        self.book.put(gone)
        announce(self.book, PaperEventKind.REPLACED, at, request.instrument, gone)
        return self._take(request, at, new_id, replaces=broker_id)

    def cancel(self, broker_id: str, at: datetime) -> PaperOrder | Refusal:
        """End an open order; what was executed stands."""
        at = self.advance(at)
        order = self._open_order(broker_id)
        if isinstance(order, Refusal):
            return order
        return close_order(self.book, order, PaperStatus.CANCELED, at)

    def reject(self, broker_id: str, at: datetime, text: str) -> PaperOrder | Refusal:
        """Reject an order that was taken, as exchanges do afterwards."""
        at = self.advance(at)
        order = self._open_order(broker_id)
        if isinstance(order, Refusal):
            return order
        return close_order(self.book, order, PaperStatus.REJECTED, at, text)

    def bust(self, execution_id: str, at: datetime) -> Execution | Refusal:
        """Take an execution back."""
        at = self.advance(at)
        execution = self.book.executions.get(execution_id)
        if execution is None or execution.busted or execution.fill.busts:
            return Refusal(Refused.NOT_FOUND, f"no execution {execution_id} that stands")
        return bust(self.book, self.rules, execution, at)

    def fill_late(
        self, broker_id: str, units: Decimal, price: Decimal, at: datetime
    ) -> PaperOrder | Refusal:
        """Execute more of an order, though it may be closed: the fill that crossed the cancel."""
        at = self.advance(at)
        order = self.book.orders.get(broker_id)
        if order is None:
            return Refusal(Refused.NOT_FOUND, f"order {broker_id} not found")
        done = order.left is not None and order.left <= units
        return book_execution(self.book, self.rules, order, units, price, at, done=done)

    def halt(self, instrument: str, at: datetime) -> None:
        """Stop trading in an instrument; orders are taken and wait."""
        at = self.advance(at)
        if instrument not in self.book.halted:
            self.book.halted[instrument] = at
            announce(self.book, PaperEventKind.HALT, at, instrument, text="trading is halted")

    def resume(self, instrument: str, at: datetime) -> None:
        """Trade an instrument again."""
        at = self.advance(at)
        if self.book.halted.pop(instrument, None) is not None:
            announce(self.book, PaperEventKind.RESUME, at, instrument, text="trading goes on")
            self._match_waiting(instrument, at)

    def _play(self, until: datetime) -> None:
        """Hear the ticks up to a moment, and stand there."""
        for tick in self.tape.ticks(self.book.at, until):
            self.book.marks[tick.instrument] = tick
            self.book.taken.pop(tick.instrument, None)
            if self.book.open_ids:
                self._match_waiting(tick.instrument, tick.at)
        self.book.at = max(self.book.at, until)

    def _open(self, session: Session) -> None:
        """Begin a session: cash arrives, corporate actions are booked, orders become live."""
        book = self.book
        book.settlements = tuple(one for one in book.settlements if one.on > session.day)
        if book.acted_on < session.day:
            for action in self.tape.actions(book.acted_on + ONE_DAY, session.day):
                apply_action(book, self.rules, action, session.opens)
            book.acted_on = session.day
        for order in book.open_orders:
            if order.status is PaperStatus.ACCEPTED and _is_live(order, session):
                live = replace(order, status=PaperStatus.NEW, updated=session.opens)
                book.put(live)
                announce(book, PaperEventKind.NEW, session.opens, order.request.instrument, live)

    def _close(self, session: Session) -> None:
        """End a session: the closing auction, then the orders of the day."""
        book, at = self.book, session.closes
        for order in book.open_orders:
            if order.expires_on is None or order.expires_on > session.day:
                continue
            tick = book.marks.get(order.request.instrument)
            is_on = tick is not None and tick.at >= session.opens
            is_at_close = order.request.time_in_force is TimeInForce.AT_CLOSE
            if is_at_close and tick and is_on and not order.is_part:
                order = self._try(order, tick, at, auction=True)
            if order.status.is_open:
                close_order(book, order, PaperStatus.EXPIRED, at, "the session ended")
        book.closes = {name: mark.last for name, mark in book.marks.items()}
        book.equity[session.day] = book.value()

    def _take(
        self, request: PaperRequest, at: datetime, new_id: tuple[str, int], replaces: str = ""
    ) -> PaperOrder:
        """Keep a checked order, say so, and execute what can be."""
        book, sessions = self.book, self.rules.sessions
        is_open = sessions.current(at) is not None
        status = PaperStatus.NEW if is_open else PaperStatus.ACCEPTED
        stands = request.time_in_force is TimeInForce.GOOD_TILL_CANCELED
        expires_on = None if stands else sessions.standing(at).day
        broker_id, number = new_id
        order = PaperOrder(
            broker_id, number, request, status, at, at, expires_on, replaces=replaces
        )
        book.put(order)
        book.names[request.order_id] = broker_id
        announce(book, PaperEventKind(status), at, request.instrument, order)
        if is_open and request.time_in_force not in _AUCTIONS and not order.is_part:
            order = self._try(order, book.marks[request.instrument], at, auction=False)
            if request.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL and order.status.is_open:
                text = "not executed at once"
                order = close_order(book, order, PaperStatus.CANCELED, at, text)
        return order

    def _match_waiting(self, instrument: str, at: datetime) -> None:
        """Execute what can be of the open orders of an instrument, on its last tick."""
        if not self._is_trading(at) or instrument not in self.book.marks:
            return
        tick = self.book.marks[instrument]
        for order in self.book.open_orders:
            kind = order.request.time_in_force
            is_elsewhere = order.request.instrument != instrument or order.is_part
            if is_elsewhere or kind is TimeInForce.AT_CLOSE:
                continue
            if kind is TimeInForce.AT_OPEN:
                order = self._try(order, tick, at, auction=True)
                if order.status.is_open and instrument not in self.book.halted:
                    text = "not executed at the open"
                    close_order(self.book, order, PaperStatus.CANCELED, at, text)
            else:
                self._try(order, tick, at, auction=False)

    def _is_trading(self, at: datetime) -> bool:
        """Whether a session is open, its last moment included: the closing tick still counts."""
        sessions = self.rules.sessions
        today = sessions.hours(sessions.day_of(at))
        return today is not None and today.opens <= at <= today.closes

    def _try(self, order: PaperOrder, tick: Tick, at: datetime, *, auction: bool) -> PaperOrder:
        if tick.instrument in self.book.halted:
            return order
        return execute(self.book, self.rules, order, tick, at, auction=auction)

    def _open_order(self, broker_id: str) -> PaperOrder | Refusal:
        order = self.book.orders.get(broker_id)
        if order is None:
            return Refusal(Refused.NOT_FOUND, f"order {broker_id} not found")
        if not order.status.is_open:
            return Refusal(Refused.CLOSED, f"order is already {order.status}")
        return order


def _is_live(order: PaperOrder, session: Session) -> bool:
    return order.expires_on is None or order.expires_on <= session.day
