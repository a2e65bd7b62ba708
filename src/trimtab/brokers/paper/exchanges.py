"""Exchanges by name: whose holidays they keep, and when they open and close.

Holidays and early closes come from the package `holidays`, by the exchange's market identifier
code (ISO 10383).  Hours are from the open to the close, at local time; exchanges that pause at noon
are left out, because a session here is one stretch.
Where the package knows no half days, none are kept.

Errors: `InputError` for a name that is not in the table, with those that are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, partial
from zoneinfo import ZoneInfo

from trimtab.brokers.paper.sessions import Session, Sessions
from trimtab.model.errors import InputError, nearest

__all__ = ["EXCHANGES", "Exchange", "exchange_sessions"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange: its code among holidays, its zone and hours; `closes_early` on half days."""

    code: str
    zone: str
    opens: time
    closes: time
    closes_early: time | None = None


_NEW_YORK = "America/New_York", time(9, 30), time(16), time(13)
EXCHANGES: Mapping[str, Exchange] = {
    "NYSE": Exchange("XNYS", *_NEW_YORK),
    "XNYS": Exchange("XNYS", *_NEW_YORK),
    "XNAS": Exchange("XNAS", *_NEW_YORK),
    "XTSE": Exchange("XTSE", "America/Toronto", time(9, 30), time(16), time(13)),
    "XLON": Exchange("XLON", "Europe/London", time(8), time(16, 30), time(12, 30)),
    "XETR": Exchange("XETR", "Europe/Berlin", time(9), time(17, 30)),
    "XSWX": Exchange("XSWX", "Europe/Zurich", time(9), time(17, 30)),
    "XMAD": Exchange("XMAD", "Europe/Madrid", time(9), time(17, 30), time(14)),
    "XWAR": Exchange("XWAR", "Europe/Warsaw", time(9), time(17)),
    "XJSE": Exchange("XJSE", "Africa/Johannesburg", time(9), time(17), time(12)),
    "XBOM": Exchange("XBOM", "Asia/Kolkata", time(9, 15), time(15, 30)),
    "XNSE": Exchange("XNSE", "Asia/Kolkata", time(9, 15), time(15, 30)),
    "XKRX": Exchange("XKRX", "Asia/Seoul", time(9), time(15, 30)),
    "XASX": Exchange("XASX", "Australia/Sydney", time(10), time(16), time(14, 10)),
    "XNZE": Exchange("XNZE", "Pacific/Auckland", time(10), time(16, 45), time(12, 45)),
}
"""By the name that a mandate gives; `NYSE` is the name by which everybody knows that one."""

HALF_DAY = ("half_day",)
SATURDAY = 5


@cache
def exchange_sessions(name: str) -> Sessions:
    """The sessions of an exchange.

    Refuses: a name that is not known.
    """
    found = EXCHANGES.get(name)
    if found is None:
        known = f"it is one of {', '.join(EXCHANGES)}"
        raise InputError(f"exchange {name!r}", "it is not known", known, nearest(name, EXCHANGES))
    return Sessions(partial(_hours, name), ZoneInfo(found.zone))


@cache
def _hours(name: str, day: date) -> Session | None:
    exchange = EXCHANGES[name]
    closed, early = _closed_days(exchange.code, day.year)
    if day.weekday() >= SATURDAY or day in closed:
        return None
    is_short = day in early and exchange.closes_early is not None
    closes = exchange.closes_early if is_short and exchange.closes_early else exchange.closes
    return Session(day, _in_utc(exchange, day, exchange.opens), _in_utc(exchange, day, closes))


@cache
def _closed_days(code: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays and days of an early close of a year."""
    from holidays import financial_holidays

    closed = financial_holidays(code, years=year)
    if HALF_DAY[0] not in closed.supported_categories:
        return frozenset(closed), frozenset()
    return frozenset(closed), frozenset(financial_holidays(code, years=year, categories=HALF_DAY))


def _in_utc(exchange: Exchange, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(exchange.zone)).astimezone(UTC)
