"""Pace: how fast a broker may be asked, kept by all processes of a machine together.

A rate is a bucket of tokens.  Whoever wants to ask reserves its turn in one SQLite file and waits
until then, so that turns are fair and nobody polls.  The bucket is kept as one moment: when it is
full again (the generic cell rate algorithm).  Losing the file costs a burst, nothing else, so it
is written without waiting for the disk.

Errors: `BrokerError` (throttled) where the turn is further off than the caller's patience, or the
file cannot be used; nothing is reserved then.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import must

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Pace", "Rate"]

FILE_WAIT_SECONDS = 5.0
"""How long another process may hold the file; it holds it for a millisecond."""
HOLD_MAX_SECONDS = 3_600.0
"""The longest pause that a broker's answer can impose, and the furthest that a turn can lie."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit: `per_second` on average, `burst` at once; `name` is shared by who shares it."""

    name: str
    per_second: float
    burst: int = 1

    def __post_init__(self) -> None:
        must(self.per_second > 0 and self.burst >= 1, f"the rate {self.name} lets something pass")

    @property
    def interval(self) -> float:
        """Seconds for one token."""
        return 1.0 / self.per_second


class Pace:
    """Turns under rates, shared through a file, or within this process where there is none.

    `now` is a clock in seconds that all who share the file have in common (`time.time`), `sleep`
    waits.
    """

    def __init__(
        self, path: Path | None, now: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._path, self._now, self._sleep = path, now, sleep
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def wait(self, rates: Sequence[Rate], patience: float) -> float:
        """Wait for a turn under all of `rates`; answers the seconds waited.

        Refuses: a turn further off than `patience` seconds.
        """
        seconds = self._reserve(rates, patience)
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def hold(self, rates: Sequence[Rate], seconds: float) -> None:
        """Let nobody pass for a while: a broker said that it was too much."""
        pause = min(max(seconds, 0.0), HOLD_MAX_SECONDS)
        with self._table() as table:
            for rate in rates:
                until = self._now() + pause + (rate.burst - 1) * rate.interval
                _store(table, rate.name, max(until, self._full(table, rate)))

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _reserve(self, rates: Sequence[Rate], patience: float) -> float:
        with self._table() as table:
            now = self._now()
            full = {rate: self._full(table, rate) for rate in rates}
            turns = [full[rate] - (rate.burst - 1) * rate.interval for rate in rates]
            seconds = max(0.0, *(turn - now for turn in turns)) if turns else 0.0
            if seconds > patience:
                slowest = rates[turns.index(max(turns))]
                raise BrokerError(
                    Trouble.THROTTLED,
                    f"pace of {slowest.name}",
                    f"the next turn is in {seconds:.1f} seconds",
                    f"the caller waits {patience:.1f} at most",
                )
            for rate in rates:
                _store(table, rate.name, max(full[rate], now + seconds) + rate.interval)
            return seconds

    def _full(self, table: sqlite3.Connection, rate: Rate) -> float:
        """When the bucket is full again; at once, where the file tells of another clock."""
        row = table.execute("SELECT full FROM bucket WHERE name = ?", (rate.name,)).fetchone()
        now = self._now()
        furthest = now + 2 * HOLD_MAX_SECONDS + rate.burst * rate.interval
        return now if row is None or row[0] > furthest else max(float(row[0]), now)

    @contextmanager
    def _table(self) -> "Iterator[sqlite3.Connection]":
        with self._lock:
            try:
                table = self._connection = self._connection or _opened(self._path)
                table.execute("BEGIN IMMEDIATE")
                try:
                    yield table
                except BaseException:
                    table.execute("ROLLBACK")
                    raise
                table.execute("COMMIT")
            except sqlite3.Error as error:
                raise BrokerError(
                    Trouble.THROTTLED,
                    f"pace file {self._path}",
                    f"it cannot be used ({error})",
                    remedy="close what holds it, or delete it: only the pace is lost",
                ) from None


def _opened(path: Path | None) -> sqlite3.Connection:
    table = sqlite3.connect(
        ":memory:" if path is None else path,
        timeout=FILE_WAIT_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # one lock guards it
    )
    table.execute("PRAGMA synchronous = OFF")
    table.execute("PRAGMA journal_mode = WAL")  # whole after a kill as well
    table.execute("CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, full REAL NOT NULL)")
    return table


def _store(table: sqlite3.Connection, name: str, full: float) -> None:
    table.execute("INSERT OR REPLACE INTO bucket VALUES (?, ?)", (name, full))
