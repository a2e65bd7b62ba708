"""Relief: which lots a sale takes when none, or when some, are named.

A broker takes the oldest first unless told otherwise by settlement (26 CFR 1.1012-1(c)), so an
order carries the lots chosen here.  Lots of unknown basis or day are taken only when named.
Errors: `InputError` where the lots do not hold the quantity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.books._lot_changes import taxable_gain
from trimtab.model.errors import InputError, nearest
from trimtab.model.lots import Lot, Term
from trimtab.model.money import ZERO, total
from trimtab.model.taxes import ReliefOrder

__all__ = ["LotUnits", "SaleTerms", "choose_lots"]


@dataclass(frozen=True, slots=True)
class LotUnits:
    """Units of one lot."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What least-tax relief looks at.

    Unit: `price` in base currency a unit; rates are fractions of one, and count for losses too.
    """

    on: date
    price: Decimal
    short_rate: Decimal
    long_rate: Decimal


def choose_lots(
    lots: Sequence[Lot],
    quantity: Decimal,
    order: ReliefOrder = ReliefOrder.FIFO,
    *,
    terms: SaleTerms | None = None,
    named: Sequence[str] = (),
) -> tuple[LotUnits, ...]:
    """Choose units of these lots, which are of one instrument, in a relief order.

    `LEAST_TAX` takes the units first that cost the least tax each (losses at the higher rate come
    before losses at the lower, then gains) and needs `terms`; `SPECIFIC` takes the lots `named`;
    `AVERAGE` is first in, first out of lots whose basis is averaged (`average_basis`).
    Refuses: more than the lots hold, and named lots that are not among them.
    """
    if quantity <= ZERO:
        raise InputError("sale", f"quantity is {quantity}", "it must be above zero")
    ordered = _ordered(lots, order, terms, named)
    chosen, left = [], quantity
    for lot in ordered:
        units = min(left, lot.quantity)
        chosen.append(LotUnits(lot.id, units))
        left -= units
        if left == 0:
            return tuple(chosen)
    held = total(lot.quantity for lot in ordered)
    unknown = [lot.id for lot in lots if not lot.is_known and order is not ReliefOrder.SPECIFIC]
    beside = f", beside lots without basis or day: {', '.join(unknown)}" if unknown else ""
    raise InputError(
        "sale",
        f"{quantity} units are to be sold",
        f"the lots hold {held}{beside}",
        "sell less, or name the lots to sell",
    )


def _ordered(
    lots: Sequence[Lot], order: ReliefOrder, terms: SaleTerms | None, named: Sequence[str]
) -> list[Lot]:
    known = sorted((lot for lot in lots if lot.is_known), key=lambda lot: lot.id)
    match order:
        case ReliefOrder.FIFO | ReliefOrder.AVERAGE:
            return sorted(known, key=_first_day)
        case ReliefOrder.LIFO:
            return sorted(known, key=_first_day, reverse=True)
        case ReliefOrder.HIFO:
            return sorted(known, key=_unit_basis, reverse=True)
        case ReliefOrder.LEAST_TAX:
            taxes = _unit_taxes(known, terms)
            return sorted(known, key=lambda lot: taxes[lot.id])
        case ReliefOrder.SPECIFIC:
            return _named(lots, named)


def _named(lots: Sequence[Lot], named: Sequence[str]) -> list[Lot]:
    """The lots named, in the order in which they are."""
    by_id = {lot.id: lot for lot in lots}
    for name in named:
        if name not in by_id:
            raise InputError(
                f"lot {name!r}",
                "it is not among the lots that can be sold",
                remedy=nearest(name, by_id),
            )
    return [by_id[name] for name in dict.fromkeys(named)]


def _first_day(lot: Lot) -> date:
    """The day of purchase; an inherited lot without one counts as the oldest."""
    return lot.acquired or date.min


def _unit_basis(lot: Lot) -> Decimal:
    return (lot.basis or ZERO) / lot.quantity


def _unit_taxes(lots: Sequence[Lot], terms: SaleTerms | None) -> Mapping[str, Decimal]:
    """Tax a unit sold on these terms would cost; negative where it saves."""
    if terms is None:
        raise InputError(
            "sale", "least-tax relief was asked for", "it needs day, price and rates", "give terms"
        )
    rates = {Term.SHORT: terms.short_rate, Term.LONG: terms.long_rate}
    taxes = {}
    for lot in lots:
        basis = lot.basis or ZERO
        gain = taxable_gain(terms.price * lot.quantity, basis, lot.loss_basis) / lot.quantity
        taxes[lot.id] = gain * rates[lot.term(terms.on) or Term.SHORT]
    return taxes
