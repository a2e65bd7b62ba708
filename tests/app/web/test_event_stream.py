"""A page's stream over HTTP: it resumes, keeps quiet people informed, and lets go of slow ones."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from trimtab.app.web.event_stream import EventStream, Pace
from trimtab.app.web.events import Hub, Sees

QUICK = Pace(beat=0.05, send=0.2, check=0.05, retry=2.0)


class Reader:
    """The other end of a stream: what came, and when it leaves."""

    def __init__(self, is_stuck: bool = False) -> None:
        self.came, self.is_ended = list[str](), False
        self.leaves = asyncio.Event()
        self._is_stuck = is_stuck

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] != "http.response.body":
            return
        if self._is_stuck and self.came:
            await asyncio.sleep(3600)
        self.came.append(message["body"].decode())
        self.is_ended = not message["more_body"]

    def events(self) -> list[dict[str, str]]:
        """What came as a browser would read it."""
        found = []
        for block in "".join(self.came).split("\n\n"):
            fields = dict(
                line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
            )
            if fields:
                found.append(fields)
        return found

    async def until(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_true():
                await asyncio.sleep(0.005)


def everybody() -> Sees:
    return lambda _household: True


async def started(
    hub: Hub, sees: Callable[[], Sees | None] = everybody, is_stuck: bool = False, place: str = ""
) -> tuple[Reader, "asyncio.Task[None]"]:
    reader = Reader(is_stuck)
    stream = EventStream(hub, "ann", sees, place=place, pace=QUICK)
    task = asyncio.ensure_future(stream({"type": "http"}, reader.receive, reader.send))
    await reader.until(lambda: bool(reader.came))
    return reader, task


async def ended(reader: Reader, task: "asyncio.Task[None]") -> None:
    reader.leaves.set()
    async with asyncio.timeout(5):
        await task


def test_a_stream_tells_what_happens_with_where_it_is() -> None:
    async def story() -> list[dict[str, str]]:
        hub = Hub("a")
        hub.publish("summary", "before")
        reader, task = await started(hub)
        hub.publish("question", "smith", {"id": "q1"})
        await reader.until(lambda: "question" in "".join(reader.came))
        await ended(reader, task)
        return reader.events()

    hello, event = asyncio.run(story())
    assert hello == {"retry": "2000", "id": "a-1", "event": "hello", "data": "{}"}
    assert (event["id"], event["event"]) == ("a-2", "question")
    assert json.loads(event["data"]) == {"household": "smith", "data": {"id": "q1"}}


@pytest.mark.parametrize(
    ("place", "first", "then"),
    [("a-1", "hello", ["a-2", "a-3"]), ("a-3", "hello", []), ("old-9", "gap", [])],
)
def test_a_stream_that_comes_back_goes_on_where_it_was_or_says_that_it_cannot(
    place: str, first: str, then: list[str]
) -> None:
    async def story() -> list[dict[str, str]]:
        hub = Hub("a")
        for _ in range(3):
            hub.publish("summary", "smith")
        reader, task = await started(hub, place=place)
        await reader.until(lambda: ": still here\n\n" in reader.came)
        await ended(reader, task)
        return reader.events()

    opening, *rest = asyncio.run(story())
    assert opening["event"] == first
    assert [one["id"] for one in rest] == then


def test_a_stream_ends_when_its_person_may_listen_no_more() -> None:
    async def story() -> bool:
        hub, may = Hub("a"), [True]
        reader, task = await started(hub, lambda: everybody() if may[0] else None)
        may[0] = False
        async with asyncio.timeout(5):
            await task
        return reader.is_ended

    assert asyncio.run(story())


def test_a_reader_that_takes_nothing_is_let_go_and_holds_up_nobody() -> None:
    async def story() -> tuple[bool, int, int]:
        hub = Hub("a")
        slow, slow_task = await started(hub, is_stuck=True)
        quick, quick_task = await started(hub)
        for _ in range(50):
            hub.publish("summary", "smith")
            await asyncio.sleep(0)
        await quick.until(lambda: len(quick.events()) == 51)
        async with asyncio.timeout(5):
            await slow_task
        left = hub.streams
        await ended(quick, quick_task)
        return slow.is_ended, left, hub.streams

    assert asyncio.run(story()) == (False, 1, 0)


def test_closing_the_hub_ends_its_streams_at_once() -> None:
    async def story() -> bool:
        hub = Hub("a")
        reader, task = await started(hub)
        hub.close()
        async with asyncio.timeout(5):
            await task
        return reader.is_ended

    assert asyncio.run(story())


def test_a_stream_that_is_canceled_is_not_counted_any_more() -> None:
    async def story() -> int:
        hub = Hub("a")
        _, task = await started(hub)
        assert hub.streams == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return hub.streams

    assert asyncio.run(story()) == 0


def test_who_signs_out_hears_nothing_more_at_once() -> None:
    slow = Pace(beat=60.0, send=60.0, check=60.0, retry=2.0)

    async def story() -> tuple[bool, int]:
        hub, may = Hub("a"), [True]
        reader, other = Reader(), Reader()
        asked = [0]

        def sees() -> Sees | None:
            asked[0] += 1
            return (lambda _household: True) if may[0] else None

        stream = EventStream(hub, "ann", sees, pace=slow)
        another = EventStream(hub, "bob", everybody, pace=slow)
        task = asyncio.ensure_future(stream({"type": "http"}, reader.receive, reader.send))
        beside = asyncio.ensure_future(another({"type": "http"}, other.receive, other.send))
        await reader.until(lambda: bool(reader.came and other.came))
        hub.look_again("bob")
        hub.look_again("nobody")
        await asyncio.sleep(0.05)
        before = asked[0]
        may[0] = False
        hub.look_again("ann")
        await reader.until(lambda: reader.is_ended)
        is_other_there = not other.is_ended
        await ended(reader, task)
        await ended(other, beside)
        return is_other_there, before

    assert asyncio.run(story()) == (True, 1)
