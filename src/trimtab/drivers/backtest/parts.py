"""What one session filled of an order, and why it left the rest: that decides what waits.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum, auto

from trimtab.drivers.backtest.offers import Offer
from trimtab.drivers.backtest.orders import Order
from trimtab.drivers.backtest.results import FillRecord
from trimtab.model.plans import LotSale, TradeCost

__all__ = ["Leaves", "Part", "not_filled", "partly", "recorded", "units_text"]


class Leaves(Enum):
    """Why a session left a part of an order, which decides whether that waits."""

    NOTHING = auto()
    LATER = auto()
    """The market had no more today: another session may have."""
    CASH = auto()
    """A sale that waits may still bring it."""
    NEVER = auto()
    """Nothing that comes would change it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a session filled of an order; `sold` by lot of the plan, `why` the rest was left."""

    record: FillRecord
    leaves: Leaves = Leaves.NOTHING
    why: str = ""
    sold: Mapping[str, Decimal] = field(default_factory=dict)


def partly(
    record: FillRecord, quantity: Decimal, offer: Offer, otherwise: Leaves, why: str
) -> Part:
    """An order of which so much is filled: the offer, or something else, left the rest."""
    if quantity >= record.ordered:
        return Part(record)
    filled = (
        f"filled {units_text(quantity)} of {units_text(record.ordered)}" if quantity > 0 else ""
    )
    limited = offer.most < record.ordered
    words = f"was {filled or 'not filled'}: {offer.why if limited else why}"
    return Part(record, Leaves.LATER if limited else otherwise, words)


def not_filled(order: Order) -> str:
    """How much of an order is not filled, in words."""
    return f"{units_text(order.trade.quantity)} of it not filled" if order.tried else "not filled"


def units_text(quantity: Decimal) -> str:
    """Units without zeros at their end."""
    return f"{quantity.normalize():f}"


def recorded(
    record: FillRecord,
    quantity: Decimal,
    price: Decimal,
    cost: TradeCost,
    lots: Sequence[LotSale],
) -> FillRecord:
    """The record with what was filled, at what cost, of which lots."""
    return replace(
        record,
        quantity=quantity,
        price=price,
        spread=cost.spread,
        impact=cost.impact,
        commission=cost.commission,
        lots=tuple(lots),
    )
