"""The front of a household as JSON; what all JSON of Trimtab keeps to, `app.as_json` says.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.as_json import SCHEMA, Json, day_text, targets_json
from trimtab.app.pareto.question import ParetoFront, PlanPoint

__all__ = ["pareto_json"]


def pareto_json(front: ParetoFront) -> Json:
    """Everything that the screen and the page show; money in base currency."""
    return {
        "schema": SCHEMA,
        "kind": "trimtab.pareto",
        "household": front.household,
        "as_of": day_text(front.as_of),
        "risk_aversion": front.risk_aversion,
        "trades_max": front.trades_max,
        "seed": front.seed,
        "candidates": front.solved,
        "points": [_point(point) for point in front.points],
        "best": front.points.index(front.best) if front.points else None,
        "policies": [{"policy": one.policy, **_point(one)} for one in front.policies],
        "own_policy": front.own_policy,
        "targets": targets_json(front.targets),
    }


def _point(point: PlanPoint) -> dict[str, Json]:
    return {
        "tracking_error": point.tracking_error,
        "cost": point.cost,
        "tax": point.tax,
        "total": point.total,
        "trades": point.trades,
        "gap": point.gap,
    }
