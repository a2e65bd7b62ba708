"""What tax-loss harvesting brought: one policy with it, held against the same without it.

Two runs that differ in nothing but harvesting end apart for two reasons: the tax, and what they
held while a loss could not be bought back.  The second is luck or style, and over some years it
can be the larger; so the *tax alpha* is the difference after tax less the difference before it,
and the plain difference in what the owner has stands beside it as *wealth alpha*.

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
from trimtab.app.evidence.figures import PolicyFigures
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError

__all__ = ["HarvestAlphas", "HarvestReport", "HarvestYear", "harvest_of_comparison"]

Floats = npt.NDArray[np.float64]


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
class HarvestAlphas:
    """What harvesting added, a fraction a year.

    `tax` and `wealth` are before the tax of a liquidation, the others after it; `before_tax` is
    what the two runs differ by before any tax.
    """

    tax: float
    tax_liquidated: float
    wealth: float
    wealth_liquidated: float

    @property
    def before_tax(self) -> float:
        """The part that is no tax: what was held meanwhile, and what trading cost."""
        return self.wealth - self.tax


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
    alphas: HarvestAlphas
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
        alphas=_alphas(before, after),
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


def _alphas(plain: PolicyFigures, harvested: PolicyFigures) -> HarvestAlphas:
    """Differences of yearly returns.

    Refuses: runs without returns.
    """
    pairs = (
        (plain.time_weighted, harvested.time_weighted),
        (plain.after_tax_return, harvested.after_tax_return),
        (plain.after_liquidation_return, harvested.after_liquidation_return),
    )
    differences = []
    for one, other in pairs:
        if one is None or other is None:
            raise InputError(
                "harvest report",
                "a run's value touches zero, so it has no returns",
                remedy="look at the runs by themselves",
            )
        differences.append(other - one)
    luck, wealth, liquidated = differences
    return HarvestAlphas(wealth - luck, liquidated - luck, wealth, liquidated)
