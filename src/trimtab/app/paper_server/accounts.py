"""Routes of the account: what it has, what it holds, what happened in it.

Errors: `ApiError`, which becomes the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from trimtab.app.paper_server.account_answers import (
    account_answer,
    activity_answers,
    history_answer,
    position_answer,
)
from trimtab.app.paper_server.answers import Answer
from trimtab.app.paper_server.asked import day_of, moment_of, read_order
from trimtab.app.paper_server.errors import ApiError, invalid
from trimtab.app.paper_server.orders import shown
from trimtab.app.paper_server.service import desk_of, json_answer
from trimtab.brokers.paper.book import PaperBook, PaperPosition
from trimtab.brokers.paper.checks import Rules, step_of
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.funds import available_units
from trimtab.brokers.paper.matching import next_id
from trimtab.model.errors import InputError
from trimtab.model.money import exact, step_down

__all__ = ["routes"]

PAGE, PAGE_MAX = 100, 100
routes = APIRouter(prefix="/v2")


@routes.get("/account")
async def account(request: Request) -> Response:
    """Cash, buying power and value."""
    with desk_of(request).now() as (engine, _):
        return json_answer(account_answer(engine.book, engine.rules))


@routes.get("/account/configurations")
async def configurations(request: Request) -> Response:
    """How the account is set up."""
    with desk_of(request).now() as (engine, _):
        return json_answer(
            {
                "no_shorting": True,
                "fractional_trading": engine.rules.terms.fractional,
                "suspend_trade": engine.book.blocked,
                "trade_confirm_email": "none",
                "max_margin_multiplier": "1",
                "max_options_trading_level": 0,
                "ptp_no_exception_entry": False,
                "disable_overnight_trading": True,
            }
        )


@routes.get("/account/portfolio/history")
async def history(request: Request) -> Response:
    """The account's value at each close."""
    with desk_of(request).now() as (engine, _):
        book, hours = engine.book, engine.rules.sessions.hours
        sessions = {day: hours(day) for day in book.equity}
        closes = {day: one.closes for day, one in sessions.items() if one is not None}
        return json_answer(history_answer(book, closes))


@routes.get("/account/activities")
async def activities(request: Request) -> Response:
    """Executions, dividends and splits, the newest first where nothing else is asked."""
    kinds = request.query_params.get("activity_types", "")
    return _activities(request, frozenset(filter(None, kinds.split(","))))


@routes.get("/account/activities/{kind}")
async def activities_of(request: Request, kind: str) -> Response:
    """The same, of one kind."""
    return _activities(request, frozenset({kind}))


def _activities(request: Request, kinds: frozenset[str]) -> Response:
    asked = request.query_params
    size, direction = asked.get("page_size", str(PAGE)), asked.get("direction", "desc")
    if not size.isdigit() or not 0 < int(size) <= PAGE_MAX or direction not in ("asc", "desc"):
        raise invalid(f"page_size is from 1 to {PAGE_MAX}, direction asc or desc")
    with desk_of(request).now() as (engine, _):
        found = list(activity_answers(engine.book, kinds))
    found = _within(found, asked)
    if direction == "desc":
        found.reverse()
    answers: Sequence[Answer] = [answer for _, answer in found]
    if token := asked.get("page_token"):
        names = [answer["id"] for answer in answers]
        if token not in names:
            raise invalid(f"page_token {token!r} is none that was given")
        answers = answers[names.index(token) + 1 :]
    return json_answer(answers[: int(size)])


def _within(
    found: list[tuple[datetime, Answer]], asked: Mapping[str, str]
) -> list[tuple[datetime, Answer]]:
    """What happened on a day, or after one moment and until another."""
    if day := asked.get("date"):
        on = day_of(day, "date")
        found = [one for one in found if one[0].date() == on]
    if after := asked.get("after"):
        since = moment_of(after, "after")
        found = [one for one in found if one[0] > since]
    if until := asked.get("until"):
        last = moment_of(until, "until")
        if len(until) == len("2024-03-04"):
            last = datetime.combine(last.date(), time.max, UTC)
        found = [one for one in found if one[0] <= last]
    return found


@routes.get("/positions")
async def positions(request: Request) -> Response:
    """What is held."""
    with desk_of(request).now() as (engine, _):
        held = sorted(engine.book.positions.items())
        return json_answer([position_answer(one, engine.book, engine.rules) for _, one in held])


@routes.get("/positions/{name}")
async def position(request: Request, name: str) -> Response:
    """What is held of one instrument."""
    with desk_of(request).now() as (engine, _):
        held = _held(engine.book, engine.rules, name)
        return json_answer(position_answer(held, engine.book, engine.rules))


@routes.delete("/positions/{name}")
async def close_position(request: Request, name: str) -> Response:
    """Sell a position, or a part of it, at the market."""
    with desk_of(request).now() as (engine, at):
        held = _held(engine.book, engine.rules, name)
        units = _part(held, engine, request.query_params)
        return json_answer(_sell(engine, held.instrument, units, at))


@routes.delete("/positions")
async def close_positions(request: Request) -> Response:
    """Sell everything at the market, after canceling what is open where that is asked."""
    with desk_of(request).now() as (engine, at):
        if request.query_params.get("cancel_orders", "").lower() == "true":
            for order in engine.book.open_orders:
                engine.cancel(order.id, at)
        done = [_closed(engine, name, at) for name in sorted(engine.book.positions)]
        return json_answer(done, 207)


def _closed(engine: PaperEngine, name: str, at: datetime) -> Answer:
    try:
        body = _sell(engine, name, available_units(engine.book, name), at)
    except ApiError as error:
        told = {"code": error.code, "message": error.message}
        return {"symbol": name, "status": error.status, "body": told}
    return {"symbol": name, "status": 200, "body": body}


def _sell(engine: PaperEngine, name: str, units: Decimal, at: datetime) -> Answer:
    body = {"symbol": name, "qty": units, "side": "sell", "type": "market", "time_in_force": "day"}
    asked = read_order(body, next_id(engine.book, "client")[0])
    return shown(engine, engine.submit(asked, at))


def _part(held: PaperPosition, engine: PaperEngine, asked: Mapping[str, str]) -> Decimal:
    """Units to sell: those asked for, a percentage, or all that no order sells already."""
    try:
        if "qty" in asked:
            return exact(asked["qty"], "qty")
        if "percentage" in asked:
            units = held.quantity * exact(asked["percentage"], "percentage") / 100
            instrument = engine.rules.instruments[held.instrument]
            return step_down(units, step_of(instrument, engine.rules.terms))
    except InputError as error:
        raise invalid(str(error)) from None
    return available_units(engine.book, held.instrument)


def _held(book: PaperBook, rules: Rules, name: str) -> PaperPosition:
    """A position by the instrument's name or by its id here."""
    for one in book.positions.values():
        listing = rules.instruments.get(one.instrument)
        if name == one.instrument or (listing is not None and name == listing.broker_id):
            return one
    raise ApiError(404, 40410000, "position does not exist")
