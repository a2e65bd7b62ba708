"""A paper account on disk: one SQLite file, every change whole or not at all.

Each record of the book is a row of JSON.  A change is made while the file is locked: what another
process did since is read first, then the records that differ are written in one transaction.  So a
killed process leaves the account as it was before or after a call, never between.

Errors: `BrokerError` (unavailable) for a file that is locked for too long, or cannot be written;
`InputError` for one that is no paper account, is another version's, or is damaged.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from trimtab.brokers.paper.book import (
    Activity,
    Execution,
    PaperBook,
    PaperEvent,
    PaperOrder,
    PaperPosition,
    Settlement,
)
from trimtab.brokers.paper.records import from_json, to_json
from trimtab.brokers.paper.tape import Tick
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import InputError

__all__ = ["BookFile"]

Kind = TypeVar("Kind")
VERSION = 1
LOCK_SECONDS_MAX = 10.0
OWNER_ALONE = 0o600
_SCHEMA = "CREATE TABLE record (kind TEXT, key TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, key))"


@dataclass(frozen=True, slots=True)
class _Account:
    """What of a book is no list."""

    account: str
    id: str
    currency: str
    opened: datetime
    at: datetime
    cash: Decimal
    acted_on: date
    sequence: int
    forgotten: int
    blocked: bool
    settlements: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A halt's beginning."""

    at: datetime


@dataclass(frozen=True, slots=True)
class _Amount:
    """Units taken of a tick, a price at a close, or a day's equity."""

    amount: Decimal


_KINDS: Mapping[str, type] = {
    "account": _Account,
    "position": PaperPosition,
    "order": PaperOrder,
    "execution": Execution,
    "activity": Activity,
    "mark": Tick,
    "taken": _Amount,
    "close": _Amount,
    "halted": _Moment,
    "event": PaperEvent,
    "equity": _Amount,
}
Rows = dict[str, dict[str, object]]


