"""What a policy is, and the one way in which policies reach the solver.

A policy says *whether* to trade and *towards what*; `solve_towards` finds the sales of lots and the
purchases, in whichever account is cheapest.  Rules of the field (calendar, threshold, hybrid)
measure drift in weights and pay what it takes; the cost-aware policy measures it as risk and weighs
it against cost and tax.

Errors: a policy never raises over a household that cannot be solved; its proposal says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Protocol

import numpy as np

from trimtab.model.mandate import Target
from trimtab.model.proposals import (
    Action,
    Binding,
    CostParts,
    Proposal,
    ProposalStatus,
    ProposedBuy,
    ProposedSale,
)
from trimtab.quant.drift import tracking_error
from trimtab.quant.problem import (
    BindingLimit,
    Conflict,
    Floats,
    HouseholdProblem,
    LimitKind,
    ObjectiveParts,
    Solution,
    SolverOptions,
    Status,
)
from trimtab.quant.situation import Situation
from trimtab.quant.solve import solve

__all__ = [
    "Policy",
    "aim_weights",
    "class_metric",
    "hold",
    "only_flows",
    "solve_towards",
    "solve_weights",
    "without_harvest",
]

DUST = 0.005
"""Dollars below which a leg of a solution is rounding, not a trade."""

LOSS_SHADE = 0.01
"""What is left of a loss's tax value where it must not be a motive: enough to order lots by it."""

RULE_AVERSION = 1_000.0
"""κ of rule-based policies in the metric of weights: a marginal tax of 25 % is outweighed by a
drift of 0.025 % of value, so a rule reaches its aim whatever it costs."""

MEMBER_VARIANCE = 0.01
"""Variance of a member within its class in that metric: members stand in for each other almost
freely, and the preferred one wins a tie."""


