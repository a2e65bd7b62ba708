"""A household's no-trade zone: its region, where it ends, and where the household stands in it.

Two classes have their band found exactly.  More have that of the cube-root law, as wide as a short
simulation says: together they take some hundredths of a second and cost some tenths of a percent
more in the long run than the region that a longer search finds, which a policy may ask for.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trimtab.model.drift import Drift
from trimtab.policies._zone_grid import GridPoint, calibrated_at, scale_at
from trimtab.policies._zone_problem import ClassProblem
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats

__all__ = ["Place", "Zone", "zone_of"]

COST_LEAST = 1e-9
"""Of both ways together, so that where nothing is paid every step leads outside."""
CENTRE_MOVE_MAX = 0.5
"""How far from the target, in parts of the way to the edge, a zone may be centred."""
RATIO_EDGE = 1e-9
TAXED_CORRELATION = 0.5
"""Of correlations, what a zone relies on where sales are taxed.  Found in invented worlds, where a
quarter and three quarters do as well and the whole is worse than tuned bands of a rule of thumb
(docs/concepts/evidence.md)."""


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


def edge_ratio(region: NoTradeRegion, away: Floats) -> float:
    """How far a point is from the centre, in parts of the way to the edge.

    Shape: `away` (n,), summing to zero.
    """
    slope = region.metric @ away
    gained = slope[:, None] - slope[None, :]  # by moving a little from the row to the column
    paid = region.cost[:, None] + region.cost[None, :]
    return float(np.max(gained / np.maximum(paid, COST_LEAST)))


def zone_of(classes: ClassProblem, calibrated: bool = False) -> Zone:
    """The zone of a class problem: by the law, or by search where two classes or the caller ask."""
    problem = _relied_upon(classes)
    point = GridPoint.of(problem)
    if calibrated or problem.instruments == 2:
        region = calibrated_at(point)
        # Widths grow with the cube root of costs, so that the metric grows with their square.
        dearer = float(problem.cost.sum() / region.cost.sum()) ** (2.0 / 3.0)
        moved = region.centre - point.problem().target
        return Zone(classes, _centred(problem, dearer * region.metric, moved))
    law = small_cost(problem)
    return Zone(
        classes, _centred(problem, scale_at(point) * law.metric, law.centre - problem.target)
    )


def _relied_upon(classes: ClassProblem) -> TrackingProblem:
    """The problem with as much of correlations as a zone may rely on.

    Where a sale is taxed, zones are wide and a weight takes years to cross them: until then classes
    that stood in for each other may have parted.  Two classes have only one way to move.
    """
    problem = classes.problem
    if problem.instruments == 2 or not (classes.tax > 0.0).any():
        return problem
    kept = TAXED_CORRELATION * problem.covariance
    alone = (1.0 - TAXED_CORRELATION) * np.diag(np.diag(problem.covariance))
    return replace(problem, covariance=kept + alone)


def _centred(problem: TrackingProblem, metric: Floats, moved: Floats) -> NoTradeRegion:
    """The region of a metric, centred at most so far from the target that it stays well inside."""
    found = NoTradeRegion(problem.target, metric, problem.cost)
    kept = min(1.0, CENTRE_MOVE_MAX / max(edge_ratio(found, moved), CENTRE_MOVE_MAX))
    return replace(found, centre=_inside(problem.target + kept * moved))


def _inside(weights: Floats) -> Floats:
    held = np.maximum(weights, 0.0)
    return np.asarray(held / held.sum())
