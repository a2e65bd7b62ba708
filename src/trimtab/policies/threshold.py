"""Rebalance on a threshold: when a class leaves its band, and only as far back as wanted.

Bands are those of the mandate unless stated here: points of the household (`absolute`), a fraction
of the target (`relative`), or the smaller of both (5/25).
Source: Swedroe's 5/25; Daryanani (2008), "Opportunistic Rebalancing", for relative bands of 20 %,
half-way back, and leaving alone the classes that are in balance; Leland (1999) for the band's edge
under proportional costs; Vanguard (2024), "The Rebalancing Edge", for 200/175.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from trimtab.policies._words import drift_words, points
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Threshold"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Acts when a class is outside its band.

    Unit: `absolute` fraction of value, `relative` fraction of the target, both `None` for the
    mandate's own bands; `destination` the fraction of the band that may remain, or its name.
    Refuses: negative widths and a destination outside 0 to 1.
    """

    name: ClassVar[str] = "threshold"
    absolute: Decimal | None = None
    relative: Decimal | None = None
    destination: Destination = "target"

    def __post_init__(self) -> None:
        check_band(self.absolute, self.relative, self.destination)

    def may_act(self, look: Look) -> bool:
        """Where a class is outside its band."""
        bands = widths(look.mandate, self.absolute, self.relative)
        return bool(breaches(look.drift, bands))

    def propose(self, situation: Situation) -> Proposal:
        """Back from a breach, else nothing but the duties."""
        bands = widths(situation.mandate, self.absolute, self.relative)
        out = breaches(situation.drift, bands)
        if not out:
            return only_duties(situation, nearest_words(situation.drift, bands), "policy")
        reason = f"{drift_words(out[0])}, outside its band of {points(out[0].band)}"
        clause = f"targets.{out[0].name}"
        return go_back(situation, bands, self.destination, reason, clause)


PLUGIN = Threshold
