"""`/households/{household}/orders`: what was asked of brokers, and where each order stands.

Errors: problems; an order of another household is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query

from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_orders import FillSeen, Order, OrderPage
from trimtab.app.web.api_v1.problems import not_found
from trimtab.app.web.security.gate import Viewing
from trimtab.books.order_states import fold
from trimtab.model import orders
from trimtab.model.orders import Fill

if TYPE_CHECKING:
    from trimtab.app.live.service import Service

__all__ = ["ROUTER"]

ROUTER = resource("orders", "/households/{household}/orders")

OpenOnly = Annotated[bool, Query(description="Only those of which more is expected.")]


@ROUTER.get("")
def list_orders(
    seen: Viewing, open_only: OpenOnly = False, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> OrderPage:
    """Orders, the latest first; it reads what was recorded and asks no broker."""
    with live_service(seen.one) as service:
        if service is None:
            return OrderPage(items=[], next_cursor=None)
        kept = service.store.orders(service.household, open_only=open_only)
        found, behind = page_of(tuple(reversed(kept)), lambda one: one.id, cursor, limit)
        return OrderPage(items=[_answer(service, one) for one in found], next_cursor=behind)


@ROUTER.get("/{order}")
def get_order(seen: Viewing, order: str) -> Order:
    """One order with its executions."""
    with live_service(seen.one) as service:
        kept = () if service is None else service.store.orders(service.household)
        for one in kept:
            if one.id == order and service is not None:
                return _answer(service, one)
    raise not_found(f"order {order!r}", "the list of orders has those that there are")


def _answer(service: Service, order: orders.Order) -> Order:
    records = service.store.records(order.id)
    ticket = fold(order, records)
    return Order(
        id=order.id,
        cycle_id=order.cycle_id,
        trade=order.trade,
        account=order.account,
        instrument=order.instrument,
        side=order.side.value,
        quantity=order.quantity,
        notional=order.notional,
        limit=order.limit,
        state=ticket.state.value,
        filled=ticket.filled,
        attempts=ticket.attempts,
        broker_id=ticket.broker_id,
        text=ticket.text,
        fills=[
            FillSeen(
                execution_id=one.execution_id,
                quantity=one.quantity,
                price=one.price,
                fee=one.fee,
                at=one.at,
                busts=one.busts,
            )
            for one in records
            if isinstance(one, Fill)
        ],
    )
