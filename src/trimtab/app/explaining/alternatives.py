"""What else could have been done, and what each is expected to cost.

Every alternative is planned in full, by the same cycle: doing nothing but what is due, what the
rule would do, what is proposed, and going all the way back to target.

Errors: none; an alternative that cannot be planned has no figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.app.api import policy_of
from trimtab.app.explaining.asking import Asked, Question, ask
from trimtab.app.explaining.recount import recount
from trimtab.app.explaining.sentences import HALF_DIGIT, Unit
from trimtab.model.mandate import Mandate
from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import TO_TARGET, go_to
from trimtab.policies._base import Policy
from trimtab.policies.hold import Hold
from trimtab.policies.learned import Learned
from trimtab.policies.threshold import Threshold
from trimtab.quant.situation import Situation

__all__ = ["Alternative", "FullRebalance", "alternatives", "rule_of"]


@dataclass(frozen=True, slots=True)
class FullRebalance:
    """Goes to target today, whatever it costs: what the others are held against."""

    name: ClassVar[str] = "full_rebalance"

    def propose(self, situation: Situation) -> Proposal:
        """To target."""
        return go_to(situation, TO_TARGET, Action.FULL, "to target, whatever it costs", "targets")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One course, and what it is expected to cost.

    Unit: base currency; `drift` is what the drift that is left costs over a year, `trading` and
    `tax` are paid once, `tax` negative where it saves; none where it cannot be planned or where a
    second computation did not come to the same.
    """

    name: str
    policy: str
    trades: int
    drift: float | None
    trading: float | None
    tax: float | None

    @property
    def total(self) -> float | None:
        """All of it over the first year."""
        if self.drift is None or self.trading is None or self.tax is None:
            return None
        return self.drift + self.trading + self.tax


def rule_of(policy: Policy, mandate: Mandate) -> Policy:
    """The rule that a policy stands beside: a learned one's own, else the mandate's, else plain
    bands."""
    if isinstance(policy, Learned):
        return policy.rule
    own = policy_of(mandate)
    return own if own != policy else Threshold()


def alternatives(question: Question, proposed: Asked) -> tuple[Alternative, ...]:
    """Hold, the rule, what is proposed, a full rebalance; in this order."""
    rule = rule_of(question.policy, question.mandate)
    others = (("hold", Hold()), ("rule", rule), ("full_rebalance", FullRebalance()))
    found = {name: _figures(name, question.instead(policy), None) for name, policy in others}
    ours = _figures("proposed", question, proposed)
    return found["hold"], found["rule"], ours, found["full_rebalance"]


def _figures(name: str, question: Question, known: Asked | None) -> Alternative:
    """The figures of one course, each held against its second computation."""
    asked = ask(question) if known is None else known
    plan, policy = asked.decision.plan, question.policy.name
    if plan is None:
        return Alternative(name, policy, 0, None, None, None)
    truth = recount(question, asked)
    drift = _agreed(plan.after.drift, truth.get("drift_cost.after"))
    trading = _agreed(float(plan.cost), truth.get("cost"))
    tax = _agreed(float(plan.tax), truth.get("tax"))
    return Alternative(name, policy, len(plan.trades), drift, trading, tax)


def _agreed(value: float, again: float | None) -> float | None:
    """The value, if the second computation comes to the same to the dollar."""
    if again is None or abs(value - again) > HALF_DIGIT[Unit.MONEY]:
        return None
    return value
