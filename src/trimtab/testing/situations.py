"""Situations for tests: a world, a covariance from a few plain numbers, a tax curve as stated.

    curve = TaxCurve(short_rate=0.35, long_rate=0.15, netting=False)
    at = situation(home, curve=curve, flows={"taxable": -20_000})

Errors: `InputError` as `trimtab.cycle.situate` raises it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

import numpy as np

from trimtab.cycle.situate import instruments_of, situate
from trimtab.model.accounts import Wrapper
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents
from trimtab.model.taxes import Instalment, TaxBill, TaxCurve, TaxProfile, TaxTable, YearIncome
from trimtab.quant.situation import Situation
from trimtab.taxes._base import BusinessDay, next_weekday, order_lots
from trimtab.testing.worlds import World

__all__ = ["PLAIN_RATES", "StatedCurve", "estimates_of", "situation"]

PLAIN_RATES = TaxCurve(short_rate=0.35, long_rate=0.15, netting=False)
"""Each dollar of gain pays its own rate, each dollar of loss saves it: sums anyone can check."""


@dataclass(frozen=True, slots=True)
class StatedCurve:
    """A tax regime whose curve is stated outright; its bill is the curve's own tax."""

    name: ClassVar[str] = "stated"
    stated: TaxCurve = PLAIN_RATES

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """The curve as stated, at any position."""
        return self.stated

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """The curve's tax on these net gains."""
        tax = cents(Decimal(self.stated.tax(float(short), float(long))))
        return TaxBill(tax, short, long, ZERO, ZERO, ZERO)

    def assess_year(self, profile: TaxProfile, income: YearIncome, as_of: date) -> TaxBill:
        """The curve's tax on gains; ordinary income at its short-term rate, qualified dividends at
        its long-term one."""
        bill = self.assess(profile, income.short, income.long, as_of)
        ordinary = income.ordinary_dividends + income.interest
        rates = self._rates()
        more = cents(rates[0] * ordinary + rates[1] * income.qualified_dividends)
        return replace(bill, tax=bill.tax + more)

    def table(self, profile: TaxProfile, year: int) -> TaxTable:
        """The stated rates; a deducted loss saves the short-term one."""
        stated = self.stated
        return TaxTable(
            (),
            (stated.short_rate,),
            (),
            (stated.long_rate,),
            graduated=False,
            loss_limit=stated.ordinary_limit,
            netting=stated.netting,
        )

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
        """15 April of the year after."""
        return business_day(date(year + 1, 4, 15))

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """A year's dividends at the long-term rate in taxable accounts."""
        taxed = wrapper.is_taxable
        return float(instrument.dividend_yield) * self.stated.long_rate if taxed else 0.0

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """Nothing: withdrawals are not part of it."""
        return 0.0

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots in the profile's order."""
        return order_lots(lots, profile.relief, unit_value, as_of, *self._rates())

    def _rates(self) -> tuple[Decimal, Decimal]:
        return Decimal(str(self.stated.short_rate)), Decimal(str(self.stated.long_rate))


def estimates_of(
    world: World,
    *,
    volatility: float = 0.16,
    correlation: float = 0.3,
    within: float = 0.98,
) -> Estimates:
    """Estimates from a few numbers: instruments of one target move together, others less so.

    Unit: `volatility` annualised, where the table gives none; `correlation` between targets,
    `within` between instruments of one target and their substitutes.
    """
    instruments = instruments_of(world.snapshot, world.mandate)
    risk = np.array([world.volatilities.get(name, volatility) for name in instruments])
    home = [_class_of(world, name) for name in instruments]
    alike = np.array([[within if a == b else correlation for b in home] for a in home])
    np.fill_diagonal(alike, 1.0)
    stated = world.snapshot.instruments
    return Estimates(
        instruments,
        (alike * np.outer(risk, risk)).tolist(),
        half_spread={
            name: float(spread)
            for name in instruments
            if (spread := stated[name].half_spread) is not None
        },
        trend=world.trends,
        sources={"covariance": "stated"},
    )


def _class_of(world: World, instrument: str) -> str:
    """The target that an instrument counts towards; itself where there is none."""
    target = world.mandate.target_of(instrument)
    return instrument if target is None else target.name


def situation(
    world: World,
    *,
    curve: TaxCurve = PLAIN_RATES,
    flows: Mapping[str, float] | None = None,
    estimates: Estimates | None = None,
) -> Situation:
    """The situation of a world.

    Unit: `flows` base currency per account, deposits positive.
    """
    money = {account: Decimal(str(amount)) for account, amount in (flows or {}).items()}
    known = estimates_of(world) if estimates is None else estimates
    return situate(world.snapshot, world.mandate, known, StatedCurve(curve), money)
