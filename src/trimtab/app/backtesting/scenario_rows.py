"""The rows of a scenario: days or session numbers with returns become a path from today on.

Errors: collected with their lines, so that a person sees all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import isfinite

import numpy as np

from trimtab.app.text_files import Collector
from trimtab.drivers.backtest.stress import Knots
from trimtab.policies._schedule import is_session

__all__ = ["SESSIONS_MAX", "CountedFrom", "PathRow", "knots_of"]

SESSIONS_MAX = 2_600
"""Ten years and a little: the longest path that is run."""
GAIN_MAX = 20.0
"""A gain of 2,000 %: above it, percent were meant."""
ONE_DAY = timedelta(days=1)
HOW_TO_WRITE = "returns are fractions of one: write -0.205 for a fall of 20.5 %"


class CountedFrom(StrEnum):
    """What the returns of a row are counted from."""

    LAST_ROW = "last row"
    START = "start"


@dataclass(frozen=True, slots=True)
class PathRow:
    """One row as it was written: a day or a session number, and a return for each column."""

    when: date | int
    returns: tuple[float, ...]
    line: int


def knots_of(
    rows: Sequence[PathRow], counted_from: CountedFrom, columns: int, errors: Collector
) -> Knots | None:
    """The path of rows, or `None` where they are wrong, which is then told.

    A first row of zeros is today; else today is the session before the first row.
    Refuses: no row, rows of other lengths, days that are no sessions or do not ascend, dates and
    numbers mixed, returns of -100 % or less, paths longer than `SESSIONS_MAX`.
    """
    if not rows:
        errors.refuse(None, "path", "it has no row", "", "write at least one, as [1, -0.2]")
        return None
    before = len(errors.errors)
    for row in rows:
        _check_row(row, columns, errors)
    if len(errors.errors) > before:
        return None
    sessions = _sessions(rows, errors)
    if sessions is None:
        return None
    growth = _growth(rows, counted_from, errors)
    if growth is None:
        return None
    if sessions[0] != 0:
        sessions = (0, *sessions)
        growth = np.vstack([np.ones(columns), growth])
    if len(sessions) < 2:
        errors.refuse(rows[0].line, "path", "it ends where it begins", "", "add a row")
        return None
    return Knots(sessions, growth)


def _check_row(row: PathRow, columns: int, errors: Collector) -> None:
    """One row by itself."""
    if len(row.returns) != columns:
        fact = f"it has {len(row.returns)} return{'' if len(row.returns) == 1 else 's'}"
        bound = f"the path has {columns} column{'' if columns == 1 else 's'}"
        errors.refuse(row.line, f"row {row.when}", fact, bound)
    for value in row.returns:
        if not isfinite(value) or value <= -1.0:
            fact = f"a return of {value:g} leaves nothing"
            bound = "a return is above -1, which is -100 %"
            errors.refuse(row.line, f"row {row.when}", fact, bound, HOW_TO_WRITE)
        elif value > GAIN_MAX:
            fact = f"a return of {value:g} is {value:,.0%}"
            bound = f"at most {GAIN_MAX:,.0%} is taken for meant"
            errors.refuse(row.line, f"row {row.when}", fact, bound, HOW_TO_WRITE)


def _sessions(rows: Sequence[PathRow], errors: Collector) -> tuple[int, ...] | None:
    """Session numbers from today, 0, on."""
    is_dated = isinstance(rows[0].when, date)
    mixed = next((row for row in rows if isinstance(row.when, date) != is_dated), None)
    if mixed is not None:
        bound = "all rows have a day, or all a session number"
        errors.refuse(mixed.line, f"row {mixed.when}", "it differs in kind", bound)
        return None
    found = _dated(rows, errors) if is_dated else [_number(row) for row in rows]
    if found is None:
        return None
    for row, session, previous in zip(rows[1:], found[1:], found, strict=False):
        if session <= previous:
            errors.refuse(
                row.line, f"row {row.when}", "it is not after the row before", "",
                "put the rows in the order of time, each once",
            )  # fmt: skip
            return None
    if found[0] < 0 or (found[0] == 0 and any(rows[0].returns)):
        bound = "session 0 is today, on which nothing has moved"
        errors.refuse(rows[0].line, f"row {rows[0].when}", "it moves today", bound, "begin at 1")
        return None
    if found[-1] > SESSIONS_MAX:
        fact = f"the path lasts {found[-1]:,} sessions"
        errors.refuse(rows[-1].line, "path", fact, f"at most {SESSIONS_MAX:,} are run")
        return None
    return tuple(found)


def _number(row: PathRow) -> int:
    return row.when if isinstance(row.when, int) else 0


def _dated(rows: Sequence[PathRow], errors: Collector) -> list[int] | None:
    """Days as session numbers of the New York Stock Exchange."""
    days = [row.when for row in rows if isinstance(row.when, date)]
    closed = [row for row, day in zip(rows, days, strict=True) if not is_session(day)]
    for row in closed:
        errors.refuse(
            row.line, f"row {row.when}", "the exchange was closed that day", "",
            "name a session of the New York Stock Exchange, or number the rows from 1",
        )  # fmt: skip
    if closed or days != sorted(days):
        if not closed:
            at = next(k for k in range(1, len(days)) if days[k] < days[k - 1])
            errors.refuse(
                rows[at].line, f"row {days[at]}", "it is before the row above it", "",
                "put the rows in the order of time",
            )  # fmt: skip
        return None
    if (days[-1] - days[0]).days > SESSIONS_MAX * 2:
        fact = f"it goes from {days[0]} to {days[-1]}"
        errors.refuse(rows[-1].line, "path", fact, f"at most {SESSIONS_MAX:,} sessions are run")
        return None
    count, day, found = (1 if any(rows[0].returns) else 0), days[0], []
    for wanted in days:
        while day < wanted:
            day += ONE_DAY
            count += is_session(day)
        found.append(count)
    return found


def _growth(
    rows: Sequence[PathRow], counted_from: CountedFrom, errors: Collector
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]] | None:
    """What a dollar of today has become by each row.

    Shape: (K, C).
    """
    table = 1.0 + np.array([row.returns for row in rows])
    growth = table if counted_from is CountedFrom.START else np.cumprod(table, axis=0)
    if not (growth > 0).all() or not np.isfinite(growth).all():
        errors.refuse(None, "path", "its returns leave nothing, or too much to count")
        return None
    return np.asarray(growth)
