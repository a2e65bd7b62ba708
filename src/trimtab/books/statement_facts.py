"""Facts of a broker's transaction that booking rests on: its symbol, units, cash, and day.

Errors: `InputError` for a row that does not tell what is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from trimtab.books.statement_rows import StatementRow
from trimtab.model.breaks import Break, BreakKind, break_id
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.money import ZERO, cents
from trimtab.model.statements import Action, StatedTransaction

__all__ = [
    "Booked",
    "Currencies",
    "amount_of",
    "distributions",
    "row_break",
    "split_fact",
    "symbol_of",
    "units_of",
]


@dataclass(frozen=True, slots=True)
class Currencies:
    """What an amount of another currency is worth in the base currency; `None` where unknown."""

    base: str
    rate: Callable[[str, date], Decimal | None]

    def in_base(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """The amount in base currency, in cents."""
        if currency == self.base:
            return amount
        rate = self.rate(currency, on)
        return None if rate is None else cents(amount * rate)


@dataclass(slots=True)
class Booked:
    """The entries that rows became, in order, and the breaks of the others."""

    entries: list[Entry] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


def amount_of(one: StatedTransaction) -> Decimal:
    """What cash changed by, also where only units and a price are told.

    Refuses: a row that tells neither.
    """
    if one.amount is not None:
        return one.amount
    if one.quantity is None or one.price is None:
        raise InputError("amount", "neither an amount nor a price is told", "", "add it")
    gross = cents(abs(one.quantity) * one.price)
    fee = one.fee or ZERO
    return -(gross + fee) if one.quantity > 0 else gross - fee


def distributions(rows: Sequence[StatementRow]) -> dict[tuple[str, str, Decimal], list[date]]:
    """The days of cash distributions by account, instrument and amount."""
    days: dict[tuple[str, str, Decimal], list[date]] = defaultdict(list)
    for row in rows:
        one = row.transaction
        is_cash = one.action is Action.DIVIDEND and not one.quantity and one.amount is not None
        if is_cash and one.instrument is not None and one.amount is not None:
            days[one.account, one.instrument.symbol, abs(one.amount)].append(one.on)
    return days


def row_break(row: StatementRow, kind: BreakKind, fact: str, remedy: str) -> Break:
    """The break that a row is, with what it says."""
    one = row.transaction
    facts = {
        "on": one.on.isoformat(),
        "action": one.action.value,
        "quantity": "" if one.quantity is None else f"{one.quantity:f}",
        "amount": "" if one.amount is None else f"{one.amount:f}",
        "row": row.id,
    }
    return Break(
        id=break_id(kind, row.id),
        kind=kind,
        account=one.account,
        instrument="" if one.instrument is None else one.instrument.symbol,
        message=f"{one.on} {one.text or one.action.value}: {fact}",
        remedy=remedy,
        facts={name: fact for name, fact in facts.items() if fact},
        source=row.source,
    )


def split_fact(one: StatedTransaction, held: Decimal) -> str:
    """What a split made of the units that were held, as far as its row tells."""
    if one.quantity is None or not held:
        return f"a split of {held} units, the ratio is not told"
    after = held + one.quantity
    if one.quantity == held or after <= 0:
        after = one.quantity if after <= 0 else after
    return f"{held} units became {after}"


def symbol_of(one: StatedTransaction) -> str:
    """The instrument that a row is about.

    Refuses: a row that names none.
    """
    if one.instrument is None:
        raise InputError("instrument", "none is named", "", "complete the row")
    return one.instrument.symbol


def units_of(one: StatedTransaction) -> Decimal:
    """The units that it moved, without a sign.

    Refuses: a row that tells none.
    """
    if not one.quantity:
        raise InputError("quantity", "none is told", "", "complete the row")
    return abs(one.quantity)
