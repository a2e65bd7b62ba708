"""Turnover and tax budgets bind, are used to the full, and have a price."""

import dataclasses

import numpy as np
import pytest

from tests.quant.households import gains_only, reference, violations
from trimtab.quant.problem import LimitKind
from trimtab.quant.solver import solve

CONVEX_GAP = 1e-6  # of value
SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_turnover_budget_binds_and_is_used_to_the_full(seed):
    problem = gains_only(seed, n=6, lots=30, accounts=1)
    free = solve(problem)
    turnover = max(free.bought.sum(), free.sold.sum()) / problem.value
    problem = dataclasses.replace(problem, turnover_max=0.4 * turnover)
    solution = solve(problem)
    assert not violations(problem, solution)
    best = reference(problem, (False,) * 6)
    assert abs(solution.objective - best) <= 2 * CONVEX_GAP * problem.value
    kinds = {limit.kind for limit in solution.binding}
    assert kinds & {LimitKind.BUY_TURNOVER, LimitKind.SELL_TURNOVER}


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_tax_budget_binds_and_is_used_to_the_full(seed):
    problem = gains_only(seed, n=6, lots=30, accounts=1, kappa=300.0)
    free = solve(problem)
    assert free.parts.tax > 0
    problem = dataclasses.replace(problem, tax_max=0.4 * free.parts.tax)
    solution = solve(problem)
    assert not violations(problem, solution)
    best = reference(problem, (False,) * 6)
    assert abs(solution.objective - best) <= 2 * CONVEX_GAP * problem.value
    assert LimitKind.TAX_BUDGET in {limit.kind for limit in solution.binding}


@pytest.mark.parametrize("seed", SEEDS[:6])
@pytest.mark.parametrize("budget", ["turnover", "tax", "both"])
def test_budgets_are_kept_in_whole_shares_at_little_cost(seed, budget):
    problem = gains_only(seed, n=6, lots=30, accounts=1, kappa=300.0)
    free = solve(problem)
    turnover = max(free.bought.sum(), free.sold.sum()) / problem.value
    if budget != "tax":
        problem = dataclasses.replace(problem, turnover_max=0.4 * turnover)
    if budget != "turnover":
        problem = dataclasses.replace(problem, tax_max=0.4 * free.parts.tax)
    shares = dataclasses.replace(problem, price=np.full(6, 20.0), quantity_step=np.ones(6))
    whole = solve(shares)
    assert not violations(shares, whole)
    fractional = solve(problem)
    won = fractional.no_trade_parts.total - fractional.objective
    assert whole.no_trade_parts.total - whole.objective >= 0.97 * won


def test_a_turnover_price_is_what_one_more_dollar_is_worth():
    problem = gains_only(3, n=6, lots=30, accounts=1, turnover_max=0.02)
    more = dataclasses.replace(problem, turnover_max=0.02 + 10.0 / problem.value)
    solution = solve(problem)
    saved = solution.objective - solve(more).objective
    price = sum(
        limit.shadow_price
        for limit in solution.binding
        if limit.kind in (LimitKind.BUY_TURNOVER, LimitKind.SELL_TURNOVER)
    )
    assert saved / 10.0 == pytest.approx(price, rel=0.02)
