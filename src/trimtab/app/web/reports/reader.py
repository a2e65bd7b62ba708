"""A document as its reader wants it: percent or basis points, amounts shown or hidden.

Figures stand in cells, which are written by their column, and in sentences, in which they are
found by their form.

Errors: none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from trimtab.app.documents.document import Document, Line, Section
from trimtab.app.documents.tables import Cell, Column, Kind, Row, Table
from trimtab.app.documents.wording import Wording, wording_in
from trimtab.app.report import words
from trimtab.app.web.fractions import chosen_fractions
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


def as_wanted(
    document: Document, preferences: Preferences, names: tuple[str, ...] = ()
) -> Document:
    """The document with fractions as its reader chose, and what is not to be shown covered.

    `names` hold figures that are no fractions: "60 % stocks".
    """
    teller = _Teller(preferences.shares, preferences.hides_amounts, names)
    return replace(
        document,
        title=teller.covered(document.title),
        lines=tuple(map(teller.line, document.lines)),
        sections=tuple(map(teller.section, document.sections)),
    )


def _cover(_amount: Decimal | float) -> str:
    return HIDDEN


@dataclass(frozen=True, slots=True)
class _Teller:
    """Retells a document's words for its reader."""

    shares: Shares
    hides_amounts: bool
    names: tuple[str, ...]

    def covered(self, text: str) -> str:
        """Words of anybody: amounts and units covered where they are not to be shown."""
        if not self.hides_amounts:
            return text
        return UNITS.sub(rf"\1 {HIDDEN} ", AMOUNT.sub(HIDDEN, text))

    def said(self, text: str) -> str:
        """A sentence of ours."""
        return chosen_fractions(self.covered(text), self.shares, self.names)

    def line(self, line: Line) -> Line:
        """A sentence with what it said before."""
        return replace(line, text=self.said(line.text), before=self.said(line.before))

    def section(self, section: Section) -> Section:
        """A section with all that is in it."""
        return replace(
            section,
            title=self.covered(section.title),
            lines=tuple(map(self.line, section.lines)),
            points=tuple(map(self.line, section.points)),
            tables=tuple(map(self.table, section.tables)),
            sections=tuple(map(self.section, section.sections)),
        )

    def table(self, table: Table) -> Table:
        """A table; its numbers are written by their columns."""
        return replace(table, rows=tuple(self.row(row, table.columns) for row in table.rows))

    def row(self, row: Row, columns: tuple[Column, ...]) -> Row:
        """A row of a table."""
        cells = (self.cell(cell, one) for cell, one in zip(row.cells, columns, strict=True))
        return replace(row, cells=tuple(cells))

    def cell(self, cell: Cell, column: Column) -> Cell:
        """A cell: quantities are covered with the amounts."""
        if column.kind is Kind.QUANTITY and cell is not None and self.hides_amounts:
            return HIDDEN
        if not isinstance(cell, str):
            return cell
        return self.said(cell) if column.kind is Kind.SENTENCE else self.covered(cell)
