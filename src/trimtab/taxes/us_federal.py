"""The United States: federal income tax on capital gains, the 3.8 % tax, and a state's flat rate.

Gains and losses net within and across terms; up to $3,000 of a net loss reduces ordinary income and
the rest is carried by character.  Gains stack on top of ordinary income, so that long-term ones
fill the 0/15/20 % brackets above it.  A year's dividends and interest stand below its gains.  Not
covered: the alternative minimum tax, the 25 % and 28 % rates, itemised deductions that move with
income, and states that deny carry-forwards.

Errors: `InputError` for a profile without income or rates, and for a year without a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, total
from trimtab.model.taxes import Instalment, TaxBill, TaxCurve, TaxProfile, TaxTable, YearIncome
from trimtab.taxes._base import BusinessDay, next_weekday, order_lots
from trimtab.taxes._netting import Netted, net_gains
from trimtab.taxes._us_bill import bill_lines, bill_steps
from trimtab.taxes._us_estimated import quarterly, return_day, safe_harbour
from trimtab.taxes._us_income import STEP, UsYear, us_year

__all__ = ["PLUGIN", "UsFederal"]

TAXED_AT_WITHDRAWAL = frozenset({Wrapper.TRADITIONAL, Wrapper.WORKPLACE})


@dataclass(frozen=True, slots=True)
class _Rates:
    """Marginal rates around a position, all taxes together."""

    short: Decimal
    long: Decimal
    ordinary: Decimal


@dataclass(frozen=True, slots=True)
class UsFederal:
    """US federal income tax, net investment income tax and a flat state rate."""

    name: ClassVar[str] = "us_federal"

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """Marginal rates around today's position, moved by these net gains."""
        year = us_year(profile, as_of.year)
        rates = _rates(year, *_position(profile, short, long))
        net_short, net_long = _position(profile)
        return TaxCurve(
            short_rate=float(rates.short),
            long_rate=float(rates.long),
            ordinary_rate=float(rates.ordinary),
            ordinary_limit=float(year.loss_limit),
            carry_short_rate=float(profile.carry_value * rates.short),
            carry_long_rate=float(profile.carry_value * rates.long),
            net_short=float(net_short),
            net_long=float(net_long),
        )

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """The year's bill with these net gains on top of what is realised."""
        return _bill(profile, YearIncome(short, long), as_of.year, "this plan")

    def assess_year(self, profile: TaxProfile, income: YearIncome, as_of: date) -> TaxBill:
        """What the investments add to the year's tax on top of the household's other income."""
        return _bill(profile, income, as_of.year, "sales of the year")

    def table(self, profile: TaxProfile, year: int) -> TaxTable:
        """The year's brackets, or the rates given, around the household's other income."""
        return us_year(profile, year).in_numbers()

    def instalments(
        self,
        profile: TaxProfile,
        year: int,
        prior_tax: Decimal | None,
        prior_agi: Decimal | None = None,
        business_day: BusinessDay = next_weekday,
    ) -> tuple[Instalment, ...]:
        """A quarter of the safe harbour on each of four days; nothing in the first year."""
        agi = profile.modified_agi if prior_agi is None else prior_agi
        required = safe_harbour(prior_tax or ZERO, agi, profile.filing_status)
        return quarterly(year, required, business_day)

    def settlement_day(self, year: int, business_day: BusinessDay = next_weekday) -> date:
        """15 April of the year after, when the return is due."""
        return return_day(year, business_day)

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """Dividends at today's marginal rates in taxable accounts, nothing in shelters."""
        if not wrapper.is_taxable or instrument.dividend_yield == 0:
            return 0.0
        qualified, ordinary = _dividend_rates(profile, as_of.year)
        part = instrument.qualified_fraction
        rate = part * qualified + (1 - part) * ordinary
        return float(instrument.dividend_yield * rate)

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """The ordinary rate on pre-tax accounts; nothing on the others used for their purpose.

        A withdrawal is no investment income, but it can lift modified AGI over the threshold.
        Penalties on early withdrawals (26 USC 72(t)) depend on age and are not in it.
        Source: 26 USC 408(d)(1), 1411(c)(5).
        """
        if wrapper not in TAXED_AT_WITHDRAWAL:
            return 0.0
        year = us_year(profile, as_of.year)
        start = year.base.with_gains(net_gains(*_position(profile), year.loss_limit))
        return float(year.marginal(start, start.plus(STEP, investment=False)))

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots in the profile's order; least tax first uses today's marginal rates."""
        rates = _rates(us_year(profile, as_of.year), *_position(profile))
        return order_lots(lots, profile.relief, unit_value, as_of, rates.short, rates.long)


def _bill(profile: TaxProfile, income: YearIncome, as_of_year: int, sales: str) -> TaxBill:
    alone = us_year(profile, as_of_year)
    year = alone.with_yield(income)
    short, long = _position(profile, income.short, income.long)
    netted = net_gains(short, long, year.loss_limit)
    rates = _rates(year, short, long)
    lines = tuple(bill_lines(alone, income, netted))
    more = _marginals(year, rates, short, long)
    return TaxBill(
        tax=total(line.amount for line in lines),
        net_short=short,
        net_long=long,
        deduction=netted.deduction,
        carry_short=netted.carry_short,
        carry_long=netted.carry_long,
        lines=lines,
        steps=tuple(bill_steps(profile, income, netted, sales)),
        carry_worth=cents(_worth(profile, rates, netted)),
        marginal_short=more[0],
        marginal_long=more[1],
        modified_agi=year.base.with_gains(netted).modified_agi,
    )


def _position(
    profile: TaxProfile, short: Decimal = ZERO, long: Decimal = ZERO
) -> tuple[Decimal, Decimal]:
    """The year's nets within each term, carry-forwards taken off."""
    done = profile.realized
    return done.short - done.carry_short + short, done.long - done.carry_long + long


