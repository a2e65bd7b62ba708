"""A genetic search for weights that no convex optimiser can give: few classes, whole steps.

"At most five funds" and "weights in steps of 5 %" make the set of allowed weights a set of points:
there is no slope to follow.  A population of mixes is bred instead: crossed, changed, each brought
back to what is allowed, the better half kept.  It starts from the stated weights and from chance
with a fixed seed, so that the same question has the same answer.

What is bred for is the least variance, or with expected returns the best of return against risk.

Source: Holland (1975), Adaptation in Natural and Artificial Systems; for portfolios, Chang, Meade,
Beasley and Sharaiha (2000), Heuristics for Cardinality Constrained Portfolio Optimisation.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trimtab.targets._answers import (
    Found,
    NoWeightsError,
    answered,
    demand_package,
    expected_returns,
    risk,
)
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._bounds import whole_steps

__all__ = ["Genetic"]

PACKAGE = "pymoo"
MATINGS_MAX = 20
"""How often a generation mates for mixes that are new; where few are allowed, all may be known."""


@dataclass(frozen=True, slots=True)
class Genetic:
    """A mix of at most `classes_max` classes in whole steps of `step`, bred for the least risk.

    `use_returns` breeds for expected return less half of `risk_aversion` times variance, where the
    mandate estimates returns, and for the least variance otherwise.
    Unit: `step` a fraction of what is invested, that divides one; `classes_max` a count.
    """

    package: ClassVar[str] = PACKAGE
    classes_max: int | None = None
    step: float = 0.01
    use_returns: bool = False
    risk_aversion: float = 3.0
    population: int = 40
    generations: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.0 < self.step <= 1.0 or abs(round(1.0 / self.step) * self.step - 1.0) > 1e-9:
            raise ValueError(f"step is {self.step}; it must divide one, as 0.05 does")
        if self.classes_max is not None and self.classes_max < 1:
            raise ValueError(f"classes_max is {self.classes_max}; must be at least 1")
        for setting in ("risk_aversion", "population", "generations"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The best mix that breeding found."""
        demand_package("genetic", PACKAGE)
        return answered("genetic", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        mean, covariance = np.zeros(len(question.classes)), risk(question)
        if self.use_returns:
            mean, covariance = expected_returns(question)
        best = self._bred(question, mean, covariance)
        few = "" if self.classes_max is None else f"at most {self.classes_max} classes and "
        what = "the most return for its risk" if self.use_returns else "the least variance"
        words = f"{what} that breeding found with {few}steps of {self.step:.3g}"
        return Found(best, f"{words}; {question.risk_words}")

    def allowed(self, weights: Floats, question: TargetQuestion) -> Floats | None:
        """The nearest allowed mix: the largest classes kept, in whole steps, within the bounds.

        Shape: (n,) in and out.
        """
        lower, upper = question.lower, question.upper.copy()
        most = len(weights) if self.classes_max is None else self.classes_max
        order = np.argsort(-np.where(lower > 0.0, np.inf, weights), kind="stable")
        upper[order[most:]] = 0.0
        whole = float(weights.sum())
        shares = weights / whole if whole > 0.0 else question.stated
        return whole_steps(shares, lower, upper, round(1.0 / self.step))

    def _bred(self, question: TargetQuestion, mean: Floats, covariance: Floats) -> Floats:
        from pymoo.algorithms.soo.nonconvex.ga import GA
        from pymoo.core.problem import Problem
        from pymoo.core.repair import Repair
        from pymoo.optimize import minimize

        allowed = self.allowed
        if allowed(question.stated, question) is None:
            raise NoWeightsError(
                "no mix in whole steps keeps the bounds and the number of classes",
                "choose a smaller step or more classes, or loosen the bounds",
            )

        class Mixes(Problem):  # type: ignore[misc]  # pymoo has no types
            """Mixes and what they score; a lower score is better."""

            def _evaluate(self, x: Floats, out: dict[str, Any], *_: Any, **__: Any) -> None:
                risks = np.einsum("ij,jk,ik->i", x, covariance, x)
                out["F"] = aversion / 2.0 * risks - x @ mean

        class BroughtBack(Repair):  # type: ignore[misc]
            """Every child becomes the nearest mix that is allowed."""

            def _do(self, _problem: Any, x: Floats, **__: Any) -> Floats:
                fallback = allowed(question.stated, question)
                found = [allowed(row, question) for row in np.maximum(x, 0.0)]
                return np.array([fallback if one is None else one for one in found])

        aversion = self.risk_aversion
        count = len(question.classes)
        chance = np.random.default_rng(self.seed)
        first = np.vstack([question.stated, chance.dirichlet(np.ones(count), self.population - 1)])
        search = GA(pop_size=self.population, sampling=first, repair=BroughtBack())
        search.mating.n_max_iterations = MATINGS_MAX
        problem = Mixes(n_var=count, n_obj=1, xl=0.0, xu=1.0)
        done = minimize(problem, search, ("n_gen", self.generations), seed=self.seed)
        return np.asarray(done.X, dtype=np.float64)


PLUGIN = Genetic
