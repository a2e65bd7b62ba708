"""The factor covariance: a few common factors, and of each instrument a rest of its own.

With more instruments than the sessions can tell apart, most correlations are noise.  A statistical
factor model keeps the directions in which many instruments move together, and of the rest only
correlations too large to be noise, so that a substitute still follows what it stands in for.
Factors are the principal components of the correlations, so that a volatile instrument is no factor
by itself; every volatility stays as measured.

With `factors = 0` the data say how many: as many as lie above the eigenvalue that pure noise of
this many instruments and sessions would reach, one at least.

    R = B Bᵀ + U        B = V_k √λ_k, of correlations R; U_ij dropped where |U_ij| / √(U_ii U_jj) is
                        below `CERTAIN` · √(ln n / T)

Source: Fan, Liao & Mincheva (2013), Large covariance estimation by thresholding principal
orthogonal complements, J. Royal Statistical Society B 75; Connor & Korajczyk (1988), J. Financial
Economics 21, on principal components as factors; the edge of noise, Marčenko & Pastur (1967), and
its use, Laloux et al. (1999), Physical Review Letters 83.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._pairwise import VARIANCE_FLOOR, check_overlap, mended, pairwise_covariance

__all__ = ["FactorCovariance", "factors_above_noise"]

CERTAIN = 2.0
"""How many times its noise the correlation of two rests must be to count."""
FACTORS_MAX = 50
OWN_VARIANCE_MIN = 1e-8


def factors_above_noise(eigenvalues: Floats, sessions: float) -> int:
    """How many eigenvalues of correlations exceed what independent returns would reach.

    Shape: `eigenvalues` (n,), in any order.
    """
    edge = (1.0 + np.sqrt(len(eigenvalues) / sessions)) ** 2
    return max(1, int((eigenvalues > edge).sum()))


@dataclass(frozen=True, slots=True)
class FactorCovariance:
    """`factors` principal components carry all correlations; 0 lets the data say how many."""

    factors: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.factors <= FACTORS_MAX:
            raise ValueError(f"factors is {self.factors}; must be between 0 and {FACTORS_MAX}")

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        counts = check_overlap(returns)
        raw = mended(pairwise_covariance(returns))
        if not len(raw):
            return raw
        scale = np.sqrt(np.maximum(np.diag(raw), VARIANCE_FLOOR))
        correlation = raw / np.outer(scale, scale)
        values, vectors = np.linalg.eigh(correlation)
        sessions = float(counts.min())
        count = self.factors or factors_above_noise(values, sessions)
        kept = slice(max(0, len(values) - count), None)
        loadings = vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0))
        shared = loadings @ loadings.T
        rest = certain(correlation - shared, sessions)
        return mended((shared + rest) * np.outer(scale, scale))


def certain(rest: Floats, sessions: float) -> Floats:
    """The covariance of the rests without what may be noise; its diagonal stays."""
    own = np.sqrt(np.maximum(np.diag(rest), OWN_VARIANCE_MIN))
    noise = np.sqrt(np.log(max(2, len(rest))) / sessions)
    is_kept = np.abs(rest) > CERTAIN * noise * np.outer(own, own)
    np.fill_diagonal(is_kept, True)
    return np.where(is_kept, rest, 0.0)


PLUGIN = FactorCovariance
