"""Go where somebody else said: the policy of an agent that is asked from outside the cycle.

It is no plug-in: what it wants is an argument, given for one decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import Way, go_to
from trimtab.policies._bands import breaches, nearest_words
from trimtab.policies._duties import only_duties
from trimtab.policies._words import farthest_words
from trimtab.quant.situation import Situation

__all__ = ["Directed"]


@dataclass(frozen=True, slots=True)
class Directed:
    """Goes a stated way, or does its duties alone where there is none."""

    name: ClassVar[str] = "directed"
    way: Way | None = None

    def propose(self, situation: Situation) -> Proposal:
        """The way's trades, else nothing but the duties."""
        way = self.way
        if way is None:
            return only_duties(situation, "the agent chose not to trade", "policy")
        if way.widths and not breaches(situation.drift, way.widths):
            return only_duties(situation, nearest_words(situation.drift, way.widths), "policy")
        clause, words = farthest_words(situation)
        is_full = not way.widths and way.fraction == 1.0
        action = Action.FULL if is_full else Action.PARTIAL
        return go_to(situation, way, action, f"the agent chose to trade; {words}", clause)
