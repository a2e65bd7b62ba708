"""The solver against Clarabel, against enumeration, and against its own promises."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.quant.households import (
    brute_force,
    gains_only,
    make_household,
    objective,
    realised,
    reference,
    violations,
)
from trimtab.model.errors import InputErrors
from trimtab.quant.problem import QUICK, LimitKind, SolverOptions, Status, TaxCurve, WashRule
from trimtab.quant.solver import solve, solve_batch

NETTING = TaxCurve(0.408, 0.238, 0.37, 3000.0, 0.15, 0.10)
CONVEX_GAP = 1e-6  # of value
DISCRETE_GAP = 2e-5  # of value: what the search of sides may miss on these households
SEEDS = range(12)


# --- the convex core ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_convex_households_agree_with_clarabel(seed):
    problem = gains_only(seed, n=8, lots=40, accounts=1 + seed % 3)
    solution = solve(problem)
    best = reference(problem, (False,) * 8)
    assert abs(solution.objective - best) <= CONVEX_GAP * problem.value
    assert solution.convex_gap <= CONVEX_GAP * problem.value


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_square_root_impact_agrees_with_clarabel(seed):
    problem = gains_only(seed, n=5, lots=20, accounts=1 + seed % 2)
    rng = np.random.default_rng(seed)
    impact = rng.uniform(0.0, 3e-5, len(problem.impact))
    problem = dataclasses.replace(problem, impact=impact)
    solution = solve(problem)
    assert not violations(problem, solution)
    best = reference(problem, (False,) * 5)
    assert abs(solution.objective - best) <= 2 * CONVEX_GAP * problem.value


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_withdrawal_is_paid_in_the_cheapest_way(seed):
    problem = gains_only(seed, n=6, lots=30)
    flow = np.array([-0.6, -0.3]) * [
        problem.holdings()[problem.position_account == a].sum() for a in (0, 1)
    ]
    problem = dataclasses.replace(problem, flow=flow, value=problem.value + flow.sum())
    solution = solve(problem)
    assert not solution.no_trade_feasible
    assert not violations(problem, solution)
    best = reference(problem, (False,) * 6)
    assert abs(solution.objective - best) <= CONVEX_GAP * problem.value
    assert any(limit.kind == LimitKind.ACCOUNT_CASH for limit in solution.binding)


# --- sides and tax regions ------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_sides_agree_with_enumeration(seed):
    problem = make_household(seed, n=4, lots=16, accounts=1 + seed % 2)
    solution = solve(problem)
    best = brute_force(problem)
    assert solution.objective >= best - CONVEX_GAP * problem.value
    assert solution.objective <= best + DISCRETE_GAP * problem.value
    assert solution.lower_bound <= best + CONVEX_GAP * problem.value


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_netting_agrees_with_enumeration_of_regions(seed):
    rng = np.random.default_rng(seed)
    year = dataclasses.replace(
        NETTING, net_short=float(rng.normal(0, 4000)), net_long=float(rng.normal(0, 4000))
    )
    problem = make_household(seed, n=3, lots=12, accounts=1 + seed % 2, tax=year)
    solution = solve(problem)
    best = brute_force(problem)
    assert solution.objective >= best - CONVEX_GAP * problem.value
    assert solution.objective <= best + DISCRETE_GAP * problem.value
    assert solution.lower_bound <= best + CONVEX_GAP * problem.value


# --- promises that always hold --------------------------------------------------------------


@st.composite
def households(draw):
    """Households with everything on: netting, recent purchases, steps, tickets, budgets."""
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    n = draw(st.integers(1, 8))
    accounts = draw(st.integers(1, 3))
    problem = make_household(seed, n=n, lots=draw(st.integers(1, 40)), accounts=accounts)
    m = accounts * n
    year = dataclasses.replace(
        NETTING, net_short=float(rng.normal(0, 5000)), net_long=float(rng.normal(0, 5000))
    )
    held = problem.holdings()
    groups = draw(st.integers(1, n))
    return dataclasses.replace(
        problem,
        tax=year if draw(st.booleans()) else problem.tax,
        minimum_trade=np.full(m, draw(st.sampled_from([0.0, 100.0, 1500.0]))),
        fixed_cost=np.full(m, draw(st.sampled_from([0.0, 5.0]))),
        impact=np.full(m, draw(st.sampled_from([0.0, 1e-5]))),
        quantity_step=np.full(m, draw(st.sampled_from([0.0, 0.0, 1.0]))),
        upper=np.where(rng.random(m) < 0.2, held, np.inf),
        lower=np.where(rng.random(m) < 0.1, 0.5 * held, 0.0),
        group=rng.integers(0, groups, n),
        group_buy_blocked=rng.random(groups) < 0.2,
        group_recent_value=np.where(rng.random(groups) < 0.3, rng.uniform(0, 9e3, groups), 0.0),
        lot_recent=rng.random(len(problem.lot_value)) < 0.1,
        lot_sellable=rng.random(len(problem.lot_value)) < 0.95,
        wash_rule=draw(st.sampled_from(list(WashRule))),
        turnover_max=draw(st.sampled_from([np.inf, np.inf, 0.05, 0.2])),
        tax_max=draw(st.sampled_from([np.inf, np.inf, 0.0, 500.0])),
    )


@examples(150)
@given(households(), st.sampled_from([SolverOptions(), QUICK]))
def test_a_solution_is_never_worse_than_no_trade_and_breaks_no_rule(problem, options):
    if problem.wash_rule == WashRule.FULL_BLOCK:
        problem = dataclasses.replace(
            problem, group_recent_value=np.zeros_like(problem.group_recent_value)
        )
    solution = solve(problem, options)
    assert solution.status != Status.INFEASIBLE, "doing nothing is allowed here"
    assert violations(problem, solution) == []
    recomputed = objective(problem, solution.bought, solution.sold)
    assert solution.objective == pytest.approx(recomputed, abs=1e-6 * problem.value)
    idle = objective(problem, np.zeros_like(problem.impact), np.zeros_like(problem.lot_value))
    assert solution.objective <= idle + 1e-9 * problem.value
    assert solution.no_trade_parts.total == pytest.approx(idle, abs=1e-9 * problem.value)
    assert solution.lower_bound <= solution.objective + 1e-6 * problem.value
    assert (solution.realised_short, solution.realised_long) == pytest.approx(
        realised(problem, solution.sold), abs=1e-6 * problem.value
    )


# --- infeasible households ------------------------------------------------------------------


def test_a_withdrawal_beyond_all_that_can_be_sold_names_account_and_shortfall():
    problem = make_household(2, n=3, lots=9, accounts=2)
    held = problem.holdings()[problem.position_account == 1].sum()
    flow = np.array([0.0, -(held + problem.cash[1] + 5_000.0)])
    solution = solve(dataclasses.replace(problem, flow=flow))
    assert solution.status == Status.INFEASIBLE
    assert [(c.kind, c.subject) for c in solution.conflicts] == [(LimitKind.ACCOUNT_CASH, 1)]
    assert solution.conflicts[0].shortfall == pytest.approx(5_000.0, rel=0.01)


def test_an_upper_bound_over_lots_that_may_not_be_sold_is_named():
    problem = make_household(2, n=3, lots=9, accounts=1)
    upper = np.full(3, np.inf)
    position = int(problem.lot_position[0])
    upper[position] = 0.0
    sellable = np.zeros(9, dtype=bool)
    solution = solve(dataclasses.replace(problem, upper=upper, lot_sellable=sellable))
    assert solution.status == Status.INFEASIBLE
    assert (LimitKind.UPPER_BOUND, position) in [(c.kind, c.subject) for c in solution.conflicts]


def test_bad_arrays_are_refused_with_every_name():
    problem = make_household(1)
    bad = dataclasses.replace(
        problem, kappa=-1.0, lot_value=-problem.lot_value, price=problem.price * np.nan
    )
    with pytest.raises(InputErrors) as refused:
        solve(bad)
    message = str(refused.value)
    assert all(name in message for name in ("kappa", "lot_value[0]", "price[0]"))


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_quick_search_is_nearly_as_good_as_a_thorough_one(seed):
    problem = make_household(seed, n=8, lots=40, accounts=3, tax=NETTING)
    thorough, quick = solve(problem), solve(problem, QUICK)
    assert not violations(problem, quick)
    assert quick.objective <= thorough.objective + 5e-4 * problem.value


# --- batches --------------------------------------------------------------------------------


def test_a_batch_gives_each_household_its_own_answer_on_any_number_of_threads():
    problems = [
        make_household(seed, n=4 + seed % 3, lots=10 + seed % 7, accounts=1 + seed % 3, tax=NETTING)
        for seed in range(150)
    ]
    alone = [solve(problem) for problem in problems]
    for threads in (1, 2, 3):
        for one, many in zip(alone, solve_batch(problems, threads=threads), strict=True):
            assert one.objective == many.objective
            assert np.array_equal(one.bought, many.bought)
            assert np.array_equal(one.sold, many.sold)


def test_an_empty_batch_has_no_solutions():
    assert solve_batch([]) == ()


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_whole_shares_cost_little(seed):
    problem = make_household(seed, n=6, lots=30, accounts=2, price=np.full(12, 50.0))
    free = solve(problem)
    whole = solve(dataclasses.replace(problem, quantity_step=np.ones(12)))
    assert not violations(dataclasses.replace(problem, quantity_step=np.ones(12)), whole)
    assert whole.objective <= free.objective + 5e-5 * problem.value


def test_cash_comes_before_the_wish_to_buy_what_must_be_sold_for_it():
    """However much the other account's purchase of the same group is worth."""
    problem = make_household(
        1,
        n=2,
        lots=3,
        covariance=np.eye(2),
        kappa=1_000.0,
        target=np.array([0.6, 0.4]),
        lot_position=np.array([0, 1, 2]),
        lot_value=np.array([20_000.0, 12_000.0, 7_500.0]),
        lot_gain=np.array([-1e-6, -1e-6, 0.0]),
        lot_taxable=np.array([True, True, False]),
        lot_long_term=np.array([True, True, False]),
        lot_sellable=np.array([False, True, True]),
        lot_recent=np.zeros(3, dtype=bool),
        cash=np.zeros(2),
        flow=np.array([-3_000.0, 0.0]),
        value=36_500.0,
    )
    solution = solve(problem)
    assert solution.status != Status.INFEASIBLE
    assert solution.sold[1] > 3_000.0 and not violations(problem, solution)


def test_a_withdrawal_leaves_cash_for_its_own_ticket():
    problem = gains_only(5, n=3, lots=12, accounts=1)
    problem = dataclasses.replace(
        problem,
        flow=-problem.cash - 1_000.0,
        value=problem.value - problem.cash[0] - 1_000.0,
        fixed_cost=np.full(3, 4.95),
        minimum_trade=np.full(3, 100.0),
    )
    solution = solve(problem)
    assert not violations(problem, solution)
    assert solution.parts.fixed >= 4.95


def test_a_bound_that_rounding_left_a_hair_from_the_holding_is_no_trade() -> None:
    base = make_household(3, n=6, lots=20, accounts=2)
    held = base.holdings()
    k = int(np.argmax(held))
    answers = []
    for hair in (0.0, 2.0 * np.spacing(held[k])):
        lower, upper = base.lower.copy(), base.upper.copy()
        lower[k] = upper[k] = held[k] + hair
        least = np.full(len(held), 100.0)
        pinned = dataclasses.replace(base, lower=lower, upper=upper, minimum_trade=least)
        answers.append(solve(pinned))
    exact, rounded = answers
    assert exact.benefit > 0.0
    assert rounded.objective == pytest.approx(exact.objective, abs=0.01)
