"""Find a section's columns in a header row: by name, whatever their order and company.

A header row binds a section when every required field finds its column; how much of the row the
section explains says how well it fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trimtab.importers._format import ColumnName, Section
from trimtab.importers._format_file import normal

__all__ = ["Binding", "Header", "bind", "header_of"]

MANY = ("fees",)
"""Fields that take every column they find and add them up."""


@dataclass(frozen=True, slots=True)
class Header:
    """A row of cells as a header may be: names as they are compared, empty ones at the end left."""

    names: tuple[str, ...]
    present: frozenset[str]


def header_of(cells: Sequence[str]) -> Header:
    """A row of cells, to be held against sections."""
    names = [normal(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return Header(tuple(names), frozenset(names))


@dataclass(frozen=True, slots=True)
class Binding:
    """A section with the columns of a header row.

    Shape: `columns[field]` are indices of cells, one but for the fields of `MANY`; `width` is how
    many cells the header has and `reach` how many a row may have; `explained` how many of them the
    section knows, and `share` the part that this is of those with a name.
    """

    section: Section
    columns: Mapping[str, tuple[int, ...]]
    width: int
    reach: int
    explained: int
    share: float


def bind(section: Section, header: Header) -> Binding | None:
    """The section's columns in a header; `None` where a required one is not there."""
    names = header.names
    if len(names) < len(section.required) or not section.absent.isdisjoint(names):
        return None
    if any(header.present.isdisjoint(some) for some in section.needed_names):
        return None
    columns: dict[str, tuple[int, ...]] = {}
    for field in (*section.required, *section.columns):
        if field in columns:
            continue
        found = _found(section.columns[field], names, field in MANY)
        if found:
            columns[field] = found
        elif field in section.required:
            return None
    known = {index for places in columns.values() for index in places}
    reach = max(len(names), *(index + 1 for index in known), 0)
    known |= {index for index, name in enumerate(names) if name in section.other}
    filled = sum(1 for name in names if name)
    explained = sum(1 for index in known if index < len(names) and names[index])
    return Binding(section, columns, len(names), reach, explained, explained / max(filled, 1))


def _found(wanted: Sequence[ColumnName], names: Sequence[str], many: bool) -> tuple[int, ...]:
    """Where the first of the wanted columns stands, or all of them."""
    found: list[int] = []
    for one in wanted:
        place = _place(one, names)
        if place is not None and place not in found:
            found.append(place)
            if not many:
                break
    return tuple(found)


def _place(wanted: ColumnName, names: Sequence[str]) -> int | None:
    if wanted.position:
        return wanted.position - 1 if wanted.position <= len(names) else None
    count = 0
    for index, name in enumerate(names):
        matches = (
            bool(wanted.pattern.search(name)) if wanted.pattern is not None else name == wanted.name
        )
        if not matches or not name:
            continue
        count += 1
        if count == wanted.nth:
            beside = index + wanted.right
            # A column to the right is meant only where it has no name of its own.
            if wanted.right and beside < len(names) and names[beside]:
                return None
            return beside
    return None
