"""Tables as pages show them and as CSV: one description, two forms.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, which is
what spreadsheets themselves do; amounts are written exactly, without a currency's sign.

Errors: `InputError` for a table that a page does not have.
Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import InputError, must, nearest

__all__ = ["Cell", "Column", "Kind", "Row", "Table", "csv_text", "named_table"]

Cell = str | int | float | Decimal | date | datetime | None
"""None where there is nothing to say."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class Kind(StrEnum):
    """What a column holds, which decides how its cells are aligned and written."""

    TEXT = "text"
    MONEY = "money"
    CENTS = "cents"
    """Money to the cent."""
    SHARE = "share"
    """A fraction of one: percent or basis points, as the reader chose."""
    QUANTITY = "quantity"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"

    @property
    def is_number(self) -> bool:
        """Whether its cells stand at the right."""
        return self not in (Kind.TEXT, Kind.DATE, Kind.MOMENT)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in CSV, and its heading."""

    key: str
    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `look` is a class of the style sheet, `link` where its first cell leads."""

    cells: tuple[Cell, ...]
    look: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; `id` names it in the address of its CSV.

    Unit: money in the household's base currency, or `currency` where it is another.
    Refuses: a row with more or fewer cells than there are columns, as a defect.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = "Nothing to show."

    def __post_init__(self) -> None:
        for row in self.rows:
            must(len(row.cells) == len(self.columns), "a row has a cell for every column")


def named_table(tables: Sequence[Table], name: str) -> Table:
    """The table of a name.

    Refuses: a name that none has.
    """
    for one in tables:
        if one.id == name:
            return one
    known = nearest(name, [one.id for one in tables])
    raise InputError(f"table {name!r}", "this page has no such table", "", known)


def csv_text(table: Table) -> str:
    """The table as CSV, every amount exact (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell) for cell in row.cells])
    return out.getvalue()


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case str():
            return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
        case date():
            return cell.isoformat()
    return str(cell)
