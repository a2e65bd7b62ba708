"""The region of a long-run problem as the policy has it, whoever states the problem.

It is that of the cube-root law, as wide as a short simulation says: together they take a hundredth
of a second and cost at most some tenths of a percent more in the long run than the region that a
longer search finds, which a policy may ask for.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.policies._zone_grid import GridPoint, calibrated_at, scale_at
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats

__all__ = ["edge_ratio", "zone_region"]

COST_LEAST = 1e-9
"""Of both ways together, so that where nothing is paid every step leads outside."""
CENTRE_MOVE_MAX = 0.5
"""How far from the target, in parts of the way to the edge, a zone may be centred."""
TAXED_CORRELATION = 0.5
"""Of correlations, what a zone relies on where sales are taxed.  Found in invented worlds, where a
quarter and three quarters do as well and the whole is worse than tuned bands of a rule of thumb
(docs/concepts/evidence.md)."""


def zone_region(
    problem: TrackingProblem, *, is_taxed: bool, calibrated: bool = False
) -> NoTradeRegion:
    """The no-trade region: by the law, or by search where the caller asks.

    `is_taxed` says whether the problem's costs hold tax on sales.
    """
    problem = _relied_upon(problem, is_taxed)
    point = GridPoint.of(problem)
    if calibrated:
        region = calibrated_at(point)
        # Widths grow with the cube root of costs, so that the metric grows with their square.
        dearer = float(problem.cost.sum() / region.cost.sum()) ** (2.0 / 3.0)
        moved = region.centre - point.problem().target
        return _centred(problem, dearer * region.metric, moved)
    law = small_cost(problem)
    return _centred(problem, scale_at(point) * law.metric, law.centre - problem.target)


def edge_ratio(region: NoTradeRegion, away: Floats) -> float:
    """How far a point is from the centre, in parts of the way to the edge.

    Shape: `away` (n,), summing to zero.
    """
    slope = region.metric @ away
    gained = slope[:, None] - slope[None, :]  # by moving a little from the row to the column
    paid = region.cost[:, None] + region.cost[None, :]
    return float(np.max(gained / np.maximum(paid, COST_LEAST)))


def _relied_upon(problem: TrackingProblem, is_taxed: bool) -> TrackingProblem:
    """The problem with as much of correlations as a zone may rely on.

    Where a sale is taxed, zones are wide and a weight takes years to cross them: until then classes
    that stood in for each other may have parted.  Two classes have only one way to move.
    """
    if problem.instruments == 2 or not is_taxed:
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
