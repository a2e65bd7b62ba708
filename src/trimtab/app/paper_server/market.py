"""Routes of the market: instruments, the clock, the calendar, and the last quotes.

Quotes are at the paths of Alpaca's market data API, for clients that ask for both at one address.

Errors: `ApiError`, which becomes the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from trimtab.app.paper_server.answers import (
    Answer,
    asset_answer,
    calendar_answer,
    clock_answer,
    moment,
)
from trimtab.app.paper_server.asked import day_of
from trimtab.app.paper_server.errors import invalid, not_found
from trimtab.app.paper_server.service import desk_of, json_answer
from trimtab.brokers.paper.checks import step_of
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.tape import Tick

__all__ = ["routes"]

CALENDAR_DAYS = 366
"""Days before and after the clock that a calendar shows where no days are named."""
CALENDAR_DAYS_MAX = 36_600
routes = APIRouter(prefix="/v2")


@routes.get("/clock")
async def clock(request: Request) -> Response:
    """Whether the market is open, and until when."""
    with desk_of(request).now() as (engine, _):
        return json_answer(clock_answer(engine.rules.sessions, engine.book.at))


@routes.get("/calendar")
async def calendar(request: Request) -> Response:
    """Sessions from one day to another."""
    with desk_of(request).now() as (engine, _):
        sessions, today = engine.rules.sessions, engine.book.at.date()
    asked, around = request.query_params, timedelta(days=CALENDAR_DAYS)
    first = day_of(asked["start"], "start") if "start" in asked else today - around
    last = day_of(asked["end"], "end") if "end" in asked else today + around
    if (last - first).days > CALENDAR_DAYS_MAX:
        raise invalid(f"a calendar of more than {CALENDAR_DAYS_MAX} days")
    return json_answer(calendar_answer(sessions, list(sessions.between(first, last))))


@routes.get("/assets")
async def assets(request: Request) -> Response:
    """Every instrument that is traded here."""
    status = request.query_params.get("status", "active")
    with desk_of(request).now() as (engine, _):
        names = sorted(engine.rules.instruments) if status == "active" else []
        return json_answer([_asset(engine, name) for name in names])


@routes.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """One instrument, by its name or its id."""
    with desk_of(request).now() as (engine, _):
        for known, one in engine.rules.instruments.items():
            if name in (known, one.broker_id):
                return json_answer(_asset(engine, known))
    raise not_found(f"asset for {name}")


def _asset(engine: PaperEngine, name: str) -> Answer:
    listing = engine.listing(name)
    if listing is None:
        raise not_found(f"asset for {name}")
    return asset_answer(listing, step_of(listing, engine.rules.terms))


@routes.get("/stocks/{what}/latest")
async def latest(request: Request, what: str) -> Response:
    """The last quote, trade or bar of several instruments."""
    told = _told(what)
    names = request.query_params.get("symbols", "").split(",")
    with desk_of(request).now() as (engine, _):
        marks = engine.book.marks
        return json_answer({what: {name: told(marks[name]) for name in names if name in marks}})


@routes.get("/stocks/{name}/{what}/latest")
async def latest_of(request: Request, name: str, what: str) -> Response:
    """The last quote, trade or bar of one instrument."""
    told = _told(what)
    with desk_of(request).now() as (engine, _):
        if name not in engine.book.marks:
            raise not_found(f"price of {name}")
        return json_answer({"symbol": name, what[:-1]: told(engine.book.marks[name])})


def _told(what: str) -> Callable[[Tick], Mapping[str, object]]:
    known = {"quotes": _quote, "trades": _trade, "bars": _bar}
    if what not in known:
        raise not_found(f"latest {what}")
    return known[what]


def _quote(tick: Tick) -> Mapping[str, object]:
    size = 0 if tick.volume is None else int(tick.volume)
    return {
        "t": moment(tick.at),
        "ap": float(tick.ask), "as": size, "ax": "P",
        "bp": float(tick.bid), "bs": size, "bx": "P",
        "c": ["R"], "z": "C",
    }  # fmt: skip


def _trade(tick: Tick) -> Mapping[str, object]:
    size = 0 if tick.volume is None else int(tick.volume)
    return {
        "t": moment(tick.at), "x": "P", "p": float(tick.last), "s": size, "i": 0,
        "c": ["@"], "z": "C",
    }  # fmt: skip


def _bar(tick: Tick) -> Mapping[str, object]:
    price, size = float(tick.last), 0 if tick.volume is None else int(tick.volume)
    return {
        "t": moment(tick.at), "o": price, "h": price, "l": price, "c": price,
        "v": size, "n": 1, "vw": price,
    }  # fmt: skip
