"""Keeps the board's rows as the households are: looks at every folder, and computes what changed.

A look reads the stamps of files and of the live store, and nothing else where they are as before.
What changed is told to open pages: `files` where a household's files did, `live` where its orders,
questions or halts may have, `summary` where its row did.

Errors: a household that cannot be read has a row that says why; a database that cannot be written
is tried again at the next look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from trimtab.app.exits import show_trace
from trimtab.app.live.asking import OPEN
from trimtab.app.live.service import household_of, open_settings
from trimtab.app.status import status_of
from trimtab.app.web.events import EVERYBODY
from trimtab.app.web.summary import LiveFacts, broken_summary, summary_of
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.web_board import Summary

if TYPE_CHECKING:
    from trimtab.app.household import LoadedHousehold
    from trimtab.app.live.settings import LiveSettings
    from trimtab.app.web.households import ServedHousehold
    from trimtab.app.web.world import WebWorld

__all__ = ["Keeper", "keeping", "live_facts"]

LOOK_SECONDS = 3.0
SHARED_SECONDS = 30
"""A store that several machines share shows no stamp; it is asked so often."""
ROWS_AT_ONCE = 50
WORDS_MAX = 300
VALUE_MAX = 9_000_000_000
"""More than this has no exact number in the database."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a household looked like when its row was computed, and until when the row holds."""

    files: str
    live: str
    holds_until: datetime | None

    def holds(self, files: str, live: str, now: datetime) -> bool:
        """Whether the row is still true."""
        is_over = self.holds_until is not None and now >= self.holds_until
        return (self.files, self.live) == (files, live) and not is_over


class Keeper:
    """Keeps the rows of a world's households; one thread looks at a time."""

    def __init__(self, world: WebWorld) -> None:
        self._world = world
        self._stamps: dict[str, _Stamp] = {}
        self._rows: dict[str, Summary] = {}

    def look(self, households: Iterable[ServedHousehold] | None = None) -> int:
        """Bring the rows of all that changed up to date; how many were computed anew."""
        world, fresh, count = self._world, list[Summary](), 0
        for one in _every(world) if households is None else households:
            before, now = self._stamps.get(one.id), world.clock()
            files, live = one.digest(), live_stamp(one.folder, now)
            if before is not None and before.holds(files, live, now):
                continue
            row, until = self._computed(one, now)
            self._stamps[one.id] = _Stamp(files, live, until)
            self._tell(one.id, before, files, live)
            if self._is_new(row):
                fresh.append(row)
            count += 1
            if len(fresh) >= ROWS_AT_ONCE:
                self._put(fresh)
                fresh = []
        self._put(fresh)
        return count

    def forget_others(self) -> None:
        """Take away rows of households that are served no more."""
        served = set(self._world.households.names())
        kept = {name for name, _, _ in self._world.store.board.drifts()}
        if gone := kept - served:
            self._world.store.board.remove(gone)

    def _computed(self, one: ServedHousehold, now: datetime) -> tuple[Summary, datetime | None]:
        """The row of a household, and until when it holds though nothing changes."""
        try:
            loaded = one.loaded()
            facts = live_facts(one.folder, _moment(loaded, now))
            row = summary_of(one.id, loaded, status_of(loaded), facts, now)
            if row.value > VALUE_MAX:
                fact = f"it is worth more than the board can show, {VALUE_MAX:,} at most"
                return broken_summary(one.id, row.name, fact, now), None
            lapses = [asked.lapses_at for asked, _ in facts.open if asked.lapses_at > now]
            return row, min(lapses, default=None)
        except (InputError, InputErrors) as error:
            return broken_summary(one.id, one.name, str(error)[:WORDS_MAX], now), None
        except Exception as error:  # a defect here must not end the other households' rows
            show_trace(error)
            why = f"A defect kept it from being read ({type(error).__name__})."
            return broken_summary(one.id, one.name, why, now), None

    def _is_new(self, row: Summary) -> bool:
        last = self._rows.get(row.household)
        self._rows[row.household] = row
        return last is None or replace(last, updated_at=row.updated_at) != row

    def _put(self, rows: list[Summary]) -> None:
        if rows:
            self._world.store.board.put(rows)
        for row in rows:
            self._world.hub.publish("summary", row.household)

    def _tell(self, name: str, before: _Stamp | None, files: str, live: str) -> None:
        if before is not None and before.files != files:
            self._world.hub.publish("files", name)
        if before is not None and before.live != live:
            self._world.hub.publish("live", name)


@contextmanager
def keeping(world: WebWorld, seconds: float = LOOK_SECONDS) -> Iterator[Keeper]:
    """Look again and again on a thread of its own, until the block ends."""
    keeper, is_over = Keeper(world), Event()

    def go_on() -> None:
        while not is_over.is_set():
            try:
                keeper.forget_others()
                keeper.look(_until(_every(world), is_over))
            except InputError as error:  # the database; the rows stay as they were
                world.hub.publish("trouble", EVERYBODY, str(error))
            is_over.wait(seconds)

    thread = Thread(target=go_on, name="trimtab-board", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        is_over.set()
        thread.join()


def live_stamp(folder: Path, now: datetime) -> str:
    """What changes when the live store of a folder does; that of a server changes with time."""
    try:
        settings = open_settings(folder)
    except (InputError, InputErrors) as error:
        return str(error)
    if "://" in settings.store:
        return str(int(now.timestamp()) // SHARED_SECONDS)
    place = settings.store_place
    parts = []
    for path in (Path(place), Path(f"{place}-wal")):
        found = path.stat() if path.exists() else None
        parts.append("" if found is None else f"{found.st_mtime_ns} {found.st_size}")
    return " ".join(parts)


def live_facts(folder: Path, now: datetime) -> LiveFacts:
    """What the live store of a folder knows; a store is not made for being asked.

    `now` is the moment by the household's own clock: a question whose day is over waits no more.

    Refuses: settings that cannot be used, a store that cannot be read.
    """
    settings = open_settings(folder)
    if not _has_store(settings):
        return LiveFacts(people=settings.approvals.people)
    from trimtab.stores.sql.store import existing_store

    store = existing_store(settings.store_place)
    try:
        household = household_of(settings)
        waiting = [
            one for one in store.requests(household) if one.status in OPEN and now < one.lapses_at
        ]
        return LiveFacts(
            bool(store.orders(household)),
            settings.approvals.people,
            tuple((one, store.approvals(one.id)) for one in waiting),
        )
    finally:
        store.close()


def _has_store(settings: LiveSettings) -> bool:
    return "://" in settings.store or Path(settings.store_place).exists()


def _until(households: Iterable[ServedHousehold], is_over: Event) -> Iterator[ServedHousehold]:
    for one in households:
        if is_over.is_set():
            return
        yield one


def _every(world: WebWorld) -> Iterator[ServedHousehold]:
    for name in world.households.names():
        if (one := world.households.find(name)) is not None:
            yield one


def _moment(loaded: LoadedHousehold, now: datetime) -> datetime:
    """The moment by the household's own clock, which on a recorded day is not the system's."""
    from trimtab.app.live.clocks import clock_on
    from trimtab.brokers.paper.sessions import nyse_sessions

    return clock_on(loaded.snapshot.as_of, nyse_sessions(), True, now)()
