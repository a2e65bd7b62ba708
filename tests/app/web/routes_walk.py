"""Every route of the application, with what it needs, for tests that try all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute

from trimtab.app.web.application import ROOMS, routers_of
from trimtab.app.web.security.gate import Needs
from trimtab.app.web.security.visitors import visiting

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


@dataclass(frozen=True)
class Route:
    """A method of an address; `needs` is none where it is open to all."""

    method: str
    path: str
    needs: Needs | None
    is_visited: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_safe(self) -> bool:
        return self.method == "GET"

    @property
    def has_household(self) -> bool:
        return "{household}" in self.path

    def at(self, household: str = "home") -> str:
        """The address with something in place of each parameter."""
        return _PARAMETER.sub(lambda one: household if one[1] == "household" else "x1", self.path)


def all_routes() -> list[Route]:
    """Every route that the application serves, but for static files."""
    return [
        Route(method, route.path, _needs(route), _calls(route, visiting))
        for router in routers_of(ROOMS)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods - {"HEAD", "OPTIONS"})
    ]


def _dependencies(route: APIRoute) -> Iterator[object]:
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        yield one.call
        waiting += one.dependencies


def _needs(route: APIRoute) -> Needs | None:
    return next((one for one in _dependencies(route) if isinstance(one, Needs)), None)


def _calls(route: APIRoute, function: object) -> bool:
    return any(one is function for one in _dependencies(route))
