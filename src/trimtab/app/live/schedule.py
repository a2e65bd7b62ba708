"""When the service does what, on the exchange's calendar.

Once a session, some minutes after its open, the day's check and cycle: whether the mandate wants
anything that day is its policy's to say (a `calendar` policy acts on the first session of its
period).  After the close the day's digest, and after the last session of a week the week's report.

What was missed while nothing ran is made up once, as far as the last session, and a cycle only
while the market is still open.  Nothing here asks the clock.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from trimtab.brokers.paper.sessions import Session, Sessions

__all__ = ["Appointment", "Task", "Timetable"]

BEFORE_CLOSE = timedelta(minutes=10)
"""A cycle leaves its orders so much time at least."""
DIGEST_AFTER_CLOSE = timedelta(minutes=20)
WEEKLY_AFTER_CLOSE = timedelta(minutes=25)
DAYS_BACK = 7
"""No exchange is closed for so long that a session would lie further back."""
DAYS_AHEAD = 14


class Task(StrEnum):
    """What is done at an appointment."""

    RUN = "run"
    DIGEST = "digest"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A task of a session, and when it is due."""

    task: Task
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """The appointments of an exchange's sessions.

    Unit: `run_after_open` minutes.
    """

    sessions: Sessions
    run_after_open: int

    def due(self, after: datetime, now: datetime) -> list[Appointment]:
        """What came due between two moments, each task at most once: the last of its kind."""
        first = max(after, now - timedelta(days=DAYS_BACK))
        found: dict[Task, Appointment] = {}
        for one in self._around(first, now):
            if after < one.at <= now and (one.task is not Task.RUN or self._may_run(one, now)):
                found[one.task] = one
        return sorted(found.values(), key=lambda one: one.at)

    def coming(self, now: datetime, task: Task | None = None) -> Appointment:
        """The next appointment after a moment, of one task or of any."""
        ahead = self._around(now, now + timedelta(days=DAYS_AHEAD))
        return min(
            (one for one in ahead if one.at > now and task in (None, one.task)),
            key=lambda one: one.at,
        )

    def begins(self, now: datetime) -> datetime:
        """From when on a service that starts now makes up what was missed: the last open."""
        current = self.sessions.current(now)
        day = self.sessions.day_of(now)
        today = self.sessions.hours(day)
        is_open_or_over = today is not None and today.opens <= now
        last = current or (today if is_open_or_over else None) or self.sessions.before(day)
        return last.opens

    def _may_run(self, one: Appointment, now: datetime) -> bool:
        session = self.sessions.current(now)
        return session is not None and session.day == one.day

    def _around(self, first: datetime, last: datetime) -> Iterator[Appointment]:
        for session in self.sessions.between(
            self.sessions.day_of(first), self.sessions.day_of(last)
        ):
            yield from self._of(session)

    def _of(self, session: Session) -> Iterator[Appointment]:
        run_at = session.opens + timedelta(minutes=self.run_after_open)
        run_at = min(run_at, session.closes - BEFORE_CLOSE)
        yield Appointment(Task.RUN, session.day, run_at)
        yield Appointment(Task.DIGEST, session.day, session.closes + DIGEST_AFTER_CLOSE)
        if self._is_last_of_week(session):
            yield Appointment(Task.WEEKLY, session.day, session.closes + WEEKLY_AFTER_CLOSE)

    def _is_last_of_week(self, session: Session) -> bool:
        week = session.day.isocalendar()[:2]
        return self.sessions.after(session.day, 1).day.isocalendar()[:2] != week
