"""Estimates as JSON: every figure that was made, with what it rests on.

Errors: none.
"""

from collections.abc import Mapping

from trimtab.app.json_text import Json
from trimtab.model.estimates import Estimates, Forecast, StateForecast

__all__ = ["estimates_json"]


def estimates_json(estimates: Estimates) -> Json:
    """The estimates of a day; what no estimator was chosen for is `null` or absent by instrument.

    Unit: fractions of one; `volatility`, `mean` and its error a year.
    """
    return {
        "instruments": {name: _instrument(estimates, name) for name in estimates.instruments},
        "state": None if estimates.state is None else _state(estimates.state),
        "risk_uncertainty": estimates.risk_uncertainty,
        "sources": dict(estimates.sources),
    }


def _instrument(estimates: Estimates, name: str) -> Mapping[str, Json]:
    errors = {
        other: float(estimates.mean_covariance[at][at]) ** 0.5
        for at, other in enumerate(estimates.mean)
    }
    at = estimates.instruments.index(name)
    return {
        "volatility": float(estimates.covariance[at][at]) ** 0.5,
        "half_spread": estimates.half_spread.get(name),
        "daily_volume": estimates.daily_volume.get(name),
        "trend": estimates.trend.get(name),
        "trend_confidence": estimates.trend_confidence.get(name),
        "mean": estimates.mean.get(name),
        "mean_error": errors.get(name),
        "drift": _forecast(estimates.drift.get(name)),
        "trading_cost": _forecast(estimates.trading_cost.get(name)),
    }


def _forecast(forecast: Forecast | None) -> Json:
    if forecast is None:
        return None
    return {
        "low": forecast.low,
        "middle": forecast.middle,
        "high": forecast.high,
        "level": forecast.level,
    }


def _state(state: StateForecast) -> Json:
    return {
        "likeliest": state.likeliest.value,
        "calm": state.calm,
        "trending": state.trending,
        "crisis": state.crisis,
        "reason": state.reason,
    }
