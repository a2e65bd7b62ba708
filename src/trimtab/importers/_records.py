"""A text as records: the cells of each row, with the line that it begins on.

A quotation mark that opens a cell may close it lines later; one that never closes belongs to its
own line alone, so that a damaged row does not swallow the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["CELLS_MAX", "DELIMITERS", "Record", "records"]

DELIMITERS = (",", ";", "\t", "|")
CELLS_MAX = 1_000
"""Cells that a row is cut into; the last one holds the rest of a longer row."""
QUOTED_LINES_MAX = 30
"""How many lines a quoted cell may span; disclaimers have had a dozen."""
BLOCK_CHARACTERS = 1 << 19


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
    lines: list[str] = []
    before = 1
    for block, is_last in _blocks(text):
        lines += block
        at, end = 0, len(lines) if is_last else len(lines) - QUOTED_LINES_MAX
        while at < end:
            line = lines[at]
            if '"' not in line:
                if line and not line.isspace():
                    yield Record(before + at, line.split(delimiter, CELLS_MAX - 1))
                at += 1
                continue
            cells, used = _quoted(lines, at, delimiter)
            yield Record(before + at, cells, used == 0)
            at += used or 1
        before += at
        del lines[:at]


def _blocks(text: str) -> Iterator[tuple[list[str], bool]]:
    """The lines of a text by blocks, and whether it is the last: a list of all takes much room."""
    start = 0
    while (end := text.find("\n", start + BLOCK_CHARACTERS)) >= 0:
        yield text[start:end].split("\n"), False
        start = end + 1
    yield text[start:].split("\n"), True


def _quoted(lines: Sequence[str], at: int, delimiter: str) -> tuple[Sequence[str], int]:
    """The cells of a record with quotation marks and how many lines it has; 0 where one is open.

    Quotes in a cell are doubled, so a record ends where their count is even for the first time.
    """
    first = lines[at]
    cells = _cells(first, delimiter, strict=True)
    if cells is not None:
        return cells, 1
    if first.count('"') % 2:
        for end in range(at + 1, min(at + QUOTED_LINES_MAX, len(lines))):
            if lines[end].count('"') % 2:
                cells = _cells("\n".join(lines[at : end + 1]), delimiter, strict=True)
                if cells is not None:
                    return cells, end + 1 - at
                break
    else:
        # Closed on its own line, with text beside the quotes: "Individual" X1234, or "AMD" ,"…".
        cells = _cells(first, delimiter, strict=False)
        if cells is not None:
            return cells, 1
    # Never closed, or a cell beyond what the csv module takes.
    cells = _cells(first, delimiter, strict=False)
    return (first.split(delimiter, CELLS_MAX - 1) if cells is None else cells), 0


def _cells(text: str, delimiter: str, *, strict: bool) -> Sequence[str] | None:
    """The cells of one record; `None` where a quote stays open or a cell is too long."""
    if text.count(delimiter) > CELLS_MAX:
        return None
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=strict))
    except (csv.Error, StopIteration):
        return None
