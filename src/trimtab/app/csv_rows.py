"""Rows of a CSV file that a person edits, with their lines, and clear refusals of what is broken.

The header names the columns, in any order and case.  Blank lines and lines that open with `#` are
skipped.  A quotation mark that never closes, or a row that ends before the others do, is how a
file looks whose copy or download was cut off, and the message says so.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trimtab.app.text_files import Collector
from trimtab.model.errors import nearest

__all__ = ["Row", "csv_rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line in the file, and its cells by column, blanks at the ends removed."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell of a column, empty where the file has no such column."""
        return self.cells.get(column, "")


def csv_rows(
    text: str,
    what: str,
    required: Sequence[str],
    optional: Sequence[str],
    errors: Collector,
) -> list[Row]:
    """The rows of a CSV text.

    Refuses: missing or unknown columns, rows of another length, open quotes; added to `errors`.
    """
    records = _records(text, what, errors)
    first = next(records, None)
    if first is None:
        if not errors.errors:
            remedy = f"its first line must be {','.join(required)}"
            errors.refuse(1, what, "it is empty", "", remedy)
        return []
    line, header = first
    columns = [cell.strip().lower().replace(" ", "_") for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    if not _header_fits(line, columns, what, required, optional, errors):
        return []
    rows: list[Row] = []
    remaining = list(records)
    for line, cells in remaining:
        if errors.is_full:
            break
        cells = [cell.strip() for cell in cells]
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if len(cells) == len(columns):
            rows.append(Row(line, dict(zip(columns, cells, strict=True))))
        else:
            _refuse_length(line, cells, columns, line == remaining[-1][0], errors)
    return rows


def _records(text: str, what: str, errors: Collector) -> Iterator[tuple[int, list[str]]]:
    """Raw records with their first lines; a record that cannot be parsed ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                fact = "a quotation mark opens here and never closes"
                remedy = "close it, or get the file again: it may have been cut off"
            else:
                fact, remedy = f"the row cannot be read ({error})", "mend its quotation marks"
            errors.refuse(start, what, fact, "", remedy)
            return
        if record and any(cell.strip() for cell in record) and not record[0].startswith("#"):
            yield start, record
        start = reader.line_num + 1


def _header_fits(
    line: int,
    columns: Sequence[str],
    what: str,
    required: Sequence[str],
    optional: Sequence[str],
    errors: Collector,
) -> bool:
    """Whether the header names what is needed, once, and nothing unknown."""
    before = len(errors.errors)
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and mark in columns[0]:
            errors.refuse(
                line,
                what,
                f"its columns are separated by {name}",
                "a CSV file has commas",
                "save it with commas (in a spreadsheet: “CSV UTF-8”)",
            )
            return False
    missing = [column for column in required if column not in columns]
    unknown = [column for column in columns if column not in (*required, *optional)]
    for column in unknown:
        remedy = nearest(column, missing or (*required, *optional))
        errors.refuse(line, what, f"there is no column {column!r}", "", remedy)
    if missing:
        fact = f"{'columns' if len(missing) > 1 else 'column'} {', '.join(missing)} missing"
        remedy = f"the first line must name {', '.join(required)}"
        errors.refuse(line, what, fact, "", remedy)
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        errors.refuse(line, what, f"column {column!r} stands twice", "", "remove one of them")
    return len(errors.errors) == before


def _refuse_length(
    line: int, cells: Sequence[str], columns: Sequence[str], is_last: bool, errors: Collector
) -> None:
    """Refuse a row that is shorter or longer than the header."""
    fact = f"it has {len(cells)} of {len(columns)} columns"
    if len(cells) > len(columns):
        fact = f"it has {len(cells)} columns, the header {len(columns)}"
        remedy = 'put numbers with commas in quotes, as "1,234.56"'
    elif is_last:
        remedy = "the file ends in the middle of a row: get it again, or complete the row"
    else:
        remedy = "complete it; empty cells still need their commas"
    errors.refuse(line, f"row {','.join(cells)[:40]!r}", fact, "", remedy)
