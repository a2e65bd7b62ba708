"""Connections that open and say nothing, dribble their headers, or do not read: closed in time.

The server's own patience is for the time between an answer and the first byte after it; this one
is for the time before a request is whole, on a new connection as on an old one, and for an answer
that nobody takes.  Bodies have a limit of their own (`limits`).

Each connection is an open file, and the service beside the dashboard needs files of its own: only
so many are held, and whoever comes then takes the place of those who have kept it waiting longest.

Errors: none; a connection is closed without a word.
Source: OWASP ASVS 4.0.3, V11.1.4; the attack is known as Slowloris.
"""

from __future__ import annotations

import asyncio
import sys
from functools import cache, partial
from math import ceil

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

__all__ = ["HEADER_SECONDS", "PatientProtocol", "room_for_connections", "tls_loop"]

HEADER_SECONDS = 10.0
"""A request's line and headers are there in so many seconds, or the connection ends."""
READER_SECONDS = 60.0
"""Who takes nothing of an answer for so long is not waited for."""
CONNECTIONS_MAX = 4_000
FILES_WANTED = 16_384
AWAY_SHARE = 4
"""Where there is no more room, this part of those who keep it waiting goes at once."""


class PatientProtocol(H11Protocol):
    """HTTP over one connection, with an end to waiting for headers and for who does not read."""

    header_seconds = HEADER_SECONDS
    reader_seconds = READER_SECONDS
    connections_max = 0
    """So many at once; where it is 0, as many as this machine has room for."""
    _waiting: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        most = self.connections_max or room_for_connections()
        if len(self.connections) > most and not self._make_room():
            transport.abort()
            return
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
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for somebody who does not take the answer."""
        super().pause_writing()
        self._is_read()
        self._stalled = self.loop.call_later(self.reader_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The answer is being taken."""
        self._is_read()
        super().resume_writing()

    def _is_read(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _make_room(self) -> bool:
        """Close those who have kept it waiting longest; whether there were any.

        First those whose request is not there yet, then strangers whose body is not.
        """
        others = [one for one in self.connections if isinstance(one, PatientProtocol)]
        late = [one for one in others if one._waiting is not None and one is not self]
        late = late or [one for one in others if one._is_strangers_body()]
        late.sort(key=lambda one: one._since)
        going = late[: ceil(len(late) / AWAY_SHARE)]
        for one in going:
            one.transport.abort()
        return bool(going)

    def _is_strangers_body(self) -> bool:
        """Whether it waits for the body of somebody who is not signed in."""
        if not self._is_answering() or not self.cycle.more_body:
            return False
        return self.cycle.scope.get("state", {}).get("principal") is None

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._since = self.loop.time()
        self._waiting = self.loop.call_later(self.header_seconds, self._hang_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        self._waiting = None
        if not self._is_answering() and not self.transport.is_closing():
            self.transport.close()


@cache
def room_for_connections() -> int:
    """How many connections may be open, so that at least as many files can be beside them.

    Asks the system for more files first, as far as it allows them.
    """
    if sys.platform == "win32":
        return CONNECTIONS_MAX  # its sockets are no files
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    known = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < known:
        resource.setrlimit(resource.RLIMIT_NOFILE, (known, hard))
        soft = known
    return CONNECTIONS_MAX if soft == resource.RLIM_INFINITY else min(CONNECTIONS_MAX, soft // 2)


def tls_loop() -> asyncio.AbstractEventLoop:
    """An event loop whose servers do not wait long for a TLS handshake."""
    loop = asyncio.new_event_loop()
    patient = partial(loop.create_server, ssl_handshake_timeout=HEADER_SECONDS)
    loop.create_server = patient  # type: ignore[method-assign]
    return loop
