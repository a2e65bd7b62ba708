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

from trimtab.model.proposals import Proposal, ProposalStatus
from trimtab.policies._base import solve_towards
from trimtab.policies._duties import CENT, duties_of, only_duties
from trimtab.policies._metric import class_metric
from trimtab.policies._pricing import price_trades
from trimtab.policies._two_steps import situation_after, together, trades_of
from trimtab.policies._waiting import with_waiting
from trimtab.quant.problem import HouseholdProblem
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
    then = solve_towards(
        situation,
        _with_the_rest_of(aimed, situation_after(situation, raised).problem),
        plain.action,
        plain.reason,
        plain.clause,
    )
    if then.status is ProposalStatus.INFEASIBLE:
        return plain
    both = replace(together(situation, raised, then), action=plain.action, status=plain.status)
    return both if _cost(situation, aimed, both) < _cost(situation, aimed, plain) else plain


def _with_the_rest_of(aimed: HouseholdProblem, left: HouseholdProblem) -> HouseholdProblem:
    """The rule's problem on what the first step left."""
    upper = np.minimum(aimed.upper, left.upper)
    return replace(
        aimed,
        cash=left.cash,
        lot_value=left.lot_value,
        lower=np.minimum(aimed.lower, upper),
        upper=upper,
        group_buy_blocked=left.group_buy_blocked,
        tax=left.tax,
    )


def _cost(situation: Situation, aimed: HouseholdProblem, proposal: Proposal) -> float:
    """What a proposal costs by the rule's measure, its gains and losses in full."""
    real = replace(aimed, lot_gain=situation.problem.lot_gain)
    return price_trades(with_waiting(situation, real), *trades_of(situation, proposal)).total
