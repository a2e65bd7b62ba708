"""What was imported, kept beside the household: one JSON file a statement, under `imports/`.

They are what dedupes overlapping downloads, and what a break shows as the broker's side.  A
statement is kept as it was read, in the broker's own names.  Errors: `InputError` for a file that
was damaged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from trimtab.app.text_files import read_text
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import (
    Action,
    IgnoredRow,
    RowBreak,
    StatedAccount,
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

__all__ = ["IMPORTS_FOLDER", "kept_statements", "statement_file", "statement_text"]

IMPORTS_FOLDER = "imports"
PREFIX = "statement-"


def statement_file(statement: Statement) -> str:
    """Where a statement is kept, within the household's folder."""
    return f"{IMPORTS_FOLDER}/{PREFIX}{statement.digest[:16]}.json"


def statement_text(statement: Statement) -> str:
    """A statement as JSON: each kind of rows as a table, instruments once."""
    instruments: dict[StatedInstrument, int] = {}
    written: dict[type, Callable[[Any], object]] = {
        Decimal: lambda value: f"{value:f}",
        date: date.isoformat,
        StatedInstrument: lambda value: instruments.setdefault(value, len(instruments)),
        **dict.fromkeys((Action, InstrumentKind), lambda value: value.value),
    }

    def plain(value: object) -> object:
        how = written.get(type(value))
        return value if how is None else how(value)

    tables = {
        name: {
            "columns": columns,
            "rows": [list(map(plain, _CELLS[name](row))) for row in getattr(statement, name)],
        }
        for name, columns in _COLUMNS.items()
    }
    head = {name: plain(getattr(statement, name)) for name in _HEAD}
    names = _columns(StatedInstrument)
    table = [[plain(getattr(one, column)) for column in names] for one in instruments]
    tables["instruments"] = {"columns": names, "rows": table}
    rates = {"rates": {code: f"{rate:f}" for code, rate in statement.rates.items()}}
    return json.dumps(head | rates | tables, ensure_ascii=False, separators=(",", ":")) + "\n"


def kept_statements(folder: Path) -> tuple[Statement, ...]:
    """All statements kept in a household's folder, in the order of their files.

    Refuses: one that is damaged.
    """
    return tuple(_read(path) for path in sorted((folder / IMPORTS_FOLDER).glob(f"{PREFIX}*.json")))


def _read(path: Path) -> Statement:
    try:
        read = json.loads(read_text(path, "imported statement"))
        instruments = _rows(StatedInstrument, read["instruments"], ())
        tables = {name: tuple(_rows(kind, read[name], instruments)) for name, kind in _ROWS.items()}
        head = {name: read[name] for name in _HEAD}
        head["as_of"] = None if head["as_of"] is None else date.fromisoformat(head["as_of"])
        rates = {code: Decimal(rate) for code, rate in read["rates"].items()}
        return Statement(**(head | tables), rates=rates)
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        raise InputError(
            "imported statement",
            f"it is damaged ({error})",
            "",
            "restore it from a copy, or remove it and import its file again",
            file=str(path),
        ) from None


def _rows(kind: Any, table: Mapping[str, Any], instruments: Sequence[Any]) -> list[Any]:
    """The rows of a table, each column read by its type."""
    hints = get_type_hints(kind)
    readers = [_reader(hints[column], instruments) for column in table["columns"]]
    columns = table["columns"]
    return [
        kind(
            **{
                column: None if value is None else read(value)
                for column, read, value in zip(columns, readers, row, strict=True)
            }
        )
        for row in table["rows"]
    ]


def _reader(kind: Any, instruments: Sequence[Any]) -> Callable[[Any], Any]:
    """What reads a value of a type, or of that type or nothing."""
    inner = next((one for one in get_args(kind) if one is not NoneType), kind)
    if inner is date:
        return date.fromisoformat
    if inner is StatedInstrument:
        return lambda place: instruments[place]
    if isinstance(inner, type) and issubclass(inner, Enum | Decimal):
        return inner
    return lambda value: value


def _columns(kind: Any) -> list[str]:
    return [one.name for one in fields(kind)]


_ROWS = {
    "accounts": StatedAccount,
    "positions": StatedPosition,
    "lots": StatedLot,
    "transactions": StatedTransaction,
    "gains": StatedGain,
    "ignored": IgnoredRow,
    "breaks": RowBreak,
}
_COLUMNS = {name: _columns(kind) for name, kind in _ROWS.items()}
_CELLS: dict[str, Callable[[object], Sequence[object]]] = {
    name: attrgetter(*columns) for name, columns in _COLUMNS.items()
}
_HEAD = ("file", "broker", "format", "digest", "rows", "as_of")
