"""What all parts of the paper server share: accounts by key, pace, faults, and who listens.

Errors: `ApiError` (401) for a key that is not there or a secret that is not its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from fastapi import Request, Response

from trimtab.app.paper_server.clocks import PaperClock
from trimtab.app.paper_server.errors import ApiError
from trimtab.app.paper_server.faults import FaultPlan
from trimtab.app.paper_server.pace import Pace
from trimtab.brokers.paper.desk import PaperDesk

__all__ = ["Door", "PaperService", "desk_of", "json_answer"]


@dataclass(frozen=True, slots=True)
class Door:
    """The way to an account: the secret of its key, and its desk."""

    secret: str = field(repr=False)
    desk: PaperDesk


@dataclass(slots=True)
class PaperService:
    """A paper broker with its accounts, by key."""

    doors: Mapping[str, Door]
    clock: PaperClock
    pace: Pace = field(default_factory=Pace)
    faults: FaultPlan = field(default_factory=FaultPlan)
    listeners: set[asyncio.Event] = field(default_factory=set)

    def admit(self, key: str, secret: str) -> PaperDesk:
        """The desk of a key.

        Refuses: a wrong key or secret, without saying which.
        """
        door = self.doors.get(key)
        if door is None or not compare_digest(door.secret.encode(), secret.encode()):
            raise ApiError(401, 40110000, "request is not authorized")
        return door.desk

    def wake(self) -> None:
        """Let those who listen look for news."""
        for listener in self.listeners:
            listener.set()


def desk_of(request: Request) -> PaperDesk:
    """The desk that the request was admitted to."""
    desk = request.state.desk
    if not isinstance(desk, PaperDesk):
        raise TypeError("the request was not admitted")
    return desk


def json_answer(content: object, status: int = 200) -> Response:
    """JSON as text that is written once."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Response(text, status, media_type="application/json")
