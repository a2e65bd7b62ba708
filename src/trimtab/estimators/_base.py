"""What an estimator is, and the numbers that all of them share."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = [
    "HISTORY_SESSIONS",
    "SESSIONS_A_YEAR",
    "SESSIONS_MIN",
    "CovarianceEstimator",
    "Flags",
    "Floats",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SESSIONS_A_YEAR = 252
HISTORY_SESSIONS = 756
"""Three years: what estimates ask a feed for."""
SESSIONS_MIN = 60
"""Fewest returns of an instrument, and fewest that two instruments share, for an estimate."""


class CovarianceEstimator(Protocol):
    """Covariance of returns, from returns."""

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns, symmetric and positive semi-definite.

        Shape: `returns` is sessions × instruments, oldest first, `nan` where there is none; the
        answer is instruments × instruments.
        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share, as `InputError`.
        """
        ...
