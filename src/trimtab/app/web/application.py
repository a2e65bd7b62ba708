"""The application: every page and every resource, behind one gate.

A page or a resource is one new file with a `ROUTER`; it is found here and nowhere listed.

Errors: mistakes of people come back as a page (or as problem+json under `/api/`) that says subject,
fact, bound and remedy; nothing shows what a defect looks like from inside.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from trimtab.app.exits import show_trace
from trimtab.app.web.api_v1.problems import not_found, problem, problem_response
from trimtab.app.web.beginnings import cannot_be_shown, lacking
from trimtab.app.web.events import Hub
from trimtab.app.web.methods import Methods
from trimtab.app.web.preferences import preferences_of
from trimtab.app.web.rendering import page, plain_page
from trimtab.app.web.security.addresses import page_before
from trimtab.app.web.security.gate import Seen, guarded, seen_of
from trimtab.app.web.security.no_way_past import check_routes
from trimtab.app.web.security.principal import Right
from trimtab.app.web.world import WebWorld
from trimtab.model.errors import InputError, InputErrors

__all__ = ["application", "routers_of"]

API = "/api/"
ROOMS = ("trimtab.app.web.pages", "trimtab.app.web.api_v1")
TITLES = {401: "Sign in first", 403: "You may not do this", 404: "There is nothing here"}
NOT_FOUND, ONLY_SENT, UNPROCESSABLE = 404, 405, 422
SCREEN = re.compile(r"/h/[^/]+/[a-z-]+(?=/)")
"""The screen that an address below it belongs to."""
DEFECT = 500

_log = logging.getLogger("trimtab.web")


def application(world: WebWorld) -> ASGIApp:
    """The application of a world."""
    app = FastAPI(title="Trimtab", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.world = world
    app.router.redirect_slashes = False  # it would name the host as we were asked, not the proxy
    app.add_middleware(Methods, routes=lambda: app.router.routes)
    app.add_middleware(_NotedPlace, hub=world.hub)
    for router in routers_of(ROOMS):
        app.router.routes.extend(router.routes)  # as they are: included, each is made once more
    _serve_charts(app)
    static = files("trimtab.app.web") / "static"
    app.mount("/static", StaticFiles(directory=str(static)), name="static")

    @app.exception_handler(InputError)
    def mistaken(request: Request, error: InputError) -> Response:
        return _refused(request, [error], UNPROCESSABLE)

    @app.exception_handler(InputErrors)
    def all_mistaken(request: Request, several: InputErrors) -> Response:
        return _refused(request, several.errors, UNPROCESSABLE)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == NOT_FOUND and request.url.path.startswith(API):
            remedy = "the description at /api/v1/openapi.json has those that there are"
            return problem_response(request, not_found("address", remedy))
        screen = SCREEN.match(request.url.path)
        if error.status_code == ONLY_SENT and request.method == "GET" and screen:
            return RedirectResponse(screen[0], 303)  # a form's address, opened by hand
        words = InputError(
            TITLES.get(error.status_code, "The request"), str(error.detail).rstrip(".")
        )
        return _refused(request, [words], error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def misshaped(request: Request, error: RequestValidationError) -> Response:
        mistakes = [
            InputError(".".join(map(str, one["loc"][1:])) or "request", str(one["msg"]))
            for one in error.errors()
        ]
        return _refused(request, mistakes, UNPROCESSABLE)

    @app.exception_handler(Exception)
    def defective(request: Request, error: Exception) -> Response:
        show_trace(error)
        what = f"{request.method} {request.url.path}"
        _log.error("%s: a defect (%s); TRIMTAB_DEBUG=1 shows where", what, type(error).__name__)
        words = InputError("Trimtab", "this did not work, and the fault is ours", "", "try again")
        return _refused(request, [words], DEFECT)

    return guarded(app, world)


def _serve_charts(app: FastAPI) -> None:
    """The charts' style sheet, which belongs to the report."""
    text = (files("trimtab.app.report.templates") / "charts.css").read_text("utf-8")

    @app.get("/static/charts.css")
    async def charts() -> Response:
        return Response(text, media_type="text/css")


class _NotedPlace:
    """Notes up to which event a page has heard before it reads: it hears what comes after.

    Waiting for a thread would let events pass in between.
    """

    def __init__(self, app: ASGIApp, hub: Hub) -> None:
        self.app, self.hub = app, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["heard"] = self.hub.place
        await self.app(scope, receive, send)


@cache
def routers_of(rooms: tuple[str, ...]) -> tuple[APIRouter, ...]:
    """The `ROUTER` of every module of some packages, by the modules' names.

    Refuses: a route that does not ask who comes.
    """
    found = []
    for room in rooms:
        package = import_module(room)
        for module in sorted(iter_modules(package.__path__), key=lambda one: one.name):
            router = getattr(import_module(f"{room}.{module.name}"), "ROUTER", None)
            if router is not None:
                check_routes(router.routes)
                found.append(router)
    return tuple(found)


def _refused(
    request: Request,
    errors: Sequence[InputError],
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """What was refused, as the one who asked can read it."""
    if request.url.path.startswith(API):
        return problem(request, errors, status, headers or {})
    if request.headers.get("accept", "").startswith("text/event-stream"):
        return PlainTextResponse("; ".join(map(str, errors)), status, dict(headers or {}))
    context: dict[str, object] = {
        "title": TITLES.get(status, "This cannot be done"),
        "errors": errors,
        "back": page_before(request) if status == UNPROCESSABLE else "/",
        "may_mend": False,
    }
    seen = seen_of(request) or _met(request)
    if seen is None:
        return plain_page("error.html", context, status, headers or {})
    if seen.household is not None and status == UNPROCESSABLE:
        may_run = seen.may(Right.RUN)
        if lacks := lacking(seen.household, errors):
            return page(seen, "empty.html", {"lacks": lacks.value, "may_import": may_run}, status)
        context["may_mend"] = may_run and cannot_be_shown(seen.household)
    return page(seen, "error.html", context, status)


def _met(request: Request) -> Seen | None:
    """Somebody signed in whom no page let through; the page of a refusal knows them as well."""
    principal = getattr(request.state, "principal", None)
    if principal is None:
        return None
    preferences = preferences_of(request.cookies)
    return Seen(request, request.app.state.world, principal, preferences)
