"""Rules of thumb over many households: calendars, thresholds, bands with edges to return to.

One form holds them all: the sessions on which the rule looks, the band of each instrument that must
be left before it acts, and how much of that band may remain afterwards.

Errors: `InputError` for bands, periods and shares that make no sense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._rule_kernels import band_destinations
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import Holdings

__all__ = ["Bands"]

NEVER = 0


@dataclass(frozen=True, slots=True)
class Bands:
    """A rule that acts where a weight has left its band.

    Where `tax_weight` is above zero, bands of instruments with a gain are wider, by the cube root
    of how much dearer an exchange is: cost + ½·tax_weight·rate·gain over cost.
    Shape: `width` (n,).
    Unit: `every` sessions between looks, 0 for never; `width` fractions of value; `kept` of the
    band after a trade, 0 to go to target.
    Refuses: negative widths, shares outside [0, 1].
    """

    name: str
    width: Floats
    every: int = 1
    kept: float = 0.0
    tax_weight: float = 0.0

    def __post_init__(self) -> None:
        if self.every < NEVER or not 0.0 <= self.kept <= 1.0 or self.tax_weight < 0.0:
            fact = f"every {self.every}, kept {self.kept:g}, tax weight {self.tax_weight:g}"
            raise InputError(self.name, fact, "kept is from 0 to 1, the others at least 0")
        if not (np.isfinite(self.width).all() and self.width.min() >= 0.0):
            raise InputError(self.name, f"has the width {self.width.min():g}", "at least 0")

    def looks(self, day: int) -> bool:
        """Every so many sessions; the first day holds the target already."""
        return self.every > NEVER and day > 0 and day % self.every == 0

    def destinations(self, holdings: Holdings, household: Household) -> Floats:
        """Everything to target, or what left its band back to what is kept of it.

        Shape: (paths, n).
        """
        wanted = np.empty_like(holdings.weights)
        band_destinations(
            *(holdings.weights, holdings.gains, household.target, self.width, self.kept),
            *(household.cost, 0.5 * self.tax_weight * household.tax_rate, wanted),
        )
        return wanted
