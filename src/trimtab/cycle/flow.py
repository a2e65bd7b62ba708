"""The cycle: one generator from observation to decision, which never performs I/O.

It yields what it needs (`cycle.requests`) and is sent the answers; whoever answers (a loaded
household, a backtest, a live service) decides what the world is.  Steps 1 to 8 of the ten stand
here; execution and recording join with the live driver.

Errors: input errors of the snapshot and the mandate pass through; nothing is caught and hidden.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from trimtab.books.average_basis import with_average_basis
from trimtab.cycle.bill import allowed_gains, is_taxable
from trimtab.cycle.conflicts import clashing_clauses, may_clash, with_conflicts
from trimtab.cycle.decide import decide
from trimtab.cycle.edits import edit_findings, edited_plan, in_plan_order
from trimtab.cycle.flows import allocate_flows
from trimtab.cycle.payers import ways_to_pay
from trimtab.cycle.plan import make_plan
from trimtab.cycle.ranges import shares_as_wanted, whole_shares
from trimtab.cycle.realized_gains import with_sales
from trimtab.cycle.relief import in_order, relieved, wants_more
from trimtab.cycle.requests import (
    Answer,
    Authorise,
    Observation,
    Observe,
    Propose,
    Request,
)
from trimtab.cycle.situate import situate
from trimtab.cycle.skipped import skipped
from trimtab.guards._base import Guard
from trimtab.model.edits import Edits
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.estimates import Estimates, HeardMarket
from trimtab.model.findings import Finding
from trimtab.model.lots import Term
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.plans import Decision, Plan
from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import CurrentTargets
from trimtab.model.taxes import ReliefOrder
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["CycleSetup", "run_cycle"]

RATE_ROUNDS_MAX = 3
"""Solves of one cycle: gains that reach into another tax bracket move the rates they were priced
at, so the problem is stated again at the new position, at most this often."""

RATE_TOLERANCE = 1e-6
"""Change of a marginal rate below which the bill that the solver saw is the bill charged."""

CENT = 0.01
NO_EDITS = Edits()

NO_WAY = Proposal(
    Action.NONE, ProposalStatus.INFEASIBLE, "no set of trades meets every clause of the mandate"
)

Estimator = Callable[[Observation, Mandate], Estimates]
Listener = Callable[[PriceHistory, Mandate], HeardMarket | Finding]
"""What is heard of a market up to the last day of its history, or why nothing is."""
Cycle = Generator[Request, Answer, Decision]


@dataclass(frozen=True, slots=True)
class CycleSetup:
    """What one cycle runs with; `cycle_id` is the idempotency key of all that it does.

    `flows` are deposits and withdrawals beyond the mandate's own; `explains` whether the plan tells
    what was left alone, which nobody reads in a backtest.  `targets` are those of today where they
    are re-estimated: they rest on prices up to their review and not on what is observed, so that
    whoever runs the cycle has them before.
    """

    cycle_id: str
    as_of: date
    mandate: Mandate
    regime: TaxRegime
    estimator: Estimator
    guards: tuple[Guard, ...] = ()
    flows: tuple[CashFlow, ...] = ()
    explains: bool = True
    targets: CurrentTargets | None = None


def run_cycle(setup: CycleSetup) -> Cycle:
    """One cycle, from observation to an authorised decision."""
    targets = setup.targets
    if targets is not None:
        setup = replace(setup, mandate=targets.applied_to(setup.mandate))
    observation = yield from _observed(Observe(setup.as_of, setup.mandate.estimates.sessions))
    counted, _ = with_sales(setup.mandate, observation.snapshot)
    setup = replace(setup, mandate=counted)
    situation, proposal, plan = yield from _proposed(setup, observation)
    noticed = [] if targets is None else [*targets.told()]
    noticed += [*situation.estimates.findings, *situation.findings, *proposal.findings]
    decision = _judged(setup, situation, proposal, plan, noticed)
    answer = yield Authorise(decision)
    while isinstance(answer, Edits):
        answer = yield Authorise(_edited(setup, situation, decision, answer, noticed))
    if not isinstance(answer, Decision):
        raise InvariantError("Authorise is answered with a Decision or with Edits")
    return answer


def _judged(
    setup: CycleSetup,
    situation: Situation,
    proposal: Proposal,
    plan: Plan | None,
    noticed: Sequence[Finding],
    edits: Edits = NO_EDITS,
) -> Decision:
    """Steps 7 and 8: what the guards say of a plan, and what it comes to."""
    findings = [*noticed]
    if plan is not None:
        for guard in setup.guards:
            findings += guard.check(plan, situation.snapshot, setup.mandate)
        if setup.explains:
            plan = replace(plan, skipped=skipped(situation, plan.trades, plan.weights_after))
    decision = decide(
        setup.cycle_id, setup.as_of, setup.mandate, proposal, plan, findings, is_edited=bool(edits)
    )
    if setup.explains:
        decision = replace(decision, estimates=situation.estimates)
    return replace(decision, targets=setup.targets, edits=edits)


def _edited(
    setup: CycleSetup,
    situation: Situation,
    first: Decision,
    edits: Edits,
    noticed: Sequence[Finding],
) -> Decision:
    """The decision on the first one's plan with a person's edits done, judged anew.

    Refuses: a decision without a plan, and edits that do not fit it.
    """
    if first.plan is None or not first.plan.trades:
        raise InputError("edit", "there is no plan to edit", first.sentence)
    edits = in_plan_order(first.plan, edits)
    if not edits:
        return first
    plan = edited_plan(situation, first.plan, edits, setup.regime)
    told = [*noticed, *edit_findings(first.plan, plan, edits)]
    return _judged(setup, situation, first.proposal, plan, told, edits)


def _observed(request: Observe) -> Generator[Request, Answer, Observation]:
    answer = yield request
    if not isinstance(answer, Observation):
        raise InvariantError("Observe is answered with an Observation")
    return answer


def _asked(request: Propose) -> Generator[Request, Answer, Proposal]:
    answer = yield request
    if not isinstance(answer, Proposal):
        raise InvariantError("Propose is answered with a Proposal")
    return answer


def _proposed(
    setup: CycleSetup, observation: Observation
) -> Generator[Request, Answer, tuple[Situation, Proposal, Plan | None]]:
    """Steps 3 to 6 for each way to pay a withdrawal, and the cheapest plan of them."""
    snapshot, mandate = observation.snapshot, setup.mandate
    if mandate.tax.relief is ReliefOrder.AVERAGE:
        snapshot = with_average_basis(snapshot)
    estimates = setup.estimator(observation, mandate)
    flows = allocate_flows(snapshot, mandate, setup.flows)
    state = partial(situate, snapshot, mandate, estimates, setup.regime)
    answers = [(yield from _within_ranges(setup, partial(state, flows)))]
    for way in ways_to_pay(answers[0][0], flows, setup.flows):
        answers.append((yield from _within_ranges(setup, partial(state, way))))
    situation, proposal, plan = min(answers, key=_price)
    if plan is None:
        proposal = with_conflicts(proposal, clashing_clauses(situation))
    return situation, proposal, plan


def _within_ranges(
    setup: CycleSetup, state: Callable[..., Situation]
) -> Generator[Request, Answer, tuple[Situation, Proposal, Plan | None]]:
    """Propose and plan; ranges over several positions are shared out as the plan would have it."""
    plain = state()
    if may_clash(plain) and (clash := clashing_clauses(plain, with_budgets=False)):
        return plain, with_conflicts(NO_WAY, clash), None
    whole = whole_shares(plain)
    if not whole:
        return (yield from _planned(setup, plain))
    free = yield from _planned(setup, state(whole))
    if free[2] is None:
        return free
    wanted = shares_as_wanted(free[0], free[2], whole)
    if not wanted:
        return free
    answers = [(yield from _planned(setup, state(wanted)))]
    by_holdings = yield from _planned(setup, plain)
    plan = by_holdings[2]
    if plan is not None and not shares_as_wanted(plain, plan, whole):
        answers.append(by_holdings)
    return min(answers, key=_price)


def _price(answer: tuple[Situation, Proposal, Plan | None]) -> tuple[bool, float]:
    """What a plan leaves to pay in all: drift, trading and tax.

    A plan that leaves an account short of cash comes after all others, and none after that.
    """
    situation, _, plan = answer
    if plan is None:
        return True, math.inf
    reserve = dict(zip(situation.index.accounts, situation.problem.reserve, strict=True))
    short = any(float(cash) < reserve[name] - CENT for name, cash in plan.cash_after.items())
    return short, plan.after.total


def _planned(
    setup: CycleSetup, situation: Situation
) -> Generator[Request, Answer, tuple[Situation, Proposal, Plan | None]]:
    """Propose and plan with the lots in the owner's order."""
    ordered = in_order(situation, setup.regime)
    first = yield from _at_its_rates(setup, ordered)
    if not wants_more(situation, ordered, first[2]):
        return first
    return min((first, (yield from _at_its_rates(setup, situation))), key=_price)


