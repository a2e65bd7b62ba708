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

    Unit: dollars a year for `ordinary_income` (taxable income without capital gains) and
    `modified_agi`; fractions of one for rates.  `short_rate` and `long_rate`, where given, are
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


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line of a bill: what, how much, and under which rule."""

    text: str
    amount: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class TaxBill:
    """The tax of one year on capital gains, worked out line by line.

    Unit: dollars.  `tax` is what the gains add to the year's tax (negative: what net losses save);
    `deduction` is the loss taken against ordinary income; the carry-forwards are positive losses.
    """

    tax: Decimal
    net_short: Decimal
    net_long: Decimal
    deduction: Decimal
    carry_short: Decimal
    carry_long: Decimal
    lines: tuple[TaxLine, ...] = ()
