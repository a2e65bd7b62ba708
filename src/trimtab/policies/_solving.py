"""Solve with a care that the solver leaves to its caller: losses are not thrown away.

A loss that purchases of the last 30 days would wash for the most part is left alone until its
window has passed, unless nothing else can meet the mandate; and where it is worth harvesting then,
nothing more of the same is bought that would keep the window open.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.quant.problem import (
    Flags,
    HouseholdProblem,
    Solution,
    SolverOptions,
    Status,
    WashRule,
)
from trimtab.quant.situation import Situation
from trimtab.quant.solver import solve

__all__ = ["WASHED_SHARE_MAX", "solve_carefully", "washed_lots"]

WASHED_SHARE_MAX = 0.10
"""The part of a group's losses that may be washed before they are left alone: what a reinvested
dividend washes is small change, what a spouse's IRA bought is not.  The wash-sale guard refuses
plans beyond the same share."""


def washed_lots(problem: HouseholdProblem) -> Flags:
    """Lots at a loss of which recent purchases in any account would wash more than a small part.

    Shape: (l,).
    Source: 26 USC 1091(a); Rev. Rul. 2008-5, where the purchase was made in an IRA.
    """
    group = problem.group[problem.position_instrument[problem.lot_position]]
    losing = problem.lot_taxable & (problem.lot_gain < 0.0) & problem.lot_sellable
    at_stake = np.bincount(
        group, np.where(losing, problem.lot_value, 0.0), len(problem.group_recent_value)
    )
    mostly = problem.group_recent_value > WASHED_SHARE_MAX * at_stake
    if problem.wash_rule is WashRule.NONE:
        return np.zeros(len(losing), dtype=np.bool_)
    return np.asarray(losing & mostly[group])


def solve_carefully(
    situation: Situation, problem: HouseholdProblem, options: SolverOptions
) -> Solution:
    """Solve a variant of the situation's problem, sparing washed losses where that can be done."""
    washed = washed_lots(situation.problem)
    if washed.any():
        solution = solve(_sparing(situation, problem, washed), options)
        if solution.status is not Status.INFEASIBLE:
            return solution
    return solve(problem, options)


def _sparing(situation: Situation, problem: HouseholdProblem, washed: Flags) -> HouseholdProblem:
    """The problem without sales of washed losses, and without purchases that would prolong them."""
    group = problem.group[problem.position_instrument]
    waiting = np.zeros(len(problem.group_recent_value), dtype=np.bool_)
    waiting[group[problem.lot_position[washed & situation.index.harvestable]]] = True
    unbought = np.minimum(problem.upper, np.maximum(problem.holdings(), problem.lower))
    return replace(
        problem,
        lot_sellable=problem.lot_sellable & ~washed,
        upper=np.where(waiting[group], unbought, problem.upper),
    )