def _at_its_rates(
    setup: CycleSetup, situation: Situation
) -> Generator[Request, Answer, tuple[Situation, Proposal, Plan | None]]:
    """Propose and plan, again at new tax rates where the gains reach into another bracket."""
    answers: list[tuple[Situation, Proposal, Plan | None]] = []
    for _ in range(RATE_ROUNDS_MAX):
        proposal = yield from _asked(Propose(situation))
        if proposal.status is ProposalStatus.INFEASIBLE:
            return situation, proposal, None
        proposal = relieved(situation, setup.regime, proposal)
        plan = make_plan(situation, proposal, setup.regime)
        answers.append((situation, proposal, plan))
        moved = _at_rates_of(situation, plan, setup.regime)
        if moved is None:
            break
        situation = moved
    return min(answers, key=_price)


def _at_rates_of(situation: Situation, plan: Plan, regime: TaxRegime) -> Situation | None:
    """The situation at the rates where the plan's gains end, or none where they are the same."""
    snapshot, mandate = situation.snapshot, situation.mandate
    sales = [
        sale for trade in plan.trades if is_taxable(snapshot, trade.account) for sale in trade.lots
    ]
    allowed = allowed_gains(sales, plan.earlier_losses, snapshot.as_of)
    before = situation.problem.tax
    after = regime.curve(mandate.tax, snapshot.as_of, allowed[Term.SHORT], allowed[Term.LONG])
    moved = max(
        abs(after.short_rate - before.short_rate),
        abs(after.long_rate - before.long_rate),
        abs(after.ordinary_rate - before.ordinary_rate),
    )
    if moved <= RATE_TOLERANCE:
        return None
    return replace(situation, problem=replace(situation.problem, tax=after))
