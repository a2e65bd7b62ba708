"""Black-Litterman: the stated weights, moved by what their owner expects.

The stated weights are taken to be the best ones for what is expected of every class without views,
π = δΣw.  Views move those expectations as far as they are believed, and the weights follow; without
views nothing moves.

Source: Black and Litterman (1992), Global Portfolio Optimization; He and Litterman (1999), The
Intuition Behind Black-Litterman Model Portfolios.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from trimtab.model.errors import nearest
from trimtab.targets._answers import Found, NoWeightsError, answered, demand_package, risk
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._skfolio import PACKAGE, column_of, mean_variance, optimised, prior_of

__all__ = ["BlackLitterman", "ClassView"]


@dataclass(frozen=True, slots=True)
class ClassView:
    """What an owner expects of a class, or of it `over` another.

    Unit: `expected` a year, fraction of one, above cash: a return, or with `over` a difference;
    `confidence` above 0 and below 1.
    """

    target: str
    expected: float
    over: str = ""
    confidence: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.confidence < 1.0:
            raise ValueError(f"confidence is {self.confidence}; must be above 0 and below 1")
        if self.target == self.over:
            raise ValueError(f"a view compares {self.target!r} with itself")


@dataclass(frozen=True, slots=True)
class BlackLitterman:
    """The stated weights moved by `views`.

    Unit: `risk_aversion` is δ, the excess return a year that one unit of variance must pay;
    `prior_error` is τ, how far the implied returns may be off, as a share of the covariance.
    """

    package: ClassVar[str] = PACKAGE
    views: tuple[ClassView, ...] = ()
    risk_aversion: float = 2.5
    prior_error: float = 0.05

    def __post_init__(self) -> None:
        for setting in ("risk_aversion", "prior_error"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights that the views ask for."""
        demand_package("black_litterman", PACKAGE)
        return answered("black_litterman", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        covariance = risk(question)
        for view in self.views:
            for name in (view.target, view.over):
                if name and name not in question.classes:
                    remedy = nearest(name, question.classes)
                    raise NoWeightsError(f"a view names the target {name!r}", remedy)
        if not self.views:
            return Found(question.stated, "the stated weights, which no view moves")
        weights = optimised(question, lambda: self._model(question, covariance))
        count = len(self.views)
        views = f"{count} view{'s' if count > 1 else ''}"
        return Found(weights, f"the stated weights moved by {views}; {question.risk_words}")

    def _model(self, question: TargetQuestion, covariance: Floats) -> Any:
        from skfolio.prior import BlackLitterman as Posterior

        implied = self.risk_aversion * covariance @ question.stated
        columns = {name: column_of(at) for at, name in enumerate(question.classes)}
        posterior = Posterior(
            views=[_in_words(view, columns) for view in self.views],
            prior_estimator=prior_of(implied, covariance),
            tau=self.prior_error,
            view_confidences=[view.confidence for view in self.views],
        )
        # The posterior's covariance is larger than the prior's by τ: so that without a view the
        # stated weights would be the best ones, aversion gives way by as much.
        return mean_variance(question, posterior, self.risk_aversion / (1.0 + self.prior_error))


def _in_words(view: ClassView, columns: Mapping[str, str]) -> str:
    """The view as skfolio reads it."""
    left = columns[view.target]
    if view.over:
        left += f" - {columns[view.over]}"
    return f"{left} == {view.expected:.10f}"


PLUGIN = BlackLitterman
