"""No route without somebody who asks who comes: looked at when the application is made.

A route asks the gate, belongs to the pages for visitors, has a door of its own, or says that it is
open to all.  One that does none of it ends the start, so that nobody serves what nobody guards.

Errors: `InvariantError` for a route that asks nobody.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from trimtab.app.web.security.gate import Needs
from trimtab.app.web.security.visitors import visiting
from trimtab.model.errors import must

__all__ = ["OPEN_TO_ALL", "Door", "check_routes", "open_to_all"]


async def open_to_all() -> None:
    """Says that a route tells nothing about anybody, and so asks nobody."""


OPEN_TO_ALL: Any = Depends(open_to_all)


class Door:
    """An application behind a route that asks who comes by itself."""


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Hold every route against what the module says.

    Refuses: one that asks nobody, with `InvariantError`.
    """
    for route in routes:
        must(_is_guarded(route), f"{getattr(route, 'path', route)} asks the gate who comes")


def _is_guarded(route: BaseRoute) -> bool:
    if isinstance(route, APIRoute):
        asked = set(_asked(route))
        return bool(asked & {visiting, open_to_all}) or any(isinstance(one, Needs) for one in asked)
    return isinstance(route, Route) and isinstance(route.endpoint, Door)


def _asked(route: APIRoute) -> Iterator[object]:
    """What a route calls before its own function."""
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        yield one.call
        waiting += one.dependencies
