"""No tax at all: for shelters, for comparisons, and for households that are exempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.taxes import Instalment, TaxBill, TaxCurve, TaxProfile, TaxTable, YearIncome
from trimtab.taxes._base import BusinessDay, next_weekday, order_lots

__all__ = ["PLUGIN", "Untaxed"]


@dataclass(frozen=True, slots=True)
class Untaxed:
    """Gains, dividends and withdrawals cost nothing."""

    name: ClassVar[str] = "none"

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """Zero everywhere."""
        return TaxCurve(short_rate=0.0, long_rate=0.0, netting=False)

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """A bill of nothing that still says what was realised."""
        done = profile.realized
        return TaxBill(ZERO, done.short + short, done.long + long, ZERO, ZERO, ZERO)

    def assess_year(self, profile: TaxProfile, income: YearIncome, as_of: date) -> TaxBill:
        """A bill of nothing: dividends and interest are free too."""
        return self.assess(profile, income.short, income.long, as_of)

    def table(self, profile: TaxProfile, year: int) -> TaxTable:
        """Rates of zero."""
        return TaxTable((), (0.0,), (), (0.0,), graduated=False, carries=False, netting=False)

    def instalments(
        self,
        profile: TaxProfile,
        year: int,
        prior_tax: Decimal | None,
        prior_agi: Decimal | None = None,
        business_day: BusinessDay = next_weekday,
    ) -> tuple[Instalment, ...]:
        """None."""
        return ()

    def settlement_day(self, year: int, business_day: BusinessDay = next_weekday) -> date:
        """15 April of the year after, on which nothing is due."""
        return business_day(date(year + 1, 4, 15))

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """Nothing."""
        return 0.0

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """Nothing."""
        return 0.0

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots in the profile's order; without tax, least tax keeps the order given."""
        return order_lots(lots, profile.relief, unit_value, as_of, ZERO, ZERO)


PLUGIN = Untaxed
