"""The households that are served: each with its folder, what is known of it now, and its store.

A view is what the engine answers about the files as they are: it is computed once, kept, and
computed anew when a file, the day or the extra settings change.  Pages read views and compute
nothing.

Errors: those of a household's files, which a page shows as they are.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.web.household_names import names_of
from trimtab.app.web.stamps import stamped
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.config import MandateFile
    from trimtab.app.household import LoadedHousehold
    from trimtab.app.live.clocks import LiveClock
    from trimtab.app.live.service import Service
    from trimtab.app.status import Status
    from trimtab.app.web.security.principal import Principal
    from trimtab.model.accounts import Household
    from trimtab.model.plans import Decision
    from trimtab.stores.sql.store import SqlStore

__all__ = ["Households", "ServedHousehold", "View", "by_latest_news", "told_apart"]

VIEWS_MAX = 256
"""So many views are kept; the one not looked at for longest goes first."""
SHARE = re.compile(r"\d\s(%|points?\b|bp\b)")


@dataclass(frozen=True, slots=True)
class View:
    """A household as it is now: files, standing, and the decision that a plan would make.

    `digest` is a hash of the files' stamps and the day; two views of one digest say the same.
    """

    loaded: LoadedHousehold
    status: Status
    decision: Decision
    digest: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    """A mandate as it was read: of which stamp, and the names in it that hold a share."""

    stamp: tuple[int, int]
    file: MandateFile
    named_shares: tuple[str, ...]


@dataclass(slots=True)
class _Kept:
    """Views by household, the one looked at last at the end."""

    views: OrderedDict[str, View] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, name: str) -> View | None:
        with self.lock:
            if name in self.views:
                self.views.move_to_end(name)
            return self.views.get(name)

    def put(self, name: str, view: View) -> None:
        with self.lock:
            self.views[name] = view
            self.views.move_to_end(name)
            while len(self.views) > VIEWS_MAX:
                self.views.popitem(last=False)


class ServedHousehold:
    """One household's folder, as the dashboard reaches it."""

    def __init__(
        self,
        name: str,
        folder: Path,
        today: Callable[[], date],
        clock: LiveClock | None,
        kept: _Kept,
    ) -> None:
        self.id, self.folder = name, folder
        self._today, self._clock, self._kept = today, clock, kept
        self._making = RLock()
        self._mandate: _Read | None = None

    @property
    def name(self) -> str:
        """Its name for people; the one in addresses while its mandate cannot be read."""
        try:
            return self._household().name
        except InputErrors:
            return self.id

    @property
    def base_currency(self) -> str:
        """The currency that its amounts are in, also while other files cannot be used.

        Refuses: a mandate that cannot be read.
        """
        return self._household().base_currency

    @property
    def named_shares(self) -> tuple[str, ...]:
        """Names of the mandate in which a share stands, such as "60 % stocks"."""
        try:
            return self._read().named_shares
        except InputErrors:
            return ()

    def _household(self) -> Household:
        return self._read().file.household

    def _read(self) -> _Read:
        """The mandate, read again only where its file changed: every page asks for its name."""
        from trimtab.app.config import read_mandate

        path = self.folder / MANDATE_NAME
        found = path.stat() if path.exists() else None
        stamp = None if found is None else (found.st_mtime_ns, found.st_size)
        read = self._mandate
        if read is None or stamp is None or read.stamp != stamp:
            made = read_mandate(path)
            names = (made.household.name, *(one.label for one in made.household.accounts))
            names += tuple(one.name for one in made.mandate.targets)
            shares = tuple(name for name in names if SHARE.search(name))
            read = _Read(stamp or (0, 0), made, shares)
            self._mandate = read
        return read

    @property
    def clock(self) -> LiveClock | None:
        """What takes the system's clock's place, on recorded days."""
        return self._clock

    @property
    def day(self) -> date:
        """The day it lives on: the mandate's where it names one, else the exchange's.

        Refuses: a mandate that cannot be read.
        """
        return self._read().file.as_of or self._today()

    def loaded(self) -> LoadedHousehold:
        """The household as its files are now, with nothing decided.

        Refuses: as `view`.
        """
        from trimtab.app.household import load_folder

        return load_folder(self.folder, self.day)

    def digest(self) -> str:
        """A hash of the files' stamps and of the day."""
        return stamped(self.folder, self._today(), self._own_prices())

    def _own_prices(self) -> tuple[str, ...]:
        """The price file that the mandate names, where it names one."""
        try:
            named = self._read().file.feed.settings.get("path")
        except InputErrors:
            return ()
        return (named,) if isinstance(named, str) else ()

    def view(self) -> View:
        """The household as it is now; computed where the files or the day have changed.

        Refuses: files that cannot be used, all mistakes at once.
        """
        digest = self.digest()
        kept = self._kept.get(self.id)
        if kept is not None and kept.digest == digest:
            return kept
        with self._making:  # many may ask at once; one computes
            kept = self._kept.get(self.id)
            if kept is None or kept.digest != digest:
                kept = self._made(digest)
                self._kept.put(self.id, kept)
            return kept

    def _made(self, digest: str) -> View:
        from datetime import UTC

        from trimtab.app import api
        from trimtab.app.status import status_of

        loaded = self.loaded()
        return View(loaded, status_of(loaded), api.decide(loaded), digest, datetime.now(UTC))

    @contextmanager
    def service(self) -> Iterator[Service]:
        """The household with its store, clock and live settings, closed at the end.

        Refuses: files that cannot be used.
        """
        from trimtab.app.live.service import open_service

        with open_service(self.folder, self.day, self._clock) as service:
            yield service

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        """Only the store that the live settings name, closed at the end."""
        from trimtab.app.live.service import open_settings, opened_store

        with opened_store(open_settings(self.folder)) as store:
            yield store


