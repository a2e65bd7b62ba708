"""Bars out of a Parquet file, column by column through Arrow: millions of rows in seconds.

Errors: as `_bars_file` says; the line of a row is counted as if the names of the columns stood in
the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import ERRORS_MAX, BarField, Bars, Floats, raised
from trimtab.feeds._bars_cells import NO_DAY, Names, cell_numbers, day_numbers, no_date
from trimtab.feeds._bars_header import BarColumns, bar_columns
from trimtab.feeds._file_rows import not_parquet, parquet_library
from trimtab.feeds._market_question import EPOCH, MarketQuestion
from trimtab.model.errors import InputError

__all__ = ["parquet_bars"]

Ints = npt.NDArray[np.int64]

FIRST_LINE = 2


def parquet_bars(path: str, currency: str, question: MarketQuestion) -> Bars:
    """The bars of a Parquet file that are asked for.

    Refuses: what the module's docstring says.
    """
    columns, table = _table(path, question)
    reading, names = _Reading(path, table), Names(currency, question)
    seen = reading.keep(columns, question)
    if columns.instrument is None:
        day, code, line, values = _wide(reading, columns, names)
    else:
        in_currency = None if columns.currency is None else columns.names[columns.currency]
        day, line = reading.day, reading.line
        code = reading.codes(columns.names[columns.instrument], in_currency, names)
        values = {one: reading.numbers(one, columns.names[at], "") for one, at in columns.fields}
    raised(reading.errors)
    return Bars(
        tuple(names.codes),
        tuple(names.currencies),
        day.astype("datetime64[D]"),
        code,
        line,
        values,
        path,
        columns.source(path),
        columns.is_adjusted,
        columns.findings,
        seen,
    )


def _table(path: str, question: MarketQuestion) -> tuple[BarColumns, Any]:
    """The columns of the file that are read, as their names stand in it."""
    arrow, parquet = parquet_library(path)
    Path(path).stat()  # Arrow's own words for a missing file are long
    try:
        header = parquet.read_schema(path).names
        columns = bar_columns(header, path, question)
        at_read = {columns.date, columns.instrument, columns.currency}
        at_read |= {at for _, at in (*columns.fields, *columns.closes)}
        table = parquet.read_table(path, columns=[header[at] for at in at_read if at is not None])
    except (arrow.ArrowException, OSError) as error:
        raise not_parquet(path, error) from None
    return replace(columns, names=tuple(header)), table


def _wide(
    reading: _Reading, columns: BarColumns, names: Names
) -> tuple[Ints, npt.NDArray[np.int32], Ints, dict[BarField, Floats]]:
    """Day, code, line and closes of a file with a column an instrument."""
    for name, _ in columns.closes:
        names.code(name, "", reading.path, 1)
    closes = [
        reading.numbers(BarField.CLOSE, columns.names[at], name) for name, at in columns.closes
    ]
    count = len(closes)
    code = np.repeat(np.arange(count, dtype=np.int32), len(reading.day))
    close = np.concatenate([np.zeros(0), *closes])
    return np.tile(reading.day, count), code, np.tile(reading.line, count), {BarField.CLOSE: close}


class _Reading:
    """The columns of one table as arrays; what is wrong with them is gathered."""

    def __init__(self, path: str, table: Any) -> None:
        import pyarrow
        from pyarrow import compute

        self.path, self.table, self.arrow, self.compute = path, table, pyarrow, compute
        self.errors: list[InputError] = []
        self.day: Ints = np.zeros(0, np.int64)
        self.line: Ints = np.arange(table.num_rows) + FIRST_LINE

    def keep(self, columns: BarColumns, question: MarketQuestion) -> tuple[date, date] | None:
        """Keep the rows that are asked for; the first and the last day of those named so."""
        day = self._days(columns.names[columns.date])
        is_named = np.ones(len(day), dtype=np.bool_)
        if columns.instrument is not None:
            known = self._encoded(self.table.column(columns.names[columns.instrument]))
            asked = [question.is_asked(str(text).strip()) for text in known.dictionary.to_pylist()]
            is_named = np.array([*asked, False])[known.indices.fill_null(-1).to_numpy()]
        for at in np.flatnonzero(is_named & (day == NO_DAY))[:ERRORS_MAX]:
            text = self.table.column(columns.names[columns.date])[int(at)].as_py()
            error = no_date("" if text is None else text)
            self.errors.append(error.at(self.path, int(at) + FIRST_LINE))
        raised(self.errors)
        since, until = question.span
        kept = is_named & (day >= since) & (day <= until)
        self.day, self.line = day[kept], self.line[kept]
        if not kept.all():
            self.table = self.table.filter(self.arrow.array(kept))
        named = day[is_named] + EPOCH
        if not len(named):
            return None
        return date.fromordinal(int(named.min())), date.fromordinal(int(named.max()))

    def _days(self, name: str) -> npt.NDArray[np.int64]:
        """Days since 1970."""
        column, types = self.table.column(name), self.arrow.types
        if types.is_timestamp(column.type) and column.type.tz is not None:
            column = self.compute.local_timestamp(column)
        if types.is_date(column.type) or types.is_timestamp(column.type):
            days = column.to_numpy().astype("datetime64[D]").astype(np.int64)
        else:
            encoded = self._encoded(column)
            texts = [str(text) for text in encoded.dictionary.to_pylist()]
            index = encoded.indices.fill_null(-1).to_numpy()
            days = np.append(day_numbers(texts), NO_DAY)[index]
        return np.asarray(days)

    def codes(self, name: str, currency: str | None, names: Names) -> npt.NDArray[np.int32]:
        """The number of each row's instrument, -1 where it is not asked for."""
        known = self._encoded(self.table.column(name))
        texts = [str(text) for text in known.dictionary.to_pylist()]
        index = known.indices.fill_null(-1).to_numpy().astype(np.int64)
        given, money = [""], np.zeros(len(index), dtype=np.int64)
        if currency is not None:
            encoded = self._encoded(self.table.column(currency))
            given = [*(str(text) for text in encoded.dictionary.to_pylist()), ""]
            money = encoded.indices.fill_null(len(given) - 1).to_numpy().astype(np.int64)
        pairs, first, which = np.unique(
            index * len(given) + money, return_index=True, return_inverse=True
        )
        codes = [
            -1
            if pair < 0
            else names.code(
                texts[pair // len(given)], given[pair % len(given)], self.path, int(self.line[at])
            )
            for pair, at in zip(pairs.tolist(), first, strict=True)
        ]
        return np.asarray(codes, dtype=np.int32)[which]

    def numbers(self, one: BarField, name: str, instrument: str) -> Floats:
        """A column as numbers, `nan` where it is null."""
        column, types = self.table.column(name), self.arrow.types
        if types.is_string(column.type) or types.is_large_string(column.type):
            cells = ["" if cell is None else cell for cell in column.to_pylist()]
            return cell_numbers(one, cells, self._place(one, instrument), self.path, self.errors)
        as_float = column.cast(self.arrow.float64(), safe=False)
        return np.asarray(as_float.to_numpy(), dtype=np.float64)

    def _place(self, one: BarField, instrument: str) -> Callable[[int], tuple[str, int]]:
        def place(at: int) -> tuple[str, int]:
            whose = f" of {instrument}" if instrument else ""
            return f"{one.word}{whose}", int(self.line[at])

        return place

    def _encoded(self, column: Any) -> Any:
        """A column as one array of texts and indices."""
        types = self.arrow.types
        if not types.is_dictionary(column.type):
            if not types.is_string(column.type):
                column = column.cast(self.arrow.string())
            column = column.dictionary_encode()
        return column.unify_dictionaries().combine_chunks()
