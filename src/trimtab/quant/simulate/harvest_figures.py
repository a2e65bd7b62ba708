"""What harvesting brought: tax alpha, tracking error, losses, turnover.

Two portfolios that differ in nothing but harvesting end apart for two reasons: the tax, and what
they held while a loss could not be bought back.  The second is luck or style, and over some years
it can be the larger.  All of it is the *wealth difference*; the part that is tax is the *tax
alpha*: the difference to the portfolio without harvesting, had its holdings grown as the other's
did before tax and costs.  So harvesting answers for what it costs to trade, and a gain that was
made by what was held instead bears its own tax when all is sold.

Errors: `InputError` where two runs are not of one market, or their deposits differ.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trimtab.model.errors import InputError
from trimtab.quant.performance.after_tax import path_with_growth
from trimtab.quant.simulate.harvest_run import HarvestRun

__all__ = ["HarvestFigures", "compare_harvest", "growth_before_tax", "money_weighted_return"]

Floats = NDArray[np.float64]

SESSIONS_PER_YEAR = 252
DAYS_PER_YEAR = 365.25
HALVINGS = 80  # of the interval that holds a rate of return
RATE_LOWEST, RATE_HIGHEST = -0.99, 10.0
GAIN_LEAST = 1e-12  # of value: what is below it is rounding


@dataclass(frozen=True, slots=True)
class HarvestFigures:
    """One run against the same without harvesting.

    Unit: fractions a year, but `disallowed` is a fraction of the losses sold.  `tax_alpha` and
    `wealth_difference` are before the tax of a liquidation, `*_liquidated` after it; `loss_yield`
    is all losses realised less those disallowed ÷ mean value; `turnover` what was sold ÷ mean
    value; `tracking_error` of daily returns after costs against the index.
    """

    tax_alpha: float
    tax_alpha_liquidated: float
    wealth_difference: float
    wealth_difference_liquidated: float
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
    alike, alike_liquidated = _taxed_alike(run, without)
    final, liquidated = (money_weighted_return(run, end) for end in (run.final, run.liquidated))
    value = _dollar_years(run)
    lost = -sum(year.short_losses + year.long_losses for year in run.years)
    washed = sum(year.disallowed for year in run.years)
    return HarvestFigures(
        tax_alpha=final - money_weighted_return(without, alike),
        tax_alpha_liquidated=liquidated - money_weighted_return(without, alike_liquidated),
        wealth_difference=final - money_weighted_return(without, without.final),
        wealth_difference_liquidated=(
            liquidated - money_weighted_return(without, without.liquidated)
        ),
        tracking_error=float(np.std(run.returns[1:] - index[1:])) * sqrt(SESSIONS_PER_YEAR),
        loss_yield=(lost - washed) / value,
        turnover=sum(year.sold for year in run.years) / value,
        cost=_yearly_cost(run),
        disallowed=washed / lost if lost else 0.0,
        lots_most=run.lots_most,
    )


def _taxed_alike(run: HarvestRun, without: HarvestRun) -> tuple[float, float]:
    """What the run without harvesting would end with, had its holdings grown as the other's did.

    Before the tax of a liquidation and after it; each dollar more of gain bears what its unrealised
    gain bears on average, and the long-term rate where it has none that could tell.
    """
    costs = (_yearly_cost(run) - _yearly_cost(without)) / SESSIONS_PER_YEAR
    growth = (1.0 + run.returns + costs) / (1.0 + without.returns)
    final = float(path_with_growth(without.values, without.deposits, growth)[-1])
    gain = without.final - without.cash - without.basis_last
    rate = without.rule.rates.long
    if abs(gain) > GAIN_LEAST * without.final:
        rate = min(1.0, max(0.0, (without.final - without.liquidated) / gain))
    return final, without.liquidated + (1.0 - rate) * (final - without.final)