def _rates(year: UsYear, short: Decimal, long: Decimal) -> _Rates:
    """Marginal rates where gains begin to be taxed, and where a loss is deducted.

    In a window of about $125 the schedule's 12 % reaches above the 0 % bracket for gains, so that
    a short-term dollar there costs less than a long-term one; the curve takes the higher rate.
    """
    limit = year.loss_limit
    netted = net_gains(short, long, limit)
    gains = year.base.plus(netted.short_gain, long_gain=netted.long_gain)
    kept = year.base.with_gains(netted)
    long_rate = year.marginal(gains, gains.plus(long_gain=STEP))
    short_rate = year.marginal(gains, gains.plus(STEP))
    full = netted.deduction == limit and limit > 0
    below, above = (kept, kept.plus(STEP)) if full else (kept.plus(-STEP), kept)
    return _Rates(max(short_rate, long_rate), long_rate, year.marginal(below, above))


def _worth(profile: TaxProfile, rates: _Rates, netted: Netted) -> Decimal:
    lost = rates.short * netted.carry_short + rates.long * netted.carry_long
    return profile.carry_value * lost


def _marginals(
    year: UsYear, rates: _Rates, short: Decimal, long: Decimal
) -> tuple[Decimal, Decimal]:
    """What a step of short- and of long-term gain costs, the carry-forward it uses up included."""

    def cost(short: Decimal, long: Decimal) -> Decimal:
        netted = net_gains(short, long, year.loss_limit)
        worth = _worth(year.profile, rates, netted)
        return year.total(year.base.with_gains(netted)) - worth

    here = cost(short, long)
    return (cost(short + STEP, long) - here) / STEP, (cost(short, long + STEP) - here) / STEP


@lru_cache(maxsize=256)
def _dividend_rates(profile: TaxProfile, as_of_year: int) -> tuple[Decimal, Decimal]:
    """Marginal rates on a qualified and on an ordinary dividend."""
    year = us_year(profile, as_of_year)
    start = year.base.with_gains(net_gains(*_position(profile), year.loss_limit))
    qualified = year.marginal(start, start.plus(dividends=STEP))
    return qualified, year.marginal(start, start.plus(STEP))


PLUGIN = UsFederal
