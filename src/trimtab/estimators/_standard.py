"""One price history in, the `Estimates` of a cycle out.

What has too little history stands on long-run figures, or is refused, as the mandate's
`[risk] without_history` says.

Errors: `InputError`/`InputErrors` where an instrument has too few closes or two share too few, and
`InvariantError` where the history reaches past the day that the estimates are made for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from trimtab.estimators._assumed import AssumedRisk, assumed_findings, with_assumed
from trimtab.estimators._base import SESSIONS_A_YEAR, SESSIONS_MIN, CovarianceEstimator, Floats
from trimtab.estimators._forecasts import STANDARD, Estimators, Known, with_forecasts
from trimtab.estimators._history import (
    TREND_SESSIONS,
    check_shared_sessions,
    closes_of,
    daily_returns,
    measurable,
    returns_known,
    trends,
)
from trimtab.estimators._trading_cost import (
    daily_volumes,
    half_spreads,
    spread_source,
    volume_source,
)
from trimtab.model.errors import must
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate, Split, WithoutHistory
from trimtab.model.snapshots import PriceHistory

__all__ = ["estimate", "wanted_weights"]


def estimate(
    history: PriceHistory,
    mandate: Mandate,
    instruments: Mapping[str, Instrument],
    *,
    covariance: CovarianceEstimator | None = None,
    volumes: Mapping[str, float] | None = None,
    as_of: date | None = None,
    estimators: Estimators = STANDARD,
    weights: Mapping[str, float] | None = None,
) -> Estimates:
    """Risk, trading cost and trend of each instrument, from daily closes and the mandate.

    `estimators` says which plug-ins make what; `covariance` alone takes that one's place.
    Shape: the answer's order is that of `instruments`.
    Unit: `volumes` in base currency a day, where known; `weights` today's, from which drift is
    forecast, the wanted ones where none are given.
    Refuses: closes that no price can be; where the mandate takes no long-run figures, instruments
    with too few closes or none, and two that share too few sessions.
    """
    last = history.dates[-1] if history.dates else None
    must(
        as_of is None or last is None or last <= as_of,
        f"estimates for {as_of} use no price after it, the history ends on {last}",
    )
    if covariance is not None:
        estimators = replace(estimators, covariance=covariance)
    known = volumes or {}
    names = tuple(instruments)
    may_assume = mandate.risk.without_history is WithoutHistory.ASSUME
    measured = measurable(history, names) if may_assume else names
    closes = closes_of(history, measured)
    returns = daily_returns(closes)
    own = yearly = _measured(returns, measured, estimators.covariance)
    assumed: tuple[AssumedRisk, ...] = ()
    if len(measured) < len(names):
        yearly, assumed = with_assumed(own, measured, instruments, mandate)
    volatility = np.sqrt(np.diag(yearly) / SESSIONS_A_YEAR)
    trend = dict.fromkeys(names, 0.0) | dict(zip(measured, trends(closes).tolist(), strict=True))
    plain = Estimates(
        instruments=names,
        covariance=tuple(map(tuple, yearly.tolist())),
        half_spread=half_spreads(instruments, mandate.costs),
        daily_volume=daily_volumes(instruments, mandate.costs, known),
        daily_volatility=dict(zip(names, volatility.tolist(), strict=True)),
        trend=trend,
        sources={
            "covariance": _covariance_source(
                estimators.covariance, history, len(measured), assumed
            ),
            "half_spread": spread_source(instruments, mandate.costs),
            "daily_volume": volume_source(instruments, mandate.costs, known),
            "trend": _trend_source(history, assumed),
        },
        findings=assumed_findings(assumed, returns_known(history, names), SESSIONS_MIN),
        assumed=tuple(risk.instrument for risk in assumed),
    )
    wanted = wanted_weights(mandate)
    today = wanted if weights is None else weights
    about = Known(measured, returns, own, wanted, today, history.source)
    return with_forecasts(plain, estimators, about)


def wanted_weights(mandate: Mandate) -> dict[str, float]:
    """The wanted weight of each instrument: the first of its target, or equal parts of it."""
    found: dict[str, float] = {}
    for target in mandate.targets:
        if target.split is Split.EQUAL:
            part = float(target.weight) / len(target.instruments)
            found |= dict.fromkeys(target.instruments, part)
        elif target.instruments:
            found[target.instruments[0]] = float(target.weight)
    return found


def _measured(returns: Floats, names: tuple[str, ...], covariance: CovarianceEstimator) -> Floats:
    """The yearly covariance of what has a history."""
    if not names:
        return np.empty((0, 0))
    check_shared_sessions(returns, names)
    return covariance.covariance(returns) * SESSIONS_A_YEAR


def _covariance_source(
    covariance: CovarianceEstimator,
    history: PriceHistory,
    measured: int,
    assumed: tuple[AssumedRisk, ...],
) -> str:
    """What the covariance rests on, assumed figures by instrument."""
    span = f"{history.dates[0]} to {history.dates[-1]}" if history.dates else "no dates"
    name = type(covariance).__name__
    text = f"{name}, {max(0, len(history.dates) - 1)} daily returns, {span}, {history.source}"
    if not assumed:
        return text
    figures = "; ".join(f"{risk.instrument} {risk.words}" for risk in assumed)
    return f"{text}; assumed: {figures}" if measured else f"assumed: {figures}"


def _trend_source(history: PriceHistory, assumed: tuple[AssumedRisk, ...]) -> str:
    text = f"return over {TREND_SESSIONS} sessions, {history.source}"
    if not assumed:
        return text
    return f"{text}; none for {', '.join(risk.instrument for risk in assumed)}"
