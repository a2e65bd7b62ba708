"""One open page's stream of server-sent events, over HTTP.

A stream says where it is with every event, so that a browser that comes back goes on there.  It
sends a sign of life when nothing happens, asks from time to time whether the person may still
listen, and ends when its reader takes too long: the reader comes back and has lost nothing, as long
as the ring is kept.

Errors: `InputError` where as many streams are open as are allowed, before anything is sent.
Source: WHATWG, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from trimtab.app.web.events import Event, Hub, Sees

__all__ = ["EventStream", "Pace", "asked_place", "event_text"]

LAST_SEEN = "last-event-id"
GAP = "gap"
HELLO = "hello"


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a stream is.

    Unit: seconds; `beat` between signs of life, `send` for which a reader may take nothing,
    `check` after which it is asked again who is reading, `retry` until a browser comes back.
    """

    beat: float = 15.0
    send: float = 20.0
    check: float = 60.0
    retry: float = 2.0


def asked_place(request: Request) -> str:
    """The last event that a page saw: as its browser says when it comes back, else as it asks."""
    return request.headers.get(LAST_SEEN) or request.query_params.get("after", "")


def event_text(hub: Hub, event: Event) -> str:
    """An event as a stream carries it; its household stands in the data's place before it."""
    household = json.dumps(event.household)
    data = f'{{"household":{household},"data":{event.data}}}'
    return f"id: {hub.name_of(event.number)}\nevent: {event.topic}\ndata: {data}\n\n"


def _word(hub: Hub, topic: str, number: int) -> str:
    return f"id: {hub.name_of(number)}\nevent: {topic}\ndata: {{}}\n\n"


class EventStream(Response):
    """A response that goes on until its reader leaves, is too slow, or may listen no more.

    `sees_now` says, from another thread, what the person may see now; none where nothing any more.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: Hub,
        person: str,
        sees_now: Callable[[], Sees | None],
        topics: frozenset[str] = frozenset(),
        place: str = "",
        pace: Pace | None = None,
    ) -> None:
        super().__init__(status_code=200, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._hub, self._person, self._sees_now = hub, person, sees_now
        self._topics, self._place, self._pace = topics, place, pace or Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until it ends; a reader that left or fell behind is no error."""
        with self._hub.stream(self._person):
            left = asyncio.ensure_future(_left(receive))
            told = asyncio.ensure_future(self._tell(send))
            try:
                await asyncio.wait({left, told}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (left, told):
                    task.cancel()
                    with suppress(asyncio.CancelledError, TimeoutError, OSError):
                        await task

    async def _tell(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        hub, pace, loop = self._hub, self._pace, asyncio.get_running_loop()
        sees = await run_in_threadpool(self._sees_now)
        last = hub.last
        known = hub.number_at(self._place) if self._place else last
        at = last if known is None else known
        opening = f"retry: {pace.retry * 1000:.0f}\n"
        await self._send(send, opening + _word(hub, GAP if known is None else HELLO, at))
        asked, looks = loop.time(), hub.looks(self._person)
        while sees is not None and not hub.is_closed:
            bell = hub.bell()
            found = hub.after(at, sees, self._topics)
            if found.is_gap:
                await self._send(send, _word(hub, GAP, found.reached))
            elif found.events:
                await self._send(send, "".join(event_text(hub, one) for one in found.events))
            elif found.reached == at:
                done, _ = await asyncio.wait({bell}, timeout=pace.beat)
                if not done:
                    await self._send(send, ": still here\n\n")
            at = found.reached
            is_told, looks = hub.looks(self._person) != looks, hub.looks(self._person)
            if is_told or loop.time() - asked >= pace.check:
                sees, asked = await run_in_threadpool(self._sees_now), loop.time()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, text: str) -> None:
        """Send, and wait until the reader has room again.

        Refuses: a reader that takes nothing for too long, as `TimeoutError`.
        """
        body = {"type": "http.response.body", "body": text.encode(), "more_body": True}
        async with asyncio.timeout(self._pace.send):
            await send(body)


async def _left(receive: Receive) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
