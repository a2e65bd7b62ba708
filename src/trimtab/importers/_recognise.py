"""Tell by its content which format a file has: the header that explains most of itself wins.

A file's name says nothing: people rename downloads, and brokers name them all alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from trimtab.importers._bind import Header, bind, header_of
from trimtab.importers._format import Format
from trimtab.importers._records import DELIMITERS, records

__all__ = ["Recognised", "recognise"]

HEAD_LINES = 120
HEAD_CHARACTERS = 200_000
MARK_WORTH = 4.0
SHARE_WORTH = 6.0
OWN_WORTH = 0.5
"""Between equals, what a person wrote counts; it does not outweigh a column."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A format, the delimiter that the file has, and how sure that is: larger is surer."""

    format: Format
    delimiter: str
    certainty: float


def recognise(text: str, formats: Sequence[Format]) -> Recognised | None:
    """The format that fits a text best; `None` where none does."""
    head = "\n".join(islice(text[:HEAD_CHARACTERS].split("\n"), HEAD_LINES))
    best: Recognised | None = None
    for delimiter in DELIMITERS:
        if delimiter not in head:
            continue
        rows = [header_of(record.cells) for record in records(head, delimiter)]
        rows = [row for row in rows if len(row.present - {""}) > 1]
        for candidate in formats:
            if candidate.delimiter and candidate.delimiter != delimiter:
                continue
            found = _certainty(candidate, rows, head)
            if found is not None and (best is None or found > best.certainty):
                best = Recognised(candidate, delimiter, found)
    return best


def _certainty(candidate: Format, rows: Iterable[Header], head: str) -> float | None:
    """How well a format fits; `None` where it does not."""
    worth = 0.0
    for row in rows:
        for section in candidate.sections:
            binding = bind(section, row)
            if binding is not None:
                worth = max(worth, binding.explained + SHARE_WORTH * binding.share)
    if not worth:
        return None
    if any(not pattern.search(head) for pattern in candidate.needs):
        return None
    if any(pattern.search(head) for pattern in candidate.excludes):
        return None
    worth += MARK_WORTH * sum(1 for pattern in candidate.marks if pattern.search(head))
    # What a format of nobody's own needs is how numbers and days are written: no sign of a broker.
    worth += MARK_WORTH * (-1 if candidate.is_generic else len(candidate.needs))
    return worth + (OWN_WORTH if candidate.is_own else 0.0)
