"""Lots: units acquired together, with basis and date, and what a sale of them realises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

__all__ = ["Lot", "Term", "is_long_term", "long_term_from"]


DAYS_CACHED = 16_384
"""Days whose anniversary is remembered: more than there are in forty years."""


class Term(StrEnum):
    """The character of a gain or loss (26 USC 1222)."""

    SHORT = "short"
    LONG = "long"


@lru_cache(maxsize=DAYS_CACHED)
def long_term_from(holding_start: date) -> date:
    """The first day on which a sale is long-term.

    Counting starts the day after acquisition, and a sale is long-term once that day has come round
    again: bought 4 February, long from 5 February.  Bought on the last day of a month, long from
    the first day of the thirteenth month after.
    Source: 26 USC 1222; Rev. Rul. 66-7 (month ends), 66-97.
    """
    counted_from = holding_start + timedelta(days=1)
    try:
        return counted_from.replace(year=counted_from.year + 1)
    except ValueError:  # 29 February has no anniversary: the year is over on 28 February
        return date(counted_from.year + 1, 3, 1)


def is_long_term(holding_start: date, sold: date) -> bool:
    """Whether a sale on this trade date is long-term."""
    return sold >= long_term_from(holding_start)


@dataclass(frozen=True, slots=True)
class Lot:
    """Units of one instrument acquired together in one account.

    Unit: `quantity` in units of the instrument; `basis` in the household's base currency, whole
    lot, translated at the rate of the acquisition day.  `None` means unknown, never zero: such a
    lot is not sold by a tax-aware plan.  `holding_start` differs from `acquired` where a holding
    period was carried over (wash sale, gift).  Lots of one `order` are one purchase (Rev. Rul.
    56-602).  `loss_basis` is the lower basis that counts for losses of a gift that had lost value
    (26 USC 1015(a)).  `by_purchase` is false for gifts and inheritances, which replace nothing in
    a wash sale.  `washed_quantity` units have served as replacement already.
    """

    id: str
    account: str
    instrument: str
    quantity: Decimal
    basis: Decimal | None
    acquired: date | None
    holding_start: date | None = None
    order: str | None = None
    reinvested: bool = False
    inherited: bool = False
    washed_quantity: Decimal = Decimal(0)
    loss_basis: Decimal | None = None
    by_purchase: bool = True

    @property
    def starts(self) -> date | None:
        """The day from which its holding period counts."""
        return self.holding_start if self.holding_start is not None else self.acquired

    @property
    def is_known(self) -> bool:
        """Whether basis and date are known, so that a sale's tax can be computed."""
        return self.basis is not None and (self.starts is not None or self.inherited)

    def term(self, sold: date) -> Term | None:
        """The character of a sale on this trade date; inherited property is always long-term.

        Source: 26 USC 1222; 1223(9) for inherited property.
        """
        if self.inherited:
            return Term.LONG
        if self.starts is None:
            return None
        return Term.LONG if is_long_term(self.starts, sold) else Term.SHORT
