"""When a calendar policy looks: the first session of each day, week, month, quarter, half or year.

Sessions are those of the New York Stock Exchange.  Its calendar is a table of rules in the
`holidays` package, imported only where a policy asks for it; nothing here asks the clock.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from trimtab.model.snapshots import TradeRecord

__all__ = [
    "Frequency",
    "Schedule",
    "first_session",
    "is_session",
    "next_session",
    "schedule",
    "schedule_after",
]

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Frequency(StrEnum):
    """How often a policy looks."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"


_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.SEMIANNUAL: 6,
    Frequency.ANNUAL: 12,
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """Where a day stands in a calendar: the scheduled sessions around it, and whether one is due.

    `latest` is the last scheduled session up to the day, `upcoming` the first one after it.
    """

    latest: date
    upcoming: date
    is_due: bool


@cache
def _closed_days(year: int) -> frozenset[date]:
    """The exchange's holidays of a year, weekends aside."""
    from holidays import financial_holidays

    return frozenset(financial_holidays("NYSE", years=year))


def is_session(day: date) -> bool:
    """Whether the exchange trades on a day."""
    return day.weekday() < SATURDAY and day not in _closed_days(day.year)


def next_session(day: date) -> date:
    """The first session on or after a day."""
    while not is_session(day):
        day += ONE_DAY
    return day


def _period_start(frequency: Frequency, day: date) -> date:
    if frequency is Frequency.DAILY:
        return day
    if frequency is Frequency.WEEKLY:
        return day - day.weekday() * ONE_DAY
    months = _MONTHS[frequency]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next_period(frequency: Frequency, start: date) -> date:
    match frequency:
        case Frequency.DAILY:
            return start + ONE_DAY
        case Frequency.WEEKLY:
            return start + 7 * ONE_DAY
    after = start.month - 1 + _MONTHS[frequency]
    return date(start.year + after // 12, after % 12 + 1, 1)


def first_session(frequency: Frequency, day: date) -> date:
    """The first session of the period that a day lies in (a day's own is itself or the next)."""
    return next_session(_period_start(frequency, day))


def _latest(frequency: Frequency, day: date) -> date:
    start = _period_start(frequency, day)
    while (session := next_session(start)) > day:
        start = _period_start(frequency, start - ONE_DAY)
    return session


def _upcoming(frequency: Frequency, day: date) -> date:
    start = _period_start(frequency, day)
    while (session := next_session(start)) <= day:
        start = _next_period(frequency, start)
    return session


def schedule(frequency: Frequency, as_of: date, trades: Iterable[TradeRecord]) -> Schedule:
    """The scheduled sessions around a day, and whether one of them still waits for its trades.

    One is due where it lies after the last trade, or is today.
    """
    return schedule_after(
        frequency, as_of, max((trade.on for trade in trades if trade.on <= as_of), default=None)
    )


def schedule_after(frequency: Frequency, as_of: date, traded: date | None) -> Schedule:
    """The same with the day of the latest trade, if there was one."""
    latest = _latest(frequency, as_of)
    is_due = latest == as_of or traded is None or latest > traded
    return Schedule(latest, _upcoming(frequency, as_of), is_due)
