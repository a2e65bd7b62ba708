"""What things are traded in, what that is worth, and on which day a moment falls.

Errors: `InputError` for a currency without a rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.model.money import cents

__all__ = ["Currencies"]


def _utc_date(at: datetime) -> date:
    return at.date()


def _only_base(currency: str, on: date) -> Decimal | None:
    return None


@dataclass(frozen=True, slots=True)
class Currencies:
    """What things are traded in, what that is worth, and on which day a moment falls.

    Unit: `rate` gives base-currency units for one unit of a currency on a day, none where unknown.
    """

    base: str = "USD"
    of: Mapping[str, str] = field(default_factory=dict)
    rate: Callable[[str, date], Decimal | None] = _only_base
    day: Callable[[datetime], date] = _utc_date

    def in_base(self, amount: Decimal, currency: str, on: date) -> Decimal:
        """An amount in base currency, in cents where it is converted.

        Refuses: a currency without a rate on the day.
        """
        if currency == self.base:
            return amount
        rate = self.rate(currency, on)
        if rate is None:
            raise InputError(f"currency {currency}", f"no rate on {on}", remedy="add its price")
        return cents(amount * rate)
