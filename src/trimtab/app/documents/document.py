"""What a document is made of: sections with sentences, tables and charts, and the paper it is for.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from trimtab.app.documents.tables import Table
from trimtab.app.report.svg import Chart

__all__ = ["Document", "Drawn", "Line", "Paper", "Section", "paper_for"]


class Paper(StrEnum):
    """The sheet that a document is printed on."""

    A4 = "A4"
    LETTER = "Letter"


LETTER_CURRENCIES = {"USD", "CAD", "MXN", "PHP", "CLP", "COP"}
"""Where offices print on Letter; everywhere else on A4 (ISO 216)."""


def paper_for(currency: str, regime: str) -> Paper:
    """The sheet that a household's country uses, as far as its tax and its currency tell."""
    if regime == "us_federal" or currency in LETTER_CURRENCIES:
        return Paper.LETTER
    return Paper.A4


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, with the clause of the mandate that it follows or states, where it has one.

    `before` is what it said until now, where it is shown as a change.
    """

    text: str
    clause: str = ""
    look: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, wide and narrow, and what stands under it."""

    charts: tuple[Chart, Chart]
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document, with parts of its own; `points` are shown as a list."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    figures: tuple[Drawn, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it shows nothing."""
        shown = (self.lines, self.figures, self.tables, self.points, self.sections)
        return not any(shown)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `kicker` stands above the title, `foot` at the bottom of every sheet."""

    title: str
    kicker: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    paper: Paper
    foot: str = ""

    def every_section(self) -> Iterator[Section]:
        """All sections, each before its own parts."""
        yield from _each(self.sections)

    def tables(self) -> tuple[Table, ...]:
        """Every table in it."""
        return tuple(table for section in self.every_section() for table in section.tables)

    def texts(self) -> Iterator[str]:
        """Every word that is written in it, tables apart."""
        yield from (self.title, self.kicker, self.foot)
        yield from _texts(self.lines)
        for section in self.every_section():
            yield section.title
            yield from _texts((*section.lines, *section.points))
            for drawn in section.figures:
                yield from (drawn.caption, drawn.charts[0].title, drawn.charts[0].description)


def _each(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _each(section.sections)


def _texts(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        yield from (line.before, line.text, line.clause)