class Households:
    """All households of a dashboard, by name.

    `today` tells the day of a household whose mandate names none; `clock` takes the system's place
    on recorded days.
    Refuses: a folder that is none, or that is named twice.
    """

    def __init__(
        self, folders: Iterable[Path], today: Callable[[], date], clock: LiveClock | None = None
    ) -> None:
        kept, places = _Kept(), dict[Path, None]()
        for folder in folders:
            place = folder.resolve()
            if not place.is_dir():
                raise InputError(f"household folder {str(folder)!r}", "there is no such folder")
            if place in places:
                raise InputError(f"household folder {str(folder)!r}", "it is named twice")
            places[place] = None
        every = tuple(places)
        self._found = {
            name: ServedHousehold(name, place, today, clock, kept)
            for name, place in zip(names_of(every), every, strict=True)
        }

    def names(self) -> tuple[str, ...]:
        """Every household's name in addresses, in the order of their folders."""
        return tuple(self._found)

    def find(self, name: str) -> ServedHousehold | None:
        """The household of a name; none where there is none."""
        return self._found.get(name)

    def visible(self, principal: Principal) -> tuple[ServedHousehold, ...]:
        """Those that somebody may see."""
        from trimtab.app.web.security.principal import Right
        from trimtab.app.web.security.scopes import may

        return tuple(one for name, one in self._found.items() if may(principal, Right.VIEW, name))


def by_latest_news(every: Iterable[ServedHousehold]) -> list[ServedHousehold]:
    """Those that are or were traded live, those whose live store changed last first."""
    from trimtab.app.live.settings import STORE_DEFAULT

    found: list[tuple[float, str, ServedHousehold]] = []
    for one in every:
        places = [one.folder / STORE_DEFAULT, one.folder / f"{STORE_DEFAULT}-wal"]
        times = [path.stat().st_mtime for path in places if path.exists()]
        if times or (one.folder / "live.toml").exists():
            found.append((-max(times, default=0.0), one.id, one))
    return [one for _, _, one in sorted(found, key=lambda row: row[:2])]


def told_apart(shown: Iterable[ServedHousehold]) -> dict[str, str]:
    """What households are called beside each other, by id: two of one name with their ids."""
    names = {one.id: one.name for one in shown}
    count = Counter(names.values())
    return {key: f"{name} ({key})" if count[name] > 1 else name for key, name in names.items()}
