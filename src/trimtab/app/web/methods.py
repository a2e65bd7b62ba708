"""What may be asked of an address: HEAD and OPTIONS for the API, and where a slash is too much.

Each operation is a route of its own, so that the framework knows an address's methods one by one.
Here they are put together: OPTIONS tells them, another one is refused with all of them named, HEAD
of the API is GET without a body.  An address with a slash at its end leads to the one without, by
its path alone: a proxy in front may be asked by another name.

Errors: none; what is refused is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trimtab.app.web.api_v1.problems import problem_response, refusal

__all__ = ["Methods"]

API = "/api/"
SAME_METHOD_AGAIN = 307
NO_CONTENT, NOT_ALLOWED = 204, 405


class Methods:
    """An application that knows the methods of all its routes."""

    def __init__(self, app: ASGIApp, routes: Callable[[], Sequence[BaseRoute]]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is no route's own business, and pass on all else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, method = str(scope["path"]), str(scope["method"])
        if path.endswith("/") and not self._methods(path) and self._methods(path.rstrip("/")):
            place = quote(path.rstrip("/"), safe="/:@!$&'()*+,;=~-._")
            query = scope.get("query_string", b"").decode("latin-1")
            place += f"?{query}" if query else ""
            answer = RedirectResponse(place, SAME_METHOD_AGAIN)
            answer.headers["location"] = place  # as it is: the class would quote it once more
            await answer(scope, receive, send)
            return
        known = self._methods(path) if path.startswith(API) else ()
        if not known or method in known:
            await self.app(scope, receive, send)
        elif method == "HEAD" and "GET" in known:
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await _told(scope, known)(scope, receive, send)

    def _methods(self, path: str) -> tuple[str, ...]:
        """The methods that an address takes; none where there is no such address."""
        found: set[str] = set()
        for route in self.routes():
            if isinstance(route, Route) and route.path_regex.match(path):
                found |= route.methods or set()
        return tuple(sorted(found))


def _told(scope: Scope, known: Sequence[str]) -> Response:
    """The methods of an address, as the answer to OPTIONS or to one that it does not take."""
    offered = {*known, "OPTIONS", *(("HEAD",) if "GET" in known else ())}
    allow = {"Allow": ", ".join(sorted(offered))}
    if scope["method"] == "OPTIONS":
        return Response(None, NO_CONTENT, allow)
    method = str(scope["method"])[:20]
    error = refusal(NOT_ALLOWED, "method", f"{method} is not for this address", allow["Allow"])
    error.headers = allow
    return problem_response(Request(scope), error)


def _without_body(send: Send) -> Send:
    """A `send` of headers alone."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head
