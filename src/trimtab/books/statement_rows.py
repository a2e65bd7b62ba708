"""Rows of broker files, told apart: the same event seen in two files is one, true twins are two.

A row is known by what it says (account, day, action, instrument, units, amount) and by how many
equal rows stood before it in its own file.  So a file read twice adds nothing, a longer file adds
what is new, and two equal purchases of one day stay two.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from trimtab.model.statements import (
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

__all__ = ["StatementRow", "changed", "renamed", "renamed_row", "told_apart"]

Rename = Callable[[StatedInstrument], StatedInstrument]
Row = TypeVar("Row", StatedPosition, StatedLot, StatedTransaction, StatedGain)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A transaction with the id that it has in every file, and where it was first seen."""

    id: str
    transaction: StatedTransaction
    source: str


def told_apart(files: Iterable[tuple[str, Sequence[StatedTransaction]]]) -> list[StatementRow]:
    """The distinct transactions of several files, each given with its name, oldest first."""
    found: dict[str, StatementRow] = {}
    for file, transactions in files:
        count: Counter[str] = Counter()
        numbered: set[tuple[str, str]] = set()
        for one in transactions:
            content = _content(one)
            if one.broker_id:
                if (content, one.broker_id) in numbered:
                    continue  # the broker's own number says that it is the same event
                numbered.add((content, one.broker_id))
            count[content] += 1
            told = hashlib.sha256(f"{content}\0{count[content]}".encode()).hexdigest()
            row = StatementRow(f"row {told[:16]}", one, f"{file}:{one.line}")
            seen = found.setdefault(row.id, row)
            if _order(row) < _order(seen):  # the order of files is no matter
                found[row.id] = row
    return sorted(found.values(), key=_order)


def changed(row: Row, column: str, value: object) -> Row:
    """The row with another value in one column; as `replace`, in a third of its time."""
    read, places = _COLUMNS[type(row)]
    cells = list(read(row))
    cells[places[column]] = value
    make: Callable[..., Row] = type(row)
    return make(*cells)


def _columns(
    kind: type[StatedPosition | StatedLot | StatedTransaction | StatedGain],
) -> tuple[Callable[[object], Sequence[object]], dict[str, int]]:
    names = [one.name for one in fields(kind)]
    return attrgetter(*names), {name: place for place, name in enumerate(names)}


_COLUMNS: dict[type, tuple[Callable[[object], Sequence[object]], dict[str, int]]] = {
    kind: _columns(kind) for kind in (StatedPosition, StatedLot, StatedTransaction, StatedGain)
}


def renamed_row(one: StatedTransaction, rename: Rename) -> StatedTransaction:
    """The row with its instrument under another name."""
    return one if one.instrument is None else _renamed(one, one.instrument, rename)


def _renamed(row: Row, instrument: StatedInstrument, rename: Rename) -> Row:
    found = rename(instrument)
    return row if found is instrument else changed(row, "instrument", found)


def renamed(statement: Statement, rename: Rename) -> Statement:
    """The statement with all its instruments under other names."""
    return replace(
        statement,
        positions=tuple(_renamed(row, row.instrument, rename) for row in statement.positions),
        lots=tuple(_renamed(row, row.instrument, rename) for row in statement.lots),
        transactions=tuple(renamed_row(row, rename) for row in statement.transactions),
        gains=tuple(_renamed(row, row.instrument, rename) for row in statement.gains),
    )


def _content(one: StatedTransaction) -> str:
    symbol = "" if one.instrument is None else one.instrument.symbol
    parts = (one.account, one.on, one.action, symbol, _plain(one.quantity), _plain(one.amount))
    return "\0".join(map(str, parts))


def _plain(number: Decimal | None) -> str:
    """A number without the zeros that one file writes and another does not."""
    return "" if number is None else f"{number.normalize() + 0:f}"


def _order(row: StatementRow) -> tuple[date, bool, str, int]:
    """By day; what brings units or cash before what takes them, then as in the file."""
    one = row.transaction
    leaves = (one.quantity or 0) < 0
    return one.on, leaves, row.source.rpartition(":")[0], one.line
