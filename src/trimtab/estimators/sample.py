"""The sample covariance, pair by pair: unbiased, and noisy when instruments are many."""

from dataclasses import dataclass

from trimtab.estimators._base import Floats
from trimtab.estimators._pairwise import check_overlap, mended, pairwise_covariance

__all__ = ["SampleCovariance"]


@dataclass(frozen=True, slots=True)
class SampleCovariance:
    """The unbiased covariance of past returns."""

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns.

        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share.
        """
        counts = check_overlap(returns)
        return mended(pairwise_covariance(returns) * counts / (counts - 1))


PLUGIN = SampleCovariance
