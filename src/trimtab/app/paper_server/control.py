"""Routes that no broker has: set the clock, halt an instrument, bust a fill, ask for faults.

They are for tests and rehearsals, and need the account's key as every other request does.

Errors: `ApiError`, which becomes the answer.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from trimtab.app.paper_server.answers import moment
from trimtab.app.paper_server.asked import Body, moment_of, read_body
from trimtab.app.paper_server.errors import invalid, refused
from trimtab.app.paper_server.service import PaperService, desk_of, json_answer
from trimtab.brokers.paper.checks import Refusal
from trimtab.model.errors import InputError

__all__ = ["control_routes"]


def control_routes(service: PaperService) -> APIRouter:
    """The routes under `/paper`."""
    routes = APIRouter(prefix="/paper")

    @routes.post("/clock")
    async def set_clock(request: Request) -> Response:
        """Go forward to a moment; everything until then happens."""
        body = read_body(await request.body())
        try:
            service.clock.set(moment_of(_word(body, "to"), "to"))
        except InputError as error:
            raise invalid(str(error)) from None
        with desk_of(request).now() as (engine, _):
            return json_answer({"now": moment(engine.book.at)})

    @routes.post("/halts")
    async def halt(request: Request) -> Response:
        """Stop trading in an instrument, or go on with it."""
        body = read_body(await request.body())
        name, is_on = _word(body, "symbol"), body.get("halted", True)
        with desk_of(request).now() as (engine, at):
            (engine.halt if is_on else engine.resume)(name, at)
            return json_answer({"halted": sorted(engine.book.halted)})

    @routes.post("/busts")
    async def bust(request: Request) -> Response:
        """Take an execution back."""
        body = read_body(await request.body())
        with desk_of(request).now() as (engine, at):
            made = engine.bust(_word(body, "execution_id"), at)
            if isinstance(made, Refusal):
                raise refused(made)
            return json_answer({"execution_id": made.fill.execution_id, "busts": made.fill.busts})

    @routes.post("/faults")
    async def faults(request: Request) -> Response:
        """Queue faults for the next writes."""
        names = read_body(await request.body()).get("next")
        if not isinstance(names, list):
            raise invalid("next must be a list of faults")
        service.faults.add(map(str, names))
        return json_answer({"waiting": list(service.faults.waiting)})

    return routes


def _word(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise invalid(f"{name} is required")
    return value
