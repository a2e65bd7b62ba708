"""What is estimated beside risk: means, the market's state, drift, trend and trading cost.

Each is made only where an estimator was chosen for it.  One that cannot be made (too little history
for a state, a cost outside what a model has seen) becomes a finding that says what stands instead;
a plug-in whose package is missing is an error, since it was asked for by name.

Errors: `MissingPackageError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from trimtab.estimators._base import (
    CostModel,
    CovarianceEstimator,
    DriftEstimator,
    Floats,
    Market,
    MeanEstimator,
    Orders,
    StateEstimator,
    TrendEstimator,
    UncertainCovariance,
)
from trimtab.estimators._packages import MissingPackageError
from trimtab.estimators._uncertainty import relative_error_of_variance
from trimtab.estimators.ledoit_wolf import LedoitWolf
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity

__all__ = ["STANDARD", "Estimators", "Known", "with_forecasts"]


@dataclass(frozen=True, slots=True)
class Estimators:
    """Which estimator makes what; what has none is not made, and the trend is the plain one.

    `notes` say why one that was asked for is left out.
    Unit: `order_value` base currency, the order whose cost is forecast, sent when `day_fraction` of
    the session has passed.
    """

    covariance: CovarianceEstimator = field(default_factory=LedoitWolf)
    mean: MeanEstimator | None = None
    state: StateEstimator | None = None
    drift: DriftEstimator | None = None
    trend: TrendEstimator | None = None
    cost: CostModel | None = None
    order_value: float = 10_000.0
    day_fraction: float = 0.5
    notes: tuple[Finding, ...] = ()


STANDARD = Estimators()


@dataclass(frozen=True, slots=True)
class Known:
    """What forecasts are made from.

    Shape: `returns` sessions × n, `covariance` n × n yearly, over `instruments`: those whose risk
    is measured.  `targets` and `weights` are wanted and actual weights by instrument.
    """

    instruments: tuple[str, ...]
    returns: Floats
    covariance: Floats
    targets: Mapping[str, float]
    weights: Mapping[str, float]
    history: str


def with_forecasts(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    """The estimates with every forecast that was asked for."""
    steps: tuple[tuple[str, object, Step], ...] = (
        ("risk_uncertainty", by.covariance, _uncertainty),
        ("mean", by.mean, _mean),
        ("state", by.state, _state),
        ("drift", by.drift, _drift),
        ("trend", by.trend, _trend),
        ("trading_cost", by.cost, _trading_cost),
    )
    estimates = replace(estimates, findings=(*estimates.findings, *by.notes))
    for what, estimator, step in steps:
        if estimator is None:
            continue
        try:
            estimates = step(estimates, by, known)
        except MissingPackageError:
            raise
        except InputError as error:
            estimates = replace(
                estimates,
                findings=(*estimates.findings, _fell_back(what, estimator, error)),
                sources={**estimates.sources, what: INSTEAD[what]},
            )
    return estimates


Step = Callable[[Estimates, Estimators, Known], Estimates]

INSTEAD = {
    "risk_uncertainty": "not known",
    "mean": "none: no return is expected of one rather than another",
    "state": "not known",
    "drift": "not known",
    "trend": "the plain return of the last month",
    "trading_cost": "the spread that is stated or assumed",
}
"""What stands where a forecast could not be made."""


def _fell_back(what: str, estimator: object, error: InputError) -> Finding:
    return Finding(
        code="estimate_fell_back",
        severity=Severity.WARNING,
        subject=f"{what.replace('_', ' ')} by {type(estimator).__name__}",
        message=f"{error.subject}: {error.fact}; instead: {INSTEAD[what]}",
        bound=error.bound,
        remedy=error.remedy,
        clause=f"estimates.{what}",
    )


def _named(estimator: object, known: Known) -> str:
    return f"{type(estimator).__name__}, {len(known.returns)} daily returns, {known.history}"


def _with_source(estimates: Estimates, what: str, words: str) -> dict[str, str]:
    return {**estimates.sources, what: words}


def _uncertainty(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    if not known.instruments:
        return estimates
    error, words = relative_error_of_variance(known.returns), "from the spread of months"
    if isinstance(by.covariance, UncertainCovariance):
        posterior = by.covariance.risk_uncertainty(known.returns)
        if posterior >= error:  # else the days are wilder than the posterior takes them for
            error, words = posterior, "of the posterior"
    sources = _with_source(estimates, "risk_uncertainty", f"{words}, {known.history}")
    return replace(estimates, risk_uncertainty=error, sources=sources)


def _in_order(weights: Mapping[str, float], names: tuple[str, ...]) -> Floats:
    return np.array([weights.get(name, 0.0) for name in names])


def _mean(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    if by.mean is None or not known.instruments:
        return estimates
    names = known.instruments
    market = Market(names, known.returns, known.covariance, _in_order(known.targets, names))
    made = by.mean.mean(market)
    return replace(
        estimates,
        mean=dict(zip(names, made.mean.tolist(), strict=True)),
        mean_covariance=tuple(map(tuple, made.covariance.tolist())),
        sources=_with_source(estimates, "mean", _named(by.mean, known)),
    )


def _state(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    if by.state is None:
        return estimates
    sources = _with_source(estimates, "state", _named(by.state, known))
    return replace(estimates, state=by.state.state(known.returns), sources=sources)


def _drift(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    if by.drift is None:
        return estimates
    weights = _in_order(known.weights, known.instruments)
    made = by.drift.drift(known.returns, weights)
    return replace(
        estimates,
        drift=dict(zip(known.instruments, made, strict=True)),
        sources=_with_source(estimates, "drift", _named(by.drift, known)),
    )


def _trend(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    if by.trend is None:
        return estimates
    made, names = by.trend.trend(known.returns), known.instruments
    return replace(
        estimates,
        trend={**estimates.trend, **dict(zip(names, made.trend.tolist(), strict=True))},
        trend_confidence=dict(zip(names, made.confidence.tolist(), strict=True)),
        sources=_with_source(estimates, "trend", _named(by.trend, known)),
    )


def _trading_cost(estimates: Estimates, by: Estimators, known: Known) -> Estimates:
    """A forecast for one order of each side, the dearer of the two; the solver takes its middle."""
    if by.cost is None:
        return estimates
    names = estimates.instruments
    sides = [_orders(estimates, by, is_buy) for is_buy in (True, False)]
    is_known = np.logical_and(*(by.cost.is_known(orders) for orders in sides))
    pairs = zip(*(by.cost.forecast(orders) for orders in sides), strict=True)
    made = {
        name: max(pair, key=lambda forecast: forecast.middle)
        for name, pair, seen in zip(names, pairs, is_known.tolist(), strict=True)
        if seen
    }
    strange = [name for name in names if name not in made]
    spreads = {name: max(0.0, forecast.middle) for name, forecast in made.items()}
    return replace(
        estimates,
        half_spread={**estimates.half_spread, **spreads},
        trading_cost=made,
        sources=_with_source(estimates, "trading_cost", _cost_words(by, len(made), len(names))),
        findings=(*estimates.findings, *([_never_seen(strange)] if strange else [])),
    )


def _orders(estimates: Estimates, by: Estimators, is_buy: bool) -> Orders:
    names = estimates.instruments
    volume = _in_order(estimates.daily_volume, names)
    return Orders(
        half_spread=_in_order(estimates.half_spread, names),
        volatility=_in_order(estimates.daily_volatility, names),
        participation=by.order_value / volume,
        day_fraction=np.full(len(names), by.day_fraction),
        is_buy=np.full(len(names), is_buy),
    )


def _cost_words(by: Estimators, made: int, of: int) -> str:
    words = f"{type(by.cost).__name__} for an order of {by.order_value:,.0f}"
    return words if made == of else f"{words}, for {made} of {of}; else {INSTEAD['trading_cost']}"


def _never_seen(names: list[str]) -> Finding:
    return Finding(
        code="estimate_fell_back",
        severity=Severity.NOTE,
        subject=f"trading cost of {', '.join(names)}",
        message=(
            "its spread, volatility or volume lies outside what the cost model was trained on; "
            f"instead: {INSTEAD['trading_cost']}"
        ),
        remedy="train the model on fills of such instruments",
        clause="estimates.trading_cost",
    )
