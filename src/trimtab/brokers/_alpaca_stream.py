"""Alpaca's stream of order updates, read by a thread of its own into a queue.

The stream replays nothing.  So whatever may have been missed is said: every connection after the
first, every silence, every frame that cannot be read, and a queue that ran over come out as
`Link(gap=True)`, and whoever hears it asks for the fills since.  A line that is dead is found by
the websocket's own pings; one that is alive but mute cannot be told from a quiet day, so after some
minutes of silence it is opened anew, and that is a gap as well.

Errors: none leave here; what went wrong is the text of a `Link`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, Full, Queue
from random import uniform
from threading import Event, Thread
from time import monotonic
from typing import Any

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from trimtab.brokers._exact_json import NotExact, object_of, parsed, written
from trimtab.brokers._secrets import Cleaner, Secret
from trimtab.model.brokers import Link

__all__ = ["StreamLimits", "TradeStream", "Update"]

QUEUE_MAX = 10_000
FRAME_BYTES_MAX = 1024 * 1024
UPDATES = "trade_updates"
QUIET = logging.getLogger("trimtab.brokers.alpaca.stream")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL)
"""The library logs every frame, and the first one holds the secret: nothing is logged."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Unit: seconds.

    `silence` after which the connection is opened anew, `ping` between two questions whether the
    line lives, `answer` for any answer, `steady` after which a connection counts as good; `first`
    and `last` pause between two connections.
    """

    open: float = 10.0
    silence: float = 300.0
    ping: float = 20.0
    answer: float = 10.0
    first: float = 1.0
    last: float = 60.0
    steady: float = 30.0


@dataclass(frozen=True, slots=True)
class Update:
    """One message on an order, not yet understood."""

    data: Any


class TradeStream:
    """Order updates of one account, from `start` to `stop`."""

    def __init__(
        self,
        address: str,
        key: Secret,
        secret: Secret,
        clock: Callable[[], datetime],
        limits: StreamLimits | None = None,
    ) -> None:
        self._address, self._key, self._secret = address, key, secret
        self._clock, self._limits = clock, limits or StreamLimits()
        self._clean = Cleaner((key, secret))
        self._queue: Queue[Update | Link] = Queue(QUEUE_MAX)
        self._stopped, self._overflowed = Event(), Event()
        self._first_heard = Event()
        self._thread: Thread | None = None
        self._socket: ClientConnection | None = None
        self._is_late = False  # once something can have happened unheard

    def start(self, wait_seconds: float) -> None:
        """Start reading; returns when it listens or failed once, at most after `wait_seconds`."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = Thread(target=self._run, name="alpaca-stream", daemon=True)
            self._thread.start()
        if not self._first_heard.wait(wait_seconds):
            self._is_late = True

    def stop(self) -> None:
        """Stop reading, at once: the connection is closed under whoever waits on it."""
        self._stopped.set()
        if (socket := self._socket) is not None:
            socket.close()
        if self._thread is not None:
            self._thread.join(self._limits.open + self._limits.answer)
            self._thread = None

    def heard(self, wait_seconds: float) -> Sequence[Update | Link]:
        """What has come since the last call; waits for the first of it."""
        found: list[Update | Link] = []
        try:
            found.append(self._queue.get(timeout=max(wait_seconds, 0.0)))
            while True:
                found.append(self._queue.get_nowait())
        except Empty:
            pass
        if self._overflowed.is_set():
            self._overflowed.clear()
            found.append(self._link(True, True, f"more than {QUEUE_MAX:,} updates were waiting"))
        return found

    def _run(self) -> None:
        pause = self._limits.first
        while not self._stopped.is_set():
            began = monotonic()
            try:
                why = self._connection()
            except Exception as error:  # a reader that dies unheard would be the worst silence
                why = f"{type(error).__name__}: {error}"
            if self._stopped.is_set():
                return
            self._put(self._link(up=False, gap=self._is_late, why=why))
            self._is_late = True
            self._first_heard.set()
            is_steady = monotonic() - began >= self._limits.steady
            pause = self._limits.first if is_steady else pause
            self._stopped.wait(pause * uniform(0.8, 1.2))  # or all come back at the same moment
            pause = min(2 * pause, self._limits.last)

    def _connection(self) -> str:
        """One connection from its opening to its end; answers why it ended."""
        try:
            with self._opened() as socket:
                self._socket = socket
                if refused := self._listened(socket):
                    return refused
                self._put(self._link(up=True, gap=self._is_late, why="connected"))
                self._is_late = True
                self._first_heard.set()
                return self._read(socket)
        except InvalidStatus as error:
            return f"refused with status {error.response.status_code}"
        except (WebSocketException, OSError, EOFError, NotExact) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            self._socket = None

    def _opened(self) -> ClientConnection:
        return connect(
            self._address,
            open_timeout=self._limits.open,
            close_timeout=self._limits.answer,
            ping_interval=self._limits.ping,
            ping_timeout=self._limits.answer,
            max_size=FRAME_BYTES_MAX,
            logger=QUIET,
        )

    def _listened(self, socket: ClientConnection) -> str:
        """Authenticate and listen; answers why not, or nothing."""
        socket.send(self._credentials(), text=True)
        answer = _data(parsed(socket.recv(self._limits.answer)), "authorization")
        if answer.get("status") != "authorized":
            return "the credentials were refused"
        socket.send(written({"action": "listen", "data": {"streams": [UPDATES]}}), text=True)
        raw = socket.recv(self._limits.answer)
        while _stream(raw) == UPDATES:  # it may speak of orders before it says that it listens
            self._take(raw)
            raw = socket.recv(self._limits.answer)
        if UPDATES not in _data(parsed(raw), "listening").get("streams", ()):
            return f"it does not listen to {UPDATES}"
        return ""

    def _credentials(self) -> bytes:
        keys = {"key_id": self._key.reveal(), "secret_key": self._secret.reveal()}
        return written({"action": "authenticate", "data": keys})

    def _read(self, socket: ClientConnection) -> str:
        """Read until the end; answers what it was."""
        while not self._stopped.is_set():
            try:
                raw = socket.recv(self._limits.silence)
            except TimeoutError:
                return f"silent for {self._limits.silence:g} seconds"
            self._take(raw)
        return "stopped"

    def _take(self, raw: str | bytes) -> None:
        try:
            message = object_of(parsed(raw), "a message")
        except NotExact as error:
            self._put(self._link(up=True, gap=True, why=f"a frame is unreadable: {error}"))
            return
        if message.get("stream") == UPDATES:
            self._put(Update(message.get("data")))

    def _put(self, item: Update | Link) -> None:
        try:
            self._queue.put_nowait(item)
        except Full:
            self._overflowed.set()

    def _link(self, up: bool, gap: bool, why: str) -> Link:
        return Link(up, gap, self._clock(), self._clean(why))


def _stream(raw: str | bytes) -> object:
    return object_of(parsed(raw), "a message").get("stream")


def _data(message: object, stream: str) -> Any:
    found = object_of(message, "a message")
    if found.get("stream") != stream:
        raise NotExact(f"a message of {found.get('stream')!r} came instead of {stream!r}")
    return object_of(found.get("data"), f"the data of {stream!r}")
