"""Connections that open and say nothing, or dribble their headers: they are closed in time.

The server's own patience is for the time between an answer and the first byte after it; this one
is for the time before a request is whole, on a new connection as on an old one.  Bodies have a
limit of their own (`limits`).

Errors: none; a connection is closed without a word.
Source: OWASP ASVS 4.0.3, V11.1.4; the attack is known as Slowloris.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

__all__ = ["HEADER_SECONDS", "PatientProtocol"]

HEADER_SECONDS = 10.0
"""A request's line and headers are there in so many seconds, or the connection ends."""


class PatientProtocol(H11Protocol):
    """HTTP over one connection, with an end to waiting for a request's headers."""

    header_seconds = HEADER_SECONDS
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that is whole ends the waiting."""
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.header_seconds, self._hang_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        if not self._is_answering() and not self.transport.is_closing():
            self.transport.close()
