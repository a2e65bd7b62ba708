"""What somebody began and has not finished: a preview or a draft, kept on the server for a while.

A thing on the shelf belongs to one person and one household: nobody else finds it, whatever name
they ask for.  It outlasts a session, since proving again who one is begins another.  There is room
for a few a person and household and for a number in all; the oldest go first.

Errors: none; what is not there, no longer there, or somebody else's is `None`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from trimtab.app.web.security.gate import Seen

__all__ = ["Owner", "Room", "Shelf", "owner_of", "shelf_of"]

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a thing is: who asked, about which household."""

    person: str
    household: str


@dataclass(frozen=True, slots=True)
class Room:
    """How much a shelf holds and for how long."""

    each_max: int = 2
    all_max: int = 32
    lasts: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Thing]):
    owner: Owner
    until: datetime
    thing: Thing


class Shelf(Generic[Thing]):
    """Things by name; may be used by many threads."""

    def __init__(self, ids: Callable[[], str], room: Room) -> None:
        self._ids, self._room = ids, room
        self._kept: OrderedDict[str, _Kept[Thing]] = OrderedDict()
        self._lock = Lock()

    def put(self, owner: Owner, thing: Thing, now: datetime) -> str:
        """Keep a thing; its name is one that nobody guesses."""
        name = self._ids()
        with self._lock:
            self._forget(now)
            own = [key for key, kept in self._kept.items() if kept.owner == owner]
            for key in own[: max(0, len(own) + 1 - self._room.each_max)]:
                del self._kept[key]
            while len(self._kept) >= self._room.all_max:
                self._kept.popitem(last=False)
            self._kept[name] = _Kept(owner, now + self._room.lasts, thing)
        return name

    def get(self, owner: Owner, name: str, now: datetime) -> Thing | None:
        """The thing of a name, where it is this owner's and its time is not over."""
        with self._lock:
            self._forget(now)
            kept = self._kept.get(name)
            return kept.thing if kept is not None and kept.owner == owner else None

    def replace(self, owner: Owner, name: str, thing: Thing, now: datetime) -> bool:
        """Put another thing in the place of one's own; false where there is none."""
        with self._lock:
            self._forget(now)
            kept = self._kept.get(name)
            if kept is None or kept.owner != owner:
                return False
            self._kept[name] = _Kept(owner, now + self._room.lasts, thing)
            return True

    def take(self, owner: Owner, name: str, now: datetime) -> Thing | None:
        """The thing of a name, taken off the shelf: two who ask at once do not both get it."""
        with self._lock:
            self._forget(now)
            kept = self._kept.get(name)
            if kept is None or kept.owner != owner:
                return None
            return self._kept.pop(name).thing

    def _forget(self, now: datetime) -> None:
        """Drop what is over."""
        for key in [key for key, kept in self._kept.items() if kept.until <= now]:
            del self._kept[key]


_MAKING = Lock()


def owner_of(seen: Seen) -> Owner:
    """Whose a thing would be that this request makes."""
    return Owner(seen.principal.name, seen.one.id)


def shelf_of(seen: Seen, name: str, room: Room) -> Shelf[Thing]:
    """The shelf of a name of the application that serves a request; made where there is none."""
    state = seen.request.app.state
    with _MAKING:
        shelves: dict[str, Shelf[Thing]] | None = getattr(state, "shelves", None)
        if shelves is None:
            shelves = state.shelves = {}
        if name not in shelves:
            shelves[name] = Shelf(seen.world.ids, room)
        return shelves[name]
