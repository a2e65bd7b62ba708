"""`live.toml` while the service runs: read again when it changed, at the next tick.

A file that cannot be used keeps the settings of before, which is told once, and again when it can
be.  Where the household is kept (`[store]`) is settled at the start: a change of it is told, and
everything else counts.

Errors: none: what is wrong with the file is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from trimtab.app.live.clocks import RecordedClock
from trimtab.app.live.service import Service
from trimtab.app.live.service_settings import AlertKind
from trimtab.app.live.settings import LIVE_NAME, PAPER, LiveSettings, read_live
from trimtab.app.live.telling import Teller
from trimtab.model.errors import InputError, InputErrors

__all__ = ["LiveFile", "begins_anew"]

ABOUT = "settings"
Stamp = tuple[int, int, int]


class LiveFile:
    """One household's `live.toml`, and whether it says something else by now."""

    def __init__(self, service: Service, teller: Teller) -> None:
        self._path, self._teller = service.settings.path, teller
        self._stamp: Stamp | None = None

    def changed(self, service: Service, now: datetime) -> LiveSettings | None:
        """The settings that count from now on, none where they are those of before.

        The household's alerts go to the channels that they name, once their URLs are known.
        """
        stamp = self._seen()
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            found = _usable(read_live(service.settings.folder), service)
            if found.alerts != service.settings.alerts:
                self._teller.follow(found.alerts)
        except (InputError, InputErrors) as error:
            title = f"{LIVE_NAME} cannot be used, and what it said before counts"
            told = f"{title}: {str(error).partition(chr(10))[0]}"
            self._teller.tell(AlertKind.TROUBLE, ABOUT, str(error), told, str(error), now)
            return None
        return self._kept_apart(found, service.settings, now)

    def _kept_apart(
        self, found: LiveSettings, before: LiveSettings, now: datetime
    ) -> LiveSettings | None:
        """Settings with the store of before; a change of it takes a new start."""
        if (found.store, found.household) != (before.store, before.household):
            title = f"{LIVE_NAME} names another store: start the service anew to move there"
            text = f"{title}. What it says otherwise counts from now on."
            self._teller.tell(AlertKind.TROUBLE, ABOUT, "store", title, text, now)
            found = replace(found, store=before.store, household=before.household)
        else:
            self._teller.over(ABOUT, now)
        if found == before:
            return None
        self._teller.say(now, f"{LIVE_NAME} changed, and counts from now on")
        return found

    def _seen(self) -> Stamp | None:
        try:
            seen = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return seen.st_mtime_ns, seen.st_size, seen.st_ino


def begins_anew(found: LiveSettings, before: LiveSettings) -> bool:
    """Whether what is under way has to be taken up anew, as after a start."""
    same = ("accounts", "orders", "sending", "approvals")
    return any(getattr(found, name) != getattr(before, name) for name in same)


def _usable(found: LiveSettings, service: Service) -> LiveSettings:
    """Settings that the household can be served with.

    Refuses: links of accounts that it does not have, no link where it is to trade, and a broker
    that is real where recorded days are lived through.
    """
    for link in found.accounts:
        service.loaded.household.account(link.account)
        if isinstance(service.clock, RecordedClock) and link.broker != PAPER:
            fact = f"{link.broker} is real and knows only today"
            raise InputError(f"accounts.{link.account}", fact, "these are recorded days")
    if not found.accounts and found.service.trade:
        remedy = "`trimtab broker add paper` links every account to the paper broker"
        raise InputError("brokers", "no account is linked to one", "", remedy)
    return found
