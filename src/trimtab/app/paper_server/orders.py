"""Routes of orders: send, find, list, replace, cancel.

Errors: `ApiError`, which becomes the answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from trimtab.app.paper_server.answers import Answer, order_answer
from trimtab.app.paper_server.asked import (
    moment_of,
    read_body,
    read_order,
    read_replacement,
)
from trimtab.app.paper_server.errors import invalid, not_found, refused
from trimtab.app.paper_server.service import desk_of, json_answer
from trimtab.brokers.paper.book import PaperBook, PaperOrder
from trimtab.brokers.paper.checks import Refusal
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.matching import next_id

__all__ = ["routes", "shown"]

LISTED, LISTED_MAX = 50, 500
routes = APIRouter(prefix="/v2")


def shown(engine: PaperEngine, answer: PaperOrder | Refusal) -> Answer:
    """An order as the engine left it.

    Refuses: a refusal, with its own status and code.
    """
    if isinstance(answer, Refusal):
        raise refused(answer)
    order = engine.book.orders[answer.id]
    return order_answer(order, engine.rules.instruments, engine.rules.sessions)


@routes.post("/orders")
async def submit(request: Request) -> Response:
    """Send an order."""
    body = read_body(await request.body())
    with desk_of(request).now() as (engine, at):
        asked = read_order(body, next_id(engine.book, "client")[0])
        return json_answer(shown(engine, engine.submit(asked, at)))


@routes.get("/orders:by_client_order_id")
async def find(request: Request) -> Response:
    """The order of a client's id."""
    name = request.query_params.get("client_order_id", "")
    with desk_of(request).now() as (engine, _):
        broker_id = engine.book.names.get(name)
        if broker_id is None:
            raise not_found(f"order for {name}")
        return json_answer(shown(engine, engine.book.orders[broker_id]))


@routes.get("/orders/{broker_id}")
async def get(request: Request, broker_id: str) -> Response:
    """One order."""
    with desk_of(request).now() as (engine, _):
        return json_answer(shown(engine, _order(engine.book, broker_id)))


@routes.get("/orders")
async def list_orders(request: Request) -> Response:
    """Orders, the newest first where nothing else is asked."""
    with desk_of(request).now() as (engine, _):
        found = _asked_for(engine.book, request.query_params)
        return json_answer([shown(engine, one) for one in found])


@routes.patch("/orders/{broker_id}")
async def replace(request: Request, broker_id: str) -> Response:
    """Put another order in an open one's place."""
    body = read_body(await request.body())
    with desk_of(request).now() as (engine, at):
        old = _order(engine.book, broker_id)
        asked = read_replacement(body, old, next_id(engine.book, "client")[0])
        return json_answer(shown(engine, engine.replace(broker_id, asked, at)))


@routes.delete("/orders/{broker_id}")
async def cancel(request: Request, broker_id: str) -> Response:
    """Cancel an open order."""
    with desk_of(request).now() as (engine, at):
        shown(engine, engine.cancel(broker_id, at))
    return Response(status_code=204)


@routes.delete("/orders")
async def cancel_all(request: Request) -> Response:
    """Cancel every open order."""
    with desk_of(request).now() as (engine, at):
        names = [one.id for one in engine.book.open_orders]
        for name in names:
            engine.cancel(name, at)
        return json_answer([{"id": name, "status": 200} for name in names], 207)


def _order(book: PaperBook, broker_id: str) -> PaperOrder:
    if broker_id not in book.orders:
        raise not_found(f"order {broker_id}")
    return book.orders[broker_id]


def _asked_for(book: PaperBook, asked: Mapping[str, str]) -> list[PaperOrder]:
    """Orders by status, time, instrument and side, at most so many."""
    status, direction = asked.get("status", "open"), asked.get("direction", "desc")
    if status not in ("open", "closed", "all") or direction not in ("asc", "desc"):
        raise invalid(f"status {status!r} or direction {direction!r} is not one of the API's")
    limit = asked.get("limit", str(LISTED))
    if not limit.isdigit() or not 0 < int(limit) <= LISTED_MAX:
        raise invalid(f"limit {limit!r} is not from 1 to {LISTED_MAX}")
    found = list(book.orders.values())
    if status != "all":
        found = [one for one in found if one.status.is_open is (status == "open")]
    if names := {name for name in asked.get("symbols", "").split(",") if name}:
        found = [one for one in found if one.request.instrument in names]
    if side := asked.get("side"):
        found = [one for one in found if one.request.side == side]
    if after := asked.get("after"):
        since = moment_of(after, "after")
        found = [one for one in found if one.created > since]
    if until := asked.get("until"):
        last = moment_of(until, "until")
        found = [one for one in found if one.created <= last]
    if name := asked.get("after_order_id"):
        first = _order(book, name).number
        found = [one for one in found if one.number > first]
    if name := asked.get("before_order_id"):
        end = _order(book, name).number
        found = [one for one in found if one.number < end]
    found.sort(key=lambda one: one.number, reverse=direction == "desc")
    return found[: int(limit)]
