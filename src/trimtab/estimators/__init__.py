"""Estimates: risk, cost and trend from data up to `as_of`.

Each public file is one estimator of the covariance, a plug-in; `estimate` makes from a price
history the `Estimates` that policies and the solver see, whichever estimator is chosen.
"""

from trimtab.estimators._base import CovarianceEstimator
from trimtab.estimators._history import check_history
from trimtab.estimators._standard import estimate

__all__ = ["CovarianceEstimator", "check_history", "estimate"]
