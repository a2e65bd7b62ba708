"""Taxes as the household states them, as a kernel needs them, and as a bill shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import inf

from trimtab.model.errors import InputError
from trimtab.model.money import ZERO

__all__ = [
    "FilingStatus",
    "Instalment",
    "RealizedGains",
    "ReliefOrder",
    "TaxBill",
    "TaxCurve",
    "TaxLine",
    "TaxProfile",
    "TaxTable",
    "YearIncome",
]


class FilingStatus(StrEnum):
    """How a household files its federal return."""

    SINGLE = "single"
    JOINT = "joint"
    SEPARATE = "separate"
    HEAD = "head"


class ReliefOrder(StrEnum):
    """Which lots are sold first when none are named."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    SPECIFIC = "specific"
    LEAST_TAX = "least_tax"
    AVERAGE = "average"
    """First in, first out, mutual funds at average basis (26 CFR 1.1012-1(e))."""


@dataclass(frozen=True, slots=True)
class RealizedGains:
    """What a tax year has realised so far, and what came over from earlier years.

    Unit: dollars; `short` and `long` are net and signed, carry-forwards are losses given as
    positive amounts and keep their character (26 USC 1212(b)).  `until` is the day up to which
    `short` and `long` count every sale; none where they are all that counts.
    """

    short: Decimal = ZERO
    long: Decimal = ZERO
    carry_short: Decimal = ZERO
    carry_long: Decimal = ZERO
    until: date | None = None


@dataclass(frozen=True, slots=True)
class YearIncome:
    """What a household's taxable investments brought in one tax year.

    Unit: dollars; `short` and `long` are net and signed, losses that wash sales disallow taken out
    again; losses carried in are the profile's.  `ordinary_dividends` are those that are not
    qualified, so that no dollar is in both.
    Refuses: dividends or interest below zero.
    """

    short: Decimal = ZERO
    long: Decimal = ZERO
    qualified_dividends: Decimal = ZERO
    ordinary_dividends: Decimal = ZERO
    interest: Decimal = ZERO

    def __post_init__(self) -> None:
        for kind in ("qualified_dividends", "ordinary_dividends", "interest"):
            amount: Decimal = getattr(self, kind)
            if amount < 0:
                fact, bound = f"{kind} is {amount}", "what investments pay is not below zero"
                remedy = "leave interest paid and payments in lieu out"
                raise InputError("the year's income", fact, bound, remedy)

    @property
    def yielded(self) -> Decimal:
        """Dividends and interest, which no loss on a sale takes away."""
        return self.qualified_dividends + self.ordinary_dividends + self.interest


@dataclass(frozen=True, slots=True)
class TaxProfile:
    """What the household's tax depends on, as far as it is known.

    Unit: dollars a year; fractions of one for rates.  `ordinary_income` is taxable income (below
    zero where deductions exceed the rest), `modified_agi` and `net_investment_income` are those of
    26 USC 1411, all without capital gains and losses.  `qualified_dividends` are the part of the
    income that is taxed like long-term gains.  `short_rate` and `long_rate`, where given, are
    marginal federal rates that replace the brackets.  `carry_value` is what a dollar of loss
    carried into later years is worth, as a fraction of the rate it would save.
    """

    regime: str = "us_federal"
    year: int | None = None
    filing_status: FilingStatus = FilingStatus.SINGLE
    ordinary_income: Decimal | None = None
    modified_agi: Decimal | None = None
    short_rate: Decimal | None = None
    long_rate: Decimal | None = None
    state_rate: Decimal = ZERO
    state_long_rate: Decimal | None = None
    net_investment_income: Decimal = ZERO
    qualified_dividends: Decimal = ZERO
    realized: RealizedGains = RealizedGains()
    carry_value: Decimal = Decimal("0.5")
    relief: ReliefOrder = ReliefOrder.LEAST_TAX

    def with_yield(self, income: YearIncome) -> TaxProfile:
        """The profile with these dividends and this interest among its other income.

        Around it, `curve` and `assess` price gains where the year's income has put them.  Gains and
        losses of `income` are left aside: they belong to `realized`.
        """
        known, agi, more = self.ordinary_income, self.modified_agi, income.yielded
        qualified = income.qualified_dividends if known is not None else ZERO
        return replace(
            self,
            ordinary_income=None if known is None else known + more,
            modified_agi=None if agi is None else agi + more,
            net_investment_income=self.net_investment_income + more,
            qualified_dividends=self.qualified_dividends + qualified,
        )


