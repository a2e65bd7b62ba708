"""A document on a screen: its sections, sentences and tables; charts are the pages' alone.

Errors: none.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from trimtab.app.documents.document import Document, Line, Section
from trimtab.app.documents.tables import Table
from trimtab.app.documents.wording import Wording
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, messages, paragraph

__all__ = ["show_document", "show_written"]


def show_document(document: Document, wording: Wording) -> None:
    """Print the document."""
    out = console()
    paragraph(out, document.title, "bold")
    paragraph(out, document.kicker, "dim")
    for line in document.lines:
        _line(out, line, 0)
    for section in document.sections:
        _section(out, section, wording)
    out.print()
    paragraph(out, document.foot, "dim")


def show_written(what: str, path: Path) -> None:
    """Say where a file was written; on standard error, so that results stay apart."""
    messages().print(f"{what}: {path}", soft_wrap=True, markup=False)


def _section(out: Console, section: Section, wording: Wording) -> None:
    heading(out, section.title)
    for line in section.lines:
        _line(out, line, 2)
    for table in section.tables:
        _table(out, table, wording)
    for point in section.points:
        _line(out, point, 2)
    for inner in section.sections:
        _section(out, inner, wording)


def _line(out: Console, line: Line, indent: int) -> None:
    clause = f" [{line.clause}]" if line.clause else ""
    if line.before:
        word = "Was" if line.text else "Gone"
        end = "" if line.text else clause
        paragraph(out, f"{word}: {line.before}{end}", "dim", indent, 2)
    if line.text:
        word = "Now: " if line.before else "New: " if line.look == "added" else ""
        paragraph(out, f"{word}{line.text}{clause}", "", indent, 2)


def _table(out: Console, table: Table, wording: Wording) -> None:
    """A table with its caption; one without rows says so."""
    out.print()
    paragraph(out, table.caption if table.rows else f"{table.caption}: {table.empty}", "dim", 2)
    if not table.rows:
        return
    shown = plain_table(
        *((one.label, "right" if one.kind.is_number else "left") for one in table.columns)
    )
    for row in table.rows:
        cells = zip(row.cells, table.columns, strict=True)
        shown.add_row(*(wording.cell(value, column) for value, column in cells))
    show_table(out, shown)
