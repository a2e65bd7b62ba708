"""Bars out of a price file: CSV in parts of some thousand rows, Parquet through `_bars_parquet`.

Only what is asked for becomes numbers, part by part, so that a long file needs little
more memory than its arrays.  Errors: those of `_file_rows`, `_bars_header` and `_bars`, and
`InputError` or `InputErrors` with file and line for rows cut off, and dates and numbers that are
none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import ERRORS_MAX, BarField, Bars, Floats, check_bars, raised
from trimtab.feeds._bars_cells import NO_DAY, Days, Names, cell_numbers, day_numbers, no_date
from trimtab.feeds._bars_header import BarColumns, bar_columns
from trimtab.feeds._file_rows import Row, file_rows
from trimtab.feeds._market_question import EPOCH, MarketQuestion
from trimtab.model.errors import InputError

__all__ = ["read_bars"]

ROWS_AT_ONCE = 10_000


def read_bars(path: str, currency: str, question: MarketQuestion) -> Bars:
    """The bars of those instruments of a file that are asked for; `currency` where a row has none.

    Refuses: what the module's docstring says.
    """
    if path.endswith(".parquet"):
        from trimtab.feeds._bars_parquet import parquet_bars

        bars = parquet_bars(path, currency, question)
    else:
        bars = _csv_bars(path, currency, question)
    check_bars(bars)
    return bars


def _csv_bars(path: str, currency: str, question: MarketQuestion) -> Bars:
    rows = file_rows(path)
    _, header = next(rows, (0, ()))
    columns = bar_columns(header, path, question)
    reading = _Reading(path, columns, Names(currency, question))
    whole = reading.whole(rows)
    parts: list[_Part] = []
    while len(reading.errors) < ERRORS_MAX and (chunk := list(islice(whole, ROWS_AT_ONCE))):
        parts.append(reading.part(chunk))
    raised(reading.errors)
    parts = parts or [reading.empty()]
    fields = parts[0].values
    return Bars(
        tuple(reading.names.codes),
        tuple(reading.names.currencies),
        np.concatenate([part.day for part in parts]).astype("datetime64[D]"),
        np.concatenate([part.code for part in parts]),
        np.concatenate([part.line for part in parts]),
        {one: np.concatenate([part.values[one] for part in parts]) for one in fields},
        path,
        columns.source(path),
        columns.is_adjusted,
        columns.findings,
        reading.seen(),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Some thousand rows as arrays, named as in `Bars`."""

    day: npt.NDArray[np.int64]
    code: npt.NDArray[np.int32]
    line: npt.NDArray[np.int64]
    values: dict[BarField, Floats]


@dataclass(slots=True)
class _Reading:
    """What is gathered while the rows of one file go by."""

    path: str
    columns: BarColumns
    names: Names
    days: Days = field(default_factory=Days)
    errors: list[InputError] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, _ in self.columns.closes:
            self.names.code(name, "", self.path, 1)

    def whole(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows that are asked for, without those that are cut off or have no date."""
        width, at, at_date = len(self.columns.names), self.columns.instrument, self.columns.date
        since, until = self.names.question.span
        days, is_wanted = self.days, dict[str, bool]()
        for line, row in rows:
            if len(row) != width:
                fact = f"has {len(row)} of {width} columns"
                remedy = "is the file cut off, or a number written with a comma?"
                if not self._goes_on(InputError("row", fact, remedy=remedy), line):
                    return
                continue
            if at is not None:
                wanted = is_wanted.get(row[at])
                if wanted is None:
                    wanted = self.names.question.is_asked(row[at].strip())
                    is_wanted[row[at]] = wanted
                if not wanted:
                    continue
            day = days[row[at_date]]
            if since <= day <= until:
                yield line, row
            elif day == NO_DAY and not self._goes_on(no_date(row[at_date]), line):
                return

    def _goes_on(self, error: InputError, line: int) -> bool:
        """Gather one error; whether there is room for more."""
        self.errors.append(error.at(self.path, line))
        return len(self.errors) < ERRORS_MAX

    def seen(self) -> tuple[date, date] | None:
        """The first and the last day of which there are rows."""
        days = [day + EPOCH for day in self.days.values() if day != NO_DAY]
        return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None

    def part(self, chunk: Sequence[Row]) -> _Part:
        """Rows as arrays; numbers that are none go to the errors."""
        lines, rows = zip(*chunk, strict=True)
        cells = list(zip(*rows, strict=True))
        line = np.asarray(lines, dtype=np.int64)
        day = day_numbers(cells[self.columns.date], self.days)
        if self.columns.instrument is None:
            return self._wide(cells, day, line)
        return self._long(cells, day, line)

    def empty(self) -> _Part:
        """No rows at all."""
        fields = [one for one, _ in self.columns.fields] or [BarField.CLOSE]
        none = np.zeros(0, dtype=np.int64)
        return _Part(none, none.astype(np.int32), none, {one: np.zeros(0) for one in fields})

    def _wide(
        self,
        cells: Sequence[Sequence[str]],
        day: npt.NDArray[np.int64],
        line: npt.NDArray[np.int64],
    ) -> _Part:
        count = len(self.columns.closes)
        dates = cells[self.columns.date]
        closes = [
            self._numbers(BarField.CLOSE, cells[at], [name] * len(dates), dates, line)
            for name, at in self.columns.closes
        ]
        code = np.repeat(np.arange(count, dtype=np.int32), len(dates))
        close = np.concatenate(closes) if closes else np.zeros(0)
        return _Part(np.tile(day, count), code, np.tile(line, count), {BarField.CLOSE: close})

    def _long(
        self,
        cells: Sequence[Sequence[str]],
        day: npt.NDArray[np.int64],
        line: npt.NDArray[np.int64],
    ) -> _Part:
        names, at_currency = cells[self.columns.instrument or 0], self.columns.currency
        given = [""] * len(names) if at_currency is None else cells[at_currency]
        first: dict[tuple[str, str], int] = {}
        pairs = list(zip(names, given, strict=True))
        for at, pair in enumerate(pairs):
            first.setdefault(pair, at)
        codes = {
            pair: self.names.code(*pair, self.path, int(line[at])) for pair, at in first.items()
        }
        code = np.fromiter(map(codes.__getitem__, pairs), np.int32, len(names))
        dates = cells[self.columns.date]
        values = {
            one: self._numbers(one, cells[at], names, dates, line)
            for one, at in self.columns.fields
        }
        return _Part(day, code, line, values)

    def _numbers(
        self,
        one: BarField,
        cells: Sequence[str],
        names: Sequence[str],
        dates: Sequence[str],
        line: npt.NDArray[np.int64],
    ) -> Floats:
        def place(at: int) -> tuple[str, int]:
            return f"{one.word} of {names[at].strip()} on {dates[at]}", int(line[at])

        return cell_numbers(one, cells, place, self.path, self.errors)
