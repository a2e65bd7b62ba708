"""A household's no-trade zone: its region, where it ends, and where the household stands in it.

Two classes have their band found exactly.  More have that of the cube-root law, which takes
milliseconds and costs some tenths of a percent more in the long run than the region that a search
over simulated returns finds in seconds; a policy may ask for that search.  Found regions are kept
for inputs rounded to a grid: a zone moves with the cube root of costs and hardly with the level of
risk, so that a grid of a fifth changes a boundary by some hundredths of its width, and years of
reviews need a handful of searches.  Rounding also makes the answer depend on the inputs alone,
never on what was asked before.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trimtab.model.drift import Drift
from trimtab.policies._zone_problem import ClassProblem
from trimtab.quant.control.no_trade_region import NoTradeRegion, calibrate
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats

__all__ = ["Place", "Zone", "zone_of"]

COST_STEP = float(np.log(1.2))
VOLATILITY_STEP = float(np.log(1.2))
CORRELATION_STEP = 0.2
"""Of the inverse hyperbolic tangent, whose steps keep apart what moves almost alike."""
WEIGHT_STEP = 1e-3
COST_LEAST = 1e-9
EIGENVALUE_LEAST = 1e-6
"""Rounded correlations may no longer fit together: the least eigenvalue that is left to them."""
CENTRE_MOVE_MAX = 0.5
"""How far from the target, in parts of the way to the edge, a zone may be centred."""
REGIONS_KEPT = 1_024
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
    problem = classes.problem
    if calibrated or problem.instruments == 2:
        return Zone(classes, _centred(problem, *_searched(problem)))
    law = small_cost(problem)
    return Zone(classes, _centred(problem, law.metric, law.centre - problem.target))


def _centred(problem: TrackingProblem, metric: Floats, moved: Floats) -> NoTradeRegion:
    """The region of a metric, centred at most so far from the target that it stays well inside."""
    found = NoTradeRegion(problem.target, metric, problem.cost)
    kept = min(1.0, CENTRE_MOVE_MAX / max(edge_ratio(found, moved), CENTRE_MOVE_MAX))
    return replace(found, centre=_inside(problem.target + kept * moved))


def _searched(problem: TrackingProblem) -> tuple[Floats, Floats]:
    """The metric, and how far the centre is from the target, found for inputs like these."""
    deviation = np.sqrt(np.diag(problem.covariance))
    region = _region(
        tuple(_steps(problem.target, WEIGHT_STEP)),
        tuple(_log_steps(problem.cost, COST_STEP)),
        tuple(_log_steps(deviation, VOLATILITY_STEP)),
        tuple(_correlation_steps(problem.covariance, deviation)),
        problem.risk_aversion,
        problem.review_years,
    )
    # Widths grow with the cube root of costs, so that the metric grows with their square.
    dearer = float(problem.cost.sum() / region.cost.sum()) ** (2.0 / 3.0)
    return dearer * region.metric, region.centre - _target(
        tuple(_steps(problem.target, WEIGHT_STEP))
    )


def _inside(weights: Floats) -> Floats:
    held = np.maximum(weights, 0.0)
    return np.asarray(held / held.sum())


def _steps(values: Floats, step: float) -> list[int]:
    return [int(one) for one in np.rint(values / step).tolist()]


def _log_steps(values: Floats, step: float) -> list[int | None]:
    """Steps of the logarithm; none for what is nothing."""
    return [round(float(np.log(one)) / step) if one > COST_LEAST else None for one in values]


def _correlation_steps(covariance: Floats, deviation: Floats) -> list[int]:
    """Steps of the correlations above the diagonal."""
    scale = np.outer(deviation, deviation)
    correlation = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0.0)
    upper = np.clip(correlation[np.triu_indices(len(deviation), 1)], -0.9999, 0.9999)
    return _steps(np.arctanh(upper), CORRELATION_STEP)


def _target(steps: tuple[int, ...]) -> Floats:
    weights = np.maximum(np.array(steps, dtype=np.float64), 0.5)
    return np.asarray(weights / weights.sum())


@lru_cache(maxsize=REGIONS_KEPT)
def _region(
    target: tuple[int, ...],
    cost: tuple[int | None, ...],
    volatility: tuple[int | None, ...],
    correlation: tuple[int, ...],
    risk_aversion: float,
    review_years: float,
) -> NoTradeRegion:
    """The calibrated region at a point of the grid."""
    n = len(target)
    alike = np.eye(n)
    rows, columns = np.triu_indices(n, 1)
    alike[rows, columns] = alike[columns, rows] = np.tanh(CORRELATION_STEP * np.array(correlation))
    deviation = _from_logs(volatility, VOLATILITY_STEP)
    covariance = _positive(alike) * np.outer(deviation, deviation)
    problem = TrackingProblem(
        _target(target),
        np.zeros(n),
        0.5 * (covariance + covariance.T),
        _from_logs(cost, COST_STEP),
        risk_aversion,
        review_years,
    )
    return calibrate(problem)


def _from_logs(steps: tuple[int | None, ...], step: float) -> Floats:
    return np.array([0.0 if one is None else float(np.exp(one * step)) for one in steps])


def _positive(correlation: Floats) -> Floats:
    """The correlations with no eigenvalue below the least."""
    values, vectors = np.linalg.eigh(correlation)
    if values[0] >= EIGENVALUE_LEAST:
        return correlation
    mended = (vectors * np.maximum(values, EIGENVALUE_LEAST)) @ vectors.T
    scale = np.sqrt(np.diag(mended))
    return np.asarray(mended / np.outer(scale, scale))
