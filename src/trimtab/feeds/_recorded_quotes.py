"""Bid and ask from a file, as a `QuoteFeed`: each quote with the moment that it is from.

CSV or Parquet with the columns `time`, `bid`, `ask` and, where they are there, `instrument` (or
`symbol`), `bid_size` and `ask_size`.  Bars with `bid_close` and `ask_close` are taken too: a bar is
known when it ends, so its length has to be stated.  Rows without one of the sides, or whose sides
cross, are no quotes.

Errors: `InputError` with file and line for a file that is not there or is not this.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from trimtab.feeds._file_rows import not_parquet, parquet_library
from trimtab.model.brokers import Quote
from trimtab.model.errors import InputError
from trimtab.model.money import ZERO

__all__ = ["RecordedQuotes"]

TIME = ("time", "timestamp", "ts", "ts_et", "at")
NAME = ("instrument", "symbol")
BID, ASK = ("bid", "bid_price"), ("ask", "ask_price")
BID_SIZE, ASK_SIZE = ("bid_size",), ("ask_size",)
BAR_BID, BAR_ASK = "bid_close", "ask_close"
PRICE_DECIMALS = 4
"""Floats of a Parquet file are rounded to what US prices have at most (17 CFR 242.612)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file keeps what."""

    time: str
    name: str | None
    bid: str
    ask: str
    bid_size: str | None
    ask_size: str | None


class RecordedQuotes:
    """The quotes of a file.

    `instrument` names whose they are where the file does not; moments without a zone are of `zone`.
    Unit: `bar_seconds` the length of a bar, zero for single quotes; `age_seconds_max` how old a
    quote may be, none for any age.
    """

    def __init__(
        self,
        path: str,
        *,
        instrument: str = "",
        zone: str = "America/New_York",
        bar_seconds: int = 0,
        age_seconds_max: float | None = None,
    ) -> None:
        self._age_max = None if age_seconds_max is None else timedelta(seconds=age_seconds_max)
        self._times: dict[str, list[datetime]] = {}
        self._quotes: dict[str, list[Quote]] = {}
        wait = timedelta(seconds=bar_seconds)
        for quote in sorted(_read(path, instrument, ZoneInfo(zone), wait), key=lambda one: one.at):
            self._times.setdefault(quote.instrument, []).append(quote.at)
            self._quotes.setdefault(quote.instrument, []).append(quote)

    @property
    def instruments(self) -> tuple[str, ...]:
        """Whose quotes the file has."""
        return tuple(self._quotes)

    def times(self, instrument: str) -> Sequence[datetime]:
        """The moments at which an instrument has a quote, the oldest first."""
        return self._times.get(instrument, ())

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quote of each instrument not after `at`; absent where there is none."""
        found: dict[str, Quote] = {}
        for name in instruments:
            last = bisect_right(self._times.get(name, []), at) - 1
            if last < 0:
                continue
            quote = self._quotes[name][last]
            if self._age_max is None or at - quote.at <= self._age_max:
                found[name] = quote
        return found


def _read(path: str, instrument: str, zone: ZoneInfo, wait: timedelta) -> Iterator[Quote]:
    header, rows = _rows(path)
    columns = _columns(path, header, instrument, wait)
    for line, row in enumerate(rows, 2):
        try:
            quote = _quote(row, columns, instrument, zone, wait, path)
        except (ValueError, InvalidOperation) as error:
            raise InputError("a quote", str(error), file=path, line=line) from None
        if quote is not None and ZERO < quote.bid <= quote.ask:
            yield quote


def _quote(
    row: Mapping[str, Any],
    columns: Columns,
    instrument: str,
    zone: ZoneInfo,
    wait: timedelta,
    path: str,
) -> Quote | None:
    bid, ask = _number(row[columns.bid], columns.bid), _number(row[columns.ask], columns.ask)
    if bid is None or ask is None:
        return None
    value = row[columns.time]
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Quote(
        instrument=str(row[columns.name]) if columns.name else instrument,
        bid=bid,
        ask=ask,
        at=moment.astimezone(UTC) + wait,
        bid_size=_size(row, columns.bid_size),
        ask_size=_size(row, columns.ask_size),
        source=path,
    )


def _size(row: Mapping[str, Any], column: str | None) -> Decimal:
    return ZERO if column is None else _number(row[column], column) or ZERO


def _columns(path: str, header: Sequence[str], instrument: str, wait: timedelta) -> Columns:
    by_name = {name.strip().lower(): name for name in header}

    def at(names: Iterable[str]) -> str | None:
        return next((by_name[name] for name in names if name in by_name), None)

    time, name, bid, ask = at(TIME), at(NAME), at(BID), at(ASK)
    if bid is None and BAR_BID in by_name:
        bid, ask = by_name[BAR_BID], at((BAR_ASK,))
        if not wait:
            raise InputError(
                "quotes",
                f"{BAR_BID} is known when its bar ends, and the length of a bar is not stated",
                remedy="state bar_seconds",
                file=path,
            )
    if time is None or bid is None or ask is None:
        have = ", ".join(header) or "none"
        bound = "time, bid and ask are needed"
        raise InputError("quotes", f"the columns are {have}", bound, file=path)
    if name is None and not instrument:
        remedy = "add a column instrument, or name the instrument"
        raise InputError("quotes", "nothing says whose they are", remedy=remedy, file=path)
    return Columns(time, name, bid, ask, at(BID_SIZE), at(ASK_SIZE))


def _rows(path: str) -> tuple[Sequence[str], Iterable[Mapping[str, Any]]]:
    try:
        if Path(path).suffix == ".parquet":
            Path(path).stat()  # Arrow's own words for a missing file are long
            return _parquet_rows(path)
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = DictReader(file)
            header, rows = tuple(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError("quotes", f"the file cannot be read ({words})", file=path) from None
    return header, rows


def _parquet_rows(path: str) -> tuple[Sequence[str], Iterable[Mapping[str, Any]]]:
    arrow, parquet = parquet_library(path)
    try:
        table = parquet.read_table(path)
    except arrow.ArrowException as error:
        raise not_parquet(path, error) from None
    columns = [table.column(name).to_pylist() for name in table.column_names]
    names = table.column_names
    return names, (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _number(value: object, column: str) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        value = f"{value:.{PRICE_DECIMALS}f}"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{column} is {value!r}, not a number")
    return number
