"""Minimum variance: the mix that moves least.

It asks for no expected returns, which is its strength: they are what is known least.  It likes what
is calm, so that bonds come to fill it unless bounds say otherwise.

Source: Markowitz (1952), Portfolio Selection; Clarke, de Silva and Thorley (2006), Minimum-Variance
Portfolios in the U.S. Equity Market.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trimtab.targets._answers import Found, answered, demand_package, risk
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._skfolio import PACKAGE, optimised, prior_of

__all__ = ["MinimumVariance"]


@dataclass(frozen=True, slots=True)
class MinimumVariance:
    """The weights of least variance within the bounds."""

    package: ClassVar[str] = PACKAGE

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of least variance."""
        demand_package("minimum_variance", PACKAGE)
        return answered("minimum_variance", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        covariance = risk(question)
        weights = optimised(question, lambda: _model(question, covariance))
        return Found(weights, f"the least variance; {question.risk_words}")


def _model(question: TargetQuestion, covariance: Floats) -> Any:
    from skfolio.optimization import MeanRisk

    return MeanRisk(
        prior_estimator=prior_of(np.zeros(len(question.classes)), covariance),
        min_weights=question.lower,
        max_weights=question.upper,
    )


PLUGIN = MinimumVariance
