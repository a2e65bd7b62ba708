"""`/households/{household}/orders`: what was asked of brokers, and where each order stands.

Errors: problems; an order of another household is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Query

from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.paging import (
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    cursor_after,
    key_before,
    page_of,
)
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_orders import FillSeen, Order, OrderPage
from trimtab.app.web.api_v1.problems import not_found, refusal
from trimtab.app.web.security.gate import Viewing
from trimtab.books.order_states import fold
from trimtab.model import orders
from trimtab.model.live import OrdersAsked
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
        if open_only:
            kept = service.store.orders(service.household, open_only=True)
            found, behind = page_of(tuple(reversed(kept)), lambda one: one.id, cursor, limit)
            return OrderPage(items=_answers(service, found), next_cursor=behind)
        last = key_before(cursor) or ""
        if last and not _is_name(last):
            raise refusal(422, "query.cursor", "no page gave it", "", "leave it out to begin anew")
        asked = OrdersAsked(latest=limit + 1, before=last)
        kept = service.store.some_orders(service.household, asked)[::-1]
        behind = cursor_after(kept[limit - 1].id) if len(kept) > limit else None
        return OrderPage(items=_answers(service, kept[:limit]), next_cursor=behind)


@ROUTER.get("/{order}")
def get_order(seen: Viewing, order: str) -> Order:
    """One order with its executions."""
    with live_service(seen.one) as service:
        if service is not None and _is_name(order):
            kept = service.store.some_orders(service.household, OrdersAsked(named=(order,)))
            for one in _answers(service, kept):
                return one
    raise not_found(f"order {order!r}", "the list of orders has those that there are")


def _is_name(text: str) -> bool:
    """Whether a text can be an order's id: no store is asked for others."""
    return re.fullmatch("[A-Za-z0-9-]+", text) is not None


def _answers(service: Service, asked: Sequence[orders.Order]) -> list[Order]:
    records = service.store.records_of_each([one.id for one in asked])
    return [_answer(one, records.get(one.id, ())) for one in asked]


def _answer(order: orders.Order, records: Sequence[orders.OrderRecord]) -> Order:
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
