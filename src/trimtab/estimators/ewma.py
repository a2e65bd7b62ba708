"""The exponentially weighted covariance: recent sessions count more, so risk follows the market.

Source: RiskMetrics Technical Document (1996), section 5.2; its decay of 0.94 is a half-life of 11
sessions, 0.97 (for months) of 23.  A rebalancer looks further ahead, hence the longer default.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._pairwise import mended, pairwise_covariance

__all__ = ["ExponentialCovariance"]


@dataclass(frozen=True, slots=True)
class ExponentialCovariance:
    """Each session counts half as much as one `half_life_sessions` later."""

    half_life_sessions: float = 126.0

    def __post_init__(self) -> None:
        if not self.half_life_sessions > 0:
            raise ValueError(f"half_life_sessions is {self.half_life_sessions}; must be above 0")

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        age = np.arange(len(returns) - 1, -1, -1, dtype=np.float64)
        weights = 0.5 ** (age / self.half_life_sessions)
        return mended(pairwise_covariance(returns, weights))


PLUGIN = ExponentialCovariance
