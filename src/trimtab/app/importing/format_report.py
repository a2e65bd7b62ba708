"""What a format finds in a file: which columns it binds, which it does not know, what is missing.

This is what somebody needs who repairs a format: the header as it stands, field by field, and for
a file that nothing knows, the format that comes nearest with what it lacks.

Errors: none for a file that cannot be read: that is its report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trimtab.app.importing.reading import Outcome, read_files
from trimtab.importers._bind import Binding, Header, best_binding, bind, header_of
from trimtab.importers._format import Format, Section
from trimtab.importers._recognise import recognise
from trimtab.importers._records import DELIMITERS, records
from trimtab.importers._text import decode, read_bytes
from trimtab.model.statements import StatementKind

__all__ = ["BoundHeader", "FileReport", "NearFormat", "report_on"]

HEAD_CHARACTERS = 200_000
NEAR_FIELDS_MIN = 2


@dataclass(frozen=True, slots=True)
class BoundHeader:
    """A header row: the titles of its columns by field, and those that no field has."""

    line: int
    kind: StatementKind
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearFormat:
    """The format that comes nearest to an unknown file: what it found, and what it lacks."""

    format: Format
    line: int
    found: tuple[tuple[str, str], ...]
    lacks: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file, what was read from it, and how its format fits it; `certainty`: larger is surer."""

    outcome: Outcome
    format: Format | None = None
    certainty: float = 0.0
    headers: tuple[BoundHeader, ...] = ()
    near: NearFormat | None = None


def report_on(path: Path, formats: Sequence[Format]) -> FileReport:
    """What the formats make of one file."""
    outcome = read_files([path], formats)[0]
    if outcome.error is not None and not outcome.is_unknown:
        return FileReport(outcome)
    form = next((one for one in formats if one.id == outcome.statement.format), None)
    if form is None and not outcome.is_unknown:
        return FileReport(outcome)  # a reader of its own, without columns
    text = decode(read_bytes(path), str(path))
    found = recognise(text, formats)
    if found is None:
        return FileReport(outcome, near=_nearest(text[:HEAD_CHARACTERS], formats))
    headers = _headers(text, found.format, found.delimiter)
    return FileReport(outcome, found.format, found.certainty, headers)


def _headers(text: str, form: Format, delimiter: str) -> tuple[BoundHeader, ...]:
    """Each header of a text, the first of its kind."""
    seen: dict[tuple[StatementKind, tuple[str, ...]], BoundHeader] = {}
    for record in records(text, delimiter):
        header = header_of(record.cells)
        bound = best_binding(form.sections, header)
        if bound is not None:
            key = (bound.section.kind, header.names)
            seen.setdefault(key, _bound(record.line, record.cells, bound))
    return tuple(seen.values())


def _bound(line: int, cells: Sequence[str], bound: Binding) -> BoundHeader:
    known = {place for places in bound.columns.values() for place in places}
    unused = [cells[place].strip() for place in range(bound.width) if place not in known]
    return BoundHeader(line, bound.section.kind, _titles(cells, bound), tuple(filter(None, unused)))


def _titles(cells: Sequence[str], bound: Binding) -> tuple[tuple[str, str], ...]:
    """Field and title of each column that is bound, in the order of the header."""
    pairs = [(place, field) for field, places in bound.columns.items() for place in places]
    return tuple((field, _title(cells, place)) for place, field in sorted(pairs))


def _title(cells: Sequence[str], place: int) -> str:
    written = cells[place].strip() if place < len(cells) else ""
    return written or f"column {place + 1}"


def _nearest(head: str, formats: Sequence[Format]) -> NearFormat | None:
    """The format of which most required fields are in one row of the head of a text."""
    best: tuple[float, NearFormat] | None = None
    for delimiter in DELIMITERS:
        rows = [(record, header_of(record.cells)) for record in records(head, delimiter)]
        for record, header in rows:
            for form in formats:
                for section in form.sections:
                    near = _near(record.line, record.cells, header, form, section)
                    if near is not None and (best is None or near[0] > best[0]):
                        best = near
    return None if best is None else best[1]


def _near(
    line: int, cells: Sequence[str], header: Header, form: Format, section: Section
) -> tuple[float, NearFormat] | None:
    """How near a section comes to a row; `None` where they have next to nothing in common."""
    bound = bind(replace(section, required=()), header)
    if bound is None:
        return None
    has = [field for field in section.required if field in bound.columns]
    lacks = [field for field in section.required if field not in bound.columns]
    if len(has) < NEAR_FIELDS_MIN or not lacks:
        return None
    wanted = tuple(
        (field, tuple(filter(None, (one.name for one in section.columns[field]))))
        for field in lacks
    )
    worth = len(has) / len(section.required) + bound.explained / max(bound.width, 1)
    return worth, NearFormat(form, line, _titles(cells, bound), wanted)
