"""The blotter: a household's orders with everything recorded of them, read once, written through.

A record is in the store before it counts here; what raises on its way there leaves this object of
no use, and a new one is read from the store.

Errors: those of the store, `LeaseLost` among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from trimtab.books.order_states import Ticket, fold
from trimtab.model.errors import must
from trimtab.model.live import Lease
from trimtab.model.money import ZERO
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderRecord, OrderReport, Sent
from trimtab.ports import LiveStore

__all__ = ["Blotter"]


class Blotter:
    """Orders and their records, of one household."""

    def __init__(self, store: LiveStore, lease: Lease) -> None:
        self._store, self.lease = store, lease
        self._orders = {order.id: order for order in store.orders(lease.household)}
        self._records: dict[str, list[OrderRecord]] = {}
        self._tickets: dict[str, Ticket] = {}
        self._executions: dict[str, set[str]] = {}
        self._open = dict.fromkeys(
            order.id for order in store.orders(lease.household, open_only=True)
        )

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._orders

    def ticket(self, order_id: str) -> Ticket:
        """The order as it stands."""
        ticket = self._tickets.get(order_id)
        if ticket is None:
            ticket = fold(self._orders[order_id], self._of(order_id))
            self._tickets[order_id] = ticket
        return ticket

    def unsettled(self) -> Iterator[Ticket]:
        """Orders that want looking after: not closed, or executed beyond what was heard."""
        for order_id in tuple(self._open):
            ticket = self.ticket(order_id)
            if ticket.state.is_closed and ticket.missing == ZERO:
                del self._open[order_id]
            else:
                yield ticket

    def sent_since(self, when: datetime) -> Iterator[Order]:
        """Orders first sent from a moment on, the latest intent first."""
        for order_id in reversed(self._orders):
            sent = self.first_sent(order_id)
            if sent is not None and sent < when:
                return
            if sent is not None:
                yield self._orders[order_id]

    def first_sent(self, order_id: str) -> datetime | None:
        """When an order was first sent, if it was."""
        sent = (one.at for one in self._of(order_id) if isinstance(one, Sent))
        return next(sent, None)

    def last_sent(self, order_id: str) -> datetime | None:
        """When an order was last sent, if it was."""
        sent = (one.at for one in reversed(self._of(order_id)) if isinstance(one, Sent))
        return next(sent, None)

    def fills(self, order_id: str) -> tuple[Fill, ...]:
        """Every execution that was recorded of an order, busted or not."""
        return tuple(one for one in self._of(order_id) if isinstance(one, Fill))

    def tries(self, order_id: str) -> int:
        """How often an order was sent and looked at; refusals for want of pace do not count."""
        if order_id not in self:
            return 0
        unseen = sum(
            isinstance(one, Ack) and one.verdict is AckVerdict.THROTTLED
            for one in self._of(order_id)
        )
        return self.ticket(order_id).attempts - unseen

    def intend(self, orders: Iterable[Order]) -> None:
        """Record intents; of an order that is there already, what is there counts."""
        new = [order for order in orders if order.id not in self._orders]
        if new:
            self._store.put_orders(new, self.lease)
            for order in new:
                self._orders[order.id] = order
                self._records[order.id] = []
                self._open[order.id] = None

    def record(self, *records: OrderRecord) -> None:
        """Add records; what is known already is left out."""
        fresh = [one for one in records if not self._is_old_news(one)]
        if not fresh:
            return
        self._store.put_records(fresh, self.lease)
        for one in fresh:
            must(one.order_id in self._orders, f"a record of {one.order_id}, which is not ours")
            self._of(one.order_id).append(one)
            if isinstance(one, Fill):
                self._executions_of(one.order_id).add(one.execution_id)
            self._tickets.pop(one.order_id, None)
            self._open[one.order_id] = None

    def _of(self, order_id: str) -> list[OrderRecord]:
        if order_id not in self._records:
            self._records[order_id] = list(self._store.records(order_id))
        return self._records[order_id]

    def _is_old_news(self, record: OrderRecord) -> bool:
        if isinstance(record, Fill):
            return record.execution_id in self._executions_of(record.order_id)
        if not isinstance(record, OrderReport):
            return False
        last = _last_report(self._of(record.order_id))
        return last is not None and _said(last) == _said(record)

    def _executions_of(self, order_id: str) -> set[str]:
        if order_id not in self._executions:
            fills = (one for one in self._of(order_id) if isinstance(one, Fill))
            self._executions[order_id] = {fill.execution_id for fill in fills}
        return self._executions[order_id]


def _last_report(records: Sequence[OrderRecord]) -> OrderReport | None:
    last = records[-1] if records else None
    return last if isinstance(last, OrderReport) else None


def _said(report: OrderReport) -> tuple[object, ...]:
    return report.state, report.filled, report.pending, report.broker_id
