"""One year's taxable income and the federal, investment and state tax on it, exactly.

The tax is a function of four amounts that gains, losses and dividends move; what a dollar of any of
them costs is the difference that this dollar makes, whatever brackets and floors lie around it.

Errors: `InputError` where the profile gives neither income nor rates, or gives them at odds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf

from trimtab.model.errors import InputError, InputErrors
from trimtab.model.money import ZERO
from trimtab.model.taxes import TaxProfile, TaxTable, YearIncome
from trimtab.taxes._netting import Netted
from trimtab.taxes._us_figures import (
    GAIN_RATES,
    LOSS_LIMIT,
    NIIT_RATE,
    NIIT_THRESHOLD,
    ORDINARY_RATES,
    FilerFigures,
    figures,
    loss_limit,
)

__all__ = ["Income", "UsYear", "us_year"]

STEP = Decimal("0.01")
"""The dollar amount over which a marginal rate is taken."""


@dataclass(frozen=True, slots=True)
class Income:
    """What the tax of a year is computed on.

    Unit: dollars; `ordinary` is taxed by the rate schedule, `dividends` are the qualified ones,
    `modified_agi` is `None` where the investment tax is left out.
    """

    ordinary: Decimal
    dividends: Decimal
    long_gain: Decimal
    modified_agi: Decimal | None
    investment: Decimal

    def plus(
        self,
        ordinary: Decimal = ZERO,
        dividends: Decimal = ZERO,
        long_gain: Decimal = ZERO,
        *,
        investment: bool = True,
    ) -> Income:
        """The income with these amounts on top; all of it investment income unless told."""
        added = ordinary + dividends + long_gain
        agi = None if self.modified_agi is None else self.modified_agi + added
        return Income(
            self.ordinary + ordinary,
            self.dividends + dividends,
            self.long_gain + long_gain,
            agi,
            self.investment + (added if investment else ZERO),
        )

    def with_gains(self, netted: Netted) -> Income:
        """The income with a year's netted gains, the deducted loss taken off."""
        return self.plus(netted.short_gain - netted.deduction, long_gain=netted.long_gain)


