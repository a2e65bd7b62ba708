"""A paper account in the words of the model: state, reports and events, as any broker shows them.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from trimtab.brokers.paper.book import (
    PaperBook,
    PaperEvent,
    PaperEventKind,
    PaperOrder,
    PaperStatus,
)
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.funds import available_units, buying_power
from trimtab.model.brokers import (
    BrokerCash,
    BrokerEvent,
    BrokerPosition,
    BrokerState,
    Link,
    Notice,
)
from trimtab.model.orders import OrderReport, OrderState

__all__ = ["events_after", "report_of", "state_of"]

_STATES: Mapping[PaperStatus, OrderState] = {
    PaperStatus.ACCEPTED: OrderState.WORKING,
    PaperStatus.NEW: OrderState.WORKING,
    PaperStatus.PARTIALLY_FILLED: OrderState.PARTIAL,
    PaperStatus.FILLED: OrderState.FILLED,
    PaperStatus.CANCELED: OrderState.CANCELED,
    PaperStatus.EXPIRED: OrderState.EXPIRED,
    PaperStatus.REPLACED: OrderState.CANCELED,
    PaperStatus.REJECTED: OrderState.REJECTED,
}


def report_of(order: PaperOrder) -> OrderReport:
    """The broker's word on an order."""
    text = f"replaced by {order.replaced_by}" if order.replaced_by else order.text
    return OrderReport(
        order_id=order.request.order_id,
        broker_id=order.id,
        state=_STATES[order.status],
        at=order.updated,
        quantity=order.request.quantity,
        filled=order.filled,
        average_price=order.average_price,
        text=text,
        instrument=order.request.instrument,
        side=order.request.side,
    )


def state_of(book: PaperBook, rules: Rules, at: datetime) -> BrokerState:
    """All that the broker shows of the account; its clock is the engine's."""
    power = buying_power(book, rules.terms)
    positions = tuple(
        BrokerPosition(
            instrument=name,
            broker_id=rules.instruments[name].broker_id if name in rules.instruments else "",
            quantity=held.quantity,
            available=available_units(book, name),
            average_cost=None if held.cost is None else held.cost / held.quantity,
            price=book.marks[name].last if name in book.marks else None,
        )
        for name, held in sorted(book.positions.items())
    )
    return BrokerState(
        account=book.account,
        at=at,
        broker_clock=book.at,
        currency=book.currency,
        cash=(BrokerCash(book.currency, book.settled, book.unsettled, power),),
        positions=positions,
        open_orders=tuple(report_of(one) for one in book.open_orders),
        trading_blocked=book.blocked,
    )


def events_after(book: PaperBook, number: int) -> Iterator[BrokerEvent]:
    """What was said since the message of a number; with a gap where it is too long ago."""
    if number < book.forgotten:
        yield Link(True, True, book.at, "older messages are not kept")
    for event in book.events:
        if event.number > number:
            yield from _told(event)


def _told(event: PaperEvent) -> Iterator[BrokerEvent]:
    if event.execution is not None:
        yield event.execution.fill
    if event.order is not None:
        yield report_of(event.order)
    elif event.kind in (PaperEventKind.HALT, PaperEventKind.RESUME, PaperEventKind.ACTION):
        yield Notice(event.kind.value, event.text, event.at, event.instrument)
