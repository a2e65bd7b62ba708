"""What a paper broker allows and charges, in one frozen value: all that may differ between two.

Errors: `InputError` for fractions and charges that no broker could have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.model.money import ZERO, cents

__all__ = ["Commission", "PaperTerms"]


@dataclass(frozen=True, slots=True)
class Commission:
    """What an execution costs.

    Unit: `per_order` dollars, charged with an order's first execution; `per_unit` dollars a unit;
    `rate` a fraction of the value.
    """

    per_order: Decimal = ZERO
    per_unit: Decimal = ZERO
    rate: Decimal = ZERO

    def __post_init__(self) -> None:
        if min(self.per_order, self.per_unit, self.rate) < ZERO:
            raise InputError("commission of the paper broker", "it is negative", "zero or more")

    def of(self, quantity: Decimal, value: Decimal, *, first: bool) -> Decimal:
        """The fee of one execution, in cents."""
        charged = self.per_unit * quantity + self.rate * value
        return cents(charged + (self.per_order if first else ZERO))


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """The rules of a paper account.

    Unit: `half_spread` a fraction of the price, for prices that come without bid and ask;
    `participation` the fraction of a tick's volume that this account may be; `quantity_step` and
    `minimum_notional` for fractions and amounts; `settlement_sessions` after the trade's.
    `spends_unsettled` lets proceeds of today's sales buy today, as a margin account does.
    `queues_when_closed` keeps orders for the next session instead of refusing them.
    `refuses_opposite` refuses an order while one of the other side is open (wash trades).
    """

    fractional: bool = True
    notional: bool = True
    half_spread: Decimal = Decimal("0.0002")
    participation: Decimal = Decimal("0.1")
    quantity_step: Decimal = Decimal("0.000000001")
    minimum_notional: Decimal = Decimal(1)
    commission: Commission = Commission()
    settlement_sessions: int = 1
    spends_unsettled: bool = False
    queues_when_closed: bool = True
    refuses_opposite: bool = True
    open_orders_before: timedelta = timedelta(minutes=2)
    """Orders for the open are taken until so long before it."""
    close_orders_before: timedelta = timedelta(minutes=10)
    auction_pause: timedelta = timedelta(hours=3)
    """So long after the close no orders for the next auctions are taken."""

    def __post_init__(self) -> None:
        subject = "terms of the paper broker"
        if not ZERO <= self.half_spread < 1:
            raise InputError(subject, f"half_spread is {self.half_spread}", "from 0 to below 1")
        if not ZERO < self.participation <= 1:
            raise InputError(subject, f"participation is {self.participation}", "above 0 to 1")
        if self.quantity_step <= ZERO or self.minimum_notional < ZERO:
            raise InputError(subject, "a step or minimum is not above zero", "above zero")
        if self.settlement_sessions < 0:
            fact = f"settlement_sessions is {self.settlement_sessions}"
            raise InputError(subject, fact, "zero or more")
