"""The screens of `trimtab formats`: what is known, what a format finds in a file, an unknown table.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.text import Text

from trimtab.app.importing.as_json import kind_words
from trimtab.app.importing.format_report import BoundHeader, FileReport, NearFormat
from trimtab.app.importing.sheet import Sheet
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import heading, paragraph
from trimtab.importers._format import Format
from trimtab.model.statements import Statement

__all__ = ["show_formats", "show_report", "show_sheet", "show_statement"]

CELL_CHARACTERS_MAX = 28
SAMPLES_SHOWN = 3
ROWS_SHOWN_MAX = 5
BREAKS_SHOWN_MAX = 10


def show_formats(
    out: Console, formats: Sequence[Format], readers: Sequence[tuple[str, str]]
) -> None:
    """Print every format by broker, then the readers of files that are no tables."""
    table = plain_table(
        ("Format", "left"),
        ("Broker", "left"),
        ("What", "fold"),
        ("Seen", "fold"),
        ("Whose", "left"),
    )
    for form in formats:
        whose = "yours" if form.is_own else "package"
        table.add_row(form.id, form.broker, kinds_of(form), ", ".join(form.seen), whose)
    for name, summary in readers:
        table.add_row(name, "any", summary, "", "package")
    show_table(out, table)


def kinds_of(form: Format) -> str:
    """What kinds of rows a format reads."""
    return ", ".join(dict.fromkeys(s.kind.value.replace("_", " ") for s in form.sections))


def show_report(out: Console, report: FileReport) -> None:
    """Print what a file is, how its columns are bound, and what became of its rows."""
    heading(out, str(report.outcome.path))
    if report.outcome.error is not None:
        paragraph(out, str(report.outcome.error))
        if report.near is not None:
            _show_near(out, report.near)
        return
    statement = report.outcome.statement
    sure = f", certainty {report.certainty:.1f}" if report.format is not None else ""
    whose = " (yours)" if report.format is not None and report.format.is_own else ""
    paragraph(out, f"read by {statement.format}{whose}: {statement.broker}{sure}")
    for header in report.headers:
        _show_header(out, header)
    show_statement(out, statement)


def _show_header(out: Console, header: BoundHeader) -> None:
    out.print()
    out.print(Text(f"line {header.line}: {header.kind.value.replace('_', ' ')}"))
    width = max((len(field) for field, _ in header.columns), default=0)
    for field, title in header.columns:
        out.print(Text(f"  {field:{width}}  {title}"), soft_wrap=True)
    if header.unused:
        paragraph(out, f"unused: {', '.join(header.unused)}", "dim", indent=2, hang=2)


def _show_near(out: Console, near: NearFormat) -> None:
    out.print()
    paragraph(out, f"The nearest is {near.format.id} (line {near.line}), which lacks:")
    for field, names in near.lacks:
        paragraph(out, f"{field}: a column called {' or '.join(names) or '…'}", indent=2, hang=2)


def show_statement(out: Console, statement: Statement) -> None:
    """Print what became of the rows of a file: the first ones taken, and what is open."""
    out.print()
    kinds = kind_words(statement).replace("_", " ").replace("+", ", ") or "nothing"
    counts = f"{len(statement.ignored)} ignored by rules, {len(statement.breaks)} breaks"
    paragraph(out, f"{statement.rows} rows: {statement.taken} taken ({kinds}), {counts}")
    _show_rows(out, statement)
    for one in statement.breaks[:BREAKS_SHOWN_MAX]:
        remedy = f" {one.remedy[0].upper()}{one.remedy[1:]}." if one.remedy else ""
        paragraph(out, f"line {one.line}: {one.text} ({one.reason}).{remedy}", indent=2, hang=2)
    if len(statement.breaks) > BREAKS_SHOWN_MAX:
        paragraph(out, f"and {len(statement.breaks) - BREAKS_SHOWN_MAX} more", "dim", indent=2)


def _show_rows(out: Console, statement: Statement) -> None:
    table = plain_table(
        *(("Line", "right"), ("Account", "fold"), ("What", "fold"), ("Day", "left")),
        *(("Quantity", "right"), ("Amount", "right"), ("Cost", "right")),
    )
    shown = 0
    for line, account, what, day, quantity, amount, cost in _rows(statement):
        figures = (_figure(number) for number in (quantity, amount, cost))
        table.add_row(str(line), account, _cut(what), day, *figures)
        shown += 1
        if shown == ROWS_SHOWN_MAX:
            break
    if shown:
        show_table(out, table)


_Row = tuple[int, str, str, str, Decimal | None, Decimal | None, Decimal | None]


def _rows(statement: Statement) -> list[_Row]:
    """The first rows of each kind, in one form."""
    rows: list[_Row] = []
    for held in statement.positions[:ROWS_SHOWN_MAX]:
        what = held.instrument.symbol
        rows.append((held.line, held.account, what, "", held.quantity, held.value, held.cost))
    for lot in statement.lots[:ROWS_SHOWN_MAX]:
        day = "" if lot.acquired is None else lot.acquired.isoformat()
        what = lot.instrument.symbol
        rows.append((lot.line, lot.account, what, day, lot.quantity, lot.value, lot.cost))
    for done in statement.transactions[:ROWS_SHOWN_MAX]:
        symbol = "" if done.instrument is None else f" {done.instrument.symbol}"
        what, day = f"{done.action.value}{symbol}", done.on.isoformat()
        rows.append((done.line, done.account, what, day, done.quantity, done.amount, None))
    for gain in statement.gains[:ROWS_SHOWN_MAX]:
        day = "" if gain.sold is None else gain.sold.isoformat()
        what = gain.instrument.symbol
        rows.append((gain.line, gain.account, what, day, gain.quantity, gain.proceeds, gain.cost))
    return rows


def _figure(number: Decimal | None) -> str:
    return "" if number is None else f"{number:,f}"


def show_sheet(out: Console, sheet: Sheet, path: Path) -> None:
    """Print the columns of an unknown table with their first cells."""
    heading(out, str(path))
    paragraph(out, f"Its columns (line {sheet.line}) and what stands in them:")
    table = plain_table(("", "right"), ("Column", "fold"), ("First cells", "fold"))
    for column in sheet.columns:
        samples = (_cut(cell) for cell in column.samples[:SAMPLES_SHOWN])
        table.add_row(str(column.place + 1), _cut(column.title), "  ".join(samples))
    show_table(out, table)


def _cut(text: str) -> str:
    """A cell on one line, cut where it is long, with nothing that moves a terminal's cursor."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain if len(plain) <= CELL_CHARACTERS_MAX else plain[: CELL_CHARACTERS_MAX - 1] + "…"
