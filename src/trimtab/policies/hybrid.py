"""Look on a calendar, act on a threshold: the practice that most surveys find.

Source: Jaconetti, Kinniry and Zilbering (2010), Vanguard, "Best practices for portfolio
rebalancing": semiannual or annual monitoring with a threshold of 5 points; Daryanani (2008) for
frequent looks with wide bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from trimtab.model.proposals import Proposal
from trimtab.policies._bands import (
    Destination,
    breaches,
    check_band,
    go_back,
    nearest_words,
    widths,
)
from trimtab.policies._base import Look
from trimtab.policies._duties import only_duties
from trimtab.policies._schedule import Frequency, Schedule, schedule, schedule_after
from trimtab.policies._words import drift_words, points
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Hybrid"]


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Acts on a breach, but looks only on the calendar's sessions.

    Unit: widths and destination as in `threshold`; a look that was missed is made up within
    `catch_up_days` calendar days.
    Refuses: what `threshold` refuses, and negative days.
    """

    name: ClassVar[str] = "hybrid"
    frequency: Frequency = Frequency.SEMIANNUAL
    absolute: Decimal | None = None
    relative: Decimal | None = None
    destination: Destination = "target"
    catch_up_days: int = 7

    def __post_init__(self) -> None:
        check_band(self.absolute, self.relative, self.destination)
        if self.catch_up_days < 0:
            raise ValueError(f"catch_up_days is {self.catch_up_days}; it must be at least 0")

    def may_act(self, look: Look) -> bool:
        """Where a class is outside its band on a day to look."""
        when = schedule_after(self.frequency, look.as_of, look.traded)
        if not self._looks(when, look.as_of):
            return False
        bands = widths(look.mandate, self.absolute, self.relative)
        return bool(breaches(look.drift, bands))

    def _looks(self, when: Schedule, as_of: date) -> bool:
        """Whether a session waits for its look, and is not too long past."""
        late = as_of - when.latest
        return when.is_due and late <= timedelta(days=self.catch_up_days)

    def propose(self, situation: Situation) -> Proposal:
        """Back from a breach on a day to look, else nothing but the duties."""
        snapshot = situation.snapshot
        when = schedule(self.frequency, snapshot.as_of, snapshot.trades)
        if not self._looks(when, snapshot.as_of):
            reason = f"the {self.frequency} look of {when.latest} is past, next {when.upcoming}"
            return only_duties(situation, reason, "policy")
        bands = widths(situation.mandate, self.absolute, self.relative)
        out = breaches(situation.drift, bands)
        if not out:
            words = nearest_words(situation.drift, bands)
            return only_duties(situation, f"{words}; next look {when.upcoming}", "policy")
        reason = (
            f"{drift_words(out[0])}, outside its band of {points(out[0].band)} "
            f"at the {self.frequency} look of {when.latest}"
        )
        clause = f"targets.{out[0].name}"
        return go_back(situation, bands, self.destination, reason, clause)


PLUGIN = Hybrid
