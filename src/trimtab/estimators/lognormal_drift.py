"""How far weights will wander until the next review, from today's volatilities.

Growth over `review_sessions` is taken as lognormal with the exponentially weighted covariance, and
that covariance itself as uncertain: its scale is drawn too, so that the tails are those of a
Student t with `freedom` degrees of freedom.  All instruments are taken to grow alike on average:
differences of past means are mostly noise, and the interval is what matters.  The draws repeat:
their seed is a setting.

Errors: `InputError` where two instruments share too few sessions.

Source: the normal variance mixture, Praetz (1972), Journal of Business 45; exponential weights,
RiskMetrics Technical Document (1996).
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import LEVEL, Floats
from trimtab.estimators._weight_drift import forecasts_of
from trimtab.estimators.ewma import ExponentialCovariance
from trimtab.model.estimates import Forecast

__all__ = ["LognormalDrift"]

FREEDOM_ABOVE = 2.0


@dataclass(frozen=True, slots=True)
class LognormalDrift:
    """Draws of joint growth, as wide as recent volatility.

    Unit: `review_sessions` until the next review; `half_life_sessions` of the volatility;
    `level` how often the interval should hold what comes.
    """

    review_sessions: int = 63
    half_life_sessions: float = 63.0
    freedom: float = 6.0
    level: float = LEVEL
    draws: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        for setting in ("review_sessions", "half_life_sessions", "draws"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")
        if not 0.0 < self.level < 1.0:
            raise ValueError(f"level is {self.level}; must be above 0 and below 1")
        if not self.freedom > FREEDOM_ABOVE:
            raise ValueError(f"freedom is {self.freedom}; must be above {FREEDOM_ABOVE:.0f}")

    def drift(self, returns: Floats, weights: Floats) -> tuple[Forecast, ...]:
        """The change of each weight until the next review.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share, and returns too wild
        to be drawn from.
        """
        n = len(weights)
        if not n:
            return ()
        covariance = ExponentialCovariance(self.half_life_sessions).covariance(returns)
        values, vectors = np.linalg.eigh(covariance * self.review_sessions)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        chance = np.random.default_rng(self.seed)
        normal = chance.standard_normal((self.draws, n))
        scale = (self.freedom - 2.0) / chance.chisquare(self.freedom, self.draws)
        with np.errstate(over="ignore", invalid="ignore"):  # `forecasts_of` refuses what is none
            growth = np.exp((normal @ root.T) * np.sqrt(scale)[:, None])
            growth /= growth.mean(axis=0)
        return forecasts_of(weights, growth, self.level)


PLUGIN = LognormalDrift
