"""Money out with the least tax, for rules that would rebalance whatever it costs.

A rule that sells its overweight classes raises a withdrawal with them, gains and all, while losses
lie unused.  So a household with money to pay is asked a second way: what is due comes from the lots
of least tax, losses first, and the rule goes to its aim with what is left; within a class one
member may stand in for another that was sold.  The cheaper way is taken, drift in weights, trading
and tax together.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.model.proposals import Proposal, ProposalStatus, ProposedBuy, ProposedSale
from trimtab.policies._base import solve_towards
from trimtab.policies._duties import CENT, duties_of, only_duties
from trimtab.policies._metric import class_metric
from trimtab.policies._pricing import price_trades
from trimtab.policies._waiting import with_waiting
from trimtab.quant.problem import Floats, HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["least_taxed_way"]


def least_taxed_way(situation: Situation, aimed: HouseholdProblem, plain: Proposal) -> Proposal:
    """The rule's proposal, or one that first raises what is due, whichever costs less.

    `aimed` is the rule's own problem, and `plain` its proposal.
    """
    if plain.status is ProposalStatus.INFEASIBLE:
        return plain
    if not (duties_of(situation).missing > CENT).any():
        return plain
    raised = only_duties(situation, "")
    if raised.status in (ProposalStatus.INFEASIBLE, ProposalStatus.HELD):
        return plain
    aimed = replace(aimed, covariance=class_metric(situation, members_alike=True))
    rest = _after(situation, aimed, raised)
    then = solve_towards(situation, rest, plain.action, plain.reason, plain.clause)
    if then.status is ProposalStatus.INFEASIBLE:
        return plain
    both = _together(situation, raised, then, plain)
    return both if _cost(situation, aimed, both) < _cost(situation, aimed, plain) else plain


def _after(situation: Situation, aimed: HouseholdProblem, done: Proposal) -> HouseholdProblem:
    """The rule's problem once what is due has been raised; nothing of it is bought back."""
    problem = situation.problem
    bought, sold = _arrays(situation, done)
    m, place, account = len(bought), problem.lot_position, problem.position_account
    given_up = np.bincount(place, sold, m)
    came_in = given_up * (1.0 - problem.sell_cost) - problem.impact * given_up**1.5
    went_out = bought * (1.0 + problem.buy_cost) + problem.impact * bought**1.5
    cash = problem.cash + np.bincount(account, came_in - went_out, len(problem.cash))
    cash -= np.bincount(account, problem.fixed_cost * (given_up + bought > 0.0), len(cash))
    gains = np.where(problem.lot_taxable, problem.lot_gain * sold, 0.0)
    groups = problem.group[problem.position_instrument]
    barred = problem.group_buy_blocked.copy()
    barred[groups[place[gains < 0.0]]] = True
    left = problem.holdings() - given_up
    curve = replace(
        problem.tax,
        net_short=problem.tax.net_short + float(gains[~problem.lot_long_term].sum()),
        net_long=problem.tax.net_long + float(gains[problem.lot_long_term].sum()),
    )
    upper = np.where(given_up > 0.0, np.minimum(aimed.upper, left), aimed.upper)
    return replace(
        aimed,
        cash=np.maximum(cash, problem.reserve - problem.flow),  # a rounding of the solver's own
        lot_value=np.maximum(problem.lot_value - sold, 0.0),
        lower=np.minimum(aimed.lower, upper),
        upper=upper,
        group_buy_blocked=barred,
        tax=curve,
    )


def _together(situation: Situation, raised: Proposal, then: Proposal, plain: Proposal) -> Proposal:
    """Both steps as one proposal, priced as one."""
    first, second = _arrays(situation, raised), _arrays(situation, then)
    bought, sold = first[0] + second[0], first[1] + second[1]
    index = situation.index
    return replace(
        plain,
        sales=tuple(
            ProposedSale(lot, amount)
            for lot, amount in zip(index.lots, sold.tolist(), strict=True)
            if amount > 0.0
        ),
        buys=tuple(
            ProposedBuy(account, name, amount)
            for (account, name), amount in zip(index.positions, bought.tolist(), strict=True)
            if amount > 0.0
        ),
        after=price_trades(situation.problem, bought, sold),
        gap=then.gap,
        bindings=(),
    )


def _arrays(situation: Situation, proposal: Proposal) -> tuple[Floats, Floats]:
    """Dollars bought per position and sold per lot.

    Shape: (m,) and (l,).
    """
    sales = {sale.lot: sale.amount for sale in proposal.sales}
    buys = {(buy.account, buy.instrument): buy.amount for buy in proposal.buys}
    index = situation.index
    bought = np.array([buys.get(place, 0.0) for place in index.positions])
    return bought, np.array([sales.get(lot, 0.0) for lot in index.lots])


def _cost(situation: Situation, aimed: HouseholdProblem, proposal: Proposal) -> float:
    """What a proposal costs by the rule's measure, its gains and losses in full."""
    real = replace(aimed, lot_gain=situation.problem.lot_gain)
    return price_trades(with_waiting(situation, real), *_arrays(situation, proposal)).total
