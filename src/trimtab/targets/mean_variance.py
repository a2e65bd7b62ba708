"""Mean-variance: the best trade of expected return against risk, at an owner's aversion to risk.

The risk that it minds is that of returns and that of its own ignorance together: the covariance of
the expected returns' error is added, so that what is known poorly gets less.

Source: Markowitz (1952), Portfolio Selection; the predictive covariance, Klein and Bawa (1976),
The effect of estimation risk on optimal portfolio choice.
"""

from dataclasses import dataclass
from typing import ClassVar

from trimtab.targets._answers import Found, answered, demand_package, expected_returns
from trimtab.targets._base import TargetAnswer, TargetQuestion
from trimtab.targets._skfolio import PACKAGE, mean_variance, optimised, prior_of

__all__ = ["MeanVariance"]


@dataclass(frozen=True, slots=True)
class MeanVariance:
    """The weights that maximise expected return less half of `risk_aversion` times variance."""

    package: ClassVar[str] = PACKAGE
    risk_aversion: float = 3.0

    def __post_init__(self) -> None:
        if not self.risk_aversion > 0.0:
            raise ValueError(f"risk_aversion is {self.risk_aversion}; must be above 0")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of highest utility."""
        demand_package("mean_variance", PACKAGE)
        return answered("mean_variance", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        mean, covariance = expected_returns(question)
        prior = prior_of(mean, covariance)
        weights = optimised(question, lambda: mean_variance(question, prior, self.risk_aversion))
        words = f"the most return for its risk at an aversion of {self.risk_aversion:g}"
        return Found(weights, f"{words}; {question.mean_words}; {question.risk_words}")


PLUGIN = MeanVariance
