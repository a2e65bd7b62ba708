"""Find a section's columns in a header row: by name, whatever their order and company.

A header row binds a section when every required field finds its column; how much of the row the
section explains says how well it fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from trimtab.importers._format import ColumnName, Section
from trimtab.importers._format_file import normal

__all__ = ["Binding", "Header", "best_binding", "bind", "header_of"]

MANY = ("fees", "taxes")
"""Fields that take every column they find and add them up."""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Header:
    """A row of cells as a header may be: names as they are compared, without empty ones at the end.

    `width` counts all its cells: an unnamed last column may hold something.
    """

    names: tuple[str, ...]
    present: frozenset[str]
    width: int


def header_of(cells: Sequence[str]) -> Header:
    """A row of cells, to be held against sections."""
    names = [normal(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return Header(tuple(names), frozenset(names), len(cells))


@dataclass(frozen=True, slots=True)
class Binding:
    """A section with the columns of a header row.

    Shape: `columns[field]` are indices of cells, one but for the fields of `MANY`; `width` is how
    many cells the header has and `reach` how many a row may have; `explained` how many of them the
    section knows, and `share` the part that this is of those with a name.  `fee_currencies` are
    the cells with the currencies of the `fees`, one each or `NOWHERE`; `said` are fields that the
    header itself fills: `Total (GBP)`.
    """

    section: Section
    columns: Mapping[str, tuple[int, ...]]
    width: int
    reach: int
    explained: int
    share: float
    fee_currencies: tuple[int, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


def bind(section: Section, header: Header) -> Binding | None:
    """The section's columns in a header; `None` where a required one is not there."""
    names = header.names
    if len(names) < len(section.required) or not section.absent.isdisjoint(names):
        return None
    if any(header.present.isdisjoint(some) for some in section.needed_names):
        return None
    columns: dict[str, tuple[int, ...]] = {}
    said: dict[str, str] = {}
    for name in (*section.required, *section.columns):
        if name in columns or name == "fee_currency":
            continue
        found = _found(section.columns[name], names, header.width, name in MANY)
        if found:
            columns[name] = found
            said = _said(section.columns[name], found, names) | said
        elif name in section.required:
            return None
    fee_currencies = _fee_currencies(section, names, header.width)
    known = {index for places in columns.values() for index in places} | set(fee_currencies)
    reach = max(len(names), *(index + 1 for index in known), 0)
    known |= {index for index, name in enumerate(names) if name in section.other}
    filled = sum(1 for name in names if name)
    explained = sum(1 for index in known if 0 <= index < len(names) and names[index])
    share = explained / max(filled, 1)
    return Binding(section, columns, len(names), reach, explained, share, fee_currencies, said)


def best_binding(sections: Iterable[Section], header: Header) -> Binding | None:
    """The section that explains most of a header; `None` where it is the header of none."""
    best: Binding | None = None
    for section in sections:
        found = bind(section, header)
        if found is not None and (best is None or found.explained > best.explained):
            best = found
    return best


def _found(
    wanted: Sequence[ColumnName], names: Sequence[str], width: int, many: bool
) -> tuple[int, ...]:
    """Where the first of the wanted columns stands, or all of them."""
    found: list[int] = []
    for one in wanted:
        place = _place(one, names, width)
        if place is not None and place not in found:
            found.append(place)
            if not many:
                break
    return tuple(found)


def _said(
    wanted: Sequence[ColumnName], places: Sequence[int], names: Sequence[str]
) -> dict[str, str]:
    """Fields that named groups of a column's pattern find in its name."""
    said: dict[str, str] = {}
    for one in wanted:
        for place in places:
            if one.pattern is None or one.right or place >= len(names):
                continue
            found = one.pattern.search(names[place])
            if found is not None:
                said |= {name: value for name, value in found.groupdict().items() if value}
    return said


def _fee_currencies(section: Section, names: Sequence[str], width: int) -> tuple[int, ...]:
    """Where the currencies of the fees stand: the first of `fee_currency` is the first fee's."""
    fees, currencies = section.columns.get("fees", ()), section.columns.get("fee_currency", ())
    if not currencies:
        return ()
    found: dict[int, int] = {}
    for fee, currency in zip_longest(fees, currencies):
        place = None if fee is None else _place(fee, names, width)
        if place is not None and place not in found:
            beside = None if currency is None else _place(currency, names, width)
            found[place] = NOWHERE if beside is None else beside
    return tuple(found.values())


def _place(wanted: ColumnName, names: Sequence[str], width: int) -> int | None:
    """Where a column stands in a header of so many cells; `names` are those up to the last name."""
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
            return beside if beside < width else None
    return None
