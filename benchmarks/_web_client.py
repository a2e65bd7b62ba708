"""What asks the server in `benchmarks.web`: keep-alive requests, and a thousand open streams.

Plain sockets, so that the asking costs little beside the answering.

Errors: an answer that is none ends the benchmark; a lost event is counted.
"""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from trimtab.model.errors import must

__all__ = ["Answer", "Heard", "Server", "ask", "ask_for_a_while", "hear"]

OK = 200
HEAD_MAX = 64 * 1024
PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and who may ask."""

    port: int
    cookie: str
    tokens: tuple[str, ...]
    pages: tuple[str, ...]

    def request(self, path: str, person: int = 0, more: str = "") -> bytes:
        """The text of a request."""
        cookie = f"{self.cookie}={self.tokens[person % len(self.tokens)]}"
        host = f"127.0.0.1:{self.port}"
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{more}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.  Unit: seconds from asking to its last byte, bytes of its body."""

    status: int
    kind: str
    seconds: float
    size: int


@dataclass(slots=True)
class Heard:
    """What one stream heard: the numbers of its events in order, and how often it came back."""

    numbers: list[int] = field(default_factory=list)
    place: str = ""
    resumed: int = 0
    gaps: int = 0


class Line:
    """A connection that is kept."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.server.port, limit=HEAD_MAX
        )

    def close(self) -> None:
        """Let go of it."""
        self.writer.close()

    async def ask(self, path: str) -> Answer:
        """Ask for a page, and read all of it."""
        began = time.perf_counter()
        self.writer.write(self.server.request(path))
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if "content-length" in fields:
            size = len(await self.reader.readexactly(int(fields["content-length"])))
        else:
            size = await self._chunks()
        kind = fields.get("content-type", "").partition(";")[0]
        return Answer(status, kind, time.perf_counter() - began, size)

    async def _chunks(self) -> int:
        size = 0
        while length := int((await self.reader.readline()).strip() or b"0", 16):
            size += len((await self.reader.readexactly(length + 2))[:-2])
        await self.reader.readline()
        return size


def ask(server: Server, path: str, times: int) -> list[Answer]:
    """Ask for a page again and again on one connection."""

    async def go() -> list[Answer]:
        line = Line(server)
        await line.open()
        answers = [await line.ask(path) for _ in range(times)]
        line.close()
        return answers

    return asyncio.run(go())


def ask_for_a_while(
    server: Server, paths: Sequence[str], connections: int, seconds: float
) -> tuple[int, float]:
    """How many pages some connections that are kept got, and in how many seconds."""

    async def one(number: int, ends: float) -> int:
        line, count = Line(server), 0
        await line.open()
        while time.perf_counter() < ends:
            answer = await line.ask(paths[(number + count) % len(paths)])
            must(answer.status == OK, f"{paths[(number + count) % len(paths)]} is a page")
            count += 1
        line.close()
        return count

    async def go() -> tuple[int, float]:
        began = time.perf_counter()
        counts = await asyncio.gather(
            *(one(number, began + seconds) for number in range(connections))
        )
        return sum(counts), time.perf_counter() - began

    return asyncio.run(go())


async def hear(
    server: Server,
    heard: Sequence[Heard],
    resuming: int,
    ready: asyncio.Event,
    over: asyncio.Event,
) -> None:
    """Listen on as many streams until it is over; some of them are cut once, and come back.

    `ready` is set when each of them was greeted.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    greeted = 0

    def greet() -> None:
        nonlocal greeted
        greeted += 1
        if greeted == len(heard):
            ready.set()

    async def one(number: int) -> None:
        await _listen(server, number, heard[number], greet, number < resuming, over)

    await asyncio.gather(*(one(number) for number in range(len(heard))))


async def _listen(server, number, mine, greet, is_cut, over):  # type: ignore[no-untyped-def]
    while not over.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        more = f"Last-Event-ID: {mine.place}\r\n" if mine.place else ""
        writer.write(server.request("/events", number, more))
        ending = asyncio.ensure_future(over.wait())
        try:
            is_first = not mine.place
            while not over.is_set():
                reading = asyncio.ensure_future(reader.readline())
                await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    reading.cancel()
                    break
                line = reading.result()
                if not line:
                    break
                _take(mine, line.decode())
                if is_first and mine.place:
                    is_first = False
                    greet()
                if is_cut and not mine.resumed and len(mine.numbers) >= 3:
                    mine.resumed += 1
                    break
        finally:
            ending.cancel()
            writer.close()
        if not over.is_set():
            await asyncio.sleep(PAUSE_SECONDS)


def _take(mine: Heard, line: str) -> None:
    if line.startswith("id: "):
        mine.place = line[4:].strip()
    elif line.startswith("event: gap"):
        mine.gaps += 1
    elif line.startswith('data: {"household"'):
        mine.numbers.append(int(json.loads(line[6:])["data"]["at"]))
