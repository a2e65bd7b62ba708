"""A no-trade region: inside it nobody trades, outside it one trades to its boundary.

It is stated by the one-step problem whose solution it is, min Σ c|y−x| + ½(y−a)ᵀM(y−a), because
that is what the household solver solves too: with target a, covariance M and κ = 1 it trades where
this region does, and lots, taxes and accounts come on top.

Errors: arrays that cannot be a region, or weights that cannot be traded, are `InputErrors`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.tracking import (
    NEGATIVE_TOLERANCE,
    SUM_TOLERANCE,
    Floats,
)

__all__ = ["NoTradeRegion"]

COST_TOLERANCE = 1e-9
METRIC_TOLERANCE = 1e-14


@dataclass(frozen=True, slots=True)
class NoTradeRegion:
    """Where not to trade, and where to trade to from outside.

    Shape: `centre`, `cost` (n,), `metric` (n, n).
    Unit: `centre` weights; `cost` one way, fraction of the traded value; `metric` so that
    ½(y−a)ᵀM(y−a) is a fraction of value.
    Refuses: shapes that differ, values that are not finite, negative costs, a metric that is not
    symmetric and positive semidefinite where weights sum to zero.
    """

    centre: Floats
    metric: Floats
    cost: Floats

    def __post_init__(self) -> None:
        for field in fields(self):
            held = np.array(getattr(self, field.name), dtype=np.float64, order="C")
            held.setflags(write=False)
            object.__setattr__(self, field.name, held)
        if errors := _region_errors(self):
            raise InputErrors(errors)

    @property
    def tolerance(self) -> float:
        """What an exchange must gain per unit traded to be worth doing."""
        rounding = METRIC_TOLERANCE * float(np.max(np.abs(self.metric)))
        return COST_TOLERANCE * float(self.cost.max()) + rounding

    def destination(self, weights: Floats) -> Floats:
        """Where to trade to: the weights themselves inside the region, else its boundary.

        Shape: `weights` (n,) or (B, n); the result the same.
        Refuses: weights that are negative, not finite, or do not sum to one.
        """
        from trimtab.quant.control.one_step import destinations

        held = np.ascontiguousarray(weights, dtype=np.float64)
        if held.ndim not in (1, 2) or held.shape[-1] != len(self.centre):
            bound = f"the region has {len(self.centre)} instruments"
            raise InputError("weights", f"have shape {held.shape}", bound)
        rows = np.atleast_2d(held)
        if not np.all(np.isfinite(rows)) or np.any(rows < 0.0):
            raise InputError("weights", "are not all finite and at least zero")
        if rows.size and np.max(np.abs(rows.sum(axis=1) - 1.0)) > SUM_TOLERANCE:
            worst = rows.sum(axis=1)[int(np.argmax(np.abs(rows.sum(axis=1) - 1.0)))]
            raise InputError("weights", f"sum to {worst:g}", "they must sum to 1")
        reached = np.empty_like(rows)
        destinations(rows, self.centre, self.metric, self.cost, self.tolerance, reached)
        return reached.reshape(held.shape)

    def half_widths(self) -> tuple[Floats, Floats]:
        """How far each instrument may move alone, down and up, against the rest pro rata.

        Shape: two of (n,); Unit: weight, from the centre, never past 0 or 1.
        """
        n = len(self.centre)
        pairs = self.cost[:, None] + self.cost[None, :]
        alone = np.empty(n)
        for i in range(n):
            rest = np.delete(self.centre, i)
            others = rest / rest.sum() if rest.sum() > 0.0 else np.full(n - 1, 1.0 / (n - 1))
            slope = self.metric @ np.insert(-others, i, 1.0)
            apart = slope[:, None] - slope[None, :]
            with np.errstate(divide="ignore", invalid="ignore"):
                alone[i] = np.min(np.where(apart > 0.0, pairs / apart, np.inf))
        return np.minimum(alone, self.centre), np.minimum(alone, 1.0 - self.centre)


def _region_errors(region: NoTradeRegion) -> list[InputError]:
    n = region.centre.size
    if region.centre.ndim != 1 or n < 2:
        fact = f"has shape {region.centre.shape}"
        return [InputError("centre", fact, "at least two instruments are needed")]
    errors = []
    for name, shape in (("metric", (n, n)), ("cost", (n,))):
        if (held := getattr(region, name).shape) != shape:
            errors.append(InputError(name, f"has shape {held}", f"the centre asks {shape}"))
    for name in ("centre", "metric", "cost"):
        if not np.all(np.isfinite(getattr(region, name))):
            errors.append(InputError(name, "is not finite everywhere"))
    return errors or _value_errors(region)


def _value_errors(region: NoTradeRegion) -> list[InputError]:
    errors = []
    metric = region.metric
    if region.cost.min() < 0.0:
        errors.append(InputError("cost", f"is {region.cost.min():g}", "it may not be negative"))
    if abs(float(region.centre.sum()) - 1.0) > SUM_TOLERANCE:
        errors.append(InputError("centre", f"sums to {region.centre.sum():g}", "it must be 1"))
    if np.max(np.abs(metric - metric.T)) > 1e-8 * max(float(np.max(np.abs(metric))), 1e-300):
        errors.append(InputError("metric", "is not symmetric"))
        return errors
    n = len(region.centre)
    away = np.eye(n) - 1.0 / n
    eigenvalues = np.linalg.eigvalsh(away @ metric @ away)
    if eigenvalues[0] < -NEGATIVE_TOLERANCE * max(eigenvalues[-1], 1e-300):
        fact = f"has the eigenvalue {eigenvalues[0]:.3g} where weights sum to zero"
        errors.append(InputError("metric", fact, "none may be negative"))
    return errors