@dataclass(frozen=True, slots=True)
class TaxCurve:
    """The tax of a year as the solver sees it: marginal rates around today's position.

    Unit: rates are fractions of one, all taxes together; `ordinary_limit`, `net_short` and
    `net_long` dollars, the latter two year-to-date with carry-forwards taken off.  `carry_*_rate`
    is the value today of a dollar of loss that is carried forward.  With `netting` false, each
    dollar of gain or loss counts at its own rate.
    """

    short_rate: float
    long_rate: float
    ordinary_rate: float = 0.0
    ordinary_limit: float = 0.0
    carry_short_rate: float = 0.0
    carry_long_rate: float = 0.0
    net_short: float = 0.0
    net_long: float = 0.0
    netting: bool = True

    def tax(self, short: float, long: float) -> float:
        """T(S, L): the year's tax on net gains when these come on top, losses left being worth
        their carry rates.

        Unit: dollars; negative where losses save more than gains cost.
        """
        if not self.netting:
            return self.short_rate * short + self.long_rate * long
        short, long = self.net_short + short, self.net_long + long
        if short + long >= 0.0:
            if short < 0.0:
                return self.long_rate * (short + long)
            if long < 0.0:
                return self.short_rate * (short + long)
            return self.short_rate * short + self.long_rate * long
        short_loss = max(0.0, -short - max(0.0, long))
        long_loss = max(0.0, -long - max(0.0, short))
        deducted_short = min(short_loss, self.ordinary_limit)
        deducted_long = min(long_loss, self.ordinary_limit - deducted_short)
        return -(
            self.ordinary_rate * (deducted_short + deducted_long)
            + self.carry_short_rate * (short_loss - deducted_short)
            + self.carry_long_rate * (long_loss - deducted_long)
        )


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line of a bill: what, how much, and under which rule."""

    text: str
    amount: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class TaxBill:
    """The tax of one year on capital gains, and on dividends and interest where they were asked
    about, worked out line by line.

    Unit: dollars.  `tax` is what they add to the year's tax (negative: what net losses save) and
    the sum of `lines`; `steps` lead from gains and losses to what is taxed.  `net_short` and
    `net_long` are nets within their term, carry-forwards taken off, before one offsets the other;
    `deduction` is the loss taken against ordinary income; the carry-forwards into the next year
    are positive losses, and `carry_worth` is what they are worth today, not part of `tax`.
    `marginal_*` is what one more dollar of gain would cost, lost carry-forward included.
    `modified_agi` is that of the year with all of it, `None` where the regime knows none.
    """

    tax: Decimal
    net_short: Decimal
    net_long: Decimal
    deduction: Decimal
    carry_short: Decimal
    carry_long: Decimal
    lines: tuple[TaxLine, ...] = ()
    steps: tuple[TaxLine, ...] = ()
    carry_worth: Decimal = ZERO
    marginal_short: Decimal = ZERO
    marginal_long: Decimal = ZERO
    modified_agi: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    """A payment of estimated tax: when it is due, and how much.

    Unit: dollars.
    """

    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TaxTable:
    """A regime's year for one household in plain numbers: all that a kernel needs to assess it.

    Unit: dollars and fractions of one.  `*_edges` are where each rate after the first begins;
    `preferred_*` tax qualified dividends and long-term gains, which stand on top of ordinary
    income.  `ordinary`, `qualified_dividends`, `modified_agi` and `net_investment_income` are the
    household's other income, as the profile gives it, the first without the second.  The tax at
    `investment_rate` falls on the lesser of investment income and what modified AGI exceeds the
    threshold by, which is infinite where that tax is left out.  With `graduated` false each first
    rate holds everywhere, below zero too.  A net loss takes up to `loss_limit` off ordinary income,
    with `limited_by_income` never more than there is; the rest is carried where `carries`, a dollar
    of it being worth `carry_value` of the rate it would save.  With `netting` false each dollar of
    gain or loss counts at its own rate.
    """

    ordinary_edges: tuple[float, ...]
    ordinary_rates: tuple[float, ...]
    preferred_edges: tuple[float, ...]
    preferred_rates: tuple[float, ...]
    graduated: bool
    ordinary: float = 0.0
    qualified_dividends: float = 0.0
    modified_agi: float = 0.0
    net_investment_income: float = 0.0
    investment_rate: float = 0.0
    investment_threshold: float = inf
    state_rate: float = 0.0
    state_long_rate: float = 0.0
    loss_limit: float = 0.0
    limited_by_income: bool = False
    carry_value: float = 0.0
    carries: bool = True
    netting: bool = True
