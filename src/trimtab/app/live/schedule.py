"""When the service does what, on the exchange's calendar.

On the sessions and at the hour that the mandate's schedule names (daily and some minutes after the
open, where it names none) the check and its cycle: whether anything is wanted that day is the
policy's to say (a `calendar` policy acts on the first session of its period).  After the close the
day's digest, and after the last session of a week, or when the schedule says so, the report.

What was missed while nothing ran is made up once, as far as the last session, and a cycle only
while the market is still open.  Nothing here asks the clock.

Errors: `InvariantError` where a task comes never, as a report that is not wanted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from trimtab.brokers.paper.sessions import Session, Sessions
from trimtab.model.errors import InvariantError
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Schedule, Weekday

__all__ = ["Appointment", "Task", "Timetable"]

BEFORE_CLOSE = timedelta(minutes=10)
"""A cycle leaves its orders so much time at least."""
DIGEST_AFTER_CLOSE = timedelta(minutes=20)
WEEKLY_AFTER_CLOSE = timedelta(minutes=25)
DAYS_BACK = 14
"""No exchange is closed for so long that a session would lie further back."""
DAYS_AHEAD = (14, 70)
"""A task of each week comes within the first, of each month within the second."""


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

    Unit: `run_after_open` minutes, where the schedule names no hour.
    """

    sessions: Sessions
    run_after_open: int
    schedule: Schedule = field(default_factory=Schedule)

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
        for days in DAYS_AHEAD:
            ahead = self._around(now, now + timedelta(days=days))
            found = [one for one in ahead if one.at > now and task in (None, one.task)]
            if found:
                return min(found, key=lambda one: one.at)
        raise InvariantError(f"no appointment within {DAYS_AHEAD[-1]} days after {now}")

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
        if self._is_checked(session):
            run_at = session.opens + timedelta(minutes=self.run_after_open)
            if self.schedule.check_at is not None:
                run_at = max(session.opens, self._at(session.day, self.schedule.check_at))
            run_at = min(run_at, session.closes - BEFORE_CLOSE)
            yield Appointment(Task.RUN, session.day, run_at)
        yield Appointment(Task.DIGEST, session.day, session.closes + DIGEST_AFTER_CLOSE)
        if self._is_reported(session):
            report_at = session.closes + WEEKLY_AFTER_CLOSE
            if self.schedule.report_at is not None:
                report_at = self._at(session.day, self.schedule.report_at)
            yield Appointment(Task.WEEKLY, session.day, report_at)

    def _at(self, day: date, hour: time) -> datetime:
        """An hour of the exchange's day, in UTC."""
        return datetime.combine(day, hour, self.sessions.zone).astimezone(UTC)

    def _is_checked(self, session: Session) -> bool:
        if self.schedule.check_days:
            return self._stands_for(session, self.schedule.check_days)
        match self.schedule.check:
            case CheckRhythm.WEEKLY:
                return _week(self.sessions.before(session.day).day) != _week(session.day)
            case CheckRhythm.MONTHLY:
                return _month(self.sessions.before(session.day).day) != _month(session.day)
        return True

    def _is_reported(self, session: Session) -> bool:
        if self.schedule.report is ReportRhythm.NEVER:
            return False
        after = self.sessions.after(session.day, 1).day
        if self.schedule.report is ReportRhythm.MONTHLY:
            return _month(after) != _month(session.day)
        if self.schedule.report_day is not None:
            return self._stands_for(session, (self.schedule.report_day,))
        return _week(after) != _week(session.day)

    def _stands_for(self, session: Session, days: Collection[Weekday]) -> bool:
        """Whether a session is one of these weekdays, or the first after one that is closed."""
        numbers = {one.number for one in days}
        gap = (session.day - self.sessions.before(session.day).day).days
        return any((session.day - timedelta(days=back)).weekday() in numbers for back in range(gap))


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
