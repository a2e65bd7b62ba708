"""The blotter: a household's orders with everything recorded of them, read once, written through.

What is open is read at the start, any other order when somebody asks for it by its id: how long a
household has been trading makes no difference to a start.

A record is in the store before it counts here; what raises on its way there leaves this object of
no use, and a new one is read from the store.

Errors: those of the store, `LeaseLost` among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from trimtab.books.order_states import Ticket, fold
from trimtab.model.errors import must
from trimtab.model.live import Lease, OrdersAsked
from trimtab.model.money import ZERO
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderRecord, OrderReport, Sent
from trimtab.ports import LiveStore

__all__ = ["Blotter"]

ORDERS_AT_ONCE = 50
"""More than a day has, mostly: those of a day are read back from the latest."""


class Blotter:
    """Orders and their records, of one household."""

    def __init__(self, store: LiveStore, lease: Lease) -> None:
        self._store, self.lease = store, lease
        self._orders: dict[str, Order] = {}
        self._strangers: set[str] = set()
        self._records: dict[str, list[OrderRecord]] = {}
        self._tickets: dict[str, Ticket] = {}
        self._executions: dict[str, set[str]] = {}
        is_open = store.orders(lease.household, open_only=True)
        self._orders.update((order.id, order) for order in is_open)
        self._open = dict.fromkeys(order.id for order in is_open)

    def __contains__(self, order_id: str) -> bool:
        self._look_up([order_id])
        return order_id in self._orders

    def _look_up(self, names: Iterable[str]) -> None:
        """Read those that were never asked for; what is not the household's is asked for once."""
        unknown = (name for name in names if name and name not in self._orders)
        asked = tuple(dict.fromkeys(name for name in unknown if name not in self._strangers))
        if asked:
            found = self._store.some_orders(self.lease.household, OrdersAsked(asked))
            self._orders.update((order.id, order) for order in found)
            self._strangers.update(name for name in asked if name not in self._orders)

    def ticket(self, order_id: str) -> Ticket:
        """The order as it stands; one that is in the blotter."""
        self._look_up([order_id])
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
        before = ""
        while True:
            asked = OrdersAsked(latest=ORDERS_AT_ONCE, before=before)
            latest = self._store.some_orders(self.lease.household, asked)
            for order in reversed(latest):
                self._orders.setdefault(order.id, order)
                sent = self.first_sent(order.id)
                if sent is not None and sent < when:
                    return
                if sent is not None:
                    yield order
            if len(latest) < ORDERS_AT_ONCE:
                return
            before = latest[0].id

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
        wanted = tuple(orders)
        self._look_up(order.id for order in wanted)
        new = [order for order in wanted if order.id not in self._orders]
        if new:
            self._store.put_orders(new, self.lease)
            for order in new:
                self._orders[order.id] = order
                self._strangers.discard(order.id)
                self._records[order.id] = []
                self._open[order.id] = None

    def record(self, *records: OrderRecord) -> None:
        """Add records; what is known already is left out."""
        fresh = [one for one in records if not self._is_old_news(one)]
        if not fresh:
            return
        self._store.put_records(fresh, self.lease)
        for one in fresh:
            must(one.order_id in self, f"a record of {one.order_id}, which is not ours")
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
