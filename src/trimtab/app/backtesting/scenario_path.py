"""The path of a scenario file, from TOML or CSV: columns, rows, and the lines they stand in.

Errors: collected, each with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trimtab.app.backtesting.scenario import CLASS_WORDS
from trimtab.app.backtesting.scenario_rows import HOW_TO_WRITE, CountedFrom, PathRow, knots_of
from trimtab.app.text_files import Collector
from trimtab.drivers.backtest.stress import Knots
from trimtab.model.errors import nearest

__all__ = ["ReadPath", "path_of_csv", "path_of_toml"]

Lines = Mapping[tuple[str | int, ...], int]

WHEN = ("session", "date", "day")


@dataclass(frozen=True, slots=True)
class ReadPath:
    """A path with the names of its columns: classes of assets, or instruments."""

    columns: tuple[str, ...]
    knots: Knots


def path_of_toml(
    values: Mapping[str, object], lines: Lines, instruments: Collection[str], errors: Collector
) -> ReadPath | None:
    """The table `[path]`; `None` where something is wrong with it."""
    table = values["path"]
    at = lines.get(("path",))
    if not isinstance(table, dict) or not {"columns", "rows"} <= table.keys():
        errors.refuse(at, "path", "it lacks columns or rows", "",
                      'write columns = ["stocks"] and rows = [[1, -0.2]]')  # fmt: skip
        return None
    for key in table.keys() - {"columns", "rows"}:
        errors.refuse(lines.get(("path", key)), f"path.{key}", "there is no such key", "",
                      nearest(key, ("columns", "rows")))  # fmt: skip
    counted = values.get("counted_from", CountedFrom.LAST_ROW.value)
    if counted not in list(CountedFrom):
        errors.refuse(lines.get(("counted_from",)), "counted_from", f"{counted!r} is none", "",
                      nearest(str(counted), CountedFrom))  # fmt: skip
        return None
    columns = _columns(table["columns"], lines.get(("path", "columns")), instruments, errors)
    if not isinstance(table["rows"], list):
        fact = f"{table['rows']!r} is no list"
        errors.refuse(lines.get(("path", "rows")), "path.rows", fact, "", "write [[1, -0.2]]")
        return None
    if columns is None:
        return None
    rows = []
    for number, row in enumerate(table["rows"]):
        read = _toml_row(row, lines.get(("path", "rows", number)) or at or 1, errors)
        if read is not None:
            rows.append(read)
    if len(rows) < len(table["rows"]):
        return None
    knots = knots_of(rows, CountedFrom(str(counted)), len(columns), errors)
    return None if knots is None else ReadPath(columns, knots)


def _toml_row(row: object, line: int, errors: Collector) -> PathRow | None:
    """One row of TOML: a day or a session number, then numbers."""
    if not isinstance(row, list) or len(row) < 2:
        errors.refuse(
            line, "path.rows", f"{row!r} is no row", "", "write [1, -0.2] or [2020-03-16, -0.12]"
        )
        return None
    when, *returns = row
    is_day = isinstance(when, date) and not isinstance(when, datetime)
    if not is_day and (isinstance(when, bool) or not isinstance(when, int)):
        errors.refuse(line, "path.rows", f"{when!r} is neither a day nor a session number")
        return None
    for value in returns:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            errors.refuse(line, f"row {when}", f"{value!r} is no return", "", HOW_TO_WRITE)
            return None
    return PathRow(when, tuple(map(float, returns)), line)


def path_of_csv(text: str, instruments: Collection[str], errors: Collector) -> ReadPath | None:
    """A CSV table: `session` or `date`, then a column for each class or instrument.

    Returns are counted from the row before.
    """
    records = [
        (number, [cell.strip() for cell in record])
        for number, record in enumerate(csv.reader(io.StringIO(text)), start=1)
        if any(cell.strip() for cell in record) and not record[0].lstrip().startswith("#")
    ]
    if not records:
        errors.refuse(1, "shock file", "it is empty", "", "begin with session,stocks,bonds")
        return None
    line, header = records[0]
    if header[0].lower() not in WHEN:
        errors.refuse(line, "header", f"its first column is {header[0]!r}", "",
                      "call it session or date")  # fmt: skip
        return None
    columns = _columns(header[1:], line, instruments, errors)
    if columns is None:
        return None
    before = len(errors.errors)
    rows = [_csv_row(cells, line, errors) for line, cells in records[1:]]
    if len(errors.errors) > before:
        return None
    knots = knots_of([row for row in rows if row], CountedFrom.LAST_ROW, len(columns), errors)
    return None if knots is None else ReadPath(columns, knots)


def _csv_row(cells: Sequence[str], line: int, errors: Collector) -> PathRow | None:
    """One row of CSV."""
    try:
        when: date | int = int(cells[0]) if cells[0].isdigit() else date.fromisoformat(cells[0])
    except ValueError:
        errors.refuse(line, "row", f"{cells[0]!r} is neither a session number nor a day", "",
                      "write 1 or 2020-03-16")  # fmt: skip
        return None
    returns = []
    for cell in cells[1:]:
        try:
            returns.append(float(cell))
        except ValueError:
            errors.refuse(line, f"row {when}", f"{cell!r} is no return", "", HOW_TO_WRITE)
            return None
    return PathRow(when, tuple(returns), line)


def _columns(
    given: object, line: int | None, instruments: Collection[str], errors: Collector
) -> tuple[str, ...] | None:
    """The names of columns: known classes, or instruments of the household, each once."""
    if not isinstance(given, list) or not given or not all(isinstance(x, str) for x in given):
        errors.refuse(line, "columns", f"{given!r} names none", "", 'write ["stocks", "bonds"]')
        return None
    before = len(errors.errors)
    for at, word in enumerate(given):
        if word in given[:at]:
            errors.refuse(line, f"column {word!r}", "it is there twice")
        elif word not in CLASS_WORDS and word not in instruments:
            fact = "it is no class of assets, and the household has no such instrument"
            remedy = nearest(word, (*CLASS_WORDS, *instruments))
            errors.refuse(line, f"column {word!r}", fact, "", remedy)
    return tuple(given) if len(errors.errors) == before else None
