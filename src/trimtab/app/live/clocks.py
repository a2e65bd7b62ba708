"""The clocks of the live service: the system's, and one that stands on a recorded day.

Paper accounts may live on a day of the past: then time passes only where somebody waits.

Errors: `InputError` for a day without a session, and for a past day at a broker that is real.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from time import sleep
from typing import Protocol

from trimtab.brokers.paper.sessions import Sessions
from trimtab.model.errors import InputError

__all__ = ["LiveClock", "RecordedClock", "SystemClock", "clock_on"]

BEFORE_CLOSE = timedelta(minutes=30)
"""A recorded day is met so long before its close."""


class LiveClock(Protocol):
    """What tells the time and waits."""

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The time of this machine."""

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        sleep(seconds)


@dataclass(slots=True)
class RecordedClock:
    """A recorded day; it goes on by as much as is waited."""

    at: datetime
    waited: float = field(default=0.0)

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.at += timedelta(seconds=seconds)
        self.waited += seconds


def clock_on(day: date, sessions: Sessions, all_paper: bool, now: datetime) -> LiveClock:
    """The clock for a household that is looked at on a day; `now` is the system's, with its zone.

    Today is the exchange's day or the one on this machine's wall.

    Refuses: another day than today's where a broker is real.
    """
    if day in (sessions.day_of(now), now.date()):
        return SystemClock()
    if not all_paper:
        raise InputError(
            "as_of",
            f"it is {day}, and a broker that is real knows only today",
            f"today is {sessions.day_of(now)}",
            "leave --as-of and the mandate's as_of out",
        )
    session = sessions.hours(day) or sessions.before(day)
    return RecordedClock(session.closes - BEFORE_CLOSE)
