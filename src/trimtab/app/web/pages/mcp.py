"""`/mcp`: the read-only server for assistants, by streamable HTTP; off unless `web.toml` says so.

It takes tokens alone: a browser's session is no way in, so no page of another site can ask in its
name.

Errors: problems; 404 while it is off, 401 without a token, 503 where its package is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from trimtab.app.web.api_v1.problems import Problem, problem_response, refusal
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.no_way_past import Door
from trimtab.app.web.security.principal import BY_TOKEN, Principal, Right
from trimtab.app.web.security.scopes import may

if TYPE_CHECKING:
    from trimtab.app.web.mcp_tools import Caller
    from trimtab.app.web.world import WebWorld

__all__ = ["ROUTER"]

PLACE = "/mcp"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="trimtab"'}


class _Door(Door):
    """Lets programs with a token through to a server that lives for one request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            manager = _manager(request)
        except Problem as error:
            await problem_response(request, error)(scope, receive, send)
            return
        async with manager.run():
            await manager.handle_request(scope, receive, send)


def _manager(request: Request) -> Any:
    """A server for one request, which keeps nothing from one to the next.

    Refuses: while it is off, who shows no token, a token that may not even look.
    """
    world: WebWorld = request.app.state.world
    if not world.settings.mcp:
        remedy = "set `mcp = true` in web.toml"
        raise refusal(404, "the server for assistants", "it is off", "", remedy)
    principal: Principal | None = request.state.principal
    if principal is None or principal.via != BY_TOKEN:
        remedy = "send a token: `Authorization: Bearer tt_…`"
        found = refusal(401, "request", "nobody says who asks", "", remedy)
        found.headers = CHALLENGE
        raise found
    if not may(principal, Right.VIEW, None):
        address = str(request.state.origin.address)
        audit(world, principal.name, "mcp", "", Outcome.DENIED, address=address)
        raise refusal(403, "request", "it is not yours to ask")
    try:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from trimtab.app.web.mcp_server import server_for
    except ModuleNotFoundError:
        remedy = "install it with `pip install 'trimtab[mcp]'`"
        raise refusal(503, "the server for assistants", "mcp is missing", "", remedy) from None
    # The guard in front has checked the name that was asked for, and the body's size.
    return StreamableHTTPSessionManager(
        server_for(_caller),
        json_response=True,
        stateless=True,
        max_request_body_size=world.settings.body_bytes,
    )


def _caller(request: object) -> Caller:
    """Who asks, as the guard recognised them."""
    from trimtab.app.web.mcp_tools import Caller

    if not isinstance(request, Request):
        raise refusal(401, "request", "nobody says who asks")
    state = request.state
    return Caller(request.app.state.world, state.principal, str(state.origin.address))


ROUTER = APIRouter()
ROUTER.routes.append(Route(PLACE, endpoint=_Door(), methods=["GET", "POST", "DELETE"]))
