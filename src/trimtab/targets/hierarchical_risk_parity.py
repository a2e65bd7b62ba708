"""Hierarchical risk parity: classes that move alike share one part of the risk among themselves.

It inverts no covariance, so that two classes that are nearly the same do not make it jump.

Source: López de Prado (2016), Building Diversified Portfolios that Outperform Out-of-Sample.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trimtab.targets._answers import Found, NoWeightsError, answered, demand_package, risk
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._skfolio import PACKAGE, optimised, prior_of

__all__ = ["HierarchicalRiskParity"]

CLASSES_MIN = 2


@dataclass(frozen=True, slots=True)
class HierarchicalRiskParity:
    """The weights that split risk along the tree of which class moves like which."""

    package: ClassVar[str] = PACKAGE

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of the tree."""
        demand_package("hierarchical_risk_parity", PACKAGE)
        return answered("hierarchical_risk_parity", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        covariance = risk(question)
        if len(question.classes) < CLASSES_MIN:
            raise NoWeightsError("one target alone makes no tree")
        weights = optimised(question, lambda: _model(question, covariance))
        return Found(weights, f"risk is split along a tree of classes; {question.risk_words}")


def _model(question: TargetQuestion, covariance: Floats) -> Any:
    from skfolio.optimization import HierarchicalRiskParity as Tree

    return Tree(
        prior_estimator=prior_of(np.zeros(len(question.classes)), covariance),
        min_weights=question.lower,
        max_weights=question.upper,
    )


PLUGIN = HierarchicalRiskParity
