"""The gate that every request passes: key, pace, and the faults that were asked for.

It is plain ASGI, so that it can also cut an answer short or give none.

Errors: none leave it; what is refused becomes an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trimtab.app.paper_server.errors import ApiError
from trimtab.app.paper_server.faults import HTML, Fault, fault_of
from trimtab.app.paper_server.pace import Taken
from trimtab.app.paper_server.service import PaperService

__all__ = ["Gate"]

READS = frozenset({"GET", "HEAD"})
THROTTLED = ApiError(429, 42910000, "rate limit exceeded")


@dataclass(frozen=True, slots=True)
class Gate:
    """Passes what may pass to `inner`; `seconds` tells the time for the pace, since 1970."""

    inner: ASGIApp
    service: PaperService
    seconds: Callable[[], float]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; websockets show their key in their first message instead."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = headers.get("apca-api-key-id", "")
        try:
            desk = self.service.admit(key, headers.get("apca-api-secret-key", ""))
            is_control = scope["path"].startswith("/paper/")
            fault = None if is_control else self._fault(headers, scope["method"])
        except ApiError as error:
            await _answer(send, error, {})
            return
        taken = self.service.pace.take(key, self.seconds())
        if not taken.is_allowed or fault is Fault.THROTTLED:
            await _answer(send, THROTTLED, {"Retry-After": "1"} | taken.headers())
        elif fault is Fault.BROKEN:
            await _answer(send, ApiError(500, 50010000, "internal server error"), taken.headers())
        else:
            scope.setdefault("state", {})["desk"] = desk
            await self.inner(scope, receive, _through(send, taken, fault))
            self.service.wake()

    def _fault(self, headers: Headers, method: str) -> Fault | None:
        if name := headers.get("paper-fault"):
            return fault_of(name)
        return self.service.faults.next(is_write=method not in READS)


def _through(send: Send, taken: Taken, fault: Fault | None) -> Send:
    """Sending with the headers of the pace; or as the fault has it."""

    async def sends(message: Message) -> None:
        if message["type"] == "http.response.start":
            if fault is not None:
                return  # the answer of the fault comes with the body
            told = [
                (name.lower().encode(), value.encode()) for name, value in taken.headers().items()
            ]
            message["headers"] = [*message["headers"], *told]
        elif fault is not None:
            await _spoil(send, fault, message.get("body", b""))
            return
        await send(message)

    return sends


async def _spoil(send: Send, fault: Fault, body: bytes) -> None:
    """Answer as a fault does, in the place of the answer that there was."""
    if fault is Fault.AFTER_LOST:
        told = [(b"content-length", str(len(body) + 1).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": body[:1], "more_body": True})
        raise ConnectionAbortedError("the connection is lost in the answer, as was asked")
    if fault.status != 200:
        await _answer(send, ApiError(fault.status, 50410000, "gateway timeout"), {})
    elif fault is Fault.AFTER_HTML:
        await _send(send, 200, {"content-type": "text/html"}, HTML)
    else:
        await _send(send, 200, {"content-type": "application/json"}, body[: len(body) // 2])


async def _answer(send: Send, error: ApiError, headers: Mapping[str, str]) -> None:
    body = json.dumps({"code": error.code, "message": error.message}).encode()
    await _send(send, error.status, {"content-type": "application/json", **headers}, body)


async def _send(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    told.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
