"""The Ledoit-Wolf covariance: shrunk toward a multiple of the identity by just as much as pays.

Own NumPy code, where scikit-learn has the same: importing scikit-learn takes about a second, and a
whole `trimtab plan` may take one and a half.  A test holds both equal.

By default it is the *correlations* that shrink, every volatility staying as measured: toward one
common variance, a bond fund would look riskier and a stock calmer than either is.  The intensity of
three years of 25 instruments is about 2 %, so a substitute's correlation of 0.99 stays above 0.97.

Source: Ledoit & Wolf (2004), A well-conditioned estimator for large-dimensional covariance
matrices, Journal of Multivariate Analysis 88, section 3.3.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._pairwise import (
    VARIANCE_FLOOR,
    centred,
    check_overlap,
    mended,
    pairwise_covariance,
)

__all__ = ["LedoitWolf", "shrinkage_intensity"]


def shrinkage_intensity(deviations: Floats, covariance: Floats, counts: Floats) -> float:
    """The optimal weight of the identity, between 0 and 1.

    Shape: `deviations` sessions × n, zero where missing; `covariance` and `counts` n × n.
    With gaps, each entry's sampling variance rests on its own number of sessions.
    """
    size = max(1, len(covariance))
    mean_variance = float(np.trace(covariance)) / size
    distance = float(((covariance - mean_variance * np.eye(len(covariance))) ** 2).sum())
    squares = deviations**2
    noise = float((((squares.T @ squares) / counts - covariance**2) / counts).sum())
    return min(noise, distance) / distance if distance > 0 else 1.0


@dataclass(frozen=True, slots=True)
class LedoitWolf:
    """Shrinks correlations, or with `keep_variances` false the covariance as a whole."""

    keep_variances: bool = True

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        counts = check_overlap(returns)
        raw = pairwise_covariance(returns)
        scale = np.ones(len(raw))
        if self.keep_variances:
            scale = np.sqrt(np.maximum(np.diag(raw), VARIANCE_FLOOR))
        scaled = raw / np.outer(scale, scale)
        intensity = shrinkage_intensity(centred(returns) / scale, scaled, counts)
        target = np.eye(len(raw)) * (np.trace(scaled) / max(1, len(raw)))
        shrunk = (1 - intensity) * scaled + intensity * target
        return mended(shrunk * np.outer(scale, scale))


PLUGIN = LedoitWolf
