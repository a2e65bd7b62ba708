"""The way to skfolio's optimisers: our covariance and our expected returns in, weights out.

skfolio estimates risk and returns itself unless it is given a prior; it is given one that holds
what the household's own estimators found, so that one mandate has one view of risk, robust where
its owner chose it so.  Its optimisers ask cvxpy and Clarabel, which takes some ten milliseconds for
a handful of classes and seconds to import the first time: too much for every day of a backtest, and
nothing at a review.

Errors: `NoWeightsError` where an optimiser fails.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from trimtab.targets._answers import NoWeightsError
from trimtab.targets._base import Floats, TargetQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PACKAGE", "column_of", "mean_variance", "optimised", "prior_of"]

PACKAGE = "skfolio"


def prior_of(mean: Floats, covariance: Floats) -> Any:
    """A prior of skfolio's that is what we say it is, whatever returns it is shown."""
    from skfolio.prior import BasePrior, ReturnDistribution

    class Given(BasePrior):  # type: ignore[misc]  # skfolio has no types
        """Means and covariance from outside."""

        def __init__(self, mean: Floats, covariance: Floats) -> None:
            self.mean, self.covariance = mean, covariance

        def fit(self, X: Any, y: None = None) -> Given:
            self.return_distribution_ = ReturnDistribution(
                mu=self.mean, covariance=self.covariance, returns=np.asarray(X)
            )
            return self

    return Given(mean, covariance)


def column_of(at: int) -> str:
    """What skfolio knows a class by: in its views, which are sentences, a name has no spaces."""
    return f"class{at}"


def mean_variance(question: TargetQuestion, prior: Any, risk_aversion: float) -> Any:
    """An optimiser of expected return less half of `risk_aversion` times variance."""
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    return MeanRisk(
        objective_function=ObjectiveFunction.MAXIMIZE_UTILITY,
        risk_aversion=risk_aversion / 2.0,  # skfolio's multiplies the whole variance
        prior_estimator=prior,
        min_weights=question.lower,
        max_weights=question.upper,
    )


def optimised(question: TargetQuestion, make: Callable[[], Any]) -> Floats:
    """The weights of one of skfolio's optimisers.

    Shape: (n,) over the classes.
    Refuses: a problem that it cannot solve, as `NoWeightsError` with its words.
    """
    import pandas as pd

    table = pd.DataFrame(
        _returns(question), columns=[column_of(at) for at in range(len(question.classes))]
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters of them, the checks below say
            model = make().fit(table)
    except Exception as error:  # foreign code: whatever it raises becomes a finding
        words = (str(error).splitlines() or [""])[0].rstrip(".")
        raise NoWeightsError(f"skfolio found none: {words or type(error).__name__}") from error
    weights = np.asarray(model.weights_, dtype=np.float64)
    if not np.isfinite(weights).all():
        raise NoWeightsError("skfolio's optimiser did not converge")
    return weights


def _returns(question: TargetQuestion) -> Floats:
    """Returns for skfolio to name columns by: its priors are given, so that it reads no risk here.

    Gaps are filled, as it refuses them.
    """
    filled = np.nan_to_num(question.returns)
    return filled if len(filled) > 1 else np.zeros((2, len(question.classes)))
