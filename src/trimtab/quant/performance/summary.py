"""The usual figures of one run in one call, for reports and comparisons.

Each figure is defined in the module that measures it; this only puts them side by side.

Errors: what the measures refuse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from trimtab.quant.performance._series import Floats, closing_dates
from trimtab.quant.performance.drawdowns import Drawdown, drawdowns
from trimtab.quant.performance.returns import (
    FlowTiming,
    TimeWeightedReturn,
    YearReturn,
    calendar_year_returns,
    net_returns,
    time_weighted_return,
    years_by_days,
)
from trimtab.quant.performance.risk import (
    downside_deviation,
    sharpe_ratio,
    sortino_ratio,
    volatility,
)

__all__ = ["Summary", "summarise"]


@dataclass(frozen=True, slots=True)
class Summary:
    """How one run did.

    Shape: `returns` (T,), net of flows.
    Unit: fractions; volatility and downside a year, ratios per √year, NaN where nothing moved.
    """

    returns: Floats
    time_weighted: TimeWeightedReturn
    volatility: float
    downside: float
    sharpe: float
    sortino: float
    worst_drawdown: Drawdown | None
    by_year: tuple[YearReturn, ...]


def summarise(
    value: npt.ArrayLike,
    flow: npt.ArrayLike,
    dates: npt.ArrayLike,
    *,
    timing: FlowTiming = FlowTiming.START,
    riskless: npt.ArrayLike = 0.0,
) -> Summary:
    """Measure one run from its closing values and flows; the minimum for downside is zero.

    Shape: `value`, `flow`, `dates` (T+1,); `riskless` () or (T,).
    Unit: money, a deposit positive; `riskless` a daily return.  Annualised over actual days.
    Refuses: fewer than two returns, and what `net_returns` refuses.
    """
    daily = net_returns(value, flow, timing)
    days = closing_dates(dates, len(daily))
    return Summary(
        returns=daily,
        time_weighted=time_weighted_return(daily, years_by_days(days[0], days[-1])),
        volatility=float(volatility(daily)),
        downside=float(downside_deviation(daily)),
        sharpe=float(sharpe_ratio(daily, riskless)),
        sortino=float(sortino_ratio(daily)),
        worst_drawdown=next(iter(drawdowns(daily, days, 1)), None),
        by_year=calendar_year_returns(daily, days),
    )
