"""Proportional costs as a bid and an ask price around the mid, and weights valued at each.

A buyer pays mid × (1 + buy cost), a seller receives mid × (1 − sell cost).  Only the relative
spread ε, with bid = (1 − ε) × ask, matters for when to trade: the two costs set at which price the
answer is read.

Errors: costs that are negative, not finite, or take all of a sale are `InputErrors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trimtab.quant.control._inputs import at_least_zero, refuse, within

__all__ = ["BidAsk"]


@dataclass(frozen=True, slots=True)
class BidAsk:
    """What buying and selling cost, as fractions of the traded value at mid.

    Refuses: a negative cost, a sell cost of 1 or more.
    """

    buy_cost: float
    sell_cost: float

    def __post_init__(self) -> None:
        refuse(
            at_least_zero("buy_cost", self.buy_cost),
            within("sell_cost", self.sell_cost, 0.0, 1.0),
        )

    @property
    def spread(self) -> float:
        """ε: how far the bid lies below the ask, as a fraction of the ask."""
        return (self.buy_cost + self.sell_cost) / (1.0 + self.buy_cost)

    @property
    def log_spread(self) -> float:
        """ln(ask / bid)."""
        return math.log1p(self.buy_cost) - math.log1p(-self.sell_cost)

    def ask_to_mid(self, weight: float) -> float:
        """A weight valued at the ask, valued at mid instead."""
        return weight / (weight + (1.0 - weight) * (1.0 + self.buy_cost))

    def bid_to_mid(self, weight: float) -> float:
        """A weight valued at the bid, valued at mid instead."""
        return weight / (weight + (1.0 - weight) * (1.0 - self.sell_cost))