class Policy(Protocol):
    """A rule from a situation to a proposal; a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]

    def propose(self, situation: Situation) -> Proposal:
        """What this policy wants in this situation."""
        ...


def hold(reason: str, clause: str = "") -> Proposal:
    """The proposal to do nothing."""
    return Proposal(Action.NONE, ProposalStatus.HELD, reason, clause)


def without_harvest(situation: Situation, everything: bool) -> HouseholdProblem:
    """The problem with losses shaded that must not be a motive to sell.

    With `everything` false only those that fail the mandate's harvest tests are shaded.
    """
    problem = situation.problem
    shaded = problem.lot_gain < 0
    if not everything:
        shaded &= ~situation.index.harvestable
    return replace(
        problem,
        lot_gain=np.where(shaded, LOSS_SHADE * problem.lot_gain, problem.lot_gain),
    )


def class_metric(situation: Situation) -> Floats:
    """The covariance under which drift is distance in weights, target by target.

    Shape: (n, n).
    """
    instruments = situation.index.instruments
    place = {name: i for i, name in enumerate(instruments)}
    metric = MEMBER_VARIANCE * np.eye(len(instruments))
    for target in situation.mandate.targets:
        members = [place[name] for name in target.instruments]
        metric[np.ix_(members, members)] += 1.0
    untargeted = [place[name] for name in instruments if situation.mandate.target_of(name) is None]
    metric[untargeted, untargeted] += 1.0
    return metric


def aim_weights(situation: Situation, aim_of: Callable[[Target, float], float]) -> Floats:
    """Wanted weights of instruments when each target aims at what `aim_of` says.

    `aim_of` takes the target and its drift and returns the aimed-at weight of the class; within a
    class the mandate's split is kept.
    Shape: (n,).
    Unit: fractions of value.
    """
    wanted = situation.problem.target.copy()
    place = {name: i for i, name in enumerate(situation.index.instruments)}
    for target, drift in zip(situation.mandate.targets, situation.drift.targets, strict=True):
        members = [place[name] for name in target.instruments]
        weight = wanted[members].sum()
        aim = aim_of(target, drift.drift)
        if weight > 0:
            wanted[members] *= aim / weight
        else:
            wanted[members[0]] = aim
    return wanted


def solve_weights(situation: Situation, aim: Floats, action: Action, reason: str) -> Proposal:
    """Go to these weights by the least-taxed lots, whatever it costs; no harvesting on the way.

    Shape: `aim` (n,).
    """
    problem = replace(
        without_harvest(situation, everything=True),
        covariance=class_metric(situation),
        target=aim,
        kappa=RULE_AVERSION,
    )
    return solve_towards(situation, problem, action, reason)


def only_flows(situation: Situation, reason: str) -> Proposal:
    """Meet deposits, withdrawals and reserves, and nothing else.

    New money goes to what is underweight; money out comes from where it costs least.
    """
    problem = without_harvest(situation, everything=True)
    needs = problem.cash + problem.flow < problem.reserve
    deposits = problem.flow > 0
    if not (needs.any() or deposits.any()):
        return hold(reason)
    held = problem.holdings()
    short, rich = needs[problem.position_account], deposits[problem.position_account]
    problem = replace(
        problem,
        covariance=class_metric(situation),
        kappa=RULE_AVERSION,
        lower=np.where(short, problem.lower, np.minimum(held, problem.upper)),
        upper=np.where(rich, problem.upper, np.minimum(held, problem.upper)),
    )
    return solve_towards(situation, problem, Action.PARTIAL, reason)


def solve_towards(
    situation: Situation,
    problem: HouseholdProblem,
    action: Action,
    reason: str,
    options: SolverOptions | None = None,
) -> Proposal:
    """Solve a variant of the situation's problem and put its numbers back into names.

    Costs before and after are stated in the situation's own terms (risk, real gains), whatever
    metric the variant used to decide.
    """
    solution = solve(problem, SolverOptions() if options is None else options)
    if solution.status is Status.INFEASIBLE:
        conflicts = tuple(_conflict_words(situation, conflict) for conflict in solution.conflicts)
        return Proposal(
            Action.NONE,
            ProposalStatus.INFEASIBLE,
            "no set of trades meets every clause of the mandate",
            conflicts=conflicts,
        )
    sales = tuple(
        ProposedSale(lot, float(amount))
        for lot, amount in zip(situation.index.lots, solution.sold, strict=True)
        if amount > DUST
    )
    buys = tuple(
        ProposedBuy(account, name, float(amount))
        for (account, name), amount in zip(situation.index.positions, solution.bought, strict=True)
        if amount > DUST
    )
    done = action if sales or buys else Action.NONE
    status = ProposalStatus.SOLVED if solution.status is Status.OPTIMAL else ProposalStatus.GAP
    return Proposal(
        done,
        status if sales or buys else ProposalStatus.HELD,
        reason,
        sales=sales,
        buys=buys,
        before=_cost_parts(situation, solution.no_trade_parts, situation.problem.holdings()),
        after=_cost_parts(situation, solution.parts, solution.post_value),
        gap=solution.gap,
        bindings=_bindings(situation, solution),
    )


def _cost_parts(situation: Situation, parts: ObjectiveParts, held: Floats) -> CostParts:
    problem = situation.problem
    weights = np.bincount(problem.position_instrument, weights=held, minlength=len(problem.target))
    error = float(tracking_error(weights / problem.value - problem.target, problem.covariance))
    return CostParts(
        drift=problem.value * problem.kappa / 2.0 * error**2,
        spread=parts.spread,
        impact=parts.impact,
        commission=parts.fixed,
        tax=parts.tax,
        location=parts.location,
        tracking_error=error,
    )


def _subject(situation: Situation, kind: LimitKind, subject: int) -> str:
    if kind is LimitKind.ACCOUNT_CASH:
        return situation.index.accounts[subject]
    if kind in (LimitKind.LOWER_BOUND, LimitKind.UPPER_BOUND):
        account, name = situation.index.positions[subject]
        return f"{name} in {account}"
    return "household"


_LIMIT_NAMES = {
    LimitKind.ACCOUNT_CASH: ("cash", "cash"),
    LimitKind.LOWER_BOUND: ("least holding", "restrictions"),
    LimitKind.UPPER_BOUND: ("most holding", "restrictions"),
    LimitKind.BUY_TURNOVER: ("turnover", "limits.turnover_max"),
    LimitKind.SELL_TURNOVER: ("turnover", "limits.turnover_max"),
    LimitKind.TAX_BUDGET: ("tax budget", "limits.tax_budget"),
}


def _clause(situation: Situation, kind: LimitKind, subject: int) -> str:
    clause = _LIMIT_NAMES[kind][1]
    if kind in (LimitKind.LOWER_BOUND, LimitKind.UPPER_BOUND):
        return situation.index.bound_clauses.get(subject, clause)
    return clause


def _bindings(situation: Situation, solution: Solution) -> tuple[Binding, ...]:
    return tuple(
        Binding(_clause(situation, limit.kind, limit.subject), words, limit.shadow_price)
        for limit in solution.binding
        if (words := _binding_words(situation, limit))
    )


def _binding_words(situation: Situation, limit: BindingLimit) -> str:
    name = _LIMIT_NAMES[limit.kind][0]
    price = abs(limit.shadow_price)
    worth = f"{price * 100:.1f}¢" if price < 1 else f"${price:.2f}"
    subject = _subject(situation, limit.kind, limit.subject)
    if limit.kind in (LimitKind.BUY_TURNOVER, LimitKind.SELL_TURNOVER, LimitKind.TAX_BUDGET):
        return f"$1 more {name} would be worth {worth}"
    return f"$1 more {name} for {subject} would be worth {worth}"


def _conflict_words(situation: Situation, conflict: Conflict) -> str:
    clause = _clause(situation, conflict.kind, conflict.subject)
    subject = _subject(situation, conflict.kind, conflict.subject)
    name = _LIMIT_NAMES[conflict.kind][0]
    return f"{clause}: {name} of {subject} is short by ${conflict.shortfall:,.2f}"
