"""What the wash-sale engine is told and what it answers: frozen values, checked once.

Errors: `InputErrors` from `refuse_impossible`, naming each lot that cannot be and why.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Coverage
from trimtab.model.wash_readings import HoldingReading, WashSaleReading

__all__ = [
    "WINDOW_DAYS",
    "HistoricLot",
    "HoldingReading",
    "NaturalOrder",
    "WashMatch",
    "WashSaleReading",
    "WashSaleResult",
    "WashSegment",
    "natural_order",
    "refuse_impossible",
    "washed_units",
]

WINDOW_DAYS = 30
"""Days before and after the sale, both ends included (26 USC 1091(a), 26 CFR 1.1091-1(a))."""

NAMES_CACHED = 65_536
"""Names whose order is remembered: a backtest asks for the same lots on every day with a loss."""


NaturalOrder = tuple[tuple[str, int, str], ...]


@lru_cache(maxsize=NAMES_CACHED)
def natural_order(text: str) -> NaturalOrder:
    """Sort key by which `row2` stands before `row10`, however long the numbers are."""
    parts = re.findall(r"([^0-9]*)([0-9]*)", text)
    return tuple((word, len(digits.lstrip("0")), digits.lstrip("0")) for word, digits in parts)


@dataclass(frozen=True, slots=True)
class HistoricLot:
    """A purchase, or the part of one, with its sale where it was sold.

    Unit: `cost` and `proceeds` in dollars, whole lot, net of fees.  `group` names what is
    substantially identical.  `order` names the purchase order: parts of one order do not replace
    each other.  `already_used` says that all its shares have served as a replacement before.
    `holding_start` differs from `acquired` where a holding period came over earlier.  `cost` may be
    unknown for what was not sold, `acquired` for what was; `by_purchase` is false for gifts and
    inheritances, which replace nothing (26 CFR 1.1091-1(f) speaks of purchase or taxable exchange).
    `term` is the character of its sale where records state it.
    """

    lot: str
    account: str
    owner: str
    wrapper: Wrapper
    instrument: str
    group: str
    quantity: Decimal
    acquired: date | None
    cost: Decimal | None
    order: str | None = None
    sold: date | None = None
    proceeds: Decimal | None = None
    already_used: bool = False
    holding_start: date | None = None
    by_purchase: bool = True
    term: Term | None = None

    @property
    def purchase(self) -> str:
        """What identifies the purchase it belongs to."""
        return f"lot {self.lot}" if self.order is None else f"order {self.order}"

    @property
    def starts(self) -> date | None:
        """The day from which its holding period counts, before this engine's adjustments."""
        return self.holding_start if self.holding_start is not None else self.acquired


@dataclass(frozen=True, slots=True)
class WashSegment:
    """Shares of one lot that fared alike.

    Unit: dollars; `adjusted_basis` includes losses carried in, `disallowed` is positive and
    included in neither; `code` is Form 8949's: W where a loss was disallowed.  `served` says that
    they have replaced others.
    """

    lot: str
    quantity: Decimal
    sold: date | None
    proceeds: Decimal | None
    adjusted_basis: Decimal | None
    holding_start: date | None
    disallowed: Decimal = ZERO
    permanent: bool = False
    served: bool = False

    @property
    def code(self) -> str:
        """The adjustment code of Form 8949."""
        return "W" if self.disallowed else ""

    @property
    def deductible_gain(self) -> Decimal | None:
        """Gain, or the loss that is left after the disallowed part; none while unsold."""
        if self.proceeds is None or self.adjusted_basis is None:
            return None
        return self.proceeds - self.adjusted_basis + self.disallowed


@dataclass(frozen=True, slots=True)
class WashMatch:
    """One pairing of sold shares with the shares that replace them.

    `holding_start` is the day from which the replacement's holding period counts afterwards.
    Unit: `proceeds` dollars that the sold shares brought; `loss_served` says that they had replaced
    others themselves.
    """

    loss: HistoricLot
    replacement: HistoricLot
    quantity: Decimal
    disallowed: Decimal
    permanent: bool
    holding_start: date | None = None
    proceeds: Decimal = ZERO
    loss_served: bool = False


