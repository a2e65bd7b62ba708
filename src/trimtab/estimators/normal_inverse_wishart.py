"""The Bayesian mean and covariance in closed form: the normal-inverse-Wishart prior.

Before the data, the covariance is expected to be one of constant correlation with the measured
volatilities, worth `prior_sessions` sessions of data; every mean is expected to pay the same for
its volatility (the median ratio of all), worth `prior_mean_sessions`.  The posterior is of the same
family, so that nothing is simulated:

    κ' = κ₀ + T      m' = (κ₀ m₀ + T r̄) / κ'      ν' = ν₀ + T
    Ψ' = Ψ₀ + S + (κ₀ T / κ') (r̄ − m₀)(r̄ − m₀)ᵀ

The covariance is the posterior mean Ψ'/(ν' − n − 1).  Of any direction d, dᵀΣd is inverse gamma
with the same relative error √(2/(ν' − n − 3)): that is `risk_uncertainty`, by which a cautious
policy counts less of the risk that a trade would remove.  The error of the mean is Σ/κ', and a
next return has the predictive covariance (1 + 1/κ')·Σ.  Where returns are missing, each pair counts
the sessions that it shares, and T is the fewest of them.

Errors: `InputError` where two instruments share too few sessions.

Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 3.6; the constant-correlation
prior, Ledoit & Wolf (2004), Honey, I Shrunk the Sample Covariance Matrix, J. Portfolio Management.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import SESSIONS_A_YEAR, Floats, Market, MeanEstimate
from trimtab.estimators._pairwise import VARIANCE_FLOOR, check_overlap, mended, pairwise_covariance

__all__ = ["NormalInverseWishart", "Posterior"]


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed after the data, of one session's returns.

    Shape: `mean` (n,), `scale` n × n (Ψ'); `weight` is κ', `freedom` is ν'.
    """

    mean: Floats
    scale: Floats
    weight: float
    freedom: float

    @property
    def covariance(self) -> Floats:
        """The expected covariance."""
        expected: Floats = self.scale / (self.freedom - len(self.mean) - 1)
        return expected

    @property
    def predictive(self) -> Floats:
        """The covariance of the next return, the mean's own error included."""
        return self.covariance * (1.0 + 1.0 / self.weight)

    @property
    def risk_uncertainty(self) -> float:
        """The relative standard error of dᵀΣd, the same for every d."""
        return float(np.sqrt(2.0 / (self.freedom - len(self.mean) - 3)))


@dataclass(frozen=True, slots=True)
class NormalInverseWishart:
    """What is believed of mean and covariance, as if `prior_sessions` and `prior_mean_sessions`
    sessions had said it before the data."""

    prior_sessions: float = 21.0
    prior_mean_sessions: float = 252.0

    def __post_init__(self) -> None:
        for setting in ("prior_sessions", "prior_mean_sessions"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")

    def posterior(self, returns: Floats) -> Posterior:
        """What is believed after these returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        counts = check_overlap(returns)
        n = returns.shape[1]
        sessions = float(counts.min(initial=np.inf)) if n else float(len(returns))
        measured = mended(pairwise_covariance(returns))
        means = np.nanmean(returns, axis=0) if n else np.empty(0)
        volatility = np.sqrt(np.diag(measured))
        expected = volatility * (np.median(means / volatility) if n else 0.0)
        weight = self.prior_mean_sessions + sessions
        freedom = self.prior_sessions + n + 1 + sessions
        gap = means - expected
        scale = self.prior_sessions * constant_correlation(measured) + sessions * measured
        scale += self.prior_mean_sessions * sessions / weight * np.outer(gap, gap)
        mean = (self.prior_mean_sessions * expected + sessions * means) / weight
        return Posterior(mean, scale, weight, freedom)

    def covariance(self, returns: Floats) -> Floats:
        """The posterior mean of the covariance of one session's returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        return mended(self.posterior(returns).covariance)

    def risk_uncertainty(self, returns: Floats) -> float:
        """The relative standard error of any variance read off the covariance."""
        return self.posterior(returns).risk_uncertainty if returns.shape[1] else 0.0

    def mean(self, market: Market) -> MeanEstimate:
        """The posterior mean of the yearly return, and its posterior covariance.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        posterior = self.posterior(market.returns)
        error = posterior.covariance / posterior.weight * SESSIONS_A_YEAR**2
        return MeanEstimate(posterior.mean * SESSIONS_A_YEAR, error)


def constant_correlation(covariance: Floats) -> Floats:
    """A covariance with the same variances, and the average correlation for every pair."""
    n = len(covariance)
    scale = np.sqrt(np.maximum(np.diag(covariance), VARIANCE_FLOOR))
    correlation = covariance / np.outer(scale, scale)
    average = (correlation.sum() - n) / (n * (n - 1)) if n > 1 else 0.0
    even = np.full((n, n), max(average, 0.0))
    np.fill_diagonal(even, 1.0)
    whole: Floats = even * np.outer(scale, scale)
    return whole


PLUGIN = NormalInverseWishart
