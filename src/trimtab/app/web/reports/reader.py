"""A document as its reader wants it: percent or basis points, amounts shown or hidden.

Amounts stand in cells, which are written by their column, and in sentences, in which they are
found by their form and covered.

Errors: none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from trimtab.app.documents.document import Document, Line, Section
from trimtab.app.documents.tables import Column, Kind, Row, Table
from trimtab.app.documents.wording import Wording, wording_in
from trimtab.app.report import words
from trimtab.app.web.preferences import Preferences, Shares

__all__ = ["HIDDEN", "as_wanted", "wording_for"]

HIDDEN = "•••"
NUMBER = r"\d[\d,]*(?:\.\d+)?"
AMOUNT = re.compile(rf"−?(?:[$€£¥]|\b[A-Z]{{3}} ){NUMBER}")
UNITS = re.compile(rf"\b(sell|buy|sold|bought) {NUMBER} ")


def wording_for(preferences: Preferences, currency: str) -> Wording:
    """How the reader wants figures written."""
    usual = wording_in(currency)
    if preferences.shares is Shares.BPS:
        usual = replace(usual, share=words.bps)
    return replace(usual, money=_cover, cents=_cover) if preferences.hides_amounts else usual


def as_wanted(document: Document, preferences: Preferences) -> Document:
    """The document with what its reader does not want to show covered."""
    if not preferences.hides_amounts:
        return document
    return replace(
        document,
        title=_covered(document.title),
        lines=tuple(map(_line, document.lines)),
        sections=tuple(map(_section, document.sections)),
    )


def _cover(_amount: Decimal | float) -> str:
    return HIDDEN


def _covered(text: str) -> str:
    return UNITS.sub(rf"\1 {HIDDEN} ", AMOUNT.sub(HIDDEN, text))


def _line(line: Line) -> Line:
    return replace(line, text=_covered(line.text), before=_covered(line.before))


def _section(section: Section) -> Section:
    return replace(
        section,
        title=_covered(section.title),
        lines=tuple(map(_line, section.lines)),
        points=tuple(map(_line, section.points)),
        tables=tuple(map(_table, section.tables)),
        sections=tuple(map(_section, section.sections)),
    )


def _table(table: Table) -> Table:
    return replace(table, rows=tuple(_row(row, table.columns) for row in table.rows))


def _row(row: Row, columns: tuple[Column, ...]) -> Row:
    cells = (
        HIDDEN
        if column.kind is Kind.QUANTITY and cell is not None
        else _covered(cell)
        if isinstance(cell, str)
        else cell
        for cell, column in zip(row.cells, columns, strict=True)
    )
    return replace(row, cells=tuple(cells))
