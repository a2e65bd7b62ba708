"""What harvesting brought: tax alpha, tracking error, losses, turnover.

Two portfolios that differ in nothing but harvesting differ in their return after tax for two
reasons: the tax itself, and what they held while a loss could not be bought back.  The first is
the *tax alpha*, the second is luck or style, and over some years it can be the larger.  So the
tax alpha is the difference after tax less the difference before tax and before costs: harvesting
answers for what it costs to trade.  The plain difference in what the owner has stands beside it as
*wealth alpha*.

Errors: `InputError` where two runs are not of one market, or their deposits differ.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trimtab.model.errors import InputError
from trimtab.quant.simulate.harvest_run import HarvestRun

__all__ = ["HarvestFigures", "compare_harvest", "growth_before_tax", "money_weighted_return"]

Floats = NDArray[np.float64]

SESSIONS_PER_YEAR = 252
DAYS_PER_YEAR = 365.25
HALVINGS = 80  # of the interval that holds a rate of return
RATE_LOWEST, RATE_HIGHEST = -0.99, 10.0


@dataclass(frozen=True, slots=True)
class HarvestFigures:
    """One run against the same without harvesting.

    Unit: fractions a year, but `disallowed` is a fraction of the losses sold.  `tax_alpha` and
    `wealth_alpha` are before the tax of a liquidation, `*_liquidated` after it; `loss_yield` is
    all losses realised less those disallowed ÷ mean value; `turnover` what was sold ÷ mean value;
    `tracking_error` of daily returns after costs against the index.
    """

    tax_alpha: float
    tax_alpha_liquidated: float
    wealth_alpha: float
    wealth_alpha_liquidated: float
    tracking_error: float
    loss_yield: float
    turnover: float
    cost: float
    disallowed: float
    lots_most: int


def money_weighted_return(run: HarvestRun, final: float) -> float:
    """The yearly rate at which what was paid in grows to `final` on the last day.

    Refuses: a rate outside −99 % to 1,000 % a year.
    """
    last = run.dates[-1]
    flows = [(run.rule.initial, (last - run.dates[0]).days / DAYS_PER_YEAR)]
    flows += [
        (float(amount), (last - day).days / DAYS_PER_YEAR)
        for day, amount in zip(run.dates, run.deposits, strict=True)
        if amount
    ]
    low, high = RATE_LOWEST, RATE_HIGHEST
    if not _grown(flows, low) <= final <= _grown(flows, high):
        raise InputError("money-weighted return", f"no rate makes {final:,.2f} of what was paid in")
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _grown(flows, middle) < final else (low, middle)
    return (low + high) / 2.0


def _grown(flows: list[tuple[float, float]], rate: float) -> float:
    """What flows, each with its years to go, are worth at the end."""
    return sum(amount * (1.0 + rate) ** years for amount, years in flows)


def growth_before_tax(run: HarvestRun) -> float:
    """Yearly time-weighted return after costs and before taxes."""
    years = (run.dates[-1] - run.dates[0]).days / DAYS_PER_YEAR
    return float(np.prod(1.0 + run.returns) ** (1.0 / years) - 1.0)


def _dollar_years(run: HarvestRun) -> float:
    """Mean value times years."""
    return sum(year.mean_value * year.sessions for year in run.years) / SESSIONS_PER_YEAR


def _yearly_cost(run: HarvestRun) -> float:
    """Trading costs a year, as a fraction of the mean value."""
    return sum(year.cost for year in run.years) / _dollar_years(run)


def compare_harvest(run: HarvestRun, without: HarvestRun, index: Floats) -> HarvestFigures:
    """Compare a run with the same rule without harvesting, and with the index.

    Shape: index T, as `index_returns` gives it.
    """
    if run.dates != without.dates or not np.array_equal(run.deposits, without.deposits):
        raise InputError(
            "harvest comparison", "the two runs differ in sessions or deposits",
            remedy="run both rules over one market, with the same deposits",
        )  # fmt: skip
    costs = _yearly_cost(run) - _yearly_cost(without)
    luck = growth_before_tax(run) + costs - growth_before_tax(without)
    wealth, liquidated = (
        money_weighted_return(run, one) - money_weighted_return(without, other)
        for one, other in ((run.final, without.final), (run.liquidated, without.liquidated))
    )
    value = _dollar_years(run)
    lost = -sum(year.short_losses + year.long_losses for year in run.years)
    washed = sum(year.disallowed for year in run.years)
    return HarvestFigures(
        tax_alpha=wealth - luck,
        tax_alpha_liquidated=liquidated - luck,
        wealth_alpha=wealth,
        wealth_alpha_liquidated=liquidated,
        tracking_error=float(np.std(run.returns[1:] - index[1:])) * sqrt(SESSIONS_PER_YEAR),
        loss_yield=(lost - washed) / value,
        turnover=sum(year.sold for year in run.years) / value,
        cost=_yearly_cost(run),
        disallowed=washed / lost if lost else 0.0,
        lots_most=run.lots_most,
    )
