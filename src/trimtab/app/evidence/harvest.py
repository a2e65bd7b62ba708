"""What tax-loss harvesting brought: one policy with it, held against the same without it.

Two runs that differ in nothing but harvesting end apart for two reasons: the tax, and what they
held while a loss could not be bought back.  The second is luck or style, and over some years it
can be the larger.  All of it is the *wealth difference*; the part that is tax is the *tax alpha*:
the difference to the run without harvesting, had its holdings grown as the other's did before tax
and trading costs.

Errors: runs over different days, and runs without returns, are `InputError`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.comparison import Comparison, Difference
from trimtab.app.evidence.figures import daily_returns
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.quant.performance.after_tax import (
    AfterTax,
    HarvestingAlpha,
    after_tax,
    harvesting_alpha,
    marginal_tax_rate,
    with_other_growth,
)
from trimtab.quant.performance.returns import FlowTiming

__all__ = ["HarvestEvidence", "HarvestReport", "HarvestYear", "harvest_of_comparison"]

Floats = npt.NDArray[np.float64]

LAST_YEAR = 253
"""Closes that the tax of one dollar more of gain is read from: by then most lots are as long-term
as they will be on the last day."""


@dataclass(frozen=True, slots=True)
class HarvestYear:
    """One calendar year.

    Unit: dollars, positive; `kept` are losses realised less those `disallowed` by wash sales;
    `tax_saved` what the year's tax was lower by (negative where it was higher).
    """

    year: int
    kept: float
    disallowed: float
    tax_saved: float


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """All that is told of harvesting.

    Shape: `ahead` (T,) is what the harvesting run had more than the other at the closes of `dates`.
    Unit: dollars; `ahead` after the tax that was paid, and after that of a liquidation too where
    `is_liquidated`.  `loss_yield` is losses kept to mean value, a fraction a year.
    """

    harvested: str
    plain: str
    dates: tuple[date, ...]
    ahead: Floats
    is_liquidated: bool
    years: tuple[HarvestYear, ...]
    alphas: HarvestingAlpha
    loss_yield: float
    harvested_end: float
    plain_end: float
    difference: Difference | None

    @property
    def kept(self) -> float:
        """Losses kept over the whole span."""
        return sum(year.kept for year in self.years)

    @property
    def disallowed(self) -> float:
        """Losses that wash sales took away."""
        return sum(year.disallowed for year in self.years)

    @property
    def tax_saved(self) -> float:
        """Tax saved over the whole span, before that of a liquidation."""
        return sum(year.tax_saved for year in self.years)


@dataclass(frozen=True, slots=True)
class HarvestEvidence:
    """What harvesting brought, and the two runs that it is read from."""

    comparison: Comparison
    report: HarvestReport


def harvest_of_comparison(comparison: Comparison, taxable: Collection[str]) -> HarvestReport:
    """Hold a run with harvesting against one without: the second of a comparison against its first.

    `taxable` names the taxable accounts; a loss elsewhere is none for tax.
    Refuses: other than two runs, less than a year, and runs without returns.
    """
    if len(comparison.runs) != 2:
        raise InputError(
            "harvest report",
            f"it has {len(comparison.runs)} run{'' if len(comparison.runs) == 1 else 's'}",
            "one with harvesting is held against one without",
            "give the run without harvesting, then the run with it",
        )
    (plain, harvested), (before, after) = comparison.runs, comparison.figures
    if not before.is_annual:
        raise InputError(
            "harvest report",
            f"the runs cover {before.years:.2f} years",
            "a yearly figure needs at least one",
            "widen the span",
        )
    lost = _losses(harvested, taxable)
    washed = {record.year: float(record.disallowed) for record in harvested.tax_years}
    years = sorted({on.year for on in harvested.daily.dates})
    saved = np.diff(_tax_by_then(plain, years) - _tax_by_then(harvested, years), prepend=0.0)
    by_year = tuple(
        HarvestYear(year, lost.get(year, 0.0) - washed.get(year, 0.0), washed.get(year, 0.0), tax)
        for year, tax in zip(years, saved.tolist(), strict=True)
    )
    dollar_years = float(harvested.daily.value.mean()) * after.years
    return HarvestReport(
        harvested=harvested.policy,
        plain=plain.policy,
        dates=harvested.daily.dates,
        ahead=harvested.daily.after_liquidation - plain.daily.after_liquidation,
        is_liquidated=True,
        years=by_year,
        alphas=_alphas(plain, harvested, after.years),
        loss_yield=sum(year.kept for year in by_year) / dollar_years,
        harvested_end=after.after_liquidation_end,
        plain_end=before.after_liquidation_end,
        difference=comparison.difference(harvested.policy),
    )


def _losses(run: BacktestRun, taxable: Collection[str]) -> dict[int, float]:
    """Losses realised in taxable accounts, by year, before any was disallowed."""
    lost: dict[int, float] = {}
    for fill in run.fills:
        for sale in fill.lots if fill.account in taxable else ():
            if sale.gain is not None and sale.gain < 0:
                lost[fill.on.year] = lost.get(fill.on.year, 0.0) - float(sale.gain)
    return lost


def _tax_by_then(run: BacktestRun, years: Sequence[int]) -> Floats:
    """Tax paid and owed by the end of each year."""
    daily = run.daily
    burden = np.cumsum(daily.tax_paid) + daily.accrued_tax
    lasts = [
        at for at, (on, after) in enumerate(pairwise(daily.dates)) if on.year != after.year
    ] + [len(daily.dates) - 1]
    return np.asarray(burden[lasts[-len(years) :]])


def _alphas(plain: BacktestRun, harvested: BacktestRun, years: float) -> HarvestingAlpha:
    """Wealth difference and tax alpha, with the tax that what was held instead bears.

    Refuses: runs without returns.
    """
    base = plain.daily
    before, after = _growth_before_cost(plain), _growth_before_cost(harvested)
    burden = np.cumsum(base.tax_paid) + base.accrued_tax + base.liquidation_tax
    gain = base.value - np.cumsum(base.flow) + np.cumsum(base.tax_paid)
    alike = with_other_growth(
        base.value,
        base.flow,
        base.tax_paid,
        _due(plain),
        years,
        growth=np.concatenate([[1.0], after / before]),
        gain_rate=marginal_tax_rate(gain[-LAST_YEAR:], burden[-LAST_YEAR:]),
    )
    return harvesting_alpha(_measured(harvested, years), _measured(plain, years), alike)


def _growth_before_cost(run: BacktestRun) -> Floats:
    """One plus the return of each session after the first, before tax and trading costs.

    Refuses: a run without returns.
    """
    daily = run.daily
    returns = daily_returns(daily.value, daily.flow - daily.tax_paid)
    if returns is None or _due(run) > daily.value[-1]:
        raise InputError(
            "harvest report",
            f"the value of {run.policy!r} touches zero, so it has no returns",
            remedy="look at the runs by themselves",
        )
    return np.asarray(1.0 + returns + daily.cost[1:] / daily.value[:-1])


def _due(run: BacktestRun) -> float:
    """What the last day's books would owe were all sold."""
    return float(run.daily.accrued_tax[-1] + run.daily.liquidation_tax[-1])


def _measured(run: BacktestRun, years: float) -> AfterTax:
    daily = run.daily
    return after_tax(
        daily.value, daily.flow, daily.tax_paid, _due(run), years, timing=FlowTiming.END
    )
