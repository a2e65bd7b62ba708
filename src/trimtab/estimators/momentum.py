"""Time-series momentum: a trend that is estimated, with how sure that is.

The plain trend is the return of the last month, and half of such trends are chance.  Here an
instrument's return per unit of its own volatility is taken as a slowly wandering mean under noise,
and a Kalman filter gives what the data up to the day say of that mean and of its error:

    x_t = r_t / σ_t = s_t + ε_t,  ε ~ N(0, 1)      s_t = φ s_{t−1} + η_t,  s ~ N(0, τ²) at rest

`half_life_sessions` says how long a trend lasts (φ) and `sharpe` how strong one is a year (τ).
Volatility σ_t is exponentially weighted and rests on the sessions before t; one session counts
at most as `SURPRISE_MAX` standard deviations, so that a bad print is no trend.  The trend is the
expected return of the next `TREND_SESSIONS` sessions, and its confidence the probability that s is
positive.  Without any trend both stay near nothing: the shrinkage is the filter's own.

Errors: none; with little history the trend is near zero and its confidence near one half.

Source: Moskowitz, Ooi & Pedersen (2012), Time Series Momentum, J. Financial Economics 104, for
scaling by volatility; Bruder et al. (2011), Trend Filtering Methods for Momentum Strategies, for
the filter; Kalman (1960).
"""

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from trimtab.estimators._base import SESSIONS_A_YEAR, Floats, TrendEstimate
from trimtab.estimators._history import TREND_SESSIONS

__all__ = ["Momentum", "volatility_before"]

SURPRISE_MAX = 4.0
START_SESSIONS = 20


@dataclass(frozen=True, slots=True)
class Momentum:
    """The trend as a filter sees it.

    Unit: `sharpe` a year: how much return per volatility a typical trend has, up or down;
    `half_life_sessions` until half of a trend is gone; `volatility_half_life_sessions` of σ.
    """

    sharpe: float = 0.7
    half_life_sessions: float = 126.0
    volatility_half_life_sessions: float = 33.0

    def __post_init__(self) -> None:
        for setting in ("sharpe", "half_life_sessions", "volatility_half_life_sessions"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")

    def trend(self, returns: Floats) -> TrendEstimate:
        """The expected return over the next sessions, and the probability that it is a rise."""
        n = returns.shape[1]
        keep = 0.5 ** (1.0 / self.half_life_sessions)
        at_rest = self.sharpe**2 / SESSIONS_A_YEAR
        mean, variance = np.zeros(n), np.full(n, at_rest)
        volatility, latest = volatility_before(returns, self.volatility_half_life_sessions)
        for row, sigma in zip(returns, volatility, strict=True):
            mean, variance = keep * mean, keep**2 * variance + (1.0 - keep**2) * at_rest
            seen = np.isfinite(row) & (sigma > 0.0)
            surprise = np.where(seen, row, 0.0) / np.where(seen, sigma, 1.0)
            gain = np.where(seen, variance / (variance + 1.0), 0.0)
            mean = mean + gain * (np.clip(surprise, -SURPRISE_MAX, SURPRISE_MAX) - mean)
            variance = (1.0 - gain) * variance
        ahead = keep * (1.0 - keep**TREND_SESSIONS) / (1.0 - keep)
        sure = [0.5 * (1.0 + erf(m / sqrt(2.0 * v))) for m, v in zip(mean, variance, strict=True)]
        moves = latest > 0.0
        return TrendEstimate(mean * latest * ahead, np.where(moves, sure, 0.5))


def volatility_before(returns: Floats, half_life_sessions: float) -> tuple[Floats, Floats]:
    """Each session's volatility from the sessions before it, and that after the last.

    It opens with the mean square of the first returns there are; a surprise counts up to a bound.
    Shape: sessions × n, and (n,).
    """
    keep = 0.5 ** (1.0 / half_life_sessions)
    variance = np.array([_opening(column) for column in returns.T])
    before = np.empty_like(returns)
    for t, row in enumerate(returns):
        before[t] = variance
        seen = np.isfinite(row)
        square = np.minimum(np.where(seen, row, 0.0) ** 2, SURPRISE_MAX**2 * variance)
        variance = np.where(seen, keep * variance + (1.0 - keep) * square, variance)
    return np.sqrt(before), np.sqrt(variance)


def _opening(column: Floats) -> float:
    known = column[np.isfinite(column)][:START_SESSIONS]
    return float((known**2).mean()) if len(known) else 0.0


PLUGIN = Momentum
