"""How orders are priced and parted.

Errors: `InputError` for rules that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trimtab.cycle.slicing import Schedule
from trimtab.model.errors import InputError
from trimtab.model.money import ZERO

__all__ = ["OrderRules", "Pricing"]

SLICES_MAX = 100


class Pricing(StrEnum):
    """What stands between an order and a bad price."""

    COLLAR = "collar"
    """A limit, so much beyond the far side of the quote."""
    AT_CLOSE = "at_close"
    """The closing auction, which has one price for all."""
    MARKET = "market"
    """Nothing: whatever the book gives."""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """How orders are priced and parted.

    Unit: `collar` a fraction of the price; `slice_above` and `participation_max` fractions of the
    day's volume: what is above the first is sliced, what is above the second is left to later
    cycles; `risk_aversion` per unit of money, of the Almgren-Chriss schedule.
    Refuses: fractions outside of (0, 1), no slices, a risk aversion that is not above zero.
    """

    pricing: Pricing = Pricing.COLLAR
    collar: Decimal = Decimal("0.005")
    slice_above: Decimal = Decimal("0.01")
    participation_max: Decimal = Decimal("0.10")
    slices_max: int = 12
    schedule: Schedule = Schedule.ALMGREN_CHRISS
    risk_aversion: float = 1e-6

    def __post_init__(self) -> None:
        for name in ("collar", "slice_above", "participation_max"):
            if not ZERO < getattr(self, name) < 1:
                bound = "a fraction above 0 and below 1 is needed"
                raise InputError(f"orders.{name}", f"is {getattr(self, name)}", bound)
        if not 0.0 < self.risk_aversion < float("inf"):
            raise InputError("orders.risk_aversion", f"is {self.risk_aversion}", "above zero")
        if not 1 <= self.slices_max <= SLICES_MAX:
            raise InputError("orders.slices_max", f"is {self.slices_max}", f"1 to {SLICES_MAX}")
