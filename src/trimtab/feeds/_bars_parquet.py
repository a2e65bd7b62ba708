"""Bars out of a Parquet file, column by column through Arrow: millions of rows in seconds.

Errors: as `_bars_file` says; the line of a row is counted as if the names of the columns stood in
the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import ERRORS_MAX, BarField, Bars, Floats, raised
from trimtab.feeds._bars_cells import NO_DAY, Names, cell_numbers, day_numbers, no_date
from trimtab.feeds._bars_header import bar_columns
from trimtab.feeds._file_rows import not_parquet, parquet_library
from trimtab.model.errors import InputError

__all__ = ["parquet_bars"]

FIRST_LINE = 2


def parquet_bars(path: str, currency: str, is_asked: Callable[[str], bool]) -> Bars:
    """The bars of those instruments of a Parquet file that are asked for.

    Refuses: what the module's docstring says.
    """
    arrow, parquet = parquet_library(path)
    try:
        header = parquet.read_schema(path).names
        columns = bar_columns(header, path, is_asked)
        at_read = {columns.date, columns.instrument, columns.currency}
        at_read |= {at for _, at in (*columns.fields, *columns.closes)}
        read = [header[at] for at in sorted(at for at in at_read if at is not None)]
        table = parquet.read_table(path, columns=read)
    except (arrow.ArrowException, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise not_parquet(path, error) from None
    reading = _Reading(path, table)
    day = reading.days(header[columns.date])
    names = Names(currency, is_asked)
    if columns.instrument is None:
        for name, _ in columns.closes:
            names.code(name, "", path, 1)
        count, rows = len(columns.closes), len(day)
        closes = [reading.numbers(BarField.CLOSE, header[at], name) for name, at in columns.closes]
        code = np.repeat(np.arange(count, dtype=np.int32), rows)
        day, line = np.tile(day, count), np.tile(np.arange(rows) + FIRST_LINE, count)
        values = {BarField.CLOSE: np.concatenate(closes) if closes else np.zeros(0)}
    else:
        at_currency = columns.currency
        in_currency = None if at_currency is None else header[at_currency]
        code = reading.codes(header[columns.instrument], in_currency, names)
        values = {one: reading.numbers(one, header[at], "") for one, at in columns.fields}
        wanted = np.flatnonzero(code >= 0)
        line = wanted + FIRST_LINE
        if len(wanted) < len(code):
            day, code = day[wanted], code[wanted]
            values = {one: column[wanted] for one, column in values.items()}
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
    )


class _Reading:
    """The columns of one table as arrays; what is wrong with them is gathered."""

    def __init__(self, path: str, table: Any) -> None:
        import pyarrow
        from pyarrow import compute

        self.path, self.table, self.arrow, self.compute = path, table, pyarrow, compute
        self.errors: list[InputError] = []

    def days(self, name: str) -> npt.NDArray[np.int64]:
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
        for at in np.flatnonzero(days == NO_DAY)[:ERRORS_MAX]:
            text = column[int(at)].as_py()
            self.errors.append(
                no_date("" if text is None else text, self.path, int(at) + FIRST_LINE)
            )
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
                texts[pair // len(given)], given[pair % len(given)], self.path, int(at) + FIRST_LINE
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
            return f"{one}{whose}", at + FIRST_LINE

        return place

    def _encoded(self, column: Any) -> Any:
        """A column as one array of texts and indices."""
        types = self.arrow.types
        if not types.is_dictionary(column.type):
            if not types.is_string(column.type):
                column = column.cast(self.arrow.string())
            column = column.dictionary_encode()
        return column.unify_dictionaries().combine_chunks()
