"""Ask a policy what it would do, in the household as it is or as it might be.

Each question is a whole cycle on one observation: the same steps, guards and plan as `trimtab
plan`, so that an answer is the decision that would be made, not a guess at it.

Errors: those of the cycle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from trimtab.app.api import (
    flows_of,
    guards_of,
    listening_estimator,
    policy_with_model,
    regime_of,
    targets_of,
)
from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.flow import CycleSetup, run_cycle
from trimtab.cycle.requests import Answer, Authorise, Observation, Observe, Propose
from trimtab.model.errors import must
from trimtab.model.estimates import Estimates
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.plans import Decision
from trimtab.model.targets import CurrentTargets
from trimtab.policies._base import Policy
from trimtab.policies._duties import duties_of
from trimtab.policies.hold import Hold
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["Asked", "Question", "ask", "question_of"]

Estimator = Callable[[Observation, Mandate], Estimates]


@dataclass(frozen=True, slots=True)
class Question:
    """A household on a day with its rules, and the policy that is asked."""

    policy: Policy
    observation: Observation
    mandate: Mandate
    regime: TaxRegime
    flows: tuple[CashFlow, ...] = ()
    targets: CurrentTargets | None = None
    estimator: Estimator = estimates_of

    @property
    def as_of(self) -> date:
        """The day."""
        return self.observation.snapshot.as_of

    def instead(self, policy: Policy) -> Question:
        """The same question to another policy."""
        return replace(self, policy=policy)


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision, and the situation that its policy looked at last.

    `acts` says whether it trades, approved or not; where money is due or a limit is broken, whether
    it does more than is due.
    """

    decision: Decision
    situation: Situation
    acts: bool

    @property
    def has_duties(self) -> bool:
        """Whether something must be traded whatever the policy."""
        return duties_of(self.situation).any


def question_of(
    loaded: LoadedHousehold,
    policy: str | None = None,
    deposit: Decimal = Decimal(0),
    withdraw: Decimal = Decimal(0),
    account: str | None = None,
) -> Question:
    """What `trimtab plan` asks with the same words.

    Refuses: an unknown policy or account, and too little history.
    """
    history, _ = history_of(loaded, loaded.snapshot.as_of)
    asked = flows_of(loaded, deposit, withdraw, account)
    due = flows_of(loaded, Decimal(0), Decimal(0), None)
    targets = targets_of(loaded)
    chosen = policy_with_model(loaded, policy)
    return Question(
        chosen,
        Observation(loaded.snapshot, history),
        loaded.mandate if targets is None else targets.applied_to(loaded.mandate),
        regime_of(loaded.mandate),
        asked[len(due) :],
        targets,
        listening_estimator(loaded, chosen),
    )


def ask(question: Question) -> Asked:
    """Run one cycle; nothing is traded."""
    decision, situation = _cycle(question)
    acts = bool(_orders(decision))
    if acts and duties_of(situation).any:
        least, _ = _cycle(question.instead(Hold()))
        acts = _orders(least) != _orders(decision)
    return Asked(decision, situation, acts)


def _orders(decision: Decision) -> frozenset[tuple[object, ...]]:
    """What a decision would trade, as far as one can tell decisions apart by it."""
    trades = () if decision.plan is None else decision.plan.trades
    return frozenset((one.account, one.instrument, one.side, one.quantity) for one in trades)


def _cycle(question: Question) -> tuple[Decision, Situation]:
    setup = CycleSetup(
        cycle_id="question",
        as_of=question.as_of,
        mandate=question.mandate,
        regime=question.regime,
        estimator=question.estimator,
        guards=guards_of(question.mandate),
        flows=question.flows,
        explains=False,
        targets=question.targets,
    )
    cycle = run_cycle(setup)
    request = next(cycle)
    looked_at: Situation | None = None
    while True:
        answer: Answer
        match request:
            case Observe():
                answer = question.observation
            case Propose(situation=situation):
                looked_at = situation
                answer = question.policy.propose(situation)
            case Authorise(decision=decision):
                answer = decision
        try:
            request = cycle.send(answer)
        except StopIteration as stop:
            must(looked_at is not None, "a cycle asks its policy")
            return cast(Decision, stop.value), cast(Situation, looked_at)
