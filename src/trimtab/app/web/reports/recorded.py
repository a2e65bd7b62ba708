"""What happened in a period, for a page: read once and kept while nothing new was recorded.

Errors: those of the household's files, its store and its journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.live.settings import LIVE_NAME, LiveSettings, read_live
from trimtab.app.period_report.facts import Happened
from trimtab.app.period_report.period import Period

if TYPE_CHECKING:
    from trimtab.app.live.service import Service
    from trimtab.app.web.households import ServedHousehold, View

__all__ = ["happened"]

KEPT = 64
SECONDS_KEPT = 10
"""A store elsewhere does not show that it changed; what it told counts so long."""
JOURNAL_HEAD = "journal.head"


def happened(one: ServedHousehold, view: View, period: Period, now: datetime) -> Happened:
    """What was recorded of a period, from the store where the household has one.

    Refuses: a store or a journal that cannot be read.
    """
    stamp = int(now.timestamp()) // SECONDS_KEPT
    return _happened(one.folder, _Known(view, (*_stamps(one.folder), stamp)), period)


class _Known:
    """A view that is the same while its digest and the stamps of what is recorded are."""

    def __init__(self, view: View, stamps: tuple[object, ...]) -> None:
        self.view = view
        self._key = view.digest, stamps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _stamps(folder: Path) -> tuple[object, ...]:
    names = (JOURNAL_HEAD, MANDATE_NAME, LIVE_NAME)
    paths = [folder / name for name in names]
    settings = _settings(folder)
    if settings is not None and not settings.is_shared:
        place = settings.store_place
        paths += [Path(place), Path(f"{place}-wal")]
    return tuple(
        (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None for path in paths
    )


def _settings(folder: Path) -> LiveSettings | None:
    """The live settings where a store is there: asking must not make one."""
    if not (folder / LIVE_NAME).exists():
        return None
    settings = read_live(folder)
    return settings if settings.is_shared or Path(settings.store_place).exists() else None


@lru_cache(maxsize=KEPT)
def _happened(folder: Path, known: _Known, period: Period) -> Happened:
    from trimtab.app.period_report.reading import booked_in, happened_at

    settings = _settings(folder)
    if settings is None:
        return Happened(period, booked=booked_in(known.view.loaded, period))
    with _service(known.view, settings) as service:
        return happened_at(service, period)


@contextmanager
def _service(view: View, settings: LiveSettings) -> Iterator[Service]:
    """The household's store beside what is loaded of it already."""
    from trimtab.app.live.clocks import clock_on
    from trimtab.app.live.service import Service, opened_store
    from trimtab.app.live.settings import PAPER
    from trimtab.brokers.paper.sessions import nyse_sessions

    sessions = nyse_sessions()
    all_paper = all(link.broker == PAPER for link in settings.accounts)
    now = datetime.now().astimezone()
    clock = clock_on(view.loaded.snapshot.as_of, sessions, all_paper, now)
    with opened_store(settings) as store:
        yield Service(view.loaded, settings, store, sessions, clock)
