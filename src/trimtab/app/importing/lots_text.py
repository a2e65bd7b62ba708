"""`lots.csv` as the books have it after an import.

It is written anew from the journal, each lot with its id, so that twins stay two.  What no entry
knows stays as a person wrote it: notes, and cash that has not settled.  Errors: none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from trimtab.app.csv_rows import csv_rows
from trimtab.app.lots_file import CASH, LotsFile
from trimtab.app.lots_file import OPTIONAL as LOT_OPTIONAL
from trimtab.app.lots_file import REQUIRED as LOT_COLUMNS
from trimtab.app.text_files import Collector
from trimtab.books.ledger import Ledger
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = ["LOTS_COMMENT", "OwnWords", "lots_text", "own_words"]

LOTS_COMMENT = (
    "# Written by `trimtab import` from the journal; corrections made here are noted there at the\n"
    "# next import. An empty basis or day is unknown, never zero.\n"
)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What `lots.csv` says and no entry knows: notes by lot, unsettled cash by account and code."""

    notes: Mapping[str, str] = field(default_factory=dict)
    unsettled: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)


def own_words(text: str, file: str, read: LotsFile) -> OwnWords:
    """The notes and the unsettled cash of a lots file; `read` is what it says otherwise."""
    rows = csv_rows(text, "lots", LOT_COLUMNS, LOT_OPTIONAL, Collector(file))
    by_line = {row.line: row for row in rows}
    notes = {name: by_line[line].get("note") for name, line in read.lines.items()}
    return OwnWords(
        {name: note for name, note in notes.items() if note},
        {(one.account, one.currency): one.unsettled for one in read.cash if one.unsettled},
    )


def lots_text(ledger: Ledger, currencies: Mapping[str, str], own: OwnWords | None = None) -> str:
    """`lots.csv` as the books have it; `currencies` are those of the accounts."""
    own = own or OwnWords()
    columns = [*LOT_COLUMNS, *LOT_OPTIONAL]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    stream.write(LOTS_COMMENT)
    writer.writerows(
        _lot_cells(lot, own.notes.get(lot.id, ""))
        for lot in sorted(ledger.lots.values(), key=_lot_order)
    )
    with_cash = {account for account, _ in ledger.cash}
    for account in sorted(currencies):
        if account not in with_cash:
            continue
        for (place, code), amount in sorted(ledger.cash.items()):
            if place == account and (amount > 0 or code == currencies[account]):
                name = CASH if code == currencies[account] else f"{CASH}:{code}"
                cells = {"account": account, "instrument": name}
                cells["quantity"] = f"{max(amount, ZERO):f}"
                waits = min(own.unsettled.get((account, code), ZERO), max(amount, ZERO))
                cells["unsettled"] = f"{waits:f}" if waits else ""
                writer.writerow([cells.get(column, "") for column in columns])
    return stream.getvalue()


def _lot_order(lot: Lot) -> tuple[object, ...]:
    return lot.account, lot.instrument, lot.acquired or date.min, lot.id


def _lot_cells(lot: Lot, note: str) -> tuple[str, ...]:
    """A lot's cells in the order of the columns."""
    return (
        lot.account,
        lot.instrument,
        f"{lot.quantity:f}",
        "" if lot.basis is None else f"{lot.basis:f}",
        "" if lot.acquired is None else lot.acquired.isoformat(),
        lot.id,
        "" if lot.holding_start is None else lot.holding_start.isoformat(),
        lot.order or "",
        "yes" if lot.reinvested else "",
        "yes" if not lot.by_purchase and not lot.inherited else "",
        "yes" if lot.inherited else "",
        "" if lot.loss_basis is None else f"{lot.loss_basis:f}",
        f"{lot.washed_quantity:f}" if lot.washed_quantity else "",
        "",
        note,
    )
