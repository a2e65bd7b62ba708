"""How much a Sharpe ratio proves: its error, the luck of many trials, and the record it takes.

A Sharpe ratio from few, skewed or fat-tailed returns is uncertain, and the best of many trials is
high by luck alone.  These figures say how probable it is that something true remains.

All Sharpe ratios here are *per session, not annualised*, as in the papers.

Errors: fewer than `SESSIONS_MIN` returns, a series that never moves, trials below one and negative
variances are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import e, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import return_series
from trimtab.quant.performance.risk import sharpe_ratio

__all__ = [
    "DeflatedSharpe",
    "SharpeMoments",
    "deflated_sharpe_ratio",
    "expected_maximum_sharpe",
    "independent_trials",
    "minimum_track_record",
    "probabilistic_sharpe_ratio",
    "sharpe_moments",
]

SESSIONS_MIN = 4
"""Below it, skewness and kurtosis are set by the count alone."""
EULER = 0.5772156649015329
"""γ, the Euler–Mascheroni constant."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class SharpeMoments:
    """What the error of a Sharpe ratio depends on.

    Unit: `sharpe` per session; `kurtosis` is 3 for a normal distribution.
    Refuses: moments that no distribution has, kurtosis < 1 + skewness².
    """

    sharpe: float
    sessions: int
    skewness: float = 0.0
    kurtosis: float = 3.0

    def __post_init__(self) -> None:
        if self.sessions < SESSIONS_MIN:
            raise InputError(
                "sharpe ratio", f"{self.sessions} returns", f"at least {SESSIONS_MIN} are needed"
            )
        if self.kurtosis < 1.0 + self.skewness**2 - 1e-9:
            raise InputError(
                "kurtosis",
                f"{self.kurtosis:.4g} with skewness {self.skewness:.4g}",
                f"it is at least 1 + skewness² = {1.0 + self.skewness**2:.4g}",
                "give the kurtosis itself, 3 for a normal distribution, not its excess",
            )

    @property
    def variance_factor(self) -> float:
        """(n − 1) × the variance of the estimated Sharpe ratio.

        Source: Mertens (2002); Lo (2002), Financial Analysts Journal 58(4).
        """
        return 1.0 - self.skewness * self.sharpe + (self.kurtosis - 1.0) / 4.0 * self.sharpe**2


def sharpe_moments(returns: npt.ArrayLike) -> SharpeMoments:
    """The moments of a series of returns.

    Shape: (T,).
    Refuses: fewer than `SESSIONS_MIN` returns, and a series that never moves.
    """
    daily = return_series(returns, least=SESSIONS_MIN)
    ratio = float(sharpe_ratio(daily, sessions_a_year=1.0)) if daily.ndim == 1 else np.nan
    if not np.isfinite(ratio):
        fault = "never moves" if daily.ndim == 1 else f"has shape {daily.shape}"
        raise InputError("returns", f"the series {fault}", "one series (T,) that moves is meant")
    z = (daily - daily.mean()) / daily.std()
    return SharpeMoments(ratio, len(daily), float((z**3).mean()), float((z**4).mean()))


def probabilistic_sharpe_ratio(moments: SharpeMoments, benchmark: float = 0.0) -> float:
    """The probability that the true Sharpe ratio exceeds a benchmark.

    Unit: `benchmark` per session.
    Source: Bailey and López de Prado (2012), Journal of Risk 15(2).
    """
    distance = (moments.sharpe - benchmark) * sqrt(moments.sessions - 1)
    return _NORMAL.cdf(distance / sqrt(moments.variance_factor))


def minimum_track_record(
    moments: SharpeMoments, benchmark: float = 0.0, confidence: float = 0.95
) -> float:
    """How many sessions such returns must go on to prove a Sharpe ratio above the benchmark.

    Unit: sessions; infinite where the ratio does not exceed the benchmark.
    Refuses: a confidence outside [0.5, 1).
    Source: Bailey and López de Prado (2012).
    """
    if not 0.5 <= confidence < 1.0:
        raise InputError("confidence", f"{confidence:.6g}", "it is at least 0.5 and below 1")
    excess = moments.sharpe - benchmark
    if excess <= 0:
        return float("inf")
    return 1.0 + moments.variance_factor * (_NORMAL.inv_cdf(confidence) / excess) ** 2


def expected_maximum_sharpe(trials: float, variance: float) -> float:
    """The highest Sharpe ratio to expect of so many independent trials that are worth nothing.

    Unit: `variance` of the trials' Sharpe ratios per session; the answer per session.
    Refuses: fewer than one trial, a negative variance.
    Source: Bailey and López de Prado (2014), Journal of Portfolio Management 40(5).
    """
    if trials < 1 or variance < 0:
        raise InputError(
            "trials", f"{trials:.6g} with variance {variance:.6g}", "at least one, at least zero"
        )
    if trials == 1:
        return 0.0
    high = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    higher = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * e))
    return sqrt(variance) * ((1.0 - EULER) * high + EULER * higher)


@dataclass(frozen=True, slots=True)
class DeflatedSharpe:
    """The probability that a chosen Sharpe ratio is more than the best of luck.

    Unit: `threshold` the Sharpe ratio per session that luck alone would reach.
    """

    probability: float
    threshold: float
    trials: float
    variance: float


def deflated_sharpe_ratio(moments: SharpeMoments, trials: float, variance: float) -> DeflatedSharpe:
    """The probabilistic Sharpe ratio against the best that so many worthless trials would reach.

    Unit: `variance` of the trials' Sharpe ratios per session.
    Source: Bailey and López de Prado (2014).
    """
    threshold = expected_maximum_sharpe(trials, variance)
    probability = probabilistic_sharpe_ratio(moments, threshold)
    return DeflatedSharpe(probability, threshold, trials, variance)


def independent_trials(returns: npt.ArrayLike) -> float:
    """How many independent trials so many correlated ones are worth: ρ̄ + (1 − ρ̄) N.

    Shape: (T, N).
    Refuses: fewer than two returns, and a trial that never moves.
    Source: Bailey and López de Prado (2014), appendix, with the mean correlation ρ̄, here taken
    as at least zero.
    """
    table = return_series(returns, least=2)
    if table.ndim != 2:
        raise InputError("returns", f"shape {table.shape}", "trials side by side (T, N) are meant")
    still = np.flatnonzero(np.ptp(table, axis=0) == 0.0)
    if still.size:
        raise InputError("returns", f"trial {still[0]} never moves", "it correlates with nothing")
    count = table.shape[1]
    if count == 1:
        return 1.0
    z = (table - table.mean(axis=0)) / table.std(axis=0)
    together = float((z.sum(axis=1) ** 2).mean())  # Σ over all pairs, and N on the diagonal
    correlation = max((together - count) / (count * (count - 1)), 0.0)
    return correlation + (1.0 - correlation) * count
