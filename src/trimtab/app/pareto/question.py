"""The front of a household today: plans between doing nothing and going all the way to target.

Search and front share the household's own solver and its own pricing; what is shown is each plan as
the cycle makes it, whole shares and exact bill included, so that a point where a policy stands has
the figures of `trimtab plan`.

Errors: `InputError` where no set of trades meets the mandate, and where pymoo is missing; those of
the folder as for a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from trimtab.app.api import policy_with_model
from trimtab.app.explaining.asking import Question, ask, question_of
from trimtab.app.household import LoadedHousehold
from trimtab.app.pareto.candidates import Bred
from trimtab.app.pareto.front import undominated
from trimtab.app.pareto.search import Search, bred_genes
from trimtab.model.errors import InputError
from trimtab.model.plans import Plan, Verdict
from trimtab.model.targets import CurrentTargets
from trimtab.policies._base import Policy
from trimtab.policies.hold import Hold

__all__ = ["POPULATION", "ParetoFront", "PlanPoint", "pareto_of"]

POPULATION, GENERATIONS = 40, 25
FIELD = ("hold", "5/25", "cost_aware", "no_trade_zone")
"""Policies that are marked on every front, beside the mandate's own."""


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """One plan: what it leaves and what it takes.

    Unit: `tracking_error` a year, fraction of one; `cost`, `tax` and `total` base currency, `total`
    with a year's drift at the mandate's risk aversion; `gap` dollars of `total` that the solver
    could not rule out.
    """

    tracking_error: float
    cost: float
    tax: float
    total: float
    trades: int
    gap: float
    policy: str = ""

    @property
    def objectives(self) -> tuple[float, float, float]:
        """What the front weighs against each other."""
        return self.tracking_error, self.cost, self.tax

    @property
    def paid(self) -> float:
        """Cost and tax together."""
        return self.cost + self.tax


@dataclass(frozen=True, slots=True)
class ParetoFront:
    """The plans that no other beats, the cheapest first, and where policies stand.

    `solved` counts the candidates that were solved, `seed` is what their chance came from.
    """

    household: str
    as_of: date
    base_currency: str
    points: tuple[PlanPoint, ...]
    policies: tuple[PlanPoint, ...]
    own_policy: str
    risk_aversion: float
    solved: int
    seed: int
    trades_max: int | None
    targets: CurrentTargets | None

    @property
    def best(self) -> PlanPoint:
        """The plan that leaves least to pay in all at the mandate's risk aversion."""
        return min(self.points, key=lambda point: point.total)


def pareto_of(
    loaded: LoadedHousehold,
    *,
    seed: int = 0,
    trades_max: int | None = None,
    population: int = POPULATION,
    generations: int = GENERATIONS,
) -> ParetoFront:
    """The front of a household as it stands; the same seed gives the same front.

    Refuses: a mandate that no set of trades meets, and to search without pymoo.
    """
    question = question_of(loaded)
    own = loaded.mandate.policy.name
    held = ask(question.instead(Hold()))
    if held.decision.verdict is Verdict.INFEASIBLE:
        raise InputError("mandate", held.decision.sentence.rstrip("."), "a front needs a plan")
    search = Search(held.situation, trades_max)
    bred = bred_genes(search, population, generations, seed)
    marked = [
        _point(question, policy_with_model(loaded, name), name)
        for name in dict.fromkeys((*FIELD, own))
    ]
    policies = tuple(point for point in marked if point is not None)
    found = [_point(question, Bred(genes)) for genes in bred]
    every = [point for point in (*policies, *found) if _fits(point, trades_max)]
    plans = [replace(point, policy="") for point in every if point is not None]
    kept = undominated(np.array([_rounded(point) for point in plans])) if plans else []
    return ParetoFront(
        loaded.household.name or loaded.household.id,
        loaded.snapshot.as_of,
        loaded.household.base_currency,
        tuple(sorted((plans[at] for at in kept), key=lambda one: (one.paid, one.tracking_error))),
        policies,
        own,
        float(loaded.mandate.costs.drift_aversion),
        search.solved,
        seed,
        trades_max,
        question.targets,
    )


def _fits(point: PlanPoint | None, trades_max: int | None) -> bool:
    return point is not None and (trades_max is None or point.trades <= trades_max)


def _rounded(point: PlanPoint) -> tuple[float, float, float]:
    """What a screen could tell apart: money in cents, tracking error in hundredths of a point."""
    return round(point.tracking_error, 7), round(point.cost, 2), round(point.tax, 2)


def _point(question: Question, policy: Policy, name: str = "") -> PlanPoint | None:
    """A policy's plan as the cycle makes it; none where it has none."""
    decision = ask(question.instead(policy)).decision
    return None if decision.plan is None else _of(decision.plan, name)


def _of(plan: Plan, name: str) -> PlanPoint:
    after = plan.after
    return PlanPoint(
        tracking_error=after.tracking_error,
        cost=float(plan.cost),
        tax=after.tax,
        total=after.total,
        trades=len(plan.trades),
        gap=plan.gap,
        policy=name,
    )
