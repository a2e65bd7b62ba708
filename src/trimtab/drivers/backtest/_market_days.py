"""The days of a market history, held against the exchange's calendar.

Errors: none raised; what cannot be used is handed back as `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from trimtab.drivers.backtest.market_rules import MarketRules
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.market_findings import MARKET

__all__ = ["IsSession", "day_errors", "day_findings"]

IsSession = Callable[[date], bool]

ONE_DAY = timedelta(days=1)
SATURDAY = 5
DAYS_SHOWN_MAX = 5


def day_errors(
    dates: Sequence[date], rules: MarketRules, is_session: IsSession | None
) -> Iterator[InputError]:
    """No days at all, days twice or out of order, and holes longer than the rules allow."""
    if not dates:
        yield InputError(MARKET, "has no day at all", remedy="ask for days that have prices")
    trades = is_session or _is_weekday
    for before, day in pairwise(dates):
        if day == before:
            yield InputError(f"date {day}", f"stands twice in the {MARKET}", remedy="keep one row")
        elif day < before:
            yield InputError(
                f"date {day}", f"stands after {before} in the {MARKET}", "days go upwards"
            )
        elif (missing := len(_between(before, day, trades))) > rules.missing_sessions_max:
            yield InputError(
                MARKET,
                f"has no price of any instrument between {before} and {day}, {missing} sessions",
                f"at most {rules.missing_sessions_max} may be missing in a row",
                "give the prices of these days, or test before and after them separately",
            )


def day_findings(dates: Sequence[date], is_session: IsSession | None) -> Iterator[Finding]:
    """Days on which the exchange was closed, and sessions that are missing."""
    if is_session is None:
        return
    closed = [day for day in dates if not is_session(day)]
    if closed:
        words = f"has {_count(closed, 'day')} on which the exchange was closed: {_shown(closed)}"
        remedy = "are these prices of that exchange?"
        yield _finding("market.not_a_session", words, closed, remedy)
    missing = [day for pair in pairwise(dates) for day in _between(*pair, is_session)]
    if missing:
        words = f"lacks {_count(missing, 'session')} of the exchange: {_shown(missing)}"
        yield _finding("market.session_missing", words, missing, "give the prices of these days")


def _finding(code: str, words: str, days: Sequence[date], remedy: str) -> Finding:
    return Finding(code, Severity.WARNING, MARKET, words, str(len(days)), "0", remedy)


def _count(days: Sequence[date], word: str) -> str:
    return f"{len(days)} {word}{'' if len(days) == 1 else 's'}"


def _shown(days: Sequence[date]) -> str:
    shown = ", ".join(map(str, days[:DAYS_SHOWN_MAX]))
    return shown if len(days) <= DAYS_SHOWN_MAX else f"{shown} … {days[-1]}"


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


def _between(before: date, after: date, is_session: IsSession) -> list[date]:
    """The sessions strictly between two days."""
    found, day = [], before + ONE_DAY
    while day < after:
        if is_session(day):
            found.append(day)
        day += ONE_DAY
    return found
