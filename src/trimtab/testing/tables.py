"""Text tables: columns named in the first line, cells parted by spaces, `.` for nothing.

Errors: `InputError` naming the row for a cell or a column that cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from trimtab.model.errors import InputError, nearest
from trimtab.model.money import exact

__all__ = ["Row", "number", "rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column, left out where they are `.` or missing."""

    text: str
    cells: Mapping[str, str]

    BLANK: ClassVar[str] = "."

    def get(self, column: str) -> str | None:
        """The cell, if it holds anything."""
        return self.cells.get(column)

    def need(self, column: str) -> str:
        """The cell.

        Refuses: an empty one.
        """
        if column not in self.cells:
            raise InputError(f"row {self.text!r}", f"has no {column}", remedy=f"write a {column}")
        return self.cells[column]

    def number(self, column: str) -> Decimal | None:
        """The cell as an exact number: `1,000`, `$1,000`, `5%` and `25bp` are read as meant."""
        text = self.get(column)
        return None if text is None else number(text, f"row {self.text!r}, {column}")

    def day(self, column: str) -> date | None:
        """The cell as a date."""
        text = self.get(column)
        return None if text is None else date.fromisoformat(text)

    def words(self, column: str) -> tuple[str, ...]:
        """The cell as a list of words, parted by commas."""
        return tuple(word.strip() for word in (self.get(column) or "").split(",") if word.strip())


def number(text: str, subject: str = "number") -> Decimal:
    """An exact number as people write it: `1,000`, `$1,000`, `5%`, `25bp`."""
    plain = text.strip().replace("$", "")
    if plain.endswith("%"):
        return exact(plain[:-1], subject) / 100
    if plain.endswith("bp"):
        return exact(plain[:-2], subject) / 10_000
    return exact(plain, subject)


def rows(table: str, known: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a table whose first line names its columns; lines that open with `#` are skipped.

    Refuses: a column that is not known, and a row with more cells than there are columns.
    """
    lines = [line.strip() for line in table.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        return ()
    columns = lines[0].split()
    for column in columns:
        if column not in known:
            raise InputError(f"column {column!r}", "unknown", remedy=nearest(column, known))
    found = []
    for line in lines[1:]:
        cells = line.split()
        if len(cells) > len(columns):
            raise InputError(
                f"row {line!r}", f"has {len(cells)} cells", f"there are {len(columns)} columns"
            )
        pairs = zip(columns, cells, strict=False)
        found.append(Row(line, {name: cell for name, cell in pairs if cell != Row.BLANK}))
    return tuple(found)
