"""What a policy is, and the one way in which policies reach the solver.

A policy says *whether* to trade and *towards what*; `solve_towards` finds the sales of lots and the
purchases, in whichever account is cheapest.  Rules of the field (calendar, threshold, hybrid)
measure drift in weights and pay what it takes (`_aims`); the cost-aware policy measures it as risk
and weighs it against cost and tax.  What must be met whatever the rule says (a withdrawal, a
reserve, a restriction) stands in `_duties`.

Errors: a policy never raises over a household that cannot be solved; its proposal says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from trimtab.model.drift import Drift
from trimtab.model.mandate import Mandate
from trimtab.model.proposals import (
    Action,
    Proposal,
    ProposalStatus,
    ProposedBuy,
    ProposedSale,
)
from trimtab.policies._pricing import DUST, price_trades
from trimtab.policies._solving import solve_carefully
from trimtab.policies._words import bindings, conflict_words
from trimtab.quant.problem import (
    Floats,
    HouseholdProblem,
    Solution,
    SolverOptions,
    Status,
)
from trimtab.quant.situation import Situation

__all__ = [
    "LOSS_SHADE",
    "Look",
    "Policy",
    "Watchful",
    "as_proposal",
    "hold",
    "solve_towards",
    "without_harvest",
]

LOSS_SHADE = 1e-7
"""The most that is left of a loss per dollar where it must not be a motive: lots of a position are
still sold in its order, but no exchange is worth making for it (the solver's tolerance)."""


class Policy(Protocol):
    """A rule from a situation to a proposal; a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]

    def propose(self, situation: Situation) -> Proposal:
        """What this policy wants in this situation."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a day before anyone works out a whole situation for it.

    `drift` has no tracking error (zero stands there), because that would need the covariance;
    `traded` is the day of the latest trade, if there was one.
    """

    as_of: date
    traded: date | None
    drift: Drift
    mandate: Mandate


@runtime_checkable
class Watchful(Protocol):
    """A policy that can say from a look alone that it will not act, duties aside.

    A backtest need not ask it on such days, and a monitor need not solve anything.  `may_act` is
    true wherever `propose` could do more than the duties.
    """

    def may_act(self, look: Look) -> bool:
        """Whether this policy could want a trade."""
        ...


def without_harvest(situation: Situation, everything: bool) -> HouseholdProblem:
    """The problem with losses shaded that must not be a motive to sell.

    With `everything` false only those that fail the mandate's harvest tests are shaded.
    """
    problem = situation.problem
    shaded = problem.lot_gain < 0
    if not everything:
        shaded &= ~situation.index.harvestable
    trace = LOSS_SHADE * problem.lot_gain / (1.0 + np.abs(problem.lot_gain))
    return replace(problem, lot_gain=np.where(shaded, trace, problem.lot_gain))


def hold(situation: Situation, reason: str, clause: str = "") -> Proposal:
    """The proposal to do nothing, with what that costs."""
    problem = situation.problem
    unchanged = price_trades(
        problem, np.zeros(len(problem.position_account)), np.zeros(len(problem.lot_position))
    )
    return Proposal(
        Action.NONE, ProposalStatus.HELD, reason, clause, before=unchanged, after=unchanged
    )


def solve_towards(
    situation: Situation,
    problem: HouseholdProblem,
    action: Action,
    reason: str,
    clause: str = "",
    options: SolverOptions | None = None,
) -> Proposal:
    """Solve a variant of the situation's problem and put its numbers back into names.

    Costs before and after are stated in the situation's own terms (risk, real gains), whatever
    variant decided; a limit's worth is told only where the variant counts drift as they do.
    """
    solution = solve_carefully(situation, problem, options or SolverOptions())
    if solution.status is Status.INFEASIBLE:
        return _infeasible(situation, solution)
    solved = solution.status is Status.OPTIMAL
    return replace(
        as_proposal(situation, solution.bought, solution.sold, action, reason, clause, solved),
        gap=solution.gap,
        bindings=bindings(situation, solution) if _is_priced(situation, problem) else (),
    )


def as_proposal(
    situation: Situation,
    bought: Floats,
    sold: Floats,
    action: Action,
    reason: str,
    clause: str = "",
    is_best: bool = True,
) -> Proposal:
    """Trades with their names, and what they cost in the situation's own terms.

    Shape: `bought` (m,), `sold` (l,); what is less than a cent is no trade.
    """
    bought = np.where(bought > DUST, bought, 0.0)
    sold = np.where(sold > DUST, sold, 0.0)
    traded = bool(bought.any() or sold.any())
    status = ProposalStatus.SOLVED if is_best else ProposalStatus.GAP
    return Proposal(
        action if traded else Action.NONE,
        status if traded else ProposalStatus.HELD,
        reason,
        clause,
        sales=_sales(situation, sold),
        buys=_buys(situation, bought),
        before=price_trades(situation.problem, np.zeros_like(bought), np.zeros_like(sold)),
        after=price_trades(situation.problem, bought, sold),
    )


def _is_priced(situation: Situation, problem: HouseholdProblem) -> bool:
    """Whether the variant's prices are dollars of the situation, not of a rule's own metric."""
    own = situation.problem
    return problem.covariance is own.covariance and problem.kappa == own.kappa


def _infeasible(situation: Situation, solution: Solution) -> Proposal:
    conflicts = tuple(conflict_words(situation, conflict) for conflict in solution.conflicts)
    held = hold(situation, "no set of trades meets every clause of the mandate")
    clause = conflicts[0].clauses[0] if conflicts else ""
    return replace(held, status=ProposalStatus.INFEASIBLE, clause=clause, conflicts=conflicts)


def _sales(situation: Situation, sold: Floats) -> tuple[ProposedSale, ...]:
    return tuple(
        ProposedSale(lot, amount)
        for lot, amount in zip(situation.index.lots, sold.tolist(), strict=True)
        if amount > 0.0
    )


def _buys(situation: Situation, bought: Floats) -> tuple[ProposedBuy, ...]:
    return tuple(
        ProposedBuy(account, name, amount)
        for (account, name), amount in zip(situation.index.positions, bought.tolist(), strict=True)
        if amount > 0.0
    )
