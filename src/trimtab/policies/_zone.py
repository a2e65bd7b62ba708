"""A household's no-trade zone: its region, where it ends, and where the household stands in it.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.drift import Drift
from trimtab.policies._zone_problem import ClassProblem
from trimtab.policies._zone_region import edge_ratio, zone_region
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.problem import Floats

__all__ = ["Place", "Zone", "zone_of"]

RATIO_EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a household stands in its zone.

    Shape: `weights`, `lower`, `upper` (K or K + 1,): where each class is, and between which weights
    it may be while the classes stay in the proportions in which they are away from the centre.
    Unit: fractions of what is invested; `ratio` 0 at the centre, 1 at the edge, above it outside.
    """

    weights: Floats
    lower: Floats
    upper: Floats
    ratio: float

    @property
    def is_outside(self) -> bool:
        """Whether the edge is passed."""
        return self.ratio > 1.0 + RATIO_EDGE


@dataclass(frozen=True, slots=True)
class Zone:
    """The region of a class problem, and what it was worked out from."""

    classes: ClassProblem
    region: NoTradeRegion

    def edges(self) -> tuple[Floats, Floats]:
        """The zone of each class while it alone moves and the others give way pro rata.

        Shape: two of (K or K + 1,).
        """
        down, up = self.region.half_widths()
        return self.region.centre - down, self.region.centre + up

    def place(self, drift: Drift) -> Place:
        """Where a drift stands: its ratio to the edge, along the line from the centre."""
        actual = np.array([target.actual for target in drift.targets])
        if self.classes.has_cash:
            actual = np.append(actual, max(0.0, 1.0 - drift.untargeted - float(actual.sum())))
        held = float(actual.sum())
        weights = actual / held if held > 0.0 else self.region.centre
        return self.place_of(weights)

    def place_of(self, weights: Floats) -> Place:
        """Where weights stand that sum to one.

        Shape: (K or K + 1,).
        """
        away = weights - self.region.centre
        ratio = edge_ratio(self.region, away)
        reach = np.abs(away) / ratio if ratio > 0.0 else np.zeros_like(away)
        centre = self.region.centre
        return Place(
            weights, np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0), ratio
        )


def zone_of(classes: ClassProblem, calibrated: bool = False) -> Zone:
    """The zone of a class problem; `calibrated` as `zone_region` has it."""
    is_taxed = bool((classes.tax > 0.0).any())
    return Zone(classes, zone_region(classes.problem, is_taxed=is_taxed, calibrated=calibrated))
