"""Taxes as the household states them, as a kernel needs them, and as a bill shows them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trimtab.model.money import ZERO

__all__ = [
    "FilingStatus",
    "RealizedGains",
    "ReliefOrder",
    "TaxBill",
    "TaxCurve",
    "TaxLine",
    "TaxProfile",
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
    positive amounts and keep their character (26 USC 1212(b)).
    """

    short: Decimal = ZERO
    long: Decimal = ZERO
    carry_short: Decimal = ZERO
    carry_long: Decimal = ZERO


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
    """The tax of one year on capital gains, worked out line by line.

    Unit: dollars.  `tax` is what the gains add to the year's tax (negative: what net losses save)
    and the sum of `lines`; `steps` lead from gains and losses to what is taxed.  `net_short` and
    `net_long` are nets within their term, carry-forwards taken off, before one offsets the other;
    `deduction` is the loss taken against ordinary income; the carry-forwards into the next year
    are positive losses, and `carry_worth` is what they are worth today, not part of `tax`.
    `marginal_*` is what one more dollar of gain would cost, lost carry-forward included.
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
