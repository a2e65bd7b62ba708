"""`trades.csv` as an import leaves it: what statements tell, beside what a person wrote.

A row of the file's own stays as it is, with every cell, unless the statements tell of the same
purchases or sales (account, instrument, side and day).  Errors: `InputErrors` of a file that cannot
be read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from trimtab.app.csv_rows import csv_rows
from trimtab.app.text_files import Collector
from trimtab.app.trades_file import OPTIONAL, REQUIRED, SIDES, parse_trades
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["own_trades", "trades_text"]

COMMENT = "# Purchases and sales of the last months, for wash sales; see `trimtab import`."
COLUMNS = ("date", "account", "instrument", "side", "quantity", "amount", "gain", "term")

Key = tuple[str, str, Side, date]


def own_trades(before: str, file: str, told: Sequence[TradeRecord]) -> tuple[TradeRecord, ...]:
    """The trades of a file that statements do not tell of.

    Refuses: a file that cannot be read.
    """
    keys = set(map(_key, told))
    return tuple(one for one in parse_trades(before, file, None, None) if _key(one) not in keys)


def trades_text(before: str | None, told: Sequence[TradeRecord]) -> str:
    """The file after an import; `before` is one that `own_trades` could read."""
    rows = [] if before is None else csv_rows(before, "trades", REQUIRED, OPTIONAL, Collector(""))
    keys = set(map(_key, told))
    kept = [row.cells for row in rows if _key_of(row.cells) not in keys]
    every: list[Mapping[str, str]] = [*kept, *map(_cells, told)]
    further = (name for name in OPTIONAL if name not in COLUMNS)
    columns = (*COLUMNS, *(name for name in further if any(row.get(name) for row in every)))
    lines = [] if before is None else before.splitlines()
    comments = [line for line in lines if line.startswith("#") and line != COMMENT]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    stream.writelines(f"{line}\n" for line in (COMMENT, *comments))
    for row in sorted(every, key=lambda row: row["date"]):
        writer.writerow([row.get(name, "") for name in columns])
    return stream.getvalue()


def _key(one: TradeRecord) -> Key:
    return one.account, one.instrument, one.side, one.on


def _key_of(cells: Mapping[str, str]) -> Key:
    side, on = SIDES[cells["side"].lower()], date.fromisoformat(cells["date"])
    return cells["account"], cells["instrument"], side, on


def _cells(one: TradeRecord) -> dict[str, str]:
    gain = "" if one.gain is None or one.side is Side.BUY else f"{one.gain:f}"
    return {
        "date": one.on.isoformat(),
        "account": one.account,
        "instrument": one.instrument,
        "side": one.side.value,
        "quantity": f"{one.quantity:f}",
        "amount": f"{one.amount:f}",
        "gain": gain,
        "term": one.term or "",
        "washed_quantity": f"{one.washed_quantity:f}" if one.washed_quantity else "",
        "served_quantity": f"{one.served_quantity:f}" if one.served_quantity else "",
    }
