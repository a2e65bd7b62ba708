"""What every command of the live service opens: settings, household, clock, store and brokers.

Errors: `InputErrors` of the files; `InputError` for an extra that is not installed, a store that
cannot be opened, and a household that another process works.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from socket import gethostname
from typing import TYPE_CHECKING

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.live.extra import require_live
from trimtab.app.live.folder_lock import folder_lock, holder_here, is_of_folder
from trimtab.app.live.settings import PAPER, LiveSettings, read_live
from trimtab.model.errors import InputError

if TYPE_CHECKING:  # commands that ask the store alone do not pay for the rest
    from trimtab.app.household import LoadedHousehold
    from trimtab.app.live.clocks import LiveClock
    from trimtab.brokers.paper.sessions import Sessions
    from trimtab.model.live import Lease
    from trimtab.ports import Broker
    from trimtab.stores.sql.store import SqlStore

__all__ = [
    "LEASE_SECONDS",
    "Service",
    "household_of",
    "open_service",
    "open_settings",
    "opened_store",
    "process_name",
    "service_on",
]

LEASE_SECONDS = 60.0
NAME_LETTERS = 10
"""Of a household's name in a store; with what makes it its own, it is no secret's length."""


@dataclass(frozen=True, slots=True)
class Service:
    """A household with its store, its clock and its settings, open."""

    loaded: LoadedHousehold
    settings: LiveSettings
    store: SqlStore
    sessions: Sessions
    clock: LiveClock

    @property
    def household(self) -> str:
        """The name under which the store knows the household."""
        return self.settings.household or self.loaded.household.id

    @contextmanager
    def brokers(self) -> Iterator[dict[str, Broker]]:
        """The broker of each linked account, not opened yet; closed at the end.

        Refuses: a folder without links, a link of an account that the mandate does not have.
        """
        if not self.settings.accounts:
            remedy = "`trimtab broker add paper` links every account to the paper broker"
            raise InputError("brokers", "no account is linked to one", "", remedy)
        from trimtab.app.live.wiring import connect, join_blocks

        with ExitStack() as open_ones:
            found: dict[str, Broker] = {}
            for link in self.settings.accounts:
                self.loaded.household.account(link.account)
                found[link.account] = connect(link, self.loaded, self.sessions, self.clock)
                open_ones.callback(found[link.account].close)
            join_blocks(found, self.settings.accounts, self.loaded, self.sessions, self.clock)
            yield found

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """The right to work the household, given back at the end.

        A lease that a killed process of this folder left behind is taken back at once: the folder's
        lock proves that nobody has it.
        Refuses: a household that another process works.
        """
        folder = self.loaded.folder
        with ExitStack() as held:
            try:
                held.enter_context(folder_lock(folder))
            except InputError:
                if self.store.holder(self.household) is None:
                    raise
                raise self._is_worked() from None  # which says who
            last = self.store.holder(self.household)
            if last is not None and is_of_folder(last.holder, folder):
                self.store.release(last)
            lease = self.store.lease(
                self.household, holder_here(folder), self.clock(), LEASE_SECONDS
            )
            if lease is None:
                raise self._is_worked()
            try:
                yield lease
            finally:
                self.store.release(lease)

    def _is_worked(self) -> InputError:
        now = self.store.holder(self.household)
        who = "another process" if now is None else f"{now.holder} until {now.until:%H:%M:%S} UTC"
        remedy = "wait until it is done, or stop it"
        return InputError("household", f"{who} works it", "one process at a time", remedy)


def process_name() -> str:
    """This process, as leases know it."""
    return f"{gethostname()}:{os.getpid()}"


def open_settings(folder: Path) -> LiveSettings:
    """What `live.toml` says, with the packages that the service needs.

    Refuses: a folder that is none, an extra that is not installed.
    """
    require_live()
    if not folder.is_dir():
        remedy = "name the household's folder"
        raise InputError(f"household folder {str(folder)!r}", "there is no such folder", "", remedy)
    return read_live(folder)


def household_of(settings: LiveSettings) -> str:
    """The name under which the store knows a folder's household; the rest is not looked at.

    Refuses: a mandate that does not say it, with all its mistakes.
    """
    if settings.household:
        return settings.household
    folder = settings.folder
    try:
        said = tomllib.loads((folder / MANDATE_NAME).read_text("utf-8"))["household"].get("name")
    except (OSError, ValueError, KeyError, AttributeError):
        said = None
    if isinstance(said, str) and said:
        return said
    from trimtab.app.config import read_mandate

    return read_mandate(folder / MANDATE_NAME).household.id


@contextmanager
def opened_store(settings: LiveSettings) -> Iterator[SqlStore]:
    """The store that the settings name, closed at the end."""
    from trimtab.stores.sql.store import open_store

    store = open_store(settings.store_place)
    try:
        yield store
    finally:
        store.close()


def _named(settings: LiveSettings, loaded: LoadedHousehold) -> LiveSettings:
    """The settings with a name of the household's own, where others may share its store.

    Two households of one name would share a journal; the name is made once and kept in the file.
    """
    if settings.household or not settings.is_shared:
        return settings
    from trimtab.app.live.links import name_household

    words = re.sub(r"[^a-z0-9]+", "-", loaded.household.id.lower()).strip("-")[:NAME_LETTERS]
    return name_household(settings, f"{words.strip('-') or 'home'}-{token_hex(3)}")


@contextmanager
def open_service(
    folder: Path, as_of: date | None = None, clock: LiveClock | None = None
) -> Iterator[Service]:
    """The household in a folder with all that the live service needs, closed at the end.

    `clock` takes the place of the one that the day asks for.
    Refuses: files that cannot be used, all mistakes at once.
    """
    from trimtab.app.household import load_folder

    settings = open_settings(folder)
    with service_on(load_folder(folder, as_of), settings, clock) as service:
        yield service


@contextmanager
def service_on(
    loaded: LoadedHousehold, settings: LiveSettings, clock: LiveClock | None = None
) -> Iterator[Service]:
    """As `open_service`, for a household and settings that were read already."""
    from trimtab.app.live.clocks import clock_on
    from trimtab.brokers.paper.exchanges import exchange_sessions

    settings = _named(settings, loaded)
    sessions = exchange_sessions(loaded.mandate.schedule.exchange)
    all_paper = all(link.broker == PAPER for link in settings.accounts)
    if clock is None:
        now = datetime.now().astimezone()
        clock = clock_on(loaded.snapshot.as_of, sessions, all_paper, now)
    with opened_store(settings) as store:
        yield Service(loaded, settings, store, sessions, clock)
