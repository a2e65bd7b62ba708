"""What is to be said of a market history: codes and sentences, one place for both.

Feeds say what they met while reading, the backtest what it sees in the numbers; a reader meets the
same words from either.  Every sentence names the day and, as its subject, the instrument.

Errors: none.
"""

from __future__ import annotations

from datetime import date

from trimtab.model.findings import Finding, Severity

__all__ = [
    "MARKET",
    "action_moved",
    "action_unused",
    "columns_unread",
    "ended",
    "listed_late",
    "opens_late",
    "quotes_crossed",
    "stops_early",
    "without_actions",
]

MARKET = "market history"
"""The subject of what concerns all instruments."""


def listed_late(instrument: str, first: date, opens: date) -> Finding:
    """An instrument that has no price in the first sessions."""
    return Finding(
        "market.listed_late",
        Severity.NOTE,
        instrument,
        f"has no price before {first}, the history opens on {opens}: none can be bought until then",
        first.isoformat(),
        opens.isoformat(),
    )


def ended(instrument: str, last: date, closes: date) -> Finding:
    """An instrument that has no price in the last sessions."""
    return Finding(
        "market.ended",
        Severity.WARNING,
        instrument,
        f"has no price after {last}, the history closes on {closes}: it is taken as delisted",
        last.isoformat(),
        closes.isoformat(),
        "give what its holders got as its last close, or the prices that are missing",
    )


def opens_late(opens: date, since: date) -> Finding:
    """A history that opens well after the day that was asked for."""
    return Finding(
        "market.opens_late",
        Severity.WARNING,
        MARKET,
        f"opens on {opens}, asked for was {since}",
        opens.isoformat(),
        since.isoformat(),
    )


def stops_early(closes: date, until: date) -> Finding:
    """A history that closes well before the day that was asked for."""
    return Finding(
        "market.stops_early",
        Severity.WARNING,
        MARKET,
        f"closes on {closes}, asked for was {until}",
        closes.isoformat(),
        until.isoformat(),
    )


def action_moved(instrument: str, what: str, on: date, to: date) -> Finding:
    """A dividend or split whose ex-date is no day of the history."""
    return Finding(
        "market.action_moved",
        Severity.WARNING,
        instrument,
        f"{what} of {on} falls on no day of the history: it is taken on the next, {to}",
        on.isoformat(),
        to.isoformat(),
        "correct its date, or give the prices of that day",
    )


def action_unused(instrument: str, what: str, on: date, closes: date) -> Finding:
    """A dividend or split after the last day of the history."""
    return Finding(
        "market.action_unused",
        Severity.WARNING,
        instrument,
        f"{what} of {on} is left out: the history closes on {closes}",
        on.isoformat(),
        closes.isoformat(),
    )


def quotes_crossed(instrument: str, first: date, days: int) -> Finding:
    """A bid above the ask: the spread of these days is not known."""
    more = "" if days == 1 else f" (the first of {days} such days)"
    return Finding(
        "market.quotes_crossed",
        Severity.WARNING,
        instrument,
        f"has a bid above its ask on {first}{more}: its spread is taken as not known",
        first.isoformat(),
    )


def columns_unread(file: str, columns: tuple[str, ...], remedy: str = "") -> Finding:
    """Columns of a file that mean nothing to us."""
    words = ", ".join(columns)
    return Finding(
        "market.columns_unread",
        Severity.NOTE,
        file,
        f"{'columns are' if len(columns) > 1 else 'a column is'} not read: {words}",
        remedy=remedy,
    )


def without_actions(file: str) -> Finding:
    """Closes with neither dividends nor splits, and no word on whether they are adjusted."""
    return Finding(
        "market.without_actions",
        Severity.WARNING,
        file,
        "gives neither dividends nor splits: right where its closes are adjusted for both, "
        "and too low a return where they are not",
        remedy="put actions.csv beside it, or name the column adj_close",
    )