class BookFile:
    """The file of one paper account; `changing` is the only way to its book."""

    def __init__(self, path: Path, book: PaperBook | None = None) -> None:
        """Open a file, or with `book` make one.

        Refuses: making one where a file is, and opening what is no paper account.
        """
        if (book is None) is not path.exists():
            fact = "there is one already" if book is not None else "there is no such file"
            raise InputError("paper account", fact, file=str(path))
        self.path = path
        self._saved: Rows = {}
        self._seen = -1
        self._book = book
        self._opened: sqlite3.Connection | None = None
        with self._readable():
            if book is not None:
                self._make(book)
            self._check_version()

    def close(self) -> None:
        """Close the file; nothing waits to be written, and the next change opens it again."""
        if self._opened is not None:
            self._opened.close()
        self._opened, self._book = None, None

    @contextmanager
    def changing(self) -> Iterator[PaperBook]:
        """The book as it is now, held alone; what differs at the end is saved.

        Where the block raises, nothing is saved and the book is read again next time.
        """
        with self._readable():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._latest()
                self._save()
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._book = None
                raise
            self._connection.execute("COMMIT")

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            with suppress(OSError):  # the database says what it is about
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, OWNER_ALONE))
            self._opened = sqlite3.connect(
                self.path, timeout=LOCK_SECONDS_MAX, isolation_level=None, check_same_thread=False
            )
            self._opened.execute("PRAGMA synchronous = NORMAL")
        return self._opened

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            subject, bound = f"paper account {self.path.name}", f"it waits {LOCK_SECONDS_MAX:g} s"
            raise BrokerError(Trouble.UNAVAILABLE, subject, str(error), bound) from None
        except sqlite3.DatabaseError as error:
            raise InputError("paper account", str(error), file=str(self.path)) from None

    def _make(self, book: PaperBook) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(_SCHEMA)
        self._connection.execute(f"PRAGMA user_version = {VERSION}")
        self._book = book
        self._save()
        self._connection.execute("COMMIT")
        self._seen = self._data_version()

    def _check_version(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            fact, bound = f"its version is {version}", f"this Trimtab reads {VERSION}"
            raise InputError("paper account", fact, bound, file=str(self.path))

    def _data_version(self) -> int:
        """A number that changes whenever another connection has written."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _latest(self) -> PaperBook:
        seen = self._data_version()
        if self._book is None or seen != self._seen:
            self._book, self._seen = self._load(), seen
        return self._book

    def _load(self) -> PaperBook:
        rows: Rows = {kind: {} for kind in _KINDS}
        query = "SELECT kind, key, json FROM record"
        for kind, key, text in self._connection.execute(query):
            try:
                rows[kind][key] = from_json(_KINDS[kind], json.loads(text), f"{kind} {key}")
            except (ValueError, KeyError) as error:
                fact = f"the record {kind} {key} cannot be read: {error}"
                raise InputError("paper account", fact, file=str(self.path)) from None
        self._saved = rows
        return _book_of(rows)

    def _save(self) -> None:
        """Write the records that are not those that were saved last.

        A clock that has moved on, and nothing with it, is not worth a write: played again from
        where it stood, the market does the same.
        """
        if self._book is None:
            return
        rows = _rows_of(self._book)
        put = [
            (kind, key, json.dumps(to_json(record), separators=(",", ":")))
            for kind, records in rows.items()
            for key, record in _changed(records, self._saved.get(kind, {}))
        ]
        gone = [
            (kind, key)
            for kind, records in self._saved.items()
            for key in records.keys() - rows[kind].keys()
        ]
        if not gone and all(_is_clock_alone(rows, self._saved, kind) for kind, _, _ in put):
            return
        self._connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", put)
        self._connection.executemany("DELETE FROM record WHERE kind = ? AND key = ?", gone)
        self._saved = rows


def _changed(
    records: Mapping[str, object], saved: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    """Records that are others than the saved ones; a frozen record that is the same, is saved."""
    for key, record in records.items():
        before = saved.get(key)
        if before is not record and before != record:
            yield key, record


def _is_clock_alone(rows: Rows, saved: Rows, kind: str) -> bool:
    """Whether a record that changed is the account's own, and differs in its clock only."""
    if kind != "account" or "" not in saved.get(kind, {}):
        return False
    now, before = _only(_Account, rows[kind][""]), _only(_Account, saved[kind][""])
    return replace(now, at=before.at) == before


def _rows_of(book: PaperBook) -> Rows:
    account = _Account(
        book.account, book.id, book.currency, book.opened, book.at, book.cash, book.acted_on,
        book.sequence, book.forgotten, book.blocked, book.settlements,
    )  # fmt: skip
    return {
        "account": {"": account},
        "position": dict(book.positions),
        "order": dict(book.orders),
        "execution": dict(book.executions),
        "activity": {one.id: one for one in book.activities},
        "mark": dict(book.marks),
        "taken": {name: _Amount(amount) for name, amount in book.taken.items()},
        "close": {name: _Amount(price) for name, price in book.closes.items()},
        "halted": {name: _Moment(at) for name, at in book.halted.items()},
        "event": {str(one.number): one for one in book.events},
        "equity": {day.isoformat(): _Amount(amount) for day, amount in book.equity.items()},
    }


def _book_of(rows: Rows) -> PaperBook:
    account = _only(_Account, rows["account"].get(""))
    book = PaperBook(
        account.account, account.id, account.currency, account.opened, account.at, account.cash,
        account.acted_on, account.sequence, account.forgotten, account.blocked,
        settlements=account.settlements,
    )  # fmt: skip
    book.positions = _all(PaperPosition, rows["position"])
    orders = _all(PaperOrder, rows["order"]).values()
    for order in sorted(orders, key=lambda one: one.number):
        book.put(order)
        book.names[order.request.order_id] = order.id
    executions = sorted(_all(Execution, rows["execution"]).items(), key=lambda one: one[1].number)
    book.executions = dict(executions)
    book.activities = sorted(_all(Activity, rows["activity"]).values(), key=_number)
    book.marks = _all(Tick, rows["mark"])
    book.taken = {name: one.amount for name, one in _all(_Amount, rows["taken"]).items()}
    book.closes = {name: one.amount for name, one in _all(_Amount, rows["close"]).items()}
    book.halted = {name: one.at for name, one in _all(_Moment, rows["halted"]).items()}
    book.events = sorted(_all(PaperEvent, rows["event"]).values(), key=_number)
    equity = sorted(_all(_Amount, rows["equity"]).items())
    book.equity = {date.fromisoformat(day): one.amount for day, one in equity}
    return book


def _number(one: Activity | PaperEvent) -> int:
    return one.number


def _only(kind: type[Kind], record: object) -> Kind:
    if not isinstance(record, kind):
        raise InputError("paper account", f"it has no {kind.__name__.strip('_').lower()}")
    return record


def _all(kind: type[Kind], rows: Mapping[str, object]) -> dict[str, Kind]:
    return {key: _only(kind, record) for key, record in rows.items()}
