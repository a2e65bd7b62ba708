"""An exchange's sessions: when it opens and closes, as a clock-driven broker needs it.

`nyse_hours` knows the holidays and the early closes of the New York Stock Exchange from the package
`holidays`; a test or another exchange passes hours of its own.

Errors: `InvariantError` where no session comes within `DAYS_AHEAD_MAX` days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from trimtab.model.errors import InvariantError, must

__all__ = ["NEW_YORK", "Session", "Sessions", "nyse_hours", "nyse_sessions"]

NEW_YORK = ZoneInfo("America/New_York")
DAYS_AHEAD_MAX = 30
ONE_DAY = timedelta(days=1)
SATURDAY = 5
_OPENS, _CLOSES, _CLOSES_EARLY = time(9, 30), time(16), time(13)


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day; `opens` and `closes` are in UTC, and the close itself is no longer open."""

    day: date
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of an exchange; `hours` gives a day's session, none where it is closed."""

    hours: Callable[[date], Session | None]
    zone: ZoneInfo = NEW_YORK

    def day_of(self, at: datetime) -> date:
        """The exchange's calendar day at a moment."""
        return at.astimezone(self.zone).date()

    def current(self, at: datetime) -> Session | None:
        """The session that is open at a moment."""
        session = self.hours(self.day_of(at))
        return session if session and session.opens <= at < session.closes else None

    def coming(self, at: datetime) -> Session:
        """The first session that opens after a moment."""
        return next(one for one in self._from(self.day_of(at)) if one.opens > at)

    def standing(self, at: datetime) -> Session:
        """The session that an order given now stands for: the open one, or the next."""
        return self.current(at) or self.coming(at)

    def after(self, day: date, count: int) -> Session:
        """The session so many sessions after a day; the day's own, or the next, for zero."""
        found = self._from(day)
        session = next(found)
        for _ in range(count if session.day == day else max(0, count - 1)):
            session = next(found)
        return session

    def before(self, day: date) -> Session:
        """The last session before a day."""
        for count in range(1, DAYS_AHEAD_MAX):
            if session := self.hours(day - count * ONE_DAY):
                return session
        raise InvariantError(f"no session within {DAYS_AHEAD_MAX} days before {day}")

    def between(self, first: date, last: date) -> Iterator[Session]:
        """Every session from one day to another, both included."""
        for count in range((last - first).days + 1):
            if session := self.hours(first + count * ONE_DAY):
                yield session

    def _from(self, day: date) -> Iterator[Session]:
        idle = 0
        while True:
            session = self.hours(day)
            idle = 0 if session else idle + 1
            must(idle <= DAYS_AHEAD_MAX, f"no session within {DAYS_AHEAD_MAX} days before {day}")
            if session:
                yield session
            day += ONE_DAY


@cache
def _closed_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays and days of an early close of a year."""
    from holidays import financial_holidays

    closed = financial_holidays("NYSE", years=year)
    early = financial_holidays("NYSE", years=year, categories=("half_day",))
    return frozenset(closed), frozenset(early)


@cache
def nyse_hours(day: date) -> Session | None:
    """The session of the New York Stock Exchange on a day, none where it is closed."""
    closed, early = _closed_days(day.year)
    if day.weekday() >= SATURDAY or day in closed:
        return None
    closes = _CLOSES_EARLY if day in early else _CLOSES
    return Session(day, _in_utc(day, _OPENS), _in_utc(day, closes))


def nyse_sessions() -> Sessions:
    """The sessions of the New York Stock Exchange."""
    return Sessions(nyse_hours)


def _in_utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, NEW_YORK).astimezone(UTC)
