"""A text as records: the cells of each row, with the line that it begins on.

A quotation mark that opens a cell may close it lines later; one that never closes belongs to its
own line alone, so that a damaged row does not swallow the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["DELIMITERS", "Record", "records"]

DELIMITERS = (",", ";", "\t", "|")
QUOTED_LINES_MAX = 30
"""How many lines a quoted cell may span; disclaimers have had a dozen."""


class Record(NamedTuple):
    """One row: its first line (from 1), its cells as written, and whether a quote stays open."""

    line: int
    cells: Sequence[str]
    is_torn: bool = False

    @property
    def text(self) -> str:
        """The cells joined by commas, for rules that look at a whole row."""
        return ",".join(self.cells)


def records(text: str, delimiter: str) -> Iterator[Record]:
    """All records of a text; lines without any character but blanks are none."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            if line.strip():
                yield Record(at + 1, line.split(delimiter))
            at += 1
            continue
        cells, used = _quoted(lines, at, delimiter)
        yield Record(at + 1, cells, used == 0)
        at += used or 1


def _quoted(lines: Sequence[str], at: int, delimiter: str) -> tuple[Sequence[str], int]:
    """The cells of a record with quotation marks and how many lines it has; 0 where one is open."""
    cells = _cells(lines[at], delimiter, strict=True)
    if cells is not None:
        return cells, 1
    is_odd = lines[at].count('"') % 2
    for end in range(at + 1, min(at + QUOTED_LINES_MAX, len(lines))):
        is_odd ^= lines[end].count('"') % 2
        if not is_odd:
            cells = _cells("\n".join(lines[at : end + 1]), delimiter, strict=True)
            if cells is not None:
                return cells, end + 1 - at
    # Never closed, or a cell beyond what the csv module takes.
    cells = _cells(lines[at], delimiter, strict=False)
    return (lines[at].split(delimiter) if cells is None else cells), 0


def _cells(text: str, delimiter: str, *, strict: bool) -> Sequence[str] | None:
    """The cells of one record; `None` where a quote stays open or a cell is too long."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=strict))
    except (csv.Error, StopIteration):
        return None
