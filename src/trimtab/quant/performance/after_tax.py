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

__all__ = [
    "AfterTax",
    "HarvestingAlpha",
    "PaidFrom",
    "after_tax",
    "harvesting_alpha",
    "marginal_tax_rate",
    "path_with_growth",
    "with_other_growth",
]


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


def path_with_growth(
    value: npt.ArrayLike, flow: npt.ArrayLike, growth: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """The values a run would have had, had its holdings grown otherwise and its taxes been alike.

    Taxes are the same fraction of the value each day, and flows, at the close, the same dollars.
    Shape: (T+1,) each; `growth` is (1 + the other return) ÷ (1 + its own), before tax; its first
    element counts for nothing.
    Refuses: series of different lengths.
    """
    closes = series(value, "value", 2)
    moved = matching(flow, "flow", closes, "value")
    faster = matching(growth, "growth", closes, "value")
    factors = (closes[1:] - moved[1:]) / closes[:-1] * faster[1:]
    grown = np.empty_like(closes)
    grown[0] = closes[0]
    for day, factor in enumerate(factors, 1):
        grown[day] = grown[day - 1] * factor + moved[day]
    return grown


def with_other_growth(
    value: npt.ArrayLike,
    flow: npt.ArrayLike,
    tax_paid: npt.ArrayLike,
    liquidation_tax: float,
    years: float,
    *,
    growth: npt.ArrayLike,
    gain_rate: float,
) -> AfterTax:
    """Measure what `after_tax` would, had the holdings grown otherwise and been taxed alike.

    `gain_rate` is the tax of liquidation on each dollar more of gain.
    Shape: as `path_with_growth`; flows at the close, taxes paid from the portfolio.
    Refuses: what `path_with_growth` and `after_tax` refuse.
    """
    closes, moved = np.asarray(value, float), np.asarray(flow, float)
    grown = path_with_growth(closes, moved, growth)
    paid = np.asarray(tax_paid, float) * (grown - moved) / (closes - moved)
    due = liquidation_tax + gain_rate * float(grown[-1] - closes[-1])
    return after_tax(grown, moved, paid, due, years, timing=FlowTiming.END)


def marginal_tax_rate(gain: npt.ArrayLike, burden: npt.ArrayLike) -> float:
    """The tax that one dollar more of gain bears: the slope of the burden's moves on the gain's.

    It needs no lots, so accounts without tax, lots without a known basis and gains from before the
    run are all in it.
    Shape: (T+1,) each; `gain` before tax so far, `burden` the tax paid, owed and due at liquidation
    so far.  Least squares through the origin; 0 where the gain never moved, never outside 0 to 1.
    Refuses: series of different lengths.
    """
    made = np.diff(series(gain, "gain", 2))
    due = np.diff(matching(burden, "burden", series(gain, "gain", 2), "gain"))
    moves = float(made @ made)
    return float(np.clip(made @ due / moves, 0.0, 1.0)) if moves > 0 else 0.0


@dataclass(frozen=True, slots=True)
class HarvestingAlpha:
    """What harvesting losses added to the same policy without it: how much wealth, how much by tax.

    The *wealth difference* is all that the two differ by; the *tax alpha* is the part of it that is
    tax, the rest is what was held instead while a loss could not be bought back.
    Unit: fractions a year, positive where harvesting won; `*_liquidated` after the tax of selling
    everything at the end, which is the fair figure, the others before it.
    """

    tax_alpha: float
    tax_alpha_liquidated: float
    wealth_difference: float
    wealth_difference_liquidated: float

    @property
    def held_instead(self) -> float:
        """The part of the wealth difference that is no tax, before liquidation."""
        return self.wealth_difference - self.tax_alpha

    @property
    def held_instead_liquidated(self) -> float:
        """The same after liquidation: what was held instead, less the tax that its gain bears."""
        return self.wealth_difference_liquidated - self.tax_alpha_liquidated


def harvesting_alpha(harvested: AfterTax, plain: AfterTax, alike: AfterTax) -> HarvestingAlpha:
    """Wealth difference and tax alpha of a run with harvesting against one without.

    `alike` is the run without, had its holdings grown as those of the run with harvesting did
    before tax (`with_other_growth`): what differs from it is tax and nothing else.
    Refuses: runs over different times.
    Source: alpha after Chaudhuri, Burnham and Lo (2020), Financial Analysts Journal 76(3), whose
    two portfolios hold the same; the third run takes off what ours hold instead.
    """
    for other in (plain, alike):
        times = harvested.pre_tax.years, other.pre_tax.years
        if not np.isclose(*times, rtol=1e-12):
            said = f"{times[0]:.4g} and {times[1]:.4g} years"
            raise InputError("harvesting", said, "all runs span the same days")
    return HarvestingAlpha(
        tax_alpha=harvested.after_tax.annualised - alike.after_tax.annualised,
        tax_alpha_liquidated=(
            harvested.after_liquidation.annualised - alike.after_liquidation.annualised
        ),
        wealth_difference=harvested.after_tax.annualised - plain.after_tax.annualised,
        wealth_difference_liquidated=(
            harvested.after_liquidation.annualised - plain.after_liquidation.annualised
        ),
    )
