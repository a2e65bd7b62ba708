"""What a tax regime is, and the order in which it lets lots go.

A regime answers with the same rules what the solver should expect (`curve`), what a plan will cost
(`assess`), what a whole year of investing adds to the tax (`assess_year`) and when it is paid
(`instalments`, `settlement_day`), and what holding something where it is costs every year
(`location_drag`).  Around today's position the curve's tax and the bill agree to the cent.

Errors: `InputError` where the profile does not say enough, or says what the regime cannot use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Protocol

from trimtab.books.relief import SaleTerms, choose_lots
from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, total
from trimtab.model.taxes import (
    Instalment,
    ReliefOrder,
    TaxBill,
    TaxCurve,
    TaxProfile,
    TaxTable,
    YearIncome,
)

__all__ = ["BusinessDay", "TaxRegime", "next_weekday", "order_lots"]

BusinessDay = Callable[[date], date]
"""The day itself where money moves on it, or the next day on which it does."""

SATURDAY = 5


def next_weekday(day: date) -> date:
    """The day itself, or the Monday after a Saturday or Sunday; knows no holidays."""
    return day + timedelta(max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


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

    def assess_year(self, profile: TaxProfile, income: YearIncome, as_of: date) -> TaxBill:
        """What the year's investment income adds to the tax on the profile's other income.

        Gains come on top of `profile.realized`, losses carried in included; without dividends and
        interest the bill is that of `assess`.
        Unit: dollars.
        """
        ...

    def table(self, profile: TaxProfile, year: int) -> TaxTable:
        """A year in plain numbers, from which a kernel gets the bill and the curve.

        What the profile has realised is not in it.
        """
        ...

    def instalments(
        self,
        profile: TaxProfile,
        year: int,
        prior_tax: Decimal | None,
        prior_agi: Decimal | None = None,
        business_day: BusinessDay = next_weekday,
    ) -> tuple[Instalment, ...]:
        """What is paid towards a year's tax on investments before it is settled.

        `prior_tax` and `prior_agi` are the `tax` and `modified_agi` of the bill of the year before;
        `None` in the first year.
        Unit: dollars.
        """
        ...

    def settlement_day(self, year: int, business_day: BusinessDay = next_weekday) -> date:
        """The day on which what a year's instalments left of its tax is paid or refunded."""
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

    Lots of unknown basis or date come last, whatever the order; `SPECIFIC` keeps the order given.
    Unit: `unit_value` base currency a unit; rates are fractions of a dollar of gain.
    Source: 26 CFR 1.1012-1(c): first in, first out unless lots are identified.
    """
    known = {lot.id: lot for lot in lots if lot.is_known}
    if not known:
        return tuple(lots)
    terms = SaleTerms(as_of, unit_value, short_rate, long_rate)
    every = total(lot.quantity for lot in known.values())
    chosen = choose_lots(tuple(known.values()), every, relief, terms=terms, named=tuple(known))
    ordered = (known[units.lot] for units in chosen)
    return (*ordered, *(lot for lot in lots if not lot.is_known))
