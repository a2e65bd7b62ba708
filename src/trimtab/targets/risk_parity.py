"""Risk parity: every class carries the same share of the risk, or the share that it is given.

Source: Maillard, Roncalli and Teïletche (2010), The Properties of Equally Weighted Risk
Contribution Portfolios; budgets, Bruder and Roncalli (2012), Managing Risk Exposures Using the Risk
Budgeting Approach.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from trimtab.targets._answers import Found, NoWeightsError, answered, demand_package, risk
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._named import check_whole, named_weights
from trimtab.targets._skfolio import PACKAGE, optimised, prior_of

__all__ = ["RiskParity"]


@dataclass(frozen=True, slots=True)
class RiskParity:
    """The weights at which classes carry equal shares of the variance, or those of `budget`.

    Unit: `budget` by class, shares of the variance that sum to one.
    """

    package: ClassVar[str] = PACKAGE
    budget: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.budget:
            check_whole(self.budget, "budget")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights that share the risk out."""
        demand_package("risk_parity", PACKAGE)
        return answered("risk_parity", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        covariance, count = risk(question), len(question.classes)
        shares = np.full(count, 1.0 / count)
        if self.budget:
            shares = named_weights(self.budget, question)
            if not (shares > 0.0).all():
                raise NoWeightsError("budget must give every target a share above zero")
        weights = optimised(question, lambda: _model(question, covariance, shares))
        how = "shares of its budget" if self.budget else "equal shares"
        return Found(weights, f"every class carries {how} of the risk; {question.risk_words}")


def _model(question: TargetQuestion, covariance: Floats, shares: Floats) -> Any:
    from skfolio.optimization import RiskBudgeting

    return RiskBudgeting(
        risk_budget=shares,
        prior_estimator=prior_of(np.zeros(len(shares)), covariance),
        min_weights=question.lower,
        max_weights=question.upper,
    )


PLUGIN = RiskParity