@dataclass(frozen=True, slots=True)
class WashSaleResult:
    """What was disallowed, where it went, and how far the check reached."""

    segments: tuple[WashSegment, ...]
    matches: tuple[WashMatch, ...]
    coverage: Coverage
    notes: tuple[str, ...] = ()

    @property
    def disallowed_total(self) -> Decimal:
        """All losses disallowed, the permanent ones included."""
        return total(match.disallowed for match in self.matches)

    @property
    def permanently_disallowed(self) -> Decimal:
        """Losses disallowed whose basis went nowhere."""
        return total(match.disallowed for match in self.matches if match.permanent)

    def disallowed_by_lot(self) -> Mapping[str, Decimal]:
        """The disallowed loss of each lot that has one."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for match in self.matches:
            sums[match.loss.lot] += match.disallowed
        return dict(sums)


def washed_units(matches: Iterable[WashMatch]) -> Mapping[HistoricLot, Decimal]:
    """How many units of each loss were replaced."""
    sums: dict[HistoricLot, Decimal] = defaultdict(Decimal)
    for match in matches:
        sums[match.loss] += match.quantity
    return sums


def refuse_impossible(lots: Sequence[HistoricLot]) -> None:
    """Check that the lots can be.

    Refuses: quantities that are not positive, negative or unknown money where it is needed, sales
    before purchase, a sale without proceeds, and lots that share an id but not a purchase.
    """
    errors = [error for lot in lots for error in _impossible(lot)]
    errors += _clashing_ids(lots)
    if errors:
        raise InputErrors(errors)


def _impossible(lot: HistoricLot) -> Iterable[InputError]:
    subject = f"lot {lot.lot!r}"
    if not lot.quantity.is_finite() or lot.quantity <= 0:
        yield InputError(subject, f"quantity is {lot.quantity}", "it must be above zero")
    for name, amount in (("cost", lot.cost), ("proceeds", lot.proceeds)):
        if amount is not None and (not amount.is_finite() or amount < 0):
            yield InputError(subject, f"{name} is {amount}", "it must be zero or more")
    if (lot.sold is None) != (lot.proceeds is None):
        given = "proceeds but no sale date" if lot.sold is None else "a sale date but no proceeds"
        yield InputError(subject, f"it has {given}", remedy="give both, or neither while unsold")
    if lot.sold is not None and lot.cost is None:
        yield InputError(subject, "it was sold and its cost is unknown", remedy="give its cost")
    if lot.sold is None and lot.acquired is None:
        yield InputError(subject, "it has neither purchase nor sale date", remedy="give one")
    if lot.sold is not None and lot.acquired is not None and lot.sold < lot.acquired:
        yield InputError(
            subject,
            f"sold on {lot.sold}, before it was bought on {lot.acquired}",
            remedy="short sales are not covered; swap the dates if they were mixed up",
        )


def _clashing_ids(lots: Sequence[HistoricLot]) -> Iterable[InputError]:
    """Rows of one id are parts of one purchase; anything else is a duplicated id."""
    first: dict[str, HistoricLot] = {}
    seen: set[HistoricLot] = set()
    for lot in lots:
        known = first.setdefault(lot.lot, lot)
        purchase = (known.account, known.instrument, known.acquired, known.order)
        if purchase != (lot.account, lot.instrument, lot.acquired, lot.order):
            yield InputError(
                f"lot {lot.lot!r}",
                f"two purchases have this id, of {known.acquired} and {lot.acquired}",
                remedy="give each purchase an id of its own",
            )
        elif lot in seen:
            yield InputError(
                f"lot {lot.lot!r}",
                "the same row is given twice",
                remedy="remove one, or add them up if both are real",
            )
        seen.add(lot)
