"""A plain household's way to its aims in closed form: without a choice there is no search.

Plain is a household of one account whose targets are one instrument each, with costs in proportion
and nothing that could bind but bounds on positions.  A rule goes to its aim whatever that costs, so
there the answer can be written down: weights are the aims of the value that costs leave, and lots
are sold in the order of their tax.  The simulator's kernel is the same.

Errors: none; `None` where the household is not plain, or cannot keep its reserve.
"""

from __future__ import annotations

import numpy as np

from trimtab.model.taxes import ReliefOrder
from trimtab.policies._pricing import DUST
from trimtab.policies._waiting import near_long_term
from trimtab.quant.problem import Floats, HouseholdProblem, WashRule
from trimtab.quant.simulate.one_decision import NO_TARGET, Holding, Way, to_aims
from trimtab.quant.situation import Situation

__all__ = ["closed_form"]

COST_MAX = 0.05
"""Dearest dollar traded of which the value after costs is found by substitution."""

LEAST_GAIN = 0.01
"""Dollars below which a lot has neither gain nor loss, because its basis is in cents."""


def closed_form(situation: Situation, way: Way) -> tuple[Floats, Floats] | None:
    """Dollars bought per position and sold per lot, or nothing where the solver is needed.

    Shape: (m,) and (l,).
    """
    problem = situation.problem
    account = _only_account(problem)
    if account is None or not (_is_plain(situation) and _costs_are_plain(problem)):
        return None
    own = np.flatnonzero(problem.position_account == account)
    answer = to_aims(_holding(situation, account, own, way), way, problem.tax)
    bought = np.zeros(len(problem.position_account))
    bought[own] = answer.bought
    if not answer.found or _is_small(problem, bought, answer.sold):
        return None
    return bought, answer.sold


def _only_account(problem: HouseholdProblem) -> int | None:
    """The one account that has anything in it."""
    accounts = len(problem.cash)
    lots = np.bincount(problem.position_account[problem.lot_position], minlength=accounts)
    used = (lots > 0) | (problem.cash != 0.0) | (problem.reserve != 0.0)
    if problem.flow.any() or int(used.sum()) != 1:
        return None
    return int(np.flatnonzero(used)[0])


def _is_plain(situation: Situation) -> bool:
    """Whether every target is one instrument, no two are alike, and lots are the rule's to name."""
    mandate, problem = situation.mandate, situation.problem
    named = [mandate.members_of(target) for target in mandate.targets]
    members = [name for names in named for name in names]
    groups = len(problem.group_buy_blocked)
    return (
        all(len(names) == 1 for names in named)
        and len(set(members)) == len(members)
        and groups == len(problem.target)
        and mandate.tax.relief in (ReliefOrder.LEAST_TAX, ReliefOrder.SPECIFIC)
    )


def _costs_are_plain(problem: HouseholdProblem) -> bool:
    """Whether costs are in proportion to what is traded, and no limit is on the whole."""
    return (
        not problem.impact.any()
        and not problem.fixed_cost.any()
        and not problem.quantity_step.any()
        and bool((problem.buy_cost <= COST_MAX).all() and (problem.sell_cost <= COST_MAX).all())
        and problem.turnover_max == np.inf
        and problem.tax_max == np.inf
        and problem.wash_rule is WashRule.PROPORTIONAL
    )


def _is_small(problem: HouseholdProblem, bought: Floats, sold: Floats) -> bool:
    """Whether a trade is below the least one: which of them to make is a choice."""
    traded = bought + np.bincount(problem.lot_position, sold, len(bought))
    return bool(((traded > DUST) & (traded < problem.minimum_trade)).any())


def _holding(
    situation: Situation, account: int, own: np.ndarray[tuple[int], np.dtype[np.int64]], way: Way
) -> Holding:
    """The account's instruments in the problem's order, and every lot."""
    problem, mandate = situation.problem, situation.mandate
    n = len(problem.target)
    weight, width = np.full(n, NO_TARGET), np.zeros(n)
    place = {name: i for i, name in enumerate(situation.index.instruments)}
    for k, target in enumerate(mandate.targets):
        at = place[target.instruments[0]]
        weight[at] = float(target.weight)
        width[at] = way.widths[k] if way.widths else 0.0
    held = problem.holdings()[own]
    blocked = problem.group_buy_blocked[problem.group]
    is_some = np.abs(problem.lot_gain * problem.lot_value) >= LEAST_GAIN
    return Holding(
        value=problem.value,
        reserve=float(problem.reserve[account]),
        held=held,
        weight=weight,
        width=width,
        buy_cost=problem.buy_cost[own],
        sell_cost=problem.sell_cost[own],
        lower=problem.lower[own],
        upper=np.where(blocked, np.minimum(problem.upper[own], held), problem.upper[own]),
        recent=problem.group_recent_value[problem.group],
        lot_instrument=problem.position_instrument[problem.lot_position],
        lot_value=problem.lot_value,
        lot_gain=np.where(is_some, problem.lot_gain, 0.0),
        lot_long=problem.lot_long_term,
        lot_near=near_long_term(situation),
        lot_sellable=problem.lot_sellable,
        lot_recent=problem.lot_recent,
        lot_harvestable=situation.index.harvestable,
    )
