"""Tables as documents and pages show them: values with their kind, written nowhere yet.

Errors: `InputError` for a table that there is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import InputError, must, nearest

__all__ = ["Cell", "Column", "Kind", "Row", "Table", "named_table"]

Cell = str | int | float | Decimal | date | datetime | None
"""None where there is nothing to say."""


class Kind(StrEnum):
    """What a column holds, which decides how its cells are aligned and written."""

    TEXT = "text"
    SENTENCE = "sentence"
    """Words of ours, in which fractions are as the reader chose; what people wrote is text."""
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
        return self not in (Kind.TEXT, Kind.SENTENCE, Kind.DATE, Kind.MOMENT)

    @property
    def look(self) -> str:
        """The class of its cells in the style sheet; empty for plain text."""
        if self in (Kind.TEXT, Kind.SENTENCE):
            return ""
        return "number" if self.is_number else "day"


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
