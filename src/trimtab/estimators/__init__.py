"""Estimates from data up to `as_of`: risk, returns, cost, drift, trend and the market's state.

Each public file is one estimator, a plug-in; `estimate` makes from a price history the `Estimates`
that policies and the solver see, whichever estimators are chosen.
"""

from trimtab.estimators._base import (
    CostEstimator,
    CovarianceEstimator,
    DriftEstimator,
    Fills,
    MeanEstimator,
    Orders,
    StateEstimator,
    TrendEstimator,
)
from trimtab.estimators._forecasts import Estimators
from trimtab.estimators._history import check_history
from trimtab.estimators._standard import estimate

__all__ = [
    "CostEstimator",
    "CovarianceEstimator",
    "DriftEstimator",
    "Estimators",
    "Fills",
    "MeanEstimator",
    "Orders",
    "StateEstimator",
    "TrendEstimator",
    "check_history",
    "estimate",
]
