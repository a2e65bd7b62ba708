"""Order tickets: what has to be paid per order decides which trades are made, never whether any is.

Households of a few classes, measured in weights as rule policies measure them, with tickets,
whole shares, least trades and empty accounts in every mixture.
"""

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from tests.policies.test_conform import place
from tests.quant.households import make_household, objective, violations
from trimtab.model.proposals import ProposalStatus
from trimtab.policies.threshold import PLUGIN as THRESHOLD
from trimtab.quant.problem import QUICK, HouseholdProblem, SolverOptions, WashRule
from trimtab.quant.solver import solve, solve_batch

SEEDS = range(60)
CLOSE = 1e-6  # of value: what counts as no difference


class Plan(NamedTuple):
    """Trades that somebody could make by hand, in the problem's order."""

    bought: np.ndarray
    sold: np.ndarray


def classes(n: int) -> np.ndarray:
    """Squared drift of classes of two instruments each, members told apart a little."""
    apart = np.eye(n)
    apart[n // 2 :, n // 2 :] *= 0.5
    return apart + np.kron(np.eye(n // 2), np.ones((2, 2)))


def household(seed: int) -> HouseholdProblem:
    """A household in which some accounts ask for tickets, some trade whole shares, some are empty
    of cash."""
    rng = np.random.default_rng(seed)
    n, accounts = 6, 3
    problem = make_household(seed, n=n, lots=14, accounts=accounts)
    account = problem.position_account
    problem = dataclasses.replace(
        problem,
        covariance=classes(n) if rng.random() < 0.7 else problem.covariance,
        kappa=float(rng.choice([5.0, 1_000.0])),
        fixed_cost=rng.choice([0.0, 4.95, 25.0], accounts)[account],
        quantity_step=rng.choice([0.0, 1.0], accounts)[account],
        minimum_trade=np.full(accounts * n, rng.choice([0.0, 100.0])),
        cash=rng.choice([0.0, 3.0, 40.0, 3_000.0], accounts),
        price=rng.uniform(10.0, 200.0, n)[problem.position_instrument],
        wash_rule=WashRule(int(rng.choice([WashRule.NONE, WashRule.PROPORTIONAL]))),
        turnover_max=float(rng.choice([np.inf, np.inf, 0.1])),
    )
    return dataclasses.replace(problem, value=float(problem.lot_value.sum() + problem.cash.sum()))


def amounts(problem: HouseholdProblem, p: int, most: float) -> list[float]:
    """Sizes of a trade of one position, in its steps: a quarter, a half and all of the most."""
    step = problem.price[p] * problem.quantity_step[p]
    sizes = [most * part for part in (0.05, 0.25, 0.5, 1.0)]
    return [np.floor(size / step + 1e-9) * step for size in sizes] if step > 0.0 else sizes


def exchanges(problem: HouseholdProblem) -> Iterator[Plan]:
    """Plans that sell one position in part and buy one other of its account with the money."""
    m = len(problem.position_account)
    for p in range(m):
        lots = np.flatnonzero(problem.lot_position == p)
        lots = lots[np.argsort(problem.lot_gain[lots])]
        for q in range(m):
            if p == q or problem.position_account[p] != problem.position_account[q]:
                continue
            for size in amounts(problem, p, float(problem.lot_value[lots].sum())):
                sold = np.zeros(len(problem.lot_value))
                before = np.cumsum(problem.lot_value[lots]) - problem.lot_value[lots]
                sold[lots] = np.clip(size - before, 0.0, problem.lot_value[lots])
                money = size * (1.0 - problem.sell_cost[p]) - problem.fixed_cost[[p, q]].sum()
                money += problem.cash[problem.position_account[p]]
                bought = np.zeros(m)
                most = min(money / (1.0 + problem.buy_cost[q]), size)
                bought[q] = amounts(problem, q, max(most, 0.0))[-1]
                yield Plan(bought, sold)


def best_exchange(problem: HouseholdProblem) -> float:
    """The objective of the best exchange that breaks no rule; infinite where there is none."""
    best = np.inf
    for plan in exchanges(problem):
        found = objective(problem, *plan)
        if found < best and not violations(problem, plan):
            best = found
    return best


@pytest.fixture(scope="module")
def homes():
    """Households, and the objective of the best single exchange of each."""
    drawn = [household(seed) for seed in SEEDS]
    return [(home, best_exchange(home)) for home in drawn]


@pytest.fixture(scope="module", params=[SolverOptions(), QUICK], ids=["thorough", "quick"])
def family(request, homes):
    """Households, their answers, and the objective of the best single exchange of each."""
    answers = solve_batch([home for home, _ in homes], request.param)
    return [(home, answer, best) for (home, best), answer in zip(homes, answers, strict=True)]


def test_no_ticket_makes_an_answer_break_a_rule(family):
    for problem, answer, _ in family:
        assert not violations(problem, answer)
        assert objective(problem, answer.bought, answer.sold) == pytest.approx(answer.objective)


def test_no_household_is_left_as_it_is_where_an_exchange_by_hand_gains(family):
    gainful = 0
    for problem, answer, by_hand in family:
        if by_hand < answer.no_trade_parts.total - CLOSE * problem.value:
            gainful += 1
            assert answer.bought.any() or answer.sold.any()
    assert gainful > len(SEEDS) // 2


def test_no_answer_costs_more_than_the_best_exchange_by_hand(family):
    for problem, answer, by_hand in family:
        assert answer.objective <= by_hand + CLOSE * problem.value


def test_a_rule_mends_broken_bands_where_one_account_asks_for_tickets():
    proposal = THRESHOLD().propose(place("at rest"))
    assert proposal.status is ProposalStatus.GAP
    assert proposal.sales
    assert proposal.buys
    assert proposal.after.commission == pytest.approx(2 * 4.95)
    assert proposal.after.drift < 0.1 * proposal.before.drift


def equal_weights(kappa: float, ticket: float) -> HouseholdProblem:
    """One tax-exempt account with everything in the first of two instruments, bought at $10."""
    problem = make_household(1, n=2, lots=1, accounts=1)
    return dataclasses.replace(
        problem,
        covariance=np.eye(2),
        target=np.array([0.5, 0.5]),
        kappa=kappa,
        lot_position=np.array([0]),
        lot_value=np.array([10_000.0]),
        lot_taxable=np.array([False]),
        fixed_cost=np.full(2, ticket),
        quantity_step=np.ones(2),
        price=np.full(2, 10.0),
        buy_cost=np.zeros(2),
        sell_cost=np.zeros(2),
        location_cost=np.zeros(2),
        cash=np.zeros(1),
        value=10_000.0,
        wash_rule=WashRule.NONE,
    )


@pytest.mark.parametrize(
    ("kappa", "ticket", "shares", "kept", "cost"),
    [
        # drift, ticket; shares bought; cash kept; what drift and tickets cost
        (1_000.0, 0.0, 500, 0.0, 0.0),
        (1_000.0, 5.0, 500, 0.0, 10.0 + 5.0),  # both tickets: one share sold beside
        (1_000.0, 7.0, 499, 6.0, 14.0 + 10.0),  # one more sold, one less bought
        (0.004, 5.0, 0, 0.0, 10.0),  # the drift costs $10, both tickets as much
    ],
)
def test_tickets_are_paid_in_whole_shares(kappa, ticket, shares, kept, cost):
    problem = equal_weights(kappa, ticket)
    solution = solve(problem)
    assert not violations(problem, solution)
    assert solution.objective == pytest.approx(cost)
    assert solution.cash_after == pytest.approx([kept])
    assert solution.bought.sum() / 10.0 in (shares, shares - 1)  # selling more is as good
