"""What a tax regime is, and the order in which it lets lots go.

A regime answers three questions with the same rules: what the solver should expect (`curve`), what
a plan will cost (`assess`), and what holding something where it is costs every year
(`location_drag`).  Around today's position the curve's tax and the bill agree to the cent.

Errors: `InputError` where the profile does not say enough, or says what the regime cannot use.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Protocol

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot, Term
from trimtab.model.money import ZERO
from trimtab.model.taxes import ReliefOrder, TaxBill, TaxCurve, TaxProfile

__all__ = ["TaxRegime", "order_lots"]


class TaxRegime(Protocol):
    """The rules of one jurisdiction; a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """The year's tax as the solver sees it: marginal rates around today's position.

        `short` and `long` move the position at which the rates are taken: a plan whose gains reach
        into another bracket is priced right by asking again with the gains of the first answer.
        Unit: dollars of net gain.
        """
        ...

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """The year's bill when these net gains come on top of what the profile has realised.

        Unit: dollars; losses are what is left of them after wash sales.
        """
        ...

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """What a year's dividends of an instrument cost in tax where it is held.

        Unit: fraction of its value.
        """
        ...

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """The tax on one more dollar taken out of an account, sales within it left aside.

        Unit: fraction of one.
        """
        ...

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots of one instrument in the order in which they are sold.

        Unit: `unit_value` base currency a unit.
        """
        ...


def order_lots(
    lots: Sequence[Lot],
    relief: ReliefOrder,
    unit_value: Decimal,
    as_of: date,
    short_rate: Decimal,
    long_rate: Decimal,
) -> tuple[Lot, ...]:
    """The lots of one instrument in the order in which they are sold.

    Lots of unknown basis or date come last, whatever the order; ties keep the order given, which is
    also the whole of `SPECIFIC`.
    Unit: `unit_value` base currency a unit; rates are fractions of a dollar of gain.
    Source: Reg. 1.1012-1(c): FIFO unless lots are identified.
    """

    def key(lot: Lot) -> Decimal:
        if lot.basis is None or lot.acquired is None:
            return ZERO
        unit_basis = lot.basis / lot.quantity
        match relief:
            case ReliefOrder.FIFO:
                return Decimal(lot.acquired.toordinal())
            case ReliefOrder.LIFO:
                return Decimal(-lot.acquired.toordinal())
            case ReliefOrder.HIFO:
                return -unit_basis
            case ReliefOrder.LEAST_TAX:
                rate = long_rate if lot.term(as_of) is Term.LONG else short_rate
                return rate * (unit_value - unit_basis)
            case ReliefOrder.SPECIFIC:
                return ZERO

    return tuple(
        sorted(lots, key=lambda lot: (lot.basis is None or lot.acquired is None, key(lot)))
    )
