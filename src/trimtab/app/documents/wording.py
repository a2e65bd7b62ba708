"""How a document writes its cells: amounts, shares, quantities and days, or as a reader chose.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from trimtab.app.documents.tables import Cell, Column, Kind
from trimtab.app.report import words
from trimtab.app.report.words import Money, Number

__all__ = ["Wording", "moment", "wording_in"]


@dataclass(frozen=True, slots=True)
class Wording:
    """What writes amounts in whole units, amounts to the cent, and fractions of one."""

    money: Money
    cents: Money
    share: Callable[[Number], str]

    def cell(self, value: Cell, column: Column) -> str:
        """A cell of a table; a dash where there is nothing to say."""
        match value:
            case None | "":
                return "–"
            case str():
                return value
            case datetime():
                return moment(value)
            case date():
                return words.day(value)
        match column.kind:
            case Kind.MONEY:
                return self.money(value)
            case Kind.CENTS:
                return self.cents(value)
            case Kind.SHARE:
                return self.share(value)
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        return words.quantity(exact).replace("-", words.MINUS)


def wording_in(currency: str) -> Wording:
    """The usual wording: amounts in a currency, fractions as percent."""
    return Wording(words.money_in(currency), words.money_in(currency, 2), words.percent)


def moment(at: datetime) -> str:
    """A moment as people write it, in the time that its zone says."""
    zone = at.tzname() or ""
    return f"{words.day(at.date())}, {at:%H:%M} {zone}".strip()
