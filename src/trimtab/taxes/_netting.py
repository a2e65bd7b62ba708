"""Netting of a year's capital gains and losses, exactly.

Gains and losses are netted within their term, then across terms; of a net loss a part reduces
ordinary income and the rest goes into the next year with its character.  No dollar of loss appears
or vanishes: loss in = offset + deducted + carried.
Source: 26 USC 1222 (netting), 1211(b) (limit), 1212(b) (carry-forward, short-term first).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trimtab.model.money import ZERO

__all__ = ["Netted", "net_gains"]


@dataclass(frozen=True, slots=True)
class Netted:
    """What is taxed, what is deducted and what is carried.

    Unit: dollars, none negative; `offset` is the loss of one term that a gain of the other took up.
    """

    short_gain: Decimal
    long_gain: Decimal
    offset: Decimal
    deducted_short: Decimal
    deducted_long: Decimal
    carry_short: Decimal
    carry_long: Decimal

    @property
    def deduction(self) -> Decimal:
        """The loss taken against ordinary income."""
        return self.deducted_short + self.deducted_long

    @property
    def gain(self) -> Decimal:
        """What enters taxable income: net gain less deduction."""
        return self.short_gain + self.long_gain - self.deduction


def net_gains(short: Decimal, long: Decimal, limit: Decimal) -> Netted:
    """Net the two terms against each other and split a net loss.

    Unit: dollars; `short` and `long` are nets within their term, carry-forwards taken off; `limit`
    is the most that may be deducted from ordinary income.
    """
    offset = min(abs(short), abs(long)) if short * long < 0 else ZERO
    if short < 0:
        short, long = short + offset, long - offset
    elif long < 0:
        short, long = short - offset, long + offset
    short_loss, long_loss = max(ZERO, -short), max(ZERO, -long)
    deducted_short = min(short_loss, limit)
    deducted_long = min(long_loss, limit - deducted_short)
    return Netted(
        short_gain=max(ZERO, short),
        long_gain=max(ZERO, long),
        offset=offset,
        deducted_short=deducted_short,
        deducted_long=deducted_long,
        carry_short=short_loss - deducted_short,
        carry_long=long_loss - deducted_long,
    )
