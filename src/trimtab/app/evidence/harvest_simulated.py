"""What harvesting brought to a direct-indexing portfolio, from two runs of the simulator.

It stands apart because the simulator brings the compiler with it, which a backtest of a household
can do without.

Errors: `InputError` where the two runs are not of one market, or their deposits differ.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.harvest import HarvestReport, HarvestYear
from trimtab.quant.performance.after_tax import HarvestingAlpha
from trimtab.quant.simulate.harvest_figures import compare_harvest
from trimtab.quant.simulate.harvest_run import HarvestRun

__all__ = ["harvest_simulated"]


def harvest_simulated(
    run: HarvestRun, plain: HarvestRun, index: npt.NDArray[np.float64]
) -> HarvestReport:
    """Hold a simulated run with harvesting against one without.

    Shape: `index` (T,), the daily returns of the index.
    Refuses: what `compare_harvest` refuses.
    """
    figures = compare_harvest(run, plain, index)
    return HarvestReport(
        harvested=f"harvesting every {run.rule.harvest.name.lower()}",
        plain="without harvesting",
        dates=run.dates,
        ahead=run.values - plain.values,
        is_liquidated=False,
        years=tuple(
            HarvestYear(
                year.year,
                -(year.short_losses + year.long_losses) - year.disallowed,
                year.disallowed,
                other.tax - year.tax,
            )
            for year, other in zip(run.years, plain.years, strict=True)
        ),
        alphas=HarvestingAlpha(
            figures.tax_alpha,
            figures.tax_alpha_liquidated,
            figures.wealth_difference,
            figures.wealth_difference_liquidated,
        ),
        loss_yield=figures.loss_yield,
        harvested_end=run.liquidated,
        plain_end=plain.liquidated,
        difference=None,
    )
