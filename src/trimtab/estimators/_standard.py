"""One price history in, the `Estimates` of a cycle out.

Errors: `InputError`/`InputErrors` where an instrument has too few closes or two share too few, and
`InvariantError` where the history reaches past the day that the estimates are made for.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np

from trimtab.estimators._base import SESSIONS_A_YEAR, CovarianceEstimator
from trimtab.estimators._history import (
    TREND_SESSIONS,
    check_shared_sessions,
    closes_of,
    daily_returns,
    trends,
)
from trimtab.estimators._trading_cost import (
    daily_volumes,
    half_spreads,
    spread_source,
    volume_source,
)
from trimtab.estimators.ledoit_wolf import LedoitWolf
from trimtab.model.errors import must
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory

__all__ = ["estimate"]

STANDARD_COVARIANCE = LedoitWolf()


def estimate(
    history: PriceHistory,
    mandate: Mandate,
    instruments: Mapping[str, Instrument],
    *,
    covariance: CovarianceEstimator = STANDARD_COVARIANCE,
    volumes: Mapping[str, float] | None = None,
    as_of: date | None = None,
) -> Estimates:
    """Risk, trading cost and trend of each instrument, from daily closes and the mandate.

    Shape: the answer's order is that of `instruments`.
    Unit: `volumes` in base currency a day, where known.
    Refuses: instruments with too few closes or none, and two that share too few sessions.
    """
    last = history.dates[-1] if history.dates else None
    must(
        as_of is None or last is None or last <= as_of,
        f"estimates for {as_of} use no price after it, the history ends on {last}",
    )
    known = volumes or {}
    names = tuple(instruments)
    closes = closes_of(history, names)
    returns = daily_returns(closes)
    check_shared_sessions(returns, names)
    daily = covariance.covariance(returns)
    volatility = np.sqrt(np.diag(daily))
    return Estimates(
        instruments=names,
        covariance=tuple(map(tuple, (daily * SESSIONS_A_YEAR).tolist())),
        half_spread=half_spreads(instruments, mandate.costs),
        daily_volume=daily_volumes(instruments, mandate.costs, known),
        daily_volatility=dict(zip(names, volatility.tolist(), strict=True)),
        trend=dict(zip(names, trends(closes).tolist(), strict=True)),
        sources={
            "covariance": _covariance_source(covariance, history),
            "half_spread": spread_source(instruments, mandate.costs),
            "daily_volume": volume_source(instruments, mandate.costs, known),
            "trend": f"return over {TREND_SESSIONS} sessions, {history.source}",
        },
    )


def _covariance_source(covariance: CovarianceEstimator, history: PriceHistory) -> str:
    span = f"{history.dates[0]} to {history.dates[-1]}" if history.dates else "no dates"
    name = type(covariance).__name__
    return f"{name}, {max(0, len(history.dates) - 1)} daily returns, {span}, {history.source}"
