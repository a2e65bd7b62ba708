"""A harvesting rule: when and which losses are taken, how cash is invested, how gains are taxed.

All of it in one frozen value, so that a study is a list of rules and "the same without harvesting"
is one changed field.

Errors: `InputError` naming the field, its value and its range.
"""

from dataclasses import dataclass, field, fields
from enum import Enum, IntEnum, unique
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from trimtab.model.errors import InputError
from trimtab.quant.simulate import direct_layout as at

__all__ = ["CapitalGainsRates", "Every", "HarvestRule", "LossUse"]


@unique
class Every(IntEnum):
    """How often something is done: on the last session of each period."""

    NEVER = at.NEVER
    YEAR = at.ANNUAL
    QUARTER = at.QUARTERLY
    MONTH = at.MONTHLY
    WEEK = at.WEEKLY
    DAY = at.DAILY


@unique
class LossUse(Enum):
    """What losses are good for.

    `OUTSIDE`: each saves its own rate at once, on gains of the same kind elsewhere.  `OWN`: they
    are netted with the portfolio's own gains (26 USC 1222), and with `other_short_gains` and
    `other_long_gains`; $3,000 a year reduce ordinary income (1211(b)), the rest is carried on
    (1212(b)).
    """

    OUTSIDE = "outside"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class CapitalGainsRates:
    """Flat marginal rates.

    Unit: fractions of one.
    Refuses: rates outside 0 to 1.
    """

    short: float = 0.35
    long: float = 0.15
    qualified_dividends: float = 0.15
    ordinary: float = 0.35

    def __post_init__(self) -> None:
        for one in fields(self):
            rate = getattr(self, one.name)
            if not 0.0 <= rate < 1.0:
                raise InputError(f"rate {one.name}", f"{rate}", "must be from 0 to below 1")


@dataclass(frozen=True, slots=True)
class HarvestRule:
    """One way to run a direct-indexing portfolio.

    Unit: `deposit` and `initial` dollars; `loss_min` of a lot's basis; `loss_value_min`,
    `trade_min`, `cash_max` of the portfolio's value; `recent_max` units that a wash sale may
    catch, of those sold; `tilt_max` what the open names of a sector may be asked for beyond
    their weights; `band` and `gain_max` of the wanted value and of the price: what is overweight
    by more than the band is sold down, from losses and from long-term gains no larger; `cost` of
    each dollar traded; `other_*_gains` a year of the dollars paid in so far.
    Refuses: what is not finite or below zero, losses of one's own settled other than by year.
    """

    harvest: Every = Every.DAY
    rebalance: Every = Every.QUARTER
    settle: Every = Every.YEAR
    deposits: Every = Every.NEVER
    initial: float = 1_000_000.0
    deposit: float = 0.0
    loss_min: float = 0.05
    loss_value_min: float = 0.0
    recent_max: float = 0.1
    tilt_max: float = 0.5
    band: float = 0.25
    gain_max: float = 0.3
    trade_min: float = 1e-5
    cash_max: float = 1e-3
    cost: float = 0.0005
    wash_sales: bool = True
    losses: LossUse = LossUse.OWN
    rates: CapitalGainsRates = field(default_factory=CapitalGainsRates)
    other_short_gains: float = 0.0
    other_long_gains: float = 0.0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, float) and not (isfinite(value) and value >= 0.0):
                raise InputError(f"harvest rule, {one.name}", f"{value}", "must be 0 or more")
        if self.initial == 0.0:
            raise InputError("harvest rule, initial", "0 dollars", "must be above 0")
        if self.losses is LossUse.OWN and self.settle is not Every.YEAR:
            raise InputError(
                "harvest rule, settle",
                f"{self.settle.name} with losses used against one's own gains",
                "gains are netted by year (26 USC 1222)",
                "settle by year, or use the losses outside",
            )

    def as_row(self) -> NDArray[np.float64]:
        """The rule as the kernel reads it."""
        row = np.zeros(at.RULES)
        row[at.HARVEST_EVERY : at.INITIAL] = (
            self.harvest,
            self.rebalance,
            self.settle,
            self.deposits,
        )
        row[at.INITIAL : at.BAND] = (
            self.initial,
            self.deposit,
            self.loss_min,
            self.loss_value_min,
            self.recent_max,
            self.tilt_max,
        )
        row[at.BAND : at.RATE_SHORT] = (
            self.band,
            self.gain_max,
            self.trade_min,
            self.cash_max,
            self.cost,
            self.wash_sales,
        )
        row[at.RATE_SHORT : at.RULES] = (
            self.rates.short,
            self.rates.long,
            self.rates.qualified_dividends,
            self.rates.ordinary,
            self.losses is LossUse.OUTSIDE,
            self.other_short_gains,
            self.other_long_gains,
        )
        return row
