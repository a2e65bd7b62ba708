"""What people are told: each thing once, kept before it is sent, and sent again until it arrives.

`alerts.db` in the household's folder is a file of its own, because what must be told is often that
the store cannot be written.  An alert is about something (`about`) that is in some `state`; it is
told when the state is another than the one told last, so that neither a drift that stands for days
nor a restart tells anything twice.  A channel that does not take an alert never stops the service:
the failure is recorded, and the alert is sent again, later and later.

Errors: `InputError` where the file cannot be used; a channel's failures are recorded, not raised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from trimtab.app.live.service_settings import AlertKind, Delivery
from trimtab.model.errors import InputError
from trimtab.stores._disk import keep_private

__all__ = ["ATTEMPTS_MAX", "OUTBOX_NAME", "Alert", "Outbox", "Send", "Told", "outbox_or_memory"]

OUTBOX_NAME = "alerts.db"
FORM = 1
WAIT_SECONDS = 5.0
ATTEMPTS_MAX = 40
"""So often one alert is sent to one channel, within about a day and a half."""
FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=1)
KEPT = timedelta(days=400)

Send = Callable[[str, str], str]
"""Sends a title and a text; answers why it could not, empty where it could."""

_TABLES = """
CREATE TABLE IF NOT EXISTS alerts (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, state TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL, gathers INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
    alert INTEGER NOT NULL REFERENCES alerts, channel TEXT NOT NULL, sent_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (alert, channel)
) STRICT;
CREATE TABLE IF NOT EXISTS standing (
    about TEXT PRIMARY KEY, state TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
"""
_DUE = """
SELECT alert, channel, attempts, title, text FROM deliveries JOIN alerts ON number = alert
WHERE sent_at IS NULL AND attempts < ? AND next_at <= ? ORDER BY alert
"""
_TOLD = """
SELECT number, kind, title, text, at, channel, sent_at, attempts, error
FROM alerts LEFT JOIN deliveries ON number = alert ORDER BY number DESC, channel LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell; `about` is what it concerns, `state` how that stands now."""

    kind: AlertKind
    about: str
    state: str
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it is kept, with what became of it on one channel, if there is one."""

    number: int
    kind: AlertKind
    title: str
    text: str
    at: datetime
    channel: str = ""
    sent_at: datetime | None = None
    attempts: int = 0
    error: str = ""


class Outbox:
    """The alerts of one household, on disk, or in memory where there is no path.

    Threads may share it; nothing is held while an alert is sent.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = RLock()
        if path is not None:
            keep_private(path)
        with self._told():
            self._database = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare()

    def _prepare(self) -> None:
        (form,) = self._database.execute("PRAGMA user_version").fetchone()
        if form not in (0, FORM):
            fact = f"it is of form {form}, this Trimtab knows form {FORM}"
            raise InputError("alerts", fact, "", "use the newer one", file=str(self.path))
        self._database.executescript(f"{_TABLES} PRAGMA user_version = {FORM};")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def state(self, about: str) -> str:
        """How something stood when it was last told of; empty where it never was, or is over."""
        with self._told():
            row = self._database.execute(
                "SELECT state FROM standing WHERE about = ?", (about,)
            ).fetchone()
        return "" if row is None else str(row[0])

    def tell(self, alert: Alert, how: Delivery, channels: Sequence[str]) -> bool:
        """Keep an alert for its channels; false where it was told already."""
        if self.state(alert.about) == alert.state:
            return False
        with self._changing():
            if self.state(alert.about) == alert.state:
                return False  # another process was faster
            self._stand(alert.about, alert.state, alert.at)
            if how is not Delivery.OFF:
                self._add(alert, how is Delivery.DIGEST, channels)
        return True

    def over(self, about: str, at: datetime, state: str = "") -> bool:
        """Note without telling that something is over, or stands differently; false if it did."""
        if self.state(about) == state:
            return False
        with self._changing():
            self._stand(about, state, at)
        return True

    def digest(self, title: str, at: datetime, channels: Sequence[str]) -> int:
        """Send what was gathered since the last digest as one; answers how many that were."""
        with self._changing():
            rows = self._database.execute(
                "SELECT title, text, at FROM alerts WHERE gathers = 1 ORDER BY number"
            ).fetchall()
            if rows:
                self._database.execute("UPDATE alerts SET gathers = 2 WHERE gathers = 1")
                parts = [f"{_moment(when)}  {name}\n{text}" for name, text, when in rows]
                told = Alert(AlertKind.WEEKLY, "", "", title, "\n\n".join(parts), at)
                self._add(told, False, channels)
        return len(rows)

    def deliver(self, channels: Mapping[str, Send], now: datetime) -> int:
        """Send what is due; answers how many arrived.  What a channel refuses stays due."""
        with self._told():
            due = self._database.execute(_DUE, (ATTEMPTS_MAX, _text(now))).fetchall()
        arrived = 0
        for number, channel, attempts, title, text in due:
            if channel not in channels:
                continue
            try:
                error = channels[channel](title, text)
            except Exception as raised:  # whatever a channel does, the service goes on
                error = type(raised).__name__  # its words may hold the channel's URL
            arrived += not error
            self._note(number, channel, attempts + 1, error, now)
        return arrived

    def _note(self, number: int, channel: str, attempts: int, error: str, now: datetime) -> None:
        wait = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LAST_RETRY)
        sent = None if error else _text(now)
        with self._changing():
            self._database.execute(
                "UPDATE deliveries SET sent_at = ?, attempts = ?, next_at = ?, error = ? "
                "WHERE alert = ? AND channel = ?",
                (sent, attempts, _text(now + wait), error, number, channel),
            )

    def recent(self, count: int) -> list[Told]:
        """The last alerts and what became of them, the newest first."""
        with self._told():
            rows = self._database.execute(_TOLD, (count,)).fetchall()
        return [
            Told(
                number, AlertKind(kind), title, text, _moment_of(at), channel or "",
                None if sent is None else _moment_of(sent), attempts or 0, error or "",
            )
            for number, kind, title, text, at, channel, sent, attempts, error in rows
        ]  # fmt: skip

    def forget(self, now: datetime) -> None:
        """Drop what is older than anybody asks for."""
        before = _text(now - KEPT)
        with self._changing():
            self._database.execute(
                "DELETE FROM deliveries WHERE alert IN (SELECT number FROM alerts WHERE at < ?)",
                (before,),
            )
            self._database.execute("DELETE FROM alerts WHERE at < ?", (before,))
            self._database.execute("DELETE FROM standing WHERE at < ?", (before,))

    def _add(self, alert: Alert, gathers: bool, channels: Sequence[str]) -> None:
        row = (alert.kind.value, alert.about, alert.state, alert.title, alert.text)
        added = self._database.execute(
            "INSERT INTO alerts (kind, about, state, title, text, at, gathers) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*row, _text(alert.at), int(gathers)),
        )
        if not gathers:
            self._database.executemany(
                "INSERT INTO deliveries (alert, channel, next_at) VALUES (?, ?, ?)",
                [(added.lastrowid, channel, _text(alert.at)) for channel in channels],
            )

    def _stand(self, about: str, state: str, at: datetime) -> None:
        self._database.execute(
            "INSERT INTO standing VALUES (?, ?, ?) ON CONFLICT (about) "
            "DO UPDATE SET state = excluded.state, at = excluded.at",
            (about, state, _text(at)),
        )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._told(), closing(self._database.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            remedy = "check its place and permissions, and that the disk has room"
            raise InputError(
                "alerts", f"they cannot be kept ({error})", "", remedy, file=str(self.path)
            ) from None


def outbox_or_memory(path: Path) -> tuple[Outbox, str]:
    """The alerts in a file, or in memory where the file cannot be used, and why not.

    In memory nobody knows what was told before: rather twice than never.
    """
    try:
        return Outbox(path), ""
    except InputError as error:
        return Outbox(None), f"{error} They are kept in memory meanwhile."


def _text(at: datetime) -> str:
    """A moment as text that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment(text: str) -> str:
    return f"{_moment_of(text):%Y-%m-%d %H:%M} UTC"
