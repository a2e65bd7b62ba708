"""Edits: what a person takes out of a plan before it is carried out.

An edit only leaves out or reduces; what a plan does not hold, nobody adds by hand.  It always
speaks of the plan as the cycle made it, so that a second edit takes the first one's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Edits", "TradeEdit"]


@dataclass(frozen=True, slots=True)
class TradeEdit:
    """What is to be left of one trade, or of one lot of a sale.

    Unit: `quantity` units of the instrument; zero leaves it out.  `lot` is empty for the trade as a
    whole.
    """

    trade: str
    quantity: Decimal
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Edits:
    """All that a person changed of a plan, in the order of its trades and lots."""

    trades: tuple[TradeEdit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.trades)
