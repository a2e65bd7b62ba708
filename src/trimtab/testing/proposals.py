"""What a proposal would leave, and what it breaks: for tests of policies, here and elsewhere.

    assert proposals.faults(situation, policy.propose(situation)) == ()

Errors: none of its own; faults are sentences.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.policies._base import Look, Policy, Watchful
from trimtab.policies._duties import duties_of, only_duties
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["cash_after", "class_weights", "faults", "look_of", "traded", "trades", "watch_faults"]

TOLERANCE = 0.02
"""Dollars by which sums may differ from what rounding in the solver allows."""

ADVICE = ("recommend", "best", "optimal", "should", "advise")
"""Words of advice: a policy states what a rule does, it does not advise."""


def _legs(situation: Situation, proposal: Proposal) -> tuple[Floats, Floats]:
    """Dollars sold per lot and bought per position, in the problem's order."""
    index = situation.index
    sold, bought = np.zeros(len(index.lots)), np.zeros(len(index.positions))
    for sale in proposal.sales:
        sold[index.lots.index(sale.lot)] += sale.amount
    for buy in proposal.buys:
        bought[index.positions.index((buy.account, buy.instrument))] += buy.amount
    return sold, bought


def _net(situation: Situation, proposal: Proposal) -> Floats:
    """Signed dollars per position."""
    sold, bought = _legs(situation, proposal)
    gone = np.bincount(situation.problem.lot_position, sold, len(bought))
    return np.asarray(bought - gone)


def trades(situation: Situation, proposal: Proposal) -> dict[tuple[str, str], float]:
    """Signed dollars by (account, instrument), purchases positive; what is not traded left out."""
    net = _net(situation, proposal).tolist()
    pairs = zip(situation.index.positions, net, strict=True)
    return {position: round(amount, 2) for position, amount in pairs if abs(amount) > TOLERANCE}


def traded(situation: Situation, proposal: Proposal) -> dict[str, float]:
    """Signed dollars by instrument over all accounts."""
    found: dict[str, float] = {}
    for (_, name), amount in trades(situation, proposal).items():
        found[name] = round(found.get(name, 0.0) + amount, 2)
    return {name: amount for name, amount in found.items() if amount}


def class_weights(situation: Situation, proposal: Proposal) -> dict[str, float]:
    """The weight of each target after the proposal."""
    problem, mandate = situation.problem, situation.mandate
    held = problem.holdings() + _net(situation, proposal)
    amounts = np.bincount(problem.position_instrument, held, len(problem.target)) / problem.value
    weight = dict(zip(situation.index.instruments, amounts.tolist(), strict=True))
    return {
        target.name: sum(weight[name] for name in mandate.members_of(target))
        for target in mandate.targets
    }


def cash_after(situation: Situation, proposal: Proposal) -> dict[str, float]:
    """Cash of each account after flows, trades and what the trades cost."""
    problem = situation.problem
    sold, bought = _legs(situation, proposal)
    gone = np.bincount(problem.lot_position, sold, len(bought))
    cost = problem.buy_cost * bought + problem.sell_cost * gone
    cost += problem.impact * (bought**1.5 + gone**1.5)
    cost += problem.fixed_cost * (bought + gone > TOLERANCE)
    spent = np.bincount(problem.position_account, bought - gone + cost, len(problem.cash))
    left = problem.cash + problem.flow - spent
    return dict(zip(situation.index.accounts, left.tolist(), strict=True))


def faults(situation: Situation, proposal: Proposal) -> tuple[str, ...]:
    """All that a proposal breaks of what every policy promises; empty where it breaks nothing."""
    unknown = tuple(_unknown(situation, proposal))
    if unknown:
        return unknown
    return (
        *_oversold(situation, proposal),
        *_out_of_bounds(situation, proposal),
        *_short_of_cash(situation, proposal),
        *_badly_told(proposal),
    )


def look_of(situation: Situation) -> Look:
    """What a policy that watches is shown of a situation."""
    snapshot = situation.snapshot
    days = (trade.on for trade in snapshot.trades if trade.on <= snapshot.as_of)
    return Look(snapshot.as_of, max(days, default=None), situation.drift, situation.mandate)


def watch_faults(policy: Policy, situation: Situation) -> tuple[str, ...]:
    """Whether a policy that looks and says it will not act then wants more than the duties.

    A backtest does not ask it on such days, and trusts that it has lost nothing.
    """
    if not isinstance(policy, Watchful) or policy.may_act(look_of(situation)):
        return ()
    wanted = trades(situation, policy.propose(situation))
    least = trades(situation, only_duties(situation, ""))
    if not wanted or wanted == least:
        return ()
    return (f"it says that it will not act and wants {wanted}; the duties are {least}",)


def _unknown(situation: Situation, proposal: Proposal) -> Iterator[str]:
    index = situation.index
    for sale in proposal.sales:
        if sale.lot not in index.lots:
            yield f"it sells lot {sale.lot!r}, which nobody holds"
    for buy in proposal.buys:
        if (buy.account, buy.instrument) not in index.positions:
            yield f"it buys {buy.instrument!r} in {buy.account!r}, which is no position"


def _oversold(situation: Situation, proposal: Proposal) -> Iterator[str]:
    sold, bought = _legs(situation, proposal)
    problem = situation.problem
    for lot, amount, value, sellable in zip(
        situation.index.lots, sold, problem.lot_value, problem.lot_sellable, strict=True
    ):
        if amount > value + TOLERANCE:
            yield f"it sells {amount:,.2f} of lot {lot}, which is worth {value:,.2f}"
        if amount > 0.0 and not sellable:
            yield f"it sells lot {lot}, which may not be sold"
    if (sold < 0.0).any() or (bought < 0.0).any():
        yield "it sells or buys a negative amount"


def _out_of_bounds(situation: Situation, proposal: Proposal) -> Iterator[str]:
    if proposal.status in (ProposalStatus.INFEASIBLE, ProposalStatus.HELD):
        return
    problem = situation.problem
    after = problem.holdings() + _net(situation, proposal)
    wrong = (after < problem.lower - TOLERANCE) | (after > problem.upper + TOLERANCE)
    for k in np.flatnonzero(wrong):
        account, name = situation.index.positions[k]
        bounds = f"{problem.lower[k]:,.2f} and {problem.upper[k]:,.2f}"
        yield f"it leaves {after[k]:,.2f} of {name} in {account}, bounds {bounds}"


def _short_of_cash(situation: Situation, proposal: Proposal) -> Iterator[str]:
    if proposal.status is ProposalStatus.INFEASIBLE:
        return
    must_trade = duties_of(situation).must_trade
    if must_trade and proposal.status is ProposalStatus.HELD:
        yield "it holds where cash must be raised or a restriction met"
    for account, least in zip(situation.index.accounts, situation.problem.reserve, strict=True):
        left = cash_after(situation, proposal)[account]
        if left < least - TOLERANCE:
            yield f"it leaves {left:,.2f} of cash in {account}, least {least:,.2f}"


def _badly_told(proposal: Proposal) -> Iterator[str]:
    acts = bool(proposal.sales or proposal.buys)
    if acts is (proposal.action is Action.NONE):
        yield f"its action {proposal.action} does not fit what it does"
    if not proposal.reason.strip():
        yield "it states no reason"
    if not proposal.clause:
        yield "it cites no clause"
    said = proposal.reason.lower()
    for word in ADVICE:
        if word in said.replace("-", " ").split():
            yield f"its reason advises: {word!r}"
