"""Prices from a file of one's own: CSV (also gzipped) or Parquet, wide or long.

Wide has one column an instrument, `date,VTI,BND`; long has one row a price,
`date,instrument,close[,currency]`.  Which of the two it is, the header says.  Rows may stand in any
order, cells may be empty (no price that day), lines that open with # are comments.  FX rates are
prices: a column `EURUSD` holds dollars for one euro.

Errors: `InputError` or `InputErrors` with file and line for a missing or empty file, an encoding
other than UTF-8, a header without a date, a date that is none, a date given twice, a row that is
cut off, and (as soon as it is asked for) a price that is no number, zero or negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from trimtab.feeds._actions_file import ACTIONS_NAME, read_actions
from trimtab.feeds._file_rows import (
    CLOSE_NAMES,
    CURRENCY_NAMES,
    INSTRUMENT_NAMES,
    Row,
    column_at,
    day_of,
    file_rows,
    header_of,
    unreadable,
)
from trimtab.feeds._market_question import question_of
from trimtab.feeds._series import PriceSeries, history_of, latest_of, quote_currency
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["Files"]

ERRORS_MAX = 20
FILES_CACHED = 8


@dataclass(frozen=True, slots=True)
class Files:
    """Closes from one CSV or Parquet file; `currency` is that of prices whose row names none."""

    path: str
    currency: str = "USD"

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        """The last price of each instrument on or before `as_of`; absent where there is none."""
        table = self._table()
        known = (table[name] for name in instruments if name in table)
        return latest_of(known, as_of, self._source)

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        """Up to `sessions` daily closes up to and including `as_of`."""
        return history_of(self._table(), instruments, as_of, sessions, self._source)

    def actions(
        self, instruments: Sequence[str], since: date, until: date
    ) -> tuple[CorporateAction, ...]:
        """Dividends and splits from `actions.csv` beside the prices; none where it is absent."""
        path = Path(self.path).with_name(ACTIONS_NAME)
        return tuple(
            one
            for one in read_actions(path, self.currency)
            if one.instrument in instruments and since <= one.on <= until
        )

    def market(
        self, instruments: Sequence[str], since: date, until: date, currency: str = "USD"
    ) -> MarketHistory:
        """Every day from `since` to `until` with a price, as a backtest replays it.

        The long form may have more columns: open, vwap, volume, half_spread (or bid and ask),
        dividend and split; dividends and splits of `actions.csv` are added to them.
        Refuses: what the module's docstring says, and what `MarketFeed.market` does.
        """
        from trimtab.feeds._bars_file import read_bars  # NumPy only where it is needed
        from trimtab.feeds._market import market_of

        question = question_of(instruments, since, until, currency)
        try:
            bars = read_bars(self.path, self.currency, question)
        except OSError as error:
            raise unreadable(self.path, error) from None
        return market_of(bars, question, self.actions(instruments, since, until))

    @property
    def _source(self) -> str:
        return f"closes of {Path(self.path).name}"

    def _table(self) -> dict[str, PriceSeries]:
        try:
            status = Path(self.path).stat()
            return _read(self.path, self.currency, status.st_mtime_ns, status.st_size)
        except OSError as error:  # no file, a folder of that name, no permission
            raise unreadable(self.path, error) from None


@lru_cache(maxsize=FILES_CACHED)
def _read(path: str, currency: str, _changed: int, _size: int) -> dict[str, PriceSeries]:
    """All series of a file; read again only after the file changed."""
    rows = file_rows(path)
    _, header = next(rows, (0, ()))
    names, at_date = header_of(header, path)
    lowered = [name.lower() for name in names]
    at_instrument, at_close = column_at(lowered, INSTRUMENT_NAMES), column_at(lowered, CLOSE_NAMES)
    dated = _dated(rows, at_date, len(names), path)
    if at_instrument is None or at_close is None:
        return _wide(dated, names, at_date, currency, path)
    at_currency = column_at(lowered, CURRENCY_NAMES)
    return _long(dated, (at_instrument, at_close, at_currency), currency, path)


def _dated(
    rows: Iterable[Row], at_date: int, width: int, path: str
) -> list[tuple[date, int, Sequence[str]]]:
    """The rows with their dates, oldest first; all that is wrong is named in one pass."""
    found: list[tuple[date, int, Sequence[str]]] = []
    errors: list[InputError] = []
    for line, row in rows:
        if len(errors) >= ERRORS_MAX:
            break
        if len(row) != width:
            fact = f"has {len(row)} of {width} columns"
            remedy = "is the file cut off, or a number written with a comma?"
            errors.append(InputError("row", fact, remedy=remedy, file=path, line=line))
            continue
        try:
            found.append((day_of(row[at_date]), line, row))
        except ValueError:
            fact = f"{row[at_date]!r} is no date"
            errors.append(
                InputError("date", fact, remedy="write it as 2022-10-14", file=path, line=line)
            )
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    found.sort(key=lambda entry: entry[0])
    return found


def _wide(
    rows: Sequence[tuple[date, int, Sequence[str]]],
    names: Sequence[str],
    at_date: int,
    currency: str,
    path: str,
) -> dict[str, PriceSeries]:
    dates, lines = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    _refuse_repeats(dates, lines, "the file", path)
    series: dict[str, PriceSeries] = {}
    for at, name in enumerate(names):
        if at == at_date or not name:
            continue
        if name in series:
            remedy = "remove one of the two, or give it its own name"
            raise InputError(
                f"column {name}", "stands in the header twice", "", remedy, file=path, line=1
            )
        texts = tuple(row[2][at] for row in rows)
        in_currency = quote_currency(name, currency)
        series[name] = PriceSeries(name, in_currency, dates, texts, lines, path)
    return series


def _long(
    rows: Sequence[tuple[date, int, Sequence[str]]],
    columns: tuple[int, int, int | None],
    currency: str,
    path: str,
) -> dict[str, PriceSeries]:
    at_instrument, at_close, at_currency = columns
    grouped: dict[str, list[tuple[date, int, Sequence[str]]]] = {}
    for row in rows:
        grouped.setdefault(row[2][at_instrument].strip(), []).append(row)
    series: dict[str, PriceSeries] = {}
    for name, own in grouped.items():
        dates, lines = tuple(row[0] for row in own), tuple(row[1] for row in own)
        _refuse_repeats(dates, lines, name, path)
        given = {"" if at_currency is None else row[2][at_currency].strip() for row in own}
        if len(given) > 1:
            raise InputError(
                f"currency of {name}",
                f"changes between {' and '.join(sorted(given))}",
                "one series has one currency",
                file=path,
                line=lines[0],
            )
        texts = tuple(row[2][at_close] for row in own)
        in_currency = given.pop() or quote_currency(name, currency)
        series[name] = PriceSeries(name, in_currency, dates, texts, lines, path)
    return series


def _refuse_repeats(dates: Sequence[date], lines: Sequence[int], whose: str, path: str) -> None:
    for at in range(1, len(dates)):
        if dates[at] == dates[at - 1]:
            raise InputError(
                f"date {dates[at]}",
                f"{whose} has it twice, in lines {lines[at - 1]} and {lines[at]}",
                remedy="keep the row that is right",
                file=path,
                line=lines[at],
            )


PLUGIN = Files
