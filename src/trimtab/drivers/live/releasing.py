"""Releasing: which planned orders leave now, sales before purchases, within settled cash.

A purchase waits while a sale of its account may still bring money, is cut to what the cash pays for
once none will, and its intent is recorded at that moment, with the quantity that it then has.  An
order that may not leave any more is denied, with the reason.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from trimtab.books.order_states import Ticket
from trimtab.cycle.blocks import BLOCK, block_of
from trimtab.cycle.orders import Block
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.desk import Desk, Pace
from trimtab.drivers.live.parts import Parts
from trimtab.drivers.live.sending import AtSending, Refused
from trimtab.drivers.live.work import Work
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.errors import InvariantError
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO, cents, step_down, total
from trimtab.model.orders import Ack, AckVerdict, Denied, Order, OrderState, Sent
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
        self._slices = {one.order.id: one for one in work.slices}
        self._blocks, self._day = work.blocks, day
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
        """Planned orders, of this decision or left over from another, in the order of their plan.

        One that is recorded is as it was recorded.
        """
        for order_id, one in self._slices.items():
            if order_id not in self.blotter:
                yield one.order
        for ticket in self.blotter.unsettled():
            if ticket.state is OrderState.PLANNED:
                yield ticket.order

    def lapse(self, desk: Desk, now: datetime, reason: str) -> None:
        """Deny what has not left; what was left over from another decision too."""
        for order in tuple(self._waiting()):
            if order.account == desk.account:
                self._deny(order, now, reason)

    def release(self, desk: Desk, now: datetime) -> None:
        """Send what is due and may leave."""
        if not _may_send(desk):
            return
        for order in tuple(self._waiting()):
            if order.account != desk.account or not desk.is_due(now):
                continue
            if order.id in self.parts or self.parts.is_block(order.id):
                continue
            planned = self._slices.get(order.id)
            if planned is None:
                self._deny(order, now, "it is of an earlier decision")
            elif planned.release <= now:
                self._release(desk, order, now)

    def release_blocks(self, desks: Mapping[str, Desk], free: Set[str], now: datetime) -> None:
        """Send the blocks that are due, once every account in them may send."""
        for block in self._blocks:
            accounts = {self._slices[part].order.account for part in block.parts}
            if not accounts <= free or not all(_may_send(desks[one]) for one in accounts):
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
            fitted = self._fitted(desks[order.account], order, now)
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
        self._heard(desk, block, broker.submit_block(block, parts), now)

    def _release(self, desk: Desk, order: Order, now: datetime) -> None:
        if refusal := self._given_up(order):
            self._deny(order, now, refusal)
            return
        fitted = self._fitted(desk, order, now)
        if fitted is None:
            return
        answer = self.at_sending.look(fitted, now, self._sent_today(now))
        if isinstance(answer, Refused):
            self._deny(order, now, answer.fact, answer.rule, answer.remedy)
        else:
            self._submit(desk, order if order.id in self.blotter else answer, now)

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

    def _fitted(self, desk: Desk, order: Order, now: datetime) -> Order | None:
        """A purchase that the cash pays for, cut where no sale will bring more; none to wait."""
        if order.side is Side.SELL:
            return order
        price = self._price(order)
        if price is None or order.quantity is None:
            self._deny(order, now, "it has neither limit nor price to reckon with")
            return None
        instrument = desk.broker.instrument(order.instrument)
        if instrument is None:
            self._deny(order, now, "the broker does not trade it")
            return None
        cash = desk.spendable(instrument.currency, self._reserved(desk, order.id))
        if _cost(order.quantity, price) <= cash:
            return order
        if self._may_still_sell(desk):
            return None
        affordable = step_down(cash / price, instrument.quantity_step)
        if order.id in self.blotter or affordable < least_order(instrument):
            self._deny(order, now, f"{cash:,.2f} of settled cash do not pay for it")
            return None
        self._tell_cut(order, affordable, cash)
        return replace(order, quantity=affordable)

    def _price(self, order: Order) -> Decimal | None:
        """The most that a unit may cost."""
        planned = self._slices.get(order.id)
        return order.limit or (None if planned is None else planned.price)

    def _reserved(self, desk: Desk, but: str) -> Decimal:
        """What our purchases that stand, or may stand, can still take."""
        return total(
            _cost(ticket.left or ZERO, self._price(ticket.order) or ZERO)
            for ticket in self._standing(desk, Side.BUY)
            if ticket.order.id != but
        )

    def _standing(self, desk: Desk, side: Side) -> Iterator[Ticket]:
        for ticket in self.blotter.unsettled():
            if ticket.order.trade == BLOCK:
                continue  # its parts stand for it, each in its account
            is_there = ticket.attempts and ticket.state is not OrderState.PLANNED
            if is_there and ticket.order.account == desk.account and ticket.order.side is side:
                yield ticket

    def _may_still_sell(self, desk: Desk) -> bool:
        """Whether a sale of the account stands or waits, so that more cash may come."""
        return any(self._standing(desk, Side.SELL)) or any(
            order.side is Side.SELL and order.account == desk.account for order in self._waiting()
        )

    def _submit(self, desk: Desk, order: Order, now: datetime) -> None:
        """Intent, sending, order, answer: in this order, whatever happens in between."""
        self.blotter.intend([order])
        ticket = self.blotter.ticket(order.id)
        self.blotter.record(Sent(order.id, now, ticket.attempts + 1))
        self._heard(desk, order, desk.broker.submit(ticket.order), now)

    def _heard(self, desk: Desk, order: Order, ack: Ack, now: datetime) -> None:
        if ack.verdict is AckVerdict.THROTTLED:
            desk.rest(now, ack.retry_after)
        self.blotter.record(ack)
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

    def _tell_cut(self, order: Order, affordable: Decimal, cash: Decimal) -> None:
        self._findings.append(
            Finding(
                "order_cut_to_cash",
                Severity.NOTE,
                _subject(order),
                f"{cash:,.2f} of settled cash pay for {affordable}",
                actual=f"{order.quantity}",
                bound=f"{affordable}",
                remedy="the next cycle buys the rest",
                clause=order.trade,
            )
        )


def _may_send(desk: Desk) -> bool:
    """Whether the account is known, agrees with the books, and lets itself be traded in."""
    if desk.stopped or desk.breaks or not desk.is_current or desk.state is None:
        return False
    return not desk.state.trading_blocked


def _cost(quantity: Decimal, price: Decimal) -> Decimal:
    return cents(quantity * price)


def _subject(order: Order) -> str:
    return f"{order.trade} {order.side.value} {order.instrument} in {order.account}"


def least_order(instrument: BrokerInstrument) -> Decimal:
    """The smallest quantity that the broker takes."""
    return max(instrument.minimum, instrument.quantity_step)
