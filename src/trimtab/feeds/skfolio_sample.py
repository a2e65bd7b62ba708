"""Prices of 20 US stocks (1990-2022) and five factor ETFs (2014-2022) from the skfolio package.

The `skfolio` package ships these closes, adjusted for splits and dividends, as gzipped CSV.  They
are read from where it is installed without importing it, which alone would take seconds, and only
the lines that a question needs are parsed.

Errors: `InputError` where skfolio is not installed or its files have moved, and for a price that is
no number, zero or negative.
"""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec
from math import nan
from pathlib import Path

from trimtab.feeds._market_question import question_of
from trimtab.feeds._series import GAPS, check_sessions, price_amount
from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["SkfolioSample"]

DATASETS = ("sp500_dataset.csv.gz", "factors_dataset.csv.gz")
SOURCE = "skfolio sample, closes adjusted for splits and dividends"
INSTALL = 'install it with: pip install "trimtab[demo]"'
ONE_DAY = timedelta(days=1)
DATE_LENGTH = len("2022-10-14")
HISTORIES_MAX = 8
"""So many histories are kept, each below a megabyte for a household of the usual size."""


@dataclass(frozen=True, slots=True)
class SkfolioSample:
    """The closes that ship inside the installed `skfolio` package."""

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        """The last price of each instrument on or before `as_of`; absent where there is none."""
        prices: dict[str, Price] = {}
        for table in map(_table, DATASETS):
            for name in instruments:
                price = table.last_price(name, as_of) if name in table.columns else None
                if price is not None:
                    prices[name] = price
        return prices

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        """Up to `sessions` daily closes up to and including `as_of`."""
        check_sessions(sessions)
        return _history(tuple(instruments), as_of, sessions)

    def market(
        self, instruments: Sequence[str], since: date, until: date, currency: str = "USD"
    ) -> MarketHistory:
        """Every day from `since` to `until` with a price, as a backtest replays it.

        The closes contain dividends and splits: `dividend` is zero and `split` one throughout.
        Refuses: what `MarketFeed.market` does; another currency than dollars, for want of rates.
        """
        from trimtab.feeds._market import market_of  # NumPy only where it is needed
        from trimtab.feeds._skfolio_market import sample_bars

        question = question_of(instruments, since, until, currency)
        tables = [_table(name) for name in DATASETS]
        parts = [(one.columns, one.lines_between(since, until)) for one in tables]
        seen = min(map(_first_day, tables)), max(map(_last_day, tables))
        return market_of(sample_bars(parts, question, SOURCE, seen), question)


@dataclass(frozen=True, slots=True)
class _Table:
    """One file: its columns by name and its lines, oldest first, still text."""

    columns: dict[str, int]
    lines: tuple[str, ...]

    def lines_upto(self, as_of: date) -> int:
        """How many lines are dated on or before `as_of`: ISO dates sort as text."""
        return bisect_right(self.lines, as_of.isoformat(), key=lambda line: line[:DATE_LENGTH])

    def lines_between(self, since: date, until: date) -> tuple[str, ...]:
        """The lines dated from `since` to `until`, both included."""
        return self.lines[self.lines_upto(since - ONE_DAY) : self.lines_upto(until)]

    def last_price(self, instrument: str, as_of: date) -> Price | None:
        """The last price on or before `as_of`."""
        for line in reversed(self.lines[: self.lines_upto(as_of)]):
            cells = line.split(",")
            text = cells[self.columns[instrument]]
            if text.lower() not in GAPS:
                on = date.fromisoformat(cells[0])
                return Price(instrument, price_amount(text, instrument, on), "USD", on, SOURCE)
        return None


def _first_day(table: _Table) -> date:
    return date.fromisoformat(table.lines[0][:DATE_LENGTH])


def _last_day(table: _Table) -> date:
    return date.fromisoformat(table.lines[-1][:DATE_LENGTH])


@lru_cache(maxsize=HISTORIES_MAX)
def _history(instruments: tuple[str, ...], as_of: date, sessions: int) -> PriceHistory:
    """The closes of a question; a dashboard asks the same again and again."""
    closes: dict[str, dict[str, float]] = {}
    for table in map(_table, DATASETS):
        wanted = [(name, table.columns[name]) for name in instruments if name in table.columns]
        upto = table.lines_upto(as_of)
        for line in table.lines[max(0, upto - sessions) : upto] if wanted else ():
            cells = line.split(",")
            row = closes.setdefault(cells[0], {})
            for name, at in wanted:
                row[name] = _close(cells[at], name, cells[0])
    days = sorted(closes)[-sessions:]
    rows = tuple(tuple(closes[day].get(name, nan) for name in instruments) for day in days)
    return PriceHistory(tuple(map(date.fromisoformat, days)), instruments, rows, SOURCE)


def _close(text: str, instrument: str, day: str) -> float:
    if text.lower() in GAPS:
        return nan
    close = float(text)
    if not close > 0:
        raise InputError(f"price of {instrument} on {day}", f"is {text}", "must be above zero")
    return close


@lru_cache(maxsize=len(DATASETS))
def _table(name: str) -> _Table:
    header, *lines = gzip.decompress(_data_file(name).read_bytes()).decode().splitlines()
    columns = {column: at for at, column in enumerate(header.split(",")) if at > 0}
    return _Table(columns, tuple(lines))


def _data_file(name: str) -> Path:
    spec = find_spec("skfolio")  # finds the folder, imports nothing
    if spec is None or not spec.submodule_search_locations:
        raise InputError("sample prices", "the skfolio package is not installed", remedy=INSTALL)
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "data" / name
    if not path.is_file():
        raise InputError("sample prices", f"the installed skfolio has no {name}", remedy=INSTALL)
    return path


PLUGIN = SkfolioSample
