"""Releasing: which planned orders leave now, sales before purchases, within settled cash.

A purchase waits while a sale of its account may still bring money, or a purchase before it may
still cost less than its limit; once neither will, it is cut to what the cash pays for.  All intents
of a moment are recorded at once, with the quantities that they then have.  An order that may not
leave any more is denied, with the reason.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta

from trimtab.cycle.blocks import BLOCK, block_of
from trimtab.cycle.orders import Block
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.desk import Desk, Pace
from trimtab.drivers.live.parts import Parts
from trimtab.drivers.live.purse import Purse
from trimtab.drivers.live.sending import AtSending, Refused
from trimtab.drivers.live.work import Work
from trimtab.model.errors import InvariantError
from trimtab.model.findings import Finding, Severity
from trimtab.model.orders import (
    Ack,
    AckVerdict,
    Denied,
    Order,
    OrderRecord,
    OrderState,
    Sent,
)
from trimtab.model.snapshots import Side
from trimtab.ports import Asks, TakesBlocks

__all__ = ["Releasing"]

DAY = timedelta(hours=24)


class Releasing:
    """The orders of one decision, on their way out."""

    def __init__(
        self,
        blotter: Blotter,
        work: Work,
        parts: Parts,
        at_sending: AtSending,
        pace: Pace,
        day: Callable[[datetime], date],
    ) -> None:
        self.blotter, self.parts, self.at_sending, self.pace = blotter, parts, at_sending, pace
        self._day = day
        self._slices = {one.order.id: one for one in work.slices}
        self.purse = Purse(blotter, self._slices, pace)
        self._blocks = work.blocks
        self._questions: dict[str, str] = {}
        self._findings: list[Finding] = []

    @property
    def waiting(self) -> int:
        """How many orders have not left and may still."""
        return sum(1 for _ in self._waiting())

    def findings(self) -> list[Finding]:
        """What was noticed since the last call."""
        found, self._findings = self._findings, []
        return found

    def _waiting(self) -> Iterator[Order]:
        """Planned orders in the order of their plan, then those left over from another decision.

        One that is recorded is as it was recorded.
        """
        for order_id, one in self._slices.items():
            if order_id not in self.blotter:
                yield one.order
            elif (ticket := self.blotter.ticket(order_id)).state is OrderState.PLANNED:
                yield ticket.order
        for ticket in self.blotter.unsettled():
            if ticket.state is OrderState.PLANNED and ticket.order.id not in self._slices:
                yield ticket.order

    def lapse(self, desk: Desk, now: datetime, reason: str) -> None:
        """Deny what has not left; what was left over from another decision too."""
        for order in tuple(self._waiting()):
            if order.account == desk.account:
                self._deny(order, now, reason)

    def release(self, desk: Desk, now: datetime) -> None:
        """Send what is due and may leave."""
        if not desk.may_send:
            return
        if not desk.is_due(now):
            return
        leaving = self._leaving(desk, now)
        self.blotter.intend(leaving)
        answered: list[OrderRecord] = []
        for order in leaving:
            if desk.is_due(now):  # a refusal for want of pace lets the rest wait
                answered = self._submit(desk, order, now, answered)
        self.blotter.record(*answered)

    def _leaving(self, desk: Desk, now: datetime) -> list[Order]:
        """The orders that leave now; purchases in the order of the plan, none before another.

        So what each becomes does not depend on when fills are heard, nor on a crash in between.
        """
        leaving: list[Order] = []
        is_held = False
        for order in tuple(self._waiting()):
            is_other = order.id in self.parts or self.parts.is_block(order.id)
            if order.account != desk.account or is_other:
                continue
            planned = self._slices.get(order.id)
            if planned is None:
                self._deny(order, now, "it is of an earlier decision")
                continue
            if planned.release > now or (is_held and order.side is Side.BUY):
                continue
            if refusal := self._given_up(order):
                self._deny(order, now, refusal)
                continue
            fitted = self._fitted(desk, order, leaving, now)
            if fitted is None:
                is_held = is_held or self._is_waiting(order)
                continue
            answer = self.at_sending.look(fitted, now, [*self._sent_today(now), *leaving])
            if isinstance(answer, Refused):
                self._deny(order, now, answer.fact, answer.rule, answer.remedy)
            else:
                leaving.append(order if order.id in self.blotter else answer)
        return leaving

    def _is_waiting(self, order: Order) -> bool:
        """Whether an order has not been denied."""
        is_known = order.id in self.blotter
        return not is_known or self.blotter.ticket(order.id).state is OrderState.PLANNED

    def release_blocks(self, desks: Mapping[str, Desk], free: Set[str], now: datetime) -> None:
        """Send the blocks that are due, once every account in them may send."""
        for block in self._blocks:
            accounts = {self._slices[part].order.account for part in block.parts}
            if not accounts <= free or not all(desks[one].may_send for one in accounts):
                continue
            is_due = all(self._slices[part].release <= now for part in block.parts)
            if is_due and desks[block.account].is_due(now):
                self._release_block(block, desks, now)

    def _release_block(self, block: Block, desks: Mapping[str, Desk], now: datetime) -> None:
        desk = desks[block.account]
        if block.id in self.blotter:
            ticket = self.blotter.ticket(block.id)
            if ticket.state is not OrderState.PLANNED:
                return
            if refusal := self._given_up(ticket.order):
                self._deny(ticket.order, now, refusal)
                return
            if refused := self._refused(block, now):
                self._deny(ticket.order, now, refused.fact, refused.rule, refused.remedy)
                return
            self._submit_block(desk, ticket.order, [one.order for one in self.parts.of(block)], now)
            return
        parts: list[Order] = []
        for name in block.parts:
            order = self._slices[name].order
            fitted = self._fitted(desks[order.account], order, (), now)
            if fitted is None and name not in self.blotter:
                return  # its cash is still to come
            if fitted is None:
                continue  # denied
            answer = self.at_sending.look(fitted, now, [*self._sent_today(now), *parts])
            if isinstance(answer, Refused):
                self._deny(fitted, now, answer.fact, answer.rule, answer.remedy)
            else:
                parts.append(answer)
        if parts:
            whole = replace(block_of(block.account, parts), id=block.id)
            self._submit_block(desk, whole, parts, now)

    def _refused(self, block: Block, now: datetime) -> Refused | None:
        """Why a block may not leave again; none where it may."""
        for ticket in self.parts.of(block):
            answer = self.at_sending.look(ticket.order, now, self._sent_today(now))
            if isinstance(answer, Refused):
                return replace(answer, fact=f"{ticket.order.account}: {answer.fact}")
        return None

    def _submit_block(
        self, desk: Desk, block: Order, parts: Sequence[Order], now: datetime
    ) -> None:
        """As any order; the parts leave with it, and are recorded as sent with it."""
        broker = desk.broker
        if not isinstance(broker, TakesBlocks):
            raise InvariantError(f"the broker of {desk.account} takes no block")
        self.blotter.intend([block, *parts])
        attempt = self.blotter.ticket(block.id).attempts + 1
        self.blotter.record(*(Sent(one.id, now, attempt) for one in (block, *parts)))
        ack = broker.submit_block(block, parts)
        self.blotter.record(ack)
        self._heard(desk, block, ack, now)

    def _given_up(self, order: Order) -> str:
        """Why an order is not tried again; empty where it is."""
        if order.id in self._questions:
            return f"the broker asks: {self._questions[order.id]}"
        most = self.pace.attempts_max
        return f"{most} sendings came to nothing" if self.blotter.tries(order.id) >= most else ""

    def _sent_today(self, now: datetime) -> list[Order]:
        """What left on the exchange's day of now; a block counts by its parts."""
        today = self._day(now)
        recent = self.blotter.sent_since(now - DAY)
        sent = ((one, self.blotter.first_sent(one.id)) for one in recent if one.trade != BLOCK)
        return [one for one, at in sent if at is not None and self._day(at) == today]

    def _fitted(
        self, desk: Desk, order: Order, leaving: Sequence[Order], now: datetime
    ) -> Order | None:
        """The order as its account can pay for it; none where it waits, or was denied."""
        fitted = self.purse.fitted(desk, order, leaving, tuple(self._waiting()), now)
        if isinstance(fitted, Refused):
            self._deny(order, now, fitted.fact, remedy=fitted.remedy)
            return None
        if fitted is not None and fitted.quantity != order.quantity:
            self._tell_cut(order, fitted)
        return fitted

    def _submit(
        self, desk: Desk, order: Order, now: datetime, before: Sequence[OrderRecord]
    ) -> list[OrderRecord]:
        """Sending, order, answer: in this order, whatever happens in between.

        The answer is recorded with the next sending, so that each order waits for the disk once;
        `before` is that of the order before, and what is given back this one's.
        """
        ticket = self.blotter.ticket(order.id)
        self.blotter.record(*before, Sent(order.id, now, ticket.attempts + 1))
        ack = desk.broker.submit(ticket.order)
        self._heard(desk, order, ack, now)
        return [ack]

    def _heard(self, desk: Desk, order: Order, ack: Ack, now: datetime) -> None:
        """What follows from an answer, beside its record."""
        if ack.verdict is AckVerdict.THROTTLED:
            desk.rest(now, ack.retry_after)
        if ack.verdict is AckVerdict.QUESTION:
            self._decline(desk, order, ack)
        if ack.verdict is AckVerdict.REJECTED:
            self._tell(order, f"the broker refused it: {ack.text or ack.code}")

    def _decline(self, desk: Desk, order: Order, ack: Ack) -> None:
        """No question that reaches the engine is answered with yes: rules stand in the adapter."""
        question = ack.question or ack.text
        self._questions[order.id] = question
        if isinstance(desk.broker, Asks):
            self.blotter.record(desk.broker.answer(order.id, question, False))

    def _deny(
        self, order: Order, now: datetime, reason: str, rule: str = "", remedy: str = ""
    ) -> None:
        self.blotter.intend([order])
        self.blotter.record(Denied(order.id, now, reason))
        self._tell(order, f"was not sent: {reason}", rule, remedy)

    def _tell(self, order: Order, message: str, rule: str = "", remedy: str = "") -> None:
        self._findings.append(
            Finding(
                "order_denied",
                Severity.WARNING,
                _subject(order),
                message,
                remedy=remedy or "the next cycle looks again",
                clause=rule or order.trade,
            )
        )

    def _tell_cut(self, order: Order, fitted: Order) -> None:
        self._findings.append(
            Finding(
                "order_cut_to_cash",
                Severity.NOTE,
                _subject(order),
                f"settled cash pays for {fitted.quantity} of {order.quantity}",
                actual=f"{order.quantity}",
                bound=f"{fitted.quantity}",
                remedy="the next cycle buys the rest",
                clause=order.trade,
            )
        )


def _subject(order: Order) -> str:
    return f"{order.trade} {order.side.value} {order.instrument} in {order.account}"