@dataclass(frozen=True, slots=True)
class UsYear:
    """The tax of one household's year: by brackets, or by the marginal rates it gave."""

    profile: TaxProfile
    table: FilerFigures | None
    base: Income
    assumed_agi: bool

    @property
    def loss_limit(self) -> Decimal:
        """The most of a net loss that this year's income takes up."""
        status = self.profile.filing_status
        if self.profile.ordinary_income is None:
            return LOSS_LIMIT[status]
        return loss_limit(status, self.base.ordinary + self.base.dividends)

    def with_yield(self, income: YearIncome) -> UsYear:
        """The year with these dividends and this interest below its gains."""
        if income.yielded == 0:
            return self
        ordinary = income.ordinary_dividends + income.interest
        return replace(self, base=self.base.plus(ordinary, income.qualified_dividends))

    def federal(self, income: Income) -> Decimal:
        """Income tax: ordinary income by the schedule, gains and dividends on top at their rates.

        It never exceeds the schedule's tax on all of it.
        Source: 26 USC 1(h)(1), 1(j).
        """
        profile, preferred = self.profile, income.dividends + income.long_gain
        if self.table is None:
            return (profile.short_rate or ZERO) * income.ordinary + (
                profile.long_rate or ZERO
            ) * preferred
        taxable = max(ZERO, income.ordinary + preferred)
        if preferred == 0:
            return self.table.ordinary_tax(taxable)
        preferred = min(preferred, taxable)
        ordinary = taxable - preferred
        stacked = self.table.ordinary_tax(ordinary) + self.table.gains_tax(ordinary, preferred)
        return min(stacked, self.table.ordinary_tax(taxable))

    def investment_tax(self, income: Income) -> Decimal:
        """3.8 % of the lesser of net investment income and modified AGI above the threshold.

        Source: 26 USC 1411(a)(1); Reg. 1.1411-4(f)(4) for the deducted loss.
        """
        if income.modified_agi is None:
            return ZERO
        over = income.modified_agi - NIIT_THRESHOLD[self.profile.filing_status]
        return NIIT_RATE * max(ZERO, min(income.investment, over))

    def state(self, income: Income) -> Decimal:
        """The state's flat rate, with its own for long-term gains where there is one."""
        rate, long_rate = self.profile.state_rate, self.profile.state_long_rate
        kept = rate if long_rate is None else long_rate
        return rate * (income.ordinary + income.dividends) + kept * income.long_gain

    def total(self, income: Income) -> Decimal:
        """All three together."""
        return self.federal(income) + self.investment_tax(income) + self.state(income)

    def marginal(self, start: Income, end: Income) -> Decimal:
        """Tax per dollar between two incomes that lie one `STEP` apart."""
        return (self.total(end) - self.total(start)) / STEP

    def in_numbers(self) -> TaxTable:
        """The same year for a kernel."""
        profile, base, table = self.profile, self.base, self.table
        status, long_rate = profile.filing_status, profile.state_long_rate
        rates: tuple[tuple[Decimal, ...], tuple[Decimal, ...]] = ORDINARY_RATES, GAIN_RATES
        if table is None:
            rates = (profile.short_rate or ZERO,), (profile.long_rate or ZERO,)
        has_agi = base.modified_agi is not None
        return TaxTable(
            ordinary_edges=() if table is None else _floats(table.ordinary),
            ordinary_rates=_floats(rates[0]),
            preferred_edges=() if table is None else _floats(table.gains),
            preferred_rates=_floats(rates[1]),
            graduated=table is not None,
            ordinary=float(base.ordinary),
            qualified_dividends=float(base.dividends),
            modified_agi=float(base.modified_agi or ZERO),
            net_investment_income=float(base.investment),
            investment_rate=float(NIIT_RATE) if has_agi else 0.0,
            investment_threshold=float(NIIT_THRESHOLD[status]) if has_agi else inf,
            state_rate=float(profile.state_rate),
            state_long_rate=float(profile.state_rate if long_rate is None else long_rate),
            loss_limit=float(LOSS_LIMIT[status]),
            limited_by_income=profile.ordinary_income is not None,
            carry_value=float(profile.carry_value),
        )


def us_year(profile: TaxProfile, year: int) -> UsYear:
    """The household's year, before any capital gain.

    Refuses: a profile without income and rates, with one rate of the two, with a long-term rate
    above the short-term one; a year without a table.
    """
    _check(profile)
    rates_given = profile.short_rate is not None
    table = None if rates_given else figures(profile.year or year, profile.filing_status)
    income = profile.ordinary_income or ZERO
    agi = profile.modified_agi
    if agi is None and table is not None:
        agi = income + table.standard_deduction
    base = Income(
        income - profile.qualified_dividends,
        profile.qualified_dividends,
        ZERO,
        agi,
        profile.net_investment_income,
    )
    return UsYear(profile, table, base, assumed_agi=profile.modified_agi is None)


def _floats(amounts: Iterable[Decimal]) -> tuple[float, ...]:
    return tuple(map(float, amounts))


def _check(profile: TaxProfile) -> None:
    errors = []
    short, long, income = profile.short_rate, profile.long_rate, profile.ordinary_income
    if short is None and long is None and income is None:
        remedy = "give ordinary_income, or short_rate and long_rate"
        errors.append(InputError("[tax]", "neither an income nor rates are given", remedy=remedy))
    if (short is None) != (long is None):
        given, missing = (
            ("short_rate", "long_rate") if long is None else ("long_rate", "short_rate")
        )
        errors.append(
            InputError("[tax]", f"{given} is given without {missing}", remedy=f"give {missing} too")
        )
    if short is not None and long is not None and long > short:
        fact = f"long_rate {long} is above short_rate {short}"
        errors.append(
            InputError("[tax]", fact, "long-term gains are never taxed higher", "exchange the two")
        )
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
