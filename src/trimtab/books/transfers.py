"""Units that move between accounts: two rows of two files, one entry of the books.

The side that receives books both, with basis and dates kept; a side whose other is not seen is a
break.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from trimtab.books.entries import decision
from trimtab.books.ledger import Ledger
from trimtab.books.lot_entries import transfer_lot
from trimtab.books.sold_lots import oldest_units
from trimtab.books.statement_facts import Booked, row_break, symbol_of, units_of
from trimtab.books.statement_rows import StatementRow
from trimtab.model.breaks import BreakKind
from trimtab.model.entries import Entry
from trimtab.model.money import ZERO, total
from trimtab.model.statements import Action

__all__ = ["Transfers"]

TRANSFER_DAYS = 10
"""How far apart the two sides of a transfer may be dated."""


class Transfers:
    """Pairs the rows of transfers and books them onto a ledger."""

    def __init__(self, ledger: Ledger, rows: Sequence[StatementRow]) -> None:
        self.ledger = ledger
        self.moved: dict[tuple[str, Decimal], list[StatementRow]] = defaultdict(list)
        for row in rows:
            one = row.transaction
            is_transfer = one.action in (Action.TRANSFER_IN, Action.TRANSFER_OUT)
            if is_transfer and one.quantity and one.instrument is not None:
                self.moved[one.instrument.symbol, one.quantity].append(row)

    def book(self, row: StatementRow) -> Booked:
        """The entries of one side; none for the side that leaves where the other is seen."""
        one, done = row.transaction, Booked()
        other = self._other_side(row)
        if other is None:
            return self._one_sided(row)
        if one.action is Action.TRANSFER_OUT:
            return done
        units = units_of(one)
        lots = self.ledger.lots_of(symbol_of(one), other.transaction.account)
        if total(lot.quantity for lot in lots) < units:
            return self._one_sided(row)
        for place, part in enumerate(oldest_units(lots, units), start=1):
            lot = self.ledger.lots[part.lot]
            moved = None
            if part.quantity != lot.quantity:
                moved = self.ledger.free_lot_id(f"{lot.id}→{one.account}")
            entry_id = row.id if place == 1 else f"{row.id} part {place}"
            books = self.ledger.view()
            self._take(done, transfer_lot(entry_id, one.on, books, part, one.account, moved))
        self._take(done, decision(other.id, one.on, {"booked_with": row.id}))
        return done

    def _take(self, done: Booked, entry: Entry) -> None:
        self.ledger.apply(entry)
        done.entries.append(entry)

    def _other_side(self, row: StatementRow) -> StatementRow | None:
        """The row of another account that this one answers."""
        one = row.transaction
        for other in self.moved.get((symbol_of(one), -(one.quantity or ZERO)), ()):
            its = other.transaction
            is_near = abs(its.on - one.on) <= timedelta(days=TRANSFER_DAYS)
            is_open = other.id not in self.ledger.entries
            if its.account != one.account and is_near and is_open:
                return other
        return None

    def _one_sided(self, row: StatementRow) -> Booked:
        one = row.transaction
        word = "came from" if one.action is Action.TRANSFER_IN else "went"
        fact = f"{units_of(one):f} {symbol_of(one)}: where they {word} is not seen"
        remedy = "link the other account, or give the lots"
        return Booked(breaks=[row_break(row, BreakKind.TRANSFER, fact, remedy)])
