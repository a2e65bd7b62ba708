"""What happened, told to every open page at once: a ring of numbered events, and who reads it.

Anybody publishes, from any thread.  A stream is a place in the ring and nothing else: it loses no
event while it is less than a ring behind, costs no queue, and goes on where it stopped when its
browser names the last event that it saw.  Who comes too late is told of the gap, and loads its page
anew.  An event says what changed and never how much: the page asks for that itself, and is asked in
turn who is asking.

Errors: `InputError` where as many streams are open as are allowed.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock

from trimtab.model.errors import InputError, must

__all__ = ["EVERYBODY", "Event", "Hub", "Reading"]

RING = 16_384
"""So many events are kept for streams that come back."""
STREAMS_MAX = 2_000
STREAMS_EACH = 24
"""Of one person: more open pages than anybody looks at."""
READ_AT_ONCE = 256
NAME_BYTES = 4
EVERYBODY = ""
"""In place of a household: what everybody may hear that is signed in."""

Json = str | int | float | bool | None
Sees = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a household; `data` is one line of JSON."""

    number: int
    topic: str
    household: str
    data: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a place in the ring has before it; `is_gap` where some of it is not kept any more."""

    events: tuple[Event, ...]
    reached: int
    is_gap: bool = False


class _Bell:
    """Wakes the streams of one event loop: once, for any number of events."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.next: asyncio.Future[None] = loop.create_future()
        self._is_rung, self._lock = False, Lock()

    def ring(self) -> bool:
        """Wake them soon; false where their loop has ended."""
        with self._lock:
            if self._is_rung:
                return True
            self._is_rung = True
        try:
            self.loop.call_soon_threadsafe(self._wake)
        except RuntimeError:  # the loop is closed, and nobody listens on it
            return False
        return True

    def _wake(self) -> None:
        with self._lock:
            self._is_rung = False
        rung, self.next = self.next, self.loop.create_future()
        rung.set_result(None)


class Hub:
    """The ring of events and everybody who listens.

    `name` sets this process apart from the one before it (chance does where none is given): numbers
    begin anew with each, and a stream that comes from another's is told of a gap.
    """

    def __init__(
        self,
        name: str = "",
        ring: int = RING,
        streams_max: int = STREAMS_MAX,
        streams_each: int = STREAMS_EACH,
    ) -> None:
        self.name = name or token_hex(NAME_BYTES)
        self.streams_max, self.streams_each = streams_max, streams_each
        self._ring: list[Event | None] = [None] * ring
        self._last, self._lock = 0, Lock()
        self._bells: dict[int, _Bell] = {}
        self._streams: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self.is_closed = False

    @property
    def last(self) -> int:
        """The number of the last event, none yet being 0."""
        return self._last

    @property
    def place(self) -> str:
        """Where the ring ends now, as a stream names it to hear what comes after."""
        return self.name_of(self._last)

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return self._streams.total()

    def name_of(self, number: int) -> str:
        """The place of a number, as streams name it."""
        return f"{self.name}-{number}"

    def publish(self, topic: str, household: str, data: Mapping[str, Json] | str = "") -> int:
        """Tell everybody who may see the household; answers the event's number.

        From any thread; `household` is a name of `Households`, or `EVERYBODY`, and a text as `data`
        is words for people.
        """
        must(topic.isidentifier(), "a topic is one word")
        told = {"words": data} if isinstance(data, str) else dict(data)
        text = json.dumps(told, separators=(",", ":"))
        with self._lock:
            self._last += 1
            event = Event(self._last, topic, household, text)
            self._ring[self._last % len(self._ring)] = event
            bells = list(self._bells.items())
        self._ring_all(bells)
        return event.number

    def number_at(self, place: str) -> int | None:
        """The number of a place that a stream names; none for one that is not of this ring."""
        name, _, number = place.rpartition("-")
        if name != self.name or not number.isdecimal() or int(number) > self._last:
            return None
        return int(number)

    def after(self, number: int, sees: Sees, topics: frozenset[str]) -> Reading:
        """What happened after a number that `sees` allows, of some topics or (where empty) all."""
        with self._lock:
            last, first = self._last, max(1, self._last - len(self._ring) + 1)
            is_gap = number + 1 < first
            reached = last if is_gap else min(last, number + READ_AT_ONCE)
            start = last + 1 if is_gap else number + 1
            found = [self._ring[at % len(self._ring)] for at in range(start, reached + 1)]
        wanted = tuple(
            one
            for one in found
            if one is not None
            and (not topics or one.topic in topics)
            and (one.household == EVERYBODY or sees(one.household))
        )
        return Reading(wanted, reached, is_gap)

    def bell(self) -> asyncio.Future[None]:
        """What is done when something was published since; take it before you read."""
        loop = asyncio.get_running_loop()
        with self._lock:
            bell = self._bells.get(id(loop))
            if bell is None or bell.loop is not loop:
                bell = self._bells[id(loop)] = _Bell(loop)
        return bell.next

    @contextmanager
    def stream(self, person: str) -> Iterator[None]:
        """Count a stream of a person for as long as it is open.

        Refuses: more than are allowed, of one person or in all.
        """
        with self._lock:
            mine, every = self._streams[person], self._streams.total()
            if mine >= self.streams_each or every >= self.streams_max:
                fact = f"{mine} are open of yours, {every} in all"
                bound = f"{self.streams_each} of one person, {self.streams_max} in all"
                raise InputError("event streams", fact, bound, "close pages that are not looked at")
            self._streams[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._streams[person] -= 1
                if not self._streams[person]:
                    del self._streams[person]

    def look_again(self, person: str) -> None:
        """Have a person's streams ask at once whether they still may listen, and to what."""
        with self._lock:
            if not self._streams[person]:
                return
            self._looks[person] += 1
            bells = list(self._bells.items())
        self._ring_all(bells)

    def looks(self, person: str) -> int:
        """How often a person's streams were told to ask again."""
        return self._looks[person]

    def close(self) -> None:
        """End every stream, so that a server that stops waits for none."""
        self.is_closed = True
        with self._lock:
            bells = list(self._bells.items())
        self._ring_all(bells)

    def _ring_all(self, bells: list[tuple[int, _Bell]]) -> None:
        for key, bell in bells:
            if not bell.ring():
                with self._lock:
                    if self._bells.get(key) is bell:
                        del self._bells[key]
