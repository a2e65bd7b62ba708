"""The order stream: a websocket that tells every change of an order to whoever listens.

A client authenticates, asks for `trade_updates`, and hears what happens from then on; what happened
before, or while it was away, it has to ask for.  Frames are binary, as on Alpaca's paper address.

Errors: none leave here; a client that cannot be understood is told so, and let go.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect

from trimtab.app.paper_server.answers import update_answer
from trimtab.app.paper_server.errors import ApiError
from trimtab.app.paper_server.service import PaperService
from trimtab.brokers.paper.desk import PaperDesk

__all__ = ["OrderStream"]

LOOK_SECONDS = 0.2
"""So often a listener looks for what the clock alone has brought about."""
UPDATES = "trade_updates"
NOT_UNDERSTOOD = 1008


class OrderStream:
    """One listener's connection."""

    def __init__(self, socket: WebSocket, service: PaperService) -> None:
        self._socket, self._service = socket, service
        self._news = asyncio.Event()

    async def serve(self) -> None:
        """Talk until the client leaves."""
        await self._socket.accept()
        self._service.listeners.add(self._news)
        try:
            desk = await self._authenticated()
            if desk is not None:
                await self._listened(desk)
        except WebSocketDisconnect:
            pass
        finally:
            self._service.listeners.discard(self._news)

    async def _authenticated(self) -> PaperDesk | None:
        """The desk of the first message's key; none where it is wrong, and the client is told."""
        asked = await self._heard()
        data = asked.get("data", asked)
        inside: Mapping[str, object] = data if isinstance(data, dict) else {}
        key, secret = (
            str(inside.get(f"{name}_id" if name == "key" else "secret_key", asked.get(name, "")))
            for name in ("key", "secret")
        )
        try:
            desk = self._service.admit(key, secret)
        except ApiError:
            await self._authorization("unauthorized")
            await self._socket.close(NOT_UNDERSTOOD)
            return None
        await self._authorization("authorized")
        return desk

    async def _authorization(self, status: str) -> None:
        data = {"status": status, "action": "authenticate"}
        await self._send({"stream": "authorization", "data": data})

    async def _listened(self, desk: PaperDesk) -> None:
        """Answer what the client asks, and tell it the news, both at once."""
        telling: asyncio.Task[None] | None = None
        try:
            while True:
                asked = await self._heard()
                data = asked.get("data")
                wanted = data.get("streams", []) if isinstance(data, dict) else []
                streams = [name for name in wanted if name == UPDATES]
                if telling is not None:
                    telling.cancel()
                    telling = None
                await self._send({"stream": "listening", "data": {"streams": streams}})
                if streams:
                    telling = asyncio.create_task(self._tell(desk, _last(desk)))
        finally:
            if telling is not None:
                telling.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await telling

    async def _tell(self, desk: PaperDesk, heard: int) -> None:
        """Send every message after one of a number, for ever."""
        while True:
            self._news.clear()
            with desk.now() as (engine, _):
                events = [one for one in engine.book.events if one.number > heard]
                rules = engine.rules
            for event in events:
                heard = event.number
                update = update_answer(event, rules.instruments, rules.sessions)
                if update is not None:
                    await self._send({"stream": UPDATES, "data": update})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)

    async def _heard(self) -> Mapping[str, object]:
        """The next message of the client; nothing where it is no JSON object."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        try:
            found = json.loads(message.get("text") or message.get("bytes") or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    async def _send(self, content: Mapping[str, object]) -> None:
        await self._socket.send_bytes(json.dumps(content, separators=(",", ":")).encode())


def _last(desk: PaperDesk) -> int:
    """The number of the last message until now."""
    with desk.now() as (engine, _):
        return engine.book.sequence
