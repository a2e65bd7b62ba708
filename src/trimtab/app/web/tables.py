"""Tables as CSV, beside the forms in which pages show them; what a table is, `documents` says.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, which is
what spreadsheets themselves do; amounts are written exactly, without a currency's sign.

Errors: `InputError` for a table that a page does not have (`named_table`).
Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from trimtab.app.documents.tables import Cell, Column, Kind, Row, Table, named_table
from trimtab.app.orders_csv import safe_cell

__all__ = ["Cell", "Column", "Kind", "Row", "Table", "csv_text", "named_table"]


def csv_text(table: Table) -> str:
    """The table as CSV, every amount exact (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell) for cell in row.cells])
    return out.getvalue()


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case str():
            return safe_cell(cell)
        case date():
            return cell.isoformat()
    return str(cell)
