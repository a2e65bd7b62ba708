"""Solve with a care that the solver leaves to its caller: losses are not thrown away.

A loss that purchases of the last 30 days would wash for the most part is left alone until its
window has passed, unless nothing else can meet the mandate; and where it is worth harvesting then,
nothing more of the same is bought that would keep the window open.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from trimtab.model.taxes import ReliefOrder
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
from trimtab.taxes._base import order_lots

__all__ = ["WASHED_SHARE_MAX", "solve_carefully", "washed_lots"]

WASHED_SHARE_MAX = 0.10
"""The part of a group's losses that may be washed before they are left alone: what a reinvested
dividend washes is small change, what a spouse's IRA bought is not.  The wash-sale guard refuses
plans beyond the same share."""

SMALL_LOSS = 100.0
"""Dollars of loss that may be washed whatever the share; the guard lets the same pass."""


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
    """Solve a variant of the situation's problem, sparing washed losses where that can be done.

    A loss of which only a little would be washed if all of it were sold may be washed as a whole
    where little of it is sold: what the answer itself throws away is spared in a second solve.
    """
    washed = washed_lots(situation.problem)
    solution = solve(_sparing(situation, problem, washed) if washed.any() else problem, options)
    if solution.status is Status.INFEASIBLE:
        return solve(problem, options) if washed.any() else solution
    also = _thrown_away(situation.problem, solution) & ~washed
    if not also.any():
        return solution
    better = solve(_sparing(situation, problem, washed | also), options)
    return solution if better.status is Status.INFEASIBLE else better


def _thrown_away(problem: HouseholdProblem, solution: Solution) -> Flags:
    """Lots at a loss whose group loses more to washes in this answer than is small change.

    Shape: (l,).
    """
    if problem.wash_rule is WashRule.NONE:
        return np.zeros(len(solution.sold), dtype=np.bool_)
    groups = len(problem.group_recent_value)
    group = problem.group[problem.position_instrument[problem.lot_position]]
    losing = problem.lot_taxable & (problem.lot_gain < 0.0)
    sold = np.where(losing, solution.sold, 0.0)
    own = np.where(problem.lot_recent & (sold > 0.0), problem.lot_value, 0.0)
    value = np.bincount(group, sold, groups)
    loss = np.bincount(group, -problem.lot_gain * sold, groups)
    others = np.maximum(problem.group_recent_value - np.bincount(group, own, groups), 0.0)
    share = np.divide(others, value, out=np.zeros(groups), where=value > 0.0)
    lost = np.minimum(share, 1.0) * loss
    return np.asarray(losing & (lost > np.maximum(SMALL_LOSS, WASHED_SHARE_MAX * loss))[group])


def _sparing(situation: Situation, problem: HouseholdProblem, washed: Flags) -> HouseholdProblem:
    """The problem without sales of washed losses, and without purchases that would prolong them.

    Where the owner's order is fixed, what stands behind a washed loss is not sold either: its sale
    would begin with the loss.
    """
    group = problem.group[problem.position_instrument]
    waiting = np.zeros(len(problem.group_recent_value), dtype=np.bool_)
    waiting[group[problem.lot_position[washed & situation.index.harvestable]]] = True
    unbought = np.minimum(problem.upper, np.maximum(problem.holdings(), problem.lower))
    return replace(
        problem,
        lot_sellable=problem.lot_sellable & ~washed & ~_behind(situation, washed),
        upper=np.where(waiting[group], unbought, problem.upper),
    )


def _behind(situation: Situation, washed: Flags) -> Flags:
    """Lots that the owner's order sells only after a washed one.

    Shape: (l,).
    """
    problem, snapshot = situation.problem, situation.snapshot
    relief = situation.mandate.tax.relief
    behind = np.zeros(len(washed), dtype=np.bool_)
    if relief in (ReliefOrder.LEAST_TAX, ReliefOrder.SPECIFIC):
        return behind
    row = {lot: k for k, lot in enumerate(situation.index.lots)}
    rates = Decimal(str(problem.tax.short_rate)), Decimal(str(problem.tax.long_rate))
    for position in np.unique(problem.lot_position[washed]).tolist():
        lots = [snapshot.lots[k] for k in np.flatnonzero(problem.lot_position == position)]
        value = snapshot.unit_value(lots[0].instrument)
        queue = order_lots(lots, relief, value, snapshot.as_of, *rates)
        rows = np.array([row[lot.id] for lot in queue])
        behind[rows[np.maximum.accumulate(washed[rows])]] = True
    return behind
