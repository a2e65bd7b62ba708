"""The paper broker as any other broker: `ports.Broker` over a paper account, without a network.

The default broker, and the one that simulations drive by a clock of their own.

Errors: as `BookFile` for accounts that live on disk; writes answer with an `Ack`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trimtab.brokers.paper.blocks import PaperBlocks, is_part
from trimtab.brokers.paper.book import PaperOrder, PaperRequest
from trimtab.brokers.paper.checks import Refusal, Refused, step_of
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.views import events_after, report_of, state_of
from trimtab.model.brokers import BrokerEvent, BrokerInstrument, BrokerState, Capabilities
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport

__all__ = ["PaperBroker"]

WRITES_PER_SECOND = Decimal(1000)
READS_PER_MINUTE = 60_000
UNIQUE_DAYS = 36_500
"""An account remembers every client order id that it ever took."""


class PaperBroker:
    """One paper account through the port; `sleep` waits for events where there are none."""

    def __init__(self, account: str, desk: PaperDesk, sleep: Callable[[float], None]) -> None:
        self.account = account
        self.desk = desk
        self._sleep = sleep
        self._heard: int | None = None
        self._blocks: PaperBlocks | None = None
        with desk.now() as (engine, _):
            terms = engine.rules.terms
        self.capabilities = Capabilities(
            notional=terms.notional,
            fractional=terms.fractional,
            replace=True,
            stream=True,
            unique_id_days=UNIQUE_DAYS,
            writes_per_second=WRITES_PER_SECOND,
            reads_per_minute=READS_PER_MINUTE,
        )

    def share_blocks(self, blocks: PaperBlocks) -> None:
        """Take orders for this account and others together."""
        self._blocks = blocks
        self.capabilities = replace(self.capabilities, blocks=True)

    def open(self) -> BrokerState:
        """Show the account, and listen from here on."""
        with self.desk.now() as (engine, _):
            self._heard = engine.book.sequence
        return self.state()

    def close(self) -> None:
        """End the connection; orders stand."""
        self._heard = None
        self.desk.close()
        if self._blocks is not None:
            self._blocks.close()

    def state(self) -> BrokerState:
        """The account now; of a block its own part, once that has ended."""
        blocks = () if self._blocks is None else self._blocks.open_orders(self.account)
        with self.desk.now() as (engine, at):
            shown = state_of(engine.book, engine.rules, at)
        own = tuple(one for one in shown.open_orders if not is_part(one.order_id))
        return replace(shown, open_orders=(*own, *blocks))

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here, in fractions where it is; none where it is not."""
        with self.desk.now() as (engine, _):
            listing = engine.listing(name)
            if listing is None:
                return None
            return replace(listing, quantity_step=step_of(listing, engine.rules.terms))

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution and bust from a moment on, the oldest first."""
        with self.desk.now() as (engine, _):
            made = (one.fill for one in engine.book.executions.values())
            own = [one for one in made if one.at >= since and not is_part(one.order_id)]
        if self._blocks is None:
            return own
        return sorted((*own, *self._blocks.fills(since, self.account)), key=lambda one: one.at)

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none where there is none, which here is proof."""
        with self.desk.now() as (engine, _):
            broker_id = engine.book.names.get(order_id)
            if broker_id:
                return report_of(engine.book.orders[broker_id])
        return None if self._blocks is None else self._blocks.find(order_id)

    def submit_block(self, order: Order, parts: Sequence[Order]) -> Ack:
        """Send a block, once; `parts` say how much of it is for which account."""
        if self._blocks is None:
            text = "this account shares no orders"
            return Ack(AckVerdict.REJECTED, order.id, self.desk.clock(), text=text)
        return self._blocks.submit(order, parts)

    def submit(self, order: Order) -> Ack:
        """Send an order, once."""
        with self.desk.now() as (engine, at):
            answer = engine.submit(_request_of(order), at)
            known = engine.book.names.get(order.id, "")
            return _ack(answer, order.id, at, known)

    def replace(self, order_id: str, order: Order) -> Ack:
        """Put an order in another's place; what that one had executed stays with it."""
        with self.desk.now() as (engine, at):
            broker_id = engine.book.names.get(order_id, order_id)
            answer = engine.replace(broker_id, _request_of(order), at)
            known = engine.book.names.get(order.id, "")
            return _ack(answer, order.id, at, known)

    def cancel(self, order_id: str) -> Ack:
        """Cancel an order; what filled until then stands."""
        if self._blocks is not None and (answer := self._blocks.cancel(order_id)) is not None:
            return answer
        with self.desk.now() as (engine, at):
            broker_id = engine.book.names.get(order_id, order_id)
            return _ack(engine.cancel(broker_id, at), order_id, at)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """What has happened since the last call, in the order in which it was said."""
        if found := self._news():
            return found
        if wait_seconds > 0:
            self._sleep(wait_seconds)
            return self._news()
        return ()

    def _news(self) -> Sequence[BrokerEvent]:
        with self.desk.now() as (engine, _):
            book = engine.book
            heard, self._heard = self._heard, book.sequence
            told = () if heard is None else events_after(book, heard)
            return tuple(one for one in told if not _is_of_part(one))


def _is_of_part(told: BrokerEvent) -> bool:
    return isinstance(told, Fill | OrderReport) and is_part(told.order_id)


def _request_of(order: Order) -> PaperRequest:
    return PaperRequest(
        order.id, order.instrument, order.side, order.quantity, order.notional, order.limit,
        order.time_in_force,
    )  # fmt: skip


def _ack(answer: PaperOrder | Refusal, order_id: str, at: datetime, known: str = "") -> Ack:
    """The answer to a write: an order that stands, or the reason why none does."""
    if isinstance(answer, PaperOrder):
        return Ack(AckVerdict.ACCEPTED, order_id, at, answer.id)
    is_known = answer.why is Refused.DUPLICATE
    verdict = AckVerdict.DUPLICATE if is_known else AckVerdict.REJECTED
    return Ack(verdict, order_id, at, known, answer.why.value, answer.text)
