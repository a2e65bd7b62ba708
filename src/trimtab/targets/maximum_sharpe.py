"""Maximum Sharpe ratio: the most expected return above cash for each unit of risk.

Source: Sharpe (1966), Mutual Fund Performance; uncertainty of means as in `mean_variance`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from trimtab.targets._answers import (
    Found,
    NoWeightsError,
    answered,
    demand_package,
    expected_returns,
    in_percent,
)
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._skfolio import PACKAGE, optimised, prior_of

__all__ = ["MaximumSharpe"]


@dataclass(frozen=True, slots=True)
class MaximumSharpe:
    """The weights with the highest expected return above `cash_rate` per unit of risk.

    Unit: `cash_rate` a year, fraction of one.
    """

    package: ClassVar[str] = PACKAGE
    cash_rate: float = 0.0

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of highest Sharpe ratio."""
        demand_package("maximum_sharpe", PACKAGE)
        return answered("maximum_sharpe", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        mean, covariance = expected_returns(question)
        cash = in_percent(self.cash_rate)
        if float(mean.max()) <= self.cash_rate:
            raise NoWeightsError(f"no class is expected to return more than {cash}, that of cash")
        weights = optimised(question, lambda: self._model(question, mean, covariance))
        words = "the most expected return above cash for its risk"
        return Found(weights, f"{words}; {question.mean_words}; {question.risk_words}")

    def _model(self, question: TargetQuestion, mean: Floats, covariance: Floats) -> Any:
        from skfolio.optimization import MeanRisk, ObjectiveFunction

        return MeanRisk(
            objective_function=ObjectiveFunction.MAXIMIZE_RATIO,
            prior_estimator=prior_of(mean, covariance),
            risk_free_rate=self.cash_rate,
            min_weights=question.lower,
            max_weights=question.upper,
        )


PLUGIN = MaximumSharpe
