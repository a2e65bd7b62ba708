"""The kind of route that every resource uses: whatever is refused in it becomes a problem.

Errors: defects, and bodies that are too large or too slow, which those around it answer.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from trimtab.app.web.api.bodies import check_body
from trimtab.app.web.api_v1.problems import Problem, not_found, problem_response, refusal
from trimtab.app.web.security.errands import FactorNeeded, SignInNeeded, StepUpNeeded
from trimtab.app.web.security.gate import NOT_THERE, NOT_YOURS, Needs
from trimtab.model.errors import TrimtabError
from trimtab.model.web import Right

__all__ = ["PREFIX", "ApiRoute", "resource"]

PREFIX = "/api/v1"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="trimtab"'}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Errand = SignInNeeded | FactorNeeded | StepUpNeeded


class ApiRoute(APIRoute):
    """A route whose refusals are `application/problem+json`."""

    def get_route_handler(self) -> Handler:
        """The handler, with every error caught."""
        inner = super().get_route_handler()
        takes_body = self.body_field is not None
        calls = [one.call for one in self.dependant.dependencies]
        right = next((one.right for one in calls if isinstance(one, Needs)), None)

        async def handle(request: Request) -> Response:
            try:
                if right is not None and request.state.principal is None:
                    raise SignInNeeded  # before anything of a stranger's is read
                if takes_body:
                    await check_body(request)
                return await inner(request)
            except (SignInNeeded, FactorNeeded, StepUpNeeded) as errand:
                return problem_response(request, _first(errand))
            except HTTPException as error:
                return problem_response(request, _by_the_gate(error, right))
            except (Problem, RequestValidationError, TrimtabError) as error:
                return problem_response(request, error)

        return handle


def _by_the_gate(error: HTTPException, right: Right | None) -> Exception:
    """What the gate refused, in a program's words; a foreign household is as one of no name."""
    if error.detail == NOT_THERE:
        return not_found("household", "the list of households has those that you may see")
    if error.detail == NOT_YOURS and right is not None:
        fact = f"who asks may not `{right}`"
        return refusal(403, "request", fact, "", f"use a token with the right `{right}`")
    return error


def _first(errand: Errand) -> Problem:
    """What somebody has to do first."""
    match errand:
        case SignInNeeded():
            remedy = "send a token: `Authorization: Bearer tt_…`"
            found = refusal(401, "request", "nobody says who asks", "", remedy)
            found.headers = CHALLENGE
            return found
        case FactorNeeded():
            remedy = "add an authenticator or a passkey to your account, or use a token"
            return refusal(403, "request", "it needs a second factor", "", remedy)
        case StepUpNeeded():
            remedy = "sign in again, or use a token that may approve: one is made for a day"
            return refusal(403, "request", "it needs a recent sign-in", "", remedy)


def resource(tag: str, path: str) -> APIRouter:
    """A router for one resource; `path` stands behind `/api/v1`."""
    return APIRouter(
        prefix=f"{PREFIX}{path}",
        tags=[tag],
        route_class=ApiRoute,
        generate_unique_id_function=lambda route: route.name,
    )
