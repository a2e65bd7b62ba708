"""`lots.csv` as the books have it after an import.

It is written anew from the journal, each lot with its id, so that twins stay two.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from trimtab.app.lots_file import CASH
from trimtab.app.lots_file import OPTIONAL as LOT_OPTIONAL
from trimtab.app.lots_file import REQUIRED as LOT_COLUMNS
from trimtab.books.ledger import Ledger
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = ["lots_text"]

LOTS_COMMENT = (
    "# Written by `trimtab import` from the journal; corrections made here are noted there at the\n"
    "# next import. An empty basis or day is unknown, never zero.\n"
)


def lots_text(ledger: Ledger, currencies: Mapping[str, str]) -> str:
    """`lots.csv` as the books have it; `currencies` are those of the accounts."""
    extra = [name for name in LOT_OPTIONAL if name not in ("unsettled", "note", "order")]
    columns = [*LOT_COLUMNS, *extra]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    stream.write(LOTS_COMMENT)
    for lot in sorted(ledger.lots.values(), key=_lot_order):
        cells = _lot_cells(lot)
        writer.writerow([cells.get(name, "") for name in columns])
    with_cash = {account for account, _ in ledger.cash}
    for account in sorted(currencies):
        if account not in with_cash:
            continue
        for (place, code), amount in sorted(ledger.cash.items()):
            if place == account and (amount > 0 or code == currencies[account]):
                name = CASH if code == currencies[account] else f"{CASH}:{code}"
                cells = {"account": account, "instrument": name}
                cells["quantity"] = f"{max(amount, ZERO):f}"
                writer.writerow([cells.get(column, "") for column in columns])
    return stream.getvalue()


def _lot_order(lot: Lot) -> tuple[object, ...]:
    return lot.account, lot.instrument, lot.acquired or date.min, lot.id


def _lot_cells(lot: Lot) -> dict[str, str]:
    return {
        "account": lot.account,
        "instrument": lot.instrument,
        "quantity": f"{lot.quantity:f}",
        "basis": "" if lot.basis is None else f"{lot.basis:f}",
        "acquired": "" if lot.acquired is None else lot.acquired.isoformat(),
        "id": lot.id,
        "holding_start": "" if lot.holding_start is None else lot.holding_start.isoformat(),
        "reinvested": "yes" if lot.reinvested else "",
        "gift": "yes" if not lot.by_purchase and not lot.inherited else "",
        "inherited": "yes" if lot.inherited else "",
        "loss_basis": "" if lot.loss_basis is None else f"{lot.loss_basis:f}",
        "washed_quantity": f"{lot.washed_quantity:f}" if lot.washed_quantity else "",
    }
