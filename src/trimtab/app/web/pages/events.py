"""`/events`: what happens in the households that somebody may see, as a stream.

Errors: `InputError` where as many streams are open as are allowed.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from trimtab.app.web.event_stream import EventStream, asked_place
from trimtab.app.web.events import Sees
from trimtab.app.web.security.gate import Seen, ViewingAll
from trimtab.app.web.security.principal import Principal, Right
from trimtab.app.web.security.scopes import may
from trimtab.app.web.security.standing import still_there

__all__ = ["ROUTER"]

ROUTER = APIRouter()
TOPICS_MAX = 200
"""Letters of all topics together."""


@ROUTER.get("/events", include_in_schema=False)
def events(seen: ViewingAll, topics: Annotated[str, Query(max_length=TOPICS_MAX)] = "") -> Response:
    """The stream, from the event on that the page saw last."""
    asked = frozenset(word for word in topics.split(",") if word)
    place = asked_place(seen.request)
    hub, name = seen.world.hub, seen.principal.name
    return EventStream(hub, name, lambda: _sees(seen), asked, place)


def _sees(seen: Seen) -> Sees | None:
    """What the person may see now; none who was signed out or turned off since."""
    principal = still_there(seen.world, seen.principal)
    return None if principal is None else _allowed(principal)


def _allowed(principal: Principal) -> Sees:
    return lambda household: may(principal, Right.VIEW, household)
