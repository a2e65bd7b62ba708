"""Rebalance on a calendar: back to target on the first session of each period, whatever the drift.

Source: Jaconetti, Kinniry and Zilbering (2010), Vanguard, "Best practices for portfolio
rebalancing": among daily to annual calendars, an annual or semiannual one costs least for about the
same risk; hence the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import TO_TARGET, go_to
from trimtab.policies._base import Look
from trimtab.policies._duties import only_duties
from trimtab.policies._schedule import Frequency, schedule, schedule_after
from trimtab.policies._words import farthest_words
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Calendar"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Goes back to target once a period.

    A session that passed without a trade since is made up on the day it is noticed.
    """

    name: ClassVar[str] = "calendar"
    frequency: Frequency = Frequency.ANNUAL

    def may_act(self, look: Look) -> bool:
        """Where a scheduled session waits for its trades."""
        return schedule_after(self.frequency, look.as_of, look.traded).is_due

    def propose(self, situation: Situation) -> Proposal:
        """To target where a scheduled session is due, else nothing but the duties."""
        snapshot = situation.snapshot
        when = schedule(self.frequency, snapshot.as_of, snapshot.trades)
        if not when.is_due:
            reason = f"the {self.frequency} session of {when.latest} was used, next {when.upcoming}"
            return only_duties(situation, reason, "policy")
        clause, words = farthest_words(situation)
        reason = (
            f"the {self.frequency} session of {when.latest} is due, next {when.upcoming}; {words}"
        )
        return go_to(situation, TO_TARGET, Action.FULL, reason, clause)


PLUGIN = Calendar
