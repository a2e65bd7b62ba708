"""A table that nobody has described yet: its header, its columns, and what their cells look like.

The header is the row with most names above rows of its own width.  What cells look like says what
a column may be: a day, a number, an ISIN.  Where two ways to read them are possible (03/04/2021,
1.234), both are kept, and a person is asked.

Errors: `InputError` where a text has no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from trimtab.importers._format_file import normal
from trimtab.importers._records import DELIMITERS, Record, records
from trimtab.importers._values import CellError, DateStyle, NumberStyle
from trimtab.model.errors import InputError, nearest

__all__ = ["DATE_FORMS", "Column", "Sheet", "date_forms", "decimal_marks", "read_sheet"]

HEAD_CHARACTERS = 2_000_000
HEADER_ROWS_MAX = 60
BELOW_ROWS = 8
SAMPLE_ROWS_MAX = 2_000
COLUMNS_MAX = 200
TITLE_CHARACTERS_MAX = 80

DATE_FORMS = (
    *("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y"),
    *("%b-%d-%Y", "%d-%b-%Y", "%b %d, %Y", "%d %b %Y", "%b %d %Y", "%Y%m%d"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d-%b-%y"),
)
"""Ways to write a day that are tried; longer years first."""
_NO_NAME = re.compile(r"^[/>@]|#\d+$")
"""Titles that a format would take for something else than a name."""
_NUMBER_LIKE = re.compile(r"^[-+($€£ ]*\d[\d.,'’ /:-]*\s*(?:%|[A-Z]{3}|[$€£])?\)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands (from 0), its title, and its cells below, blanks removed."""

    place: int
    title: str
    cells: tuple[str, ...]

    @property
    def samples(self) -> tuple[str, ...]:
        """The cells that say something."""
        return tuple(cell for cell in self.cells if cell and normal(cell) not in _NOTHING)


_NOTHING = frozenset({"--", "-", "n/a", "na", "none", "null"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands in a text: the line of its header, its columns and rows below."""

    delimiter: str
    line: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def reference(self, place: int) -> str:
        """How a format names a column: by its title, told apart where several have the same."""
        title = self.columns[place].title
        name = normal(title)
        if not name or _NO_NAME.search(title):
            return f"@{place + 1}"
        same = [one.place for one in self.columns if normal(one.title) == name]
        return title if len(same) == 1 else f"{title}#{same.index(place) + 1}"

    def column(self, written: str) -> Column:
        """The column that a person names: by its title, as `Amount#2`, as `@3` or as `3`.

        Refuses: what no column is called.
        """
        known = {normal(self.reference(one.place)): one for one in self.columns}
        known |= {f"@{one.place + 1}": one for one in self.columns}
        for one in self.columns:
            known.setdefault(normal(one.title), one)
        found = known.get(normal(written)) or known.get(f"@{written.strip()}")
        if found is None or not written.strip():
            titles = [one.title for one in self.columns if one.title]
            raise InputError(
                "column", f"there is none called {written!r}", "", _near(written, titles)
            )
        return found


def _near(word: str, titles: Sequence[str]) -> str:
    return nearest(word, titles[:COLUMNS_MAX])


def read_sheet(text: str, file: str) -> Sheet:
    """The table in a text.

    Refuses: a text without one.
    """
    head = text[:HEAD_CHARACTERS]
    best: tuple[float, Sheet] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in head:
            continue
        found = list(islice(records(head, delimiter), SAMPLE_ROWS_MAX + HEADER_ROWS_MAX))
        for index, record in enumerate(found[:HEADER_ROWS_MAX]):
            worth = _header_worth(record, found[index + 1 : index + 1 + BELOW_ROWS])
            if worth and (best is None or worth > best[0]):
                best = worth, _sheet(delimiter, record, found[index + 1 :])
    if best is None:
        raise InputError(
            "file",
            "it has no table that can be mapped",
            "a table has a row of column names, and rows below it",
            "is it a download of positions, lots, transactions or realised gains?",
            file=file,
        )
    return best[1]


def _header_worth(record: Record, below: Sequence[Record]) -> float:
    """How much a row looks like a header: names, all different, above rows that fill its width."""
    cells = [cell.strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    names = [normal(cell) for cell in cells if cell]
    if len(names) < 2 or len(cells) > COLUMNS_MAX or not below or record.is_torn:
        return 0.0
    if any(_NUMBER_LIKE.match(cell) or len(cell) > TITLE_CHARACTERS_MAX for cell in cells if cell):
        return 0.0
    fits = sum(1 for row in below if abs(_width(row.cells) - len(cells)) <= 2) / len(below)
    has_figures = any(_NUMBER_LIKE.match(cell.strip()) for row in below for cell in row.cells)
    return len(set(names)) * fits if has_figures else 0.0


def _width(cells: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)


def _sheet(delimiter: str, header: Record, below: Iterable[Record]) -> Sheet:
    rows = tuple(
        tuple(cell.strip() for cell in row.cells) for row in islice(below, SAMPLE_ROWS_MAX)
    )
    width = min(max(_width(header.cells), max(map(_width, rows), default=0)), COLUMNS_MAX)
    columns = []
    for place in range(width):
        title = header.cells[place].strip() if place < len(header.cells) else ""
        cells = tuple(row[place] if place < len(row) else "" for row in rows)
        columns.append(Column(place, title, cells))
    # A column to the right of the last name is one only where something stands in it.
    while columns and not columns[-1].title and not any(columns[-1].cells):
        columns.pop()
    return Sheet(delimiter, header.line, tuple(columns), rows)


def date_forms(cells: Sequence[str]) -> tuple[str, ...]:
    """The ways to write days that read most cells; several where they could mean two things."""
    counted = [(form, _read_by(DateStyle((form,)), cells)) for form in DATE_FORMS]
    most = max((len(days) for _, days in counted), default=0)
    if not most or most < len(cells) / 2:
        return ()
    found: dict[tuple[object, ...], str] = {}
    for form, days in counted:
        if len(days) == most:  # forms that read all cells alike are one
            found.setdefault(tuple(days), form)
    return tuple(found.values())


def decimal_marks(cells: Sequence[str]) -> tuple[str, ...]:
    """The decimal marks that read most cells; both where they would give other numbers."""
    counted = [(mark, _read_by(NumberStyle(mark), cells)) for mark in (".", ",")]
    most = max(len(numbers) for _, numbers in counted)
    if not most or most < len(cells) / 2:
        return ()
    found: dict[tuple[object, ...], str] = {}
    for mark, numbers in counted:
        if len(numbers) == most:
            found.setdefault(tuple(numbers), mark)
    return tuple(found.values())


def _read_by(style: DateStyle | NumberStyle, cells: Sequence[str]) -> list[object]:
    """What a style makes of the cells that it can read."""
    read: list[object] = []
    for cell in cells:
        try:
            read.append(style.read(cell))
        except CellError:
            continue
    return read
