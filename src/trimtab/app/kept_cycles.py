"""A cycle with all that it was answered, to be asked again: edited, or with other money.

A plan is a pure function of its answers.  Whoever keeps them (a store, or a page for as long as the
household's files stay as they are) gets the same decision again without looking, estimating or
solving anew, and the same cycle says what becomes of it with some trades taken out.

Errors: `InputError` for edits that do not fit the plan; those of the household's policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from trimtab.app import api
from trimtab.app.estimating import history_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.flow import CycleSetup, run_cycle
from trimtab.cycle.requests import Authorise, Observation, Observe, Propose
from trimtab.model.edits import Edits
from trimtab.model.errors import InputError, must
from trimtab.model.findings import Finding
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO
from trimtab.model.plans import Decision
from trimtab.model.proposals import Proposal

__all__ = [
    "KeptCycle",
    "KeptPlan",
    "decided_again",
    "frozen",
    "kept_plan",
    "plan_with_idle_cash",
    "plan_with_money",
]


@dataclass(frozen=True, slots=True)
class KeptCycle:
    """A cycle as far as it was answered before people are asked."""

    setup: CycleSetup
    observation: Observation
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A cycle on a household's files, its decision, and what was odd in files and history."""

    cycle: KeptCycle
    decision: Decision
    notes: tuple[Finding, ...]

    def edited(self, edits: Edits) -> Decision:
        """The decision with edits of its plan done.

        Refuses: edits that do not fit the plan.
        """
        found = decided_again(self.cycle, edits)
        return replace(found, findings=(*found.findings, *self.notes))


def kept_plan(loaded: LoadedHousehold) -> KeptPlan:
    """The cycle that `api.decide` runs, with its answers kept.

    Refuses: as `api.decide`.
    """
    chosen = api.policy_with_model(loaded)
    setup = api.cycle_setup(loaded, chosen, None, ())
    history, oddities = history_of(loaded, setup.as_of, setup.mandate.estimates.sessions)
    observation = Observation(loaded.snapshot, history)
    proposals: list[Proposal] = []

    def propose(request: Propose) -> Proposal:
        proposals.append(chosen.propose(request.situation))
        return proposals[-1]

    notes = (*loaded.notes, *oddities)
    decision = _asked(setup, observation, propose, Edits())
    told = replace(decision, findings=(*decision.findings, *notes))
    cycle = frozen(KeptCycle(setup, observation, tuple(proposals)), decision)
    return KeptPlan(cycle, told, notes)


def frozen(cycle: KeptCycle, decision: Decision) -> KeptCycle:
    """The cycle with the estimates that its decision rests on, which follow from what it observed:
    asked again, it does not estimate anew."""
    known = decision.estimates
    if known is None:
        return cycle
    setup = replace(cycle.setup, estimator=lambda _observation, _mandate: known)
    return replace(cycle, setup=setup)


def plan_with_money(
    kept: KeptPlan, loaded: LoadedHousehold, flows: tuple[CashFlow, ...]
) -> Decision:
    """The decision on the same observation with money that comes or goes.

    Refuses: as `api.decide`.
    """
    chosen = api.policy_with_model(loaded)
    setup = replace(
        api.cycle_setup(loaded, chosen, None, flows), estimator=kept.cycle.setup.estimator
    )
    decision = _asked(
        setup, kept.cycle.observation, lambda request: chosen.propose(request.situation), Edits()
    )
    return replace(decision, findings=(*decision.findings, *kept.notes))


def plan_with_idle_cash(kept: KeptPlan, loaded: LoadedHousehold, idle: Decimal) -> Decision:
    """The decision if cash that lies idle came in today: the household ends up with the same money,
    and what the mandate does with a deposit is done with it.

    Unit: `idle` base currency, at most what the accounts hold of it.
    Refuses: as `api.decide`.
    """
    snapshot, base = kept.cycle.observation.snapshot, loaded.household.base_currency
    left, flows, balances = idle, [], list(snapshot.cash)
    for at in sorted(range(len(balances)), key=lambda at: -balances[at].amount):
        one = balances[at]
        kept_back = loaded.mandate.cash.account_reserve.get(one.account, ZERO)
        part = min(left, one.amount - one.unsettled - kept_back)
        if one.currency == base and part > ZERO:
            balances[at] = replace(one, amount=one.amount - part)
            flows.append(CashFlow(part, account=one.account))
            left -= part
    lowered = replace(snapshot, cash=tuple(balances))
    observed = replace(kept.cycle.observation, snapshot=lowered)
    cycle = replace(kept.cycle, observation=observed)
    return plan_with_money(replace(kept, cycle=cycle), loaded, tuple(flows))


def decided_again(cycle: KeptCycle, edits: Edits) -> Decision:
    """The decision that a cycle would ask people about, with their edits of its plan done.

    Refuses: edits that do not fit the plan, and a cycle that wants more proposals than were kept.
    """
    proposals = iter(cycle.proposals)

    def told(_request: Propose) -> Proposal:
        proposal = next(proposals, None)
        if proposal is None:
            fact = "it asks its policy more often than it was answered"
            raise InputError(f"cycle {cycle.setup.cycle_id}", fact, "", "another version ran it")
        return proposal

    return _asked(cycle.setup, cycle.observation, told, edits)


def _asked(
    setup: CycleSetup,
    observation: Observation,
    propose: Callable[[Propose], Proposal],
    edits: Edits,
) -> Decision:
    running = run_cycle(setup)
    asked = next(running)
    while not isinstance(asked, Authorise):
        answer = observation if isinstance(asked, Observe) else propose(asked)
        asked = running.send(answer)
    if edits:
        edited = running.send(edits)
        must(isinstance(edited, Authorise), "an edited plan is asked about")
        asked = cast(Authorise, edited)
    return asked.decision
