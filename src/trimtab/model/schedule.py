"""When a household is looked after: whose calendar, which sessions, what time of day.

Errors: none; names of exchanges are checked where calendars are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

__all__ = ["EXCHANGE_DEFAULT", "CheckRhythm", "ReportRhythm", "Schedule", "Weekday"]

EXCHANGE_DEFAULT = "NYSE"


class CheckRhythm(StrEnum):
    """On which sessions the check and its cycle are due."""

    DAILY = "daily"
    WEEKLY = "weekly"
    """The first session of each week."""
    MONTHLY = "monthly"
    """The first session of each month."""


class ReportRhythm(StrEnum):
    """After which sessions the report is due."""

    WEEKLY = "weekly"
    """The last session of each week, or the day named."""
    MONTHLY = "monthly"
    """The last session of each month."""
    NEVER = "never"


class Weekday(StrEnum):
    """A weekday on which exchanges may be open."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"

    @property
    def number(self) -> int:
        """As `date.weekday` counts: Monday is 0."""
        return tuple(Weekday).index(self)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the service checks a household, and when it reports.

    Unit: times of day are the exchange's.  `check_days`, where there are any, stand in the place of
    `check`; a day on which the exchange is closed passes to the next session.
    """

    exchange: str = EXCHANGE_DEFAULT
    check: CheckRhythm = CheckRhythm.DAILY
    check_days: tuple[Weekday, ...] = ()
    check_at: time | None = None
    report: ReportRhythm = ReportRhythm.WEEKLY
    report_day: Weekday | None = None
    report_at: time | None = None
