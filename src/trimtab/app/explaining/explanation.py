"""An explanation of one decision: why, what else, what would turn it, how sure it is.

Errors: those of the cycle for a household that cannot be planned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trimtab.app.explaining.alternatives import Alternative, alternatives
from trimtab.app.explaining.asking import Asked, Question, ask
from trimtab.app.explaining.confidence import DRAWS, Confidence, confidence_of
from trimtab.app.explaining.recount import recount
from trimtab.app.explaining.sentences import Shown, shown
from trimtab.app.explaining.what_if import Turn, cost_turn, price_turn, tax_turn, trend_turn
from trimtab.app.explaining.why import farthest_of, headline, reasons
from trimtab.app.explaining.why_not import turn_sentences, turn_truth
from trimtab.policies.learned import Learned

__all__ = ["Explanation", "Turns", "explain"]

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Turns:
    """What would turn the decision, knob by knob; prices of the class that is farthest out."""

    target: str
    fall: Turn
    rise: Turn
    cost: Turn
    tax: Turn
    trend: Turn


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is said of a decision; `truth` holds the second computation's figures."""

    question: Question
    asked: Asked
    alternatives: tuple[Alternative, ...]
    turns: Turns | None
    confidence: Confidence | None
    head: Shown
    why: Shown
    why_not: Shown
    truth: Mapping[str, float]

    @property
    def headline(self) -> str:
        """What is decided, in one line."""
        return " ".join(sentence.text for sentence in self.head.sentences)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Sentences that a second computation did not confirm, and why."""
        return (*self.head.withheld, *self.why.withheld, *self.why_not.withheld)

    @property
    def model(self) -> tuple[str, str] | None:
        """The learned model that decided, and its digest; none where a rule did."""
        policy = self.question.policy
        if not isinstance(policy, Learned) or policy.in_use is None:
            return None
        ruled = any(
            finding.message.endswith("the rule decides")
            for finding in self.asked.decision.proposal.findings
        )
        return None if ruled else (policy.in_use.label, policy.in_use.digest)


def explain(question: Question, draws: int = DRAWS, tell: Tell = lambda _: None) -> Explanation:
    """Ask, work everything out a second time, and keep the sentences that agree.

    Unit: `draws` histories for the confidence, none for 0.
    """
    tell("Working out the decision ...")
    asked = ask(question)
    truth = recount(question, asked)
    tell("Planning the alternatives ...")
    courses = alternatives(question, asked)
    turns = None
    if asked.decision.plan is not None and question.mandate.targets:
        tell("Looking for what would turn it ...")
        turns = _turns(question, asked)
    tell("Asking again with other histories ...")
    sure = confidence_of(question, asked, draws)
    why = shown(reasons(question, asked), truth)
    why_not = Shown((), ())
    if turns is not None:
        known = {**truth, **turn_truth(question, turns)}
        why_not = shown(turn_sentences(question, asked, turns), known)
    head = shown([headline(asked)], truth)
    return Explanation(question, asked, courses, turns, sure, head, why, why_not, truth)


def _turns(question: Question, asked: Asked) -> Turns:
    """Every knob, each moved by itself."""
    target = farthest_of(asked.situation.drift).name
    fall, rise = price_turn(question, asked, target)
    return Turns(
        target,
        fall,
        rise,
        cost_turn(question, asked),
        tax_turn(question, asked),
        trend_turn(question, asked),
    )
