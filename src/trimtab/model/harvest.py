"""Losses that could be taken: what each is worth, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.model.lots import Term
from trimtab.model.money import ZERO

__all__ = ["HarvestCandidate"]


@dataclass(frozen=True, slots=True)
class HarvestCandidate:
    """A lot at a loss in a taxable account.

    Unit: `value`, `loss` and `tax_value` base currency, the loss positive; `loss_fraction` of its
    basis.  `tax_value` is what the part of the loss that counts today would save at the year's
    marginal rates.  `washed_quantity` units would be washed by purchases of the last 30 days in any
    account; `free_on` is the first day on which no purchase known today would wash it, `None` where
    that is today.  `substitutes` may be bought in its place today.
    """

    lot: str
    account: str
    instrument: str
    quantity: Decimal
    value: Decimal
    loss: Decimal
    loss_fraction: Decimal
    term: Term
    tax_value: Decimal
    passes_amount: bool
    passes_fraction: bool
    passes_days: bool
    washed_quantity: Decimal = ZERO
    free_on: date | None = None
    substitutes: tuple[str, ...] = ()
    verdict: str = ""

    @property
    def passes(self) -> bool:
        """Whether it passes the mandate's dollar, percent and holding tests."""
        return self.passes_amount and self.passes_fraction and self.passes_days

    @property
    def is_free(self) -> bool:
        """Whether no recent purchase would wash any part of it."""
        return self.washed_quantity == 0

    def days_until_free(self, as_of: date) -> int:
        """Days from `as_of` until no purchase known today would wash it; 0 where that is now."""
        return 0 if self.free_on is None else max(0, (self.free_on - as_of).days)
