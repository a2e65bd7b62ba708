"""What is known of each sale and each booked wash sale while a journal is folded: plain values.

Beside them stand the details by which an entry of a match says what it washed, so that it can be
taken back.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from trimtab.books.wash_values import WashMatch, WashSaleReading
from trimtab.model.accounts import Account
from trimtab.model.instruments import Instrument
from trimtab.model.money import ZERO, cents

__all__ = [
    "BORNE_BY",
    "BORNE_GAIN",
    "BROUGHT",
    "COST",
    "FREED",
    "FREED_UNITS",
    "ROUNDS_DOWN",
    "SERVED",
    "SOLD_ON",
    "TAKES_BACK",
    "UNDOES",
    "UNITS",
    "Booked",
    "DueMatch",
    "LotFacts",
    "Sold",
    "SoldKey",
    "WashTerms",
]

ROUNDS_DOWN = Decimal("0.00499")
"""Taken off before rounding to cents: parts of a loss never add up to more than it."""
UNDOES, FREED, FREED_UNITS = "undoes", "freed", "freed_units"
"""Details of an entry: the match that it takes back, the lot that no longer replaces, and how many
units of it (all, where it does not say)."""
TAKES_BACK, SOLD_ON = "takes_back", "sold_on"
"""Details of a bust: the entry of the sale that it mirrors, and its day."""
UNITS, BROUGHT, COST, SERVED = "units", "brought", "cost", "loss_served"
BORNE_BY, BORNE_GAIN = "borne_by", "borne_gain"
"""Details of a match: the units of the loss, what they brought and had cost, whether they had
replaced others before; the sold lot that bears it, and whether that was sold at a gain."""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What a sale's lot was, as far as the journal tells."""

    account: str
    instrument: str
    acquired: date | None = None
    order: str | None = None
    holding_start: date | None = None
    by_purchase: bool = True
    washed: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class SoldKey:
    """Units of a lot sold on a day that fare alike."""

    lot: str
    on: date
    is_loss: bool
    has_served: bool


@dataclass(slots=True)
class Sold:
    """A sum over sales, without what is disallowed.

    Unit: `brought` and `cost` in base currency, `quantity` in today's units.
    """

    quantity: Decimal = ZERO
    brought: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def loss(self) -> Decimal:
        """What of a loss may still be disallowed, in cents."""
        return cents(self.cost - self.brought)

    def add(self, quantity: Decimal, brought: Decimal, cost: Decimal) -> None:
        """Add amounts; negative ones take away."""
        self.quantity += quantity
        self.brought += brought
        self.cost += cost


@dataclass(slots=True)
class Booked:
    """A match that is booked and stands.

    Unit: `amount` the disallowed loss in cents; `carry` the part of it that is in the basis of the
    `units` still in `lot`.  `sold` are the parts that left with sales: sequence, lot, day, amount,
    units.  `borne` names the sold lot and day that bears all of it.
    """

    entry: str
    sequence: int
    loss: SoldKey
    units_lost: Decimal
    brought: Decimal
    cost: Decimal
    amount: Decimal
    is_permanent: bool
    lot: str = ""
    part_of: str = ""
    units: Decimal = ZERO
    carry: Decimal = ZERO
    start_before: str = ""
    borne: tuple[SoldKey, Decimal, Decimal, Decimal] | None = None
    sold: list[tuple[str, date, Decimal, Decimal]] = field(default_factory=list)
    is_lost: bool = False

    @property
    def carried(self) -> Decimal:
        """What went on to the replacement."""
        return ZERO if self.is_permanent else self.amount


@dataclass(frozen=True, slots=True)
class DueMatch:
    """A match that is to be booked: the sale whose loss it is, and the sale that bears it.

    `bearer` is none where what replaces the loss is held.  Unit: its amount is in cents.
    """

    match: WashMatch
    loss: SoldKey
    bearer: SoldKey | None


@dataclass(frozen=True, slots=True)
class WashTerms:
    """Whose accounts there are, what is substantially identical, and how the law is read."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    reading: WashSaleReading = field(default_factory=WashSaleReading)

    def covers(self, instrument: str) -> bool:
        """Whether the rule covers it: stock or securities (26 USC 1091(a))."""
        known = self.instruments.get(instrument)
        return known is None or known.is_security or self.reading.crypto_counts

    def group_of(self, instrument: str) -> str:
        """The group of substantially identical instruments that one belongs to."""
        known = self.instruments.get(instrument)
        return instrument if known is None else known.wash_group
