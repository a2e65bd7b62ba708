"""What is left after tax: three wealths of one run, and what tax took from its return.

*Pre-tax* counts tax that was paid as money drawn out, so that it costs nothing; *after-tax* counts
it as lost; *after-liquidation* also pays what would be due if all were sold on the last day.  Only
the last one is fair to a policy that defers gains: what it has not paid yet is still owed.

Errors: series that do not fit, and taxes larger than the value, are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import matching, series
from trimtab.quant.performance.returns import (
    FlowTiming,
    TimeWeightedReturn,
    annualised_return,
    net_returns,
    time_weighted_return,
)

__all__ = ["AfterTax", "HarvestingAlpha", "PaidFrom", "after_tax", "harvesting_alpha"]


class PaidFrom(StrEnum):
    """Where the money for the tax came from."""

    PORTFOLIO = "portfolio"
    """The values are after each payment."""
    OUTSIDE = "outside"
    """The household's other money paid; the values never saw it."""


@dataclass(frozen=True, slots=True)
class AfterTax:
    """One run before tax, after tax, and after all is sold.

    Unit: `gain`, `tax_paid`, `liquidation_tax` money, the rest fractions; drags a year.
    """

    pre_tax: TimeWeightedReturn
    after_tax: TimeWeightedReturn
    after_liquidation: TimeWeightedReturn
    gain: float
    """Gain before tax: last value − first value − flows + tax paid from the portfolio."""
    tax_paid: float
    liquidation_tax: float

    @property
    def tax_drag(self) -> float:
        """Yearly pre-tax return minus yearly after-tax return."""
        return self.pre_tax.annualised - self.after_tax.annualised

    @property
    def liquidation_drag(self) -> float:
        """Yearly pre-tax return minus yearly return after liquidation."""
        return self.pre_tax.annualised - self.after_liquidation.annualised

    @property
    def tax_cost_ratio(self) -> float:
        """The part of each year's wealth that tax took: 1 − (1 + after-tax) ÷ (1 + pre-tax).

        Source: Morningstar, tax cost ratio, before liquidation.
        """
        return 1.0 - (1.0 + self.after_tax.annualised) / (1.0 + self.pre_tax.annualised)

    @property
    def effective_tax_rate(self) -> float | None:
        """Tax paid and tax of liquidation over the gain before tax; `None` without a gain."""
        return (self.tax_paid + self.liquidation_tax) / self.gain if self.gain > 0 else None


def after_tax(
    value: npt.ArrayLike,
    flow: npt.ArrayLike,
    tax_paid: npt.ArrayLike,
    liquidation_tax: float,
    years: float,
    *,
    timing: FlowTiming = FlowTiming.START,
    paid_from: PaidFrom = PaidFrom.PORTFOLIO,
) -> AfterTax:
    """Measure one run before tax, after tax, and after liquidation.

    Shape: `value`, `flow`, `tax_paid` (T+1,): one close a day.
    Unit: money.  A tax paid is positive and a refund negative; `flow` is without taxes.
    `liquidation_tax` is what the last day's books would owe were all sold, with what is due and not
    yet paid; negative where losses are worth something.
    Refuses: a tax of liquidation larger than the last value.
    Source: SEC, Form N-1A, item 26(b)(2) and (3): after taxes on distributions, and also on sale of
    shares with the benefit of losses; here with the household's own rates instead of the highest.
    """
    closes = series(value, "value", 2)
    if closes.ndim != 1:
        raise InputError("value", f"shape {closes.shape}", "one series (T+1,) is meant")
    moved = matching(flow, "flow", closes, "value")
    paid = matching(tax_paid, "tax_paid", closes, "value")
    if not np.isfinite(liquidation_tax) or liquidation_tax > closes[-1]:
        raise InputError(
            "liquidation_tax",
            f"{liquidation_tax:,.2f}",
            f"the last value is only {closes[-1]:,.2f}",
        )
    from_portfolio = paid_from is PaidFrom.PORTFOLIO
    before = time_weighted_return(
        net_returns(closes, moved - paid if from_portfolio else moved, timing), years
    )
    after = time_weighted_return(
        net_returns(closes, moved if from_portfolio else moved + paid, timing), years
    )
    kept = 1.0 - liquidation_tax / closes[-1] if closes[-1] > 0 else 1.0
    liquidated = (1.0 + after.cumulative) * kept - 1.0
    gain = closes[-1] - closes[0] - moved[1:].sum()
    taxes = float(paid[1:].sum())
    return AfterTax(
        pre_tax=before,
        after_tax=after,
        after_liquidation=TimeWeightedReturn(
            liquidated, float(annualised_return(liquidated, years)), years
        ),
        gain=float(gain + (taxes if from_portfolio else 0.0)),
        tax_paid=taxes,
        liquidation_tax=float(liquidation_tax),
    )


@dataclass(frozen=True, slots=True)
class HarvestingAlpha:
    """What harvesting losses added to the same policy without it.

    Unit: fractions a year, positive where harvesting won.
    """

    after_liquidation: float
    """The fair figure: deferred gains are paid at the end."""
    after_tax: float
    """Before liquidation: what most published figures show."""
    pre_tax: float
    """What the wash-sale substitutes and the extra trading did to the return itself."""


def harvesting_alpha(harvested: AfterTax, plain: AfterTax) -> HarvestingAlpha:
    """The tax alpha of harvesting: the difference of two runs that differ in nothing else.

    Refuses: runs over different times.
    Source: the alpha of Chaudhuri, Burnham and Lo (2020), Financial Analysts Journal 76(3).
    """
    times = harvested.pre_tax.years, plain.pre_tax.years
    if not np.isclose(*times, rtol=1e-12):
        raise InputError(
            "harvesting", f"{times[0]:.4g} and {times[1]:.4g} years", "both runs span the same days"
        )
    return HarvestingAlpha(
        harvested.after_liquidation.annualised - plain.after_liquidation.annualised,
        harvested.after_tax.annualised - plain.after_tax.annualised,
        harvested.pre_tax.annualised - plain.pre_tax.annualised,
    )
