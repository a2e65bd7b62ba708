"""Which lots a broker's sale took: those that its own realised gains name, else the oldest.

Lots of unknown day go last: nobody can say that they are the oldest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from trimtab.books.relief import LotUnits
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import total
from trimtab.model.statements import StatedGain, StatedTransaction

__all__ = ["oldest_units", "sold_lots"]

_REMEDY = "import the older transactions, or give the missing lots"


def sold_lots(
    sale: StatedTransaction, lots: Sequence[Lot], quantity: Decimal, gains: Sequence[StatedGain]
) -> tuple[LotUnits, ...]:
    """Units of lots that make up a sale; `gains` are the broker's rows of that sale's day.

    Source: 26 CFR 1.1012-1(c): lots that are identified, else first in, first out.
    Refuses: more than the lots hold.
    """
    named = _named(lots, gains)
    if total(units.quantity for units in named) == quantity:
        return named
    return oldest_units(lots, quantity)


def oldest_units(lots: Sequence[Lot], quantity: Decimal) -> tuple[LotUnits, ...]:
    """Units of the oldest lots; what leaves an account leaves it, also of unknown basis or day.

    Refuses: more than the lots hold.
    """
    held = total(lot.quantity for lot in lots)
    if quantity > held:
        raise InputError("lots", f"{quantity} units leave", f"the books hold {held}", _REMEDY)
    chosen, left = [], quantity
    for lot in sorted(lots, key=lambda lot: (lot.acquired is None, lot.acquired or date.min)):
        units = min(left, lot.quantity)
        if units:
            chosen.append(LotUnits(lot.id, units))
            left -= units
    return tuple(chosen)


def _named(lots: Sequence[Lot], gains: Sequence[StatedGain]) -> tuple[LotUnits, ...]:
    """The lots that rows of realised gains name by their day of purchase."""
    named: list[LotUnits] = []
    left = {lot.id: lot.quantity for lot in lots}
    for gain in gains:
        wanted = abs(gain.quantity or Decimal(0))
        for lot in lots:
            units = min(wanted, left[lot.id])
            if units and lot.acquired is not None and lot.acquired == gain.acquired:
                named.append(LotUnits(lot.id, units))
                left[lot.id] -= units
                wanted -= units
    return tuple(named)
