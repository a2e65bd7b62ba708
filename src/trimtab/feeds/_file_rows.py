"""The rows of a price file, CSV (also gzipped) or Parquet, and what its header says.

Errors: `InputError` with file and line for a missing or empty file, an encoding other than UTF-8, a
header without a date, half a file.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from trimtab.model.errors import InputError

__all__ = [
    "CLOSE_NAMES",
    "CURRENCY_NAMES",
    "DATE_NAMES",
    "INSTRUMENT_NAMES",
    "Row",
    "column_at",
    "day_of",
    "file_rows",
    "header_of",
    "not_parquet",
    "parquet_library",
    "unreadable",
]

DATE_NAMES = ("date", "day", "session")
INSTRUMENT_NAMES = ("instrument", "symbol", "ticker")
CLOSE_NAMES = ("close", "price", "adj close", "adj_close")
CURRENCY_NAMES = ("currency",)

Row = tuple[int, Sequence[str]]


def unreadable(path: str, error: OSError) -> InputError:
    """The error for no file, a folder of that name, no permission."""
    return InputError(
        "price file",
        f"cannot be read ({error.strerror or error})",
        remedy="give the path of a CSV or Parquet file",
        file=path,
    )


def file_rows(path: str) -> Iterator[Row]:
    """The header and the rows, each with its line; lines that open with # are skipped."""
    return _parquet_rows(path) if path.endswith(".parquet") else _csv_rows(path)


def header_of(header: Sequence[str], path: str) -> tuple[list[str], int]:
    """The names of the columns and where the date stands.

    Refuses: an empty file, and a header without a date.
    """
    names = [name.strip() for name in header]
    if not any(names):
        raise InputError("price file", "is empty", remedy="it opens with a header", file=path)
    at_date = column_at([name.lower() for name in names], DATE_NAMES)
    if at_date is None and len(names) == 1:
        _refuse_separators(names[0], path)
    if at_date is None:
        raise InputError(
            "header",
            f"has no date column: {', '.join(names[:6])}",
            f"one must be called {' or '.join(DATE_NAMES)}",
            "name it so; the other columns are instruments, or instrument, close and currency",
            file=path,
            line=1,
        )
    return names, at_date


def _refuse_separators(header: str, path: str) -> None:
    """Refuse a file that a spreadsheet wrote with other marks than commas."""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in header:
            raise InputError(
                "price file",
                f"its columns are separated by {name}",
                "a CSV file has commas",
                "save it with commas (in a spreadsheet: “CSV UTF-8”)",
                file=path,
                line=1,
            )


def column_at(names: Sequence[str], accepted: Iterable[str]) -> int | None:
    """Where the first of several accepted names stands."""
    return next((names.index(name) for name in accepted if name in names), None)


def day_of(text: str) -> date:
    """The date of `2022-10-14`, also where a time of day follows; `ValueError` for what is none."""
    day, _, time = text.strip().partition("T" if "T" in text else " ")
    if time and not time[0].isdigit():
        raise ValueError(text)
    return date.fromisoformat(day)


def parquet_library(path: str) -> tuple[Any, Any]:
    """The modules `pyarrow` and `pyarrow.parquet`.

    Refuses: that they are not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            f"price file {path}",
            "is Parquet, and pyarrow is not installed",
            remedy='install it with: pip install "trimtab[parquet]"',
        ) from None
    return pyarrow, parquet


def not_parquet(path: str, error: Exception) -> InputError:
    """The error for a file that Arrow cannot read."""
    reason = str(error).splitlines()[0]
    return InputError("price file", f"is no whole Parquet file ({reason})", file=path)


def _csv_rows(path: str) -> Iterator[Row]:
    raw = Path(path).read_bytes()
    if path.endswith(".gz"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError) as error:
            raise InputError("price file", f"is no whole gzip file ({error})", file=path) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "price file",
            f"is not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}{_guess(raw)}",
            remedy="save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
            file=path,
            line=raw.count(b"\n", 0, error.start) + 1,
        ) from None
    if "\0" in text:
        raise InputError("price file", "holds zero bytes", remedy="save it as CSV UTF-8", file=path)
    reader = csv.reader(text.splitlines())
    for row in reader:
        if row and not row[0].startswith("#"):
            yield reader.line_num, row


def _guess(raw: bytes) -> str:
    """The encoding that a file opens like, if it is one that spreadsheets write."""
    return "; it looks like UTF-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ""


def _parquet_rows(path: str) -> Iterator[Row]:
    arrow, parquet = parquet_library(path)
    try:
        table = parquet.read_table(path)
    except (arrow.ArrowException, OSError) as error:
        raise not_parquet(path, error) from None
    yield 1, table.column_names
    columns = [table.column(name).to_pylist() for name in table.column_names]
    for at, row in enumerate(zip(*columns, strict=True)):
        yield at + 2, ["" if cell is None else str(cell) for cell in row]
