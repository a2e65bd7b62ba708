"""Close a fraction of the drift at each due session: trade a part of the way, and again.

With costs that grow faster than the trade, going part of the way towards the aim each period costs
less than going there at once.
Source: Gârleanu and Pedersen (2013), "Dynamic Trading with Predictable Returns and Transaction
Costs": trade partially towards the aim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import Way, go_to
from trimtab.policies._base import Look
from trimtab.policies._duties import only_duties
from trimtab.policies._schedule import Frequency, schedule, schedule_after
from trimtab.policies._words import farthest_words
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Partial"]


@dataclass(frozen=True, slots=True)
class Partial:
    """Closes a fraction of every drift at each due session.

    Unit: `fraction` of the drift, above 0 and at most 1.
    Refuses: a fraction outside that range.
    """

    name: ClassVar[str] = "partial"
    fraction: float = 0.5
    frequency: Frequency = Frequency.QUARTERLY

    def __post_init__(self) -> None:
        if not 0.0 < self.fraction <= 1.0:
            raise ValueError(f"fraction is {self.fraction}; it must be above 0 and at most 1")

    def may_act(self, look: Look) -> bool:
        """Where a scheduled session waits for its trades."""
        return schedule_after(self.frequency, look.as_of, look.traded).is_due

    def propose(self, situation: Situation) -> Proposal:
        """Part of the way where a session is due, else nothing but the duties."""
        snapshot = situation.snapshot
        when = schedule(self.frequency, snapshot.as_of, snapshot.trades)
        if not when.is_due:
            reason = f"the {self.frequency} session of {when.latest} was used, next {when.upcoming}"
            return only_duties(situation, reason, "policy")
        clause, words = farthest_words(situation)
        share = f"{self.fraction * 100:.0f} %"
        reason = f"closes {share} of the drift at the session of {when.latest}; {words}"
        return go_to(
            situation,
            Way(fraction=self.fraction, loose_kept=1.0 - self.fraction),
            Action.FULL if self.fraction == 1.0 else Action.PARTIAL,
            reason,
            clause,
        )


PLUGIN = Partial
