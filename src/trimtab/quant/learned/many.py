"""A learned region for many households at once, as simulations need it.

A single household goes through the household solver, which knows its lots.  Here a household is its
weights and one gain per instrument: a sale is charged its tax, and the one-step problem of the
model's region says where each one trades to, just as in training.

Errors: arrays that do not fit the model or the problem are `InputError`.
"""

from __future__ import annotations

import numpy as np

from trimtab.model.errors import InputError, must
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.features import STATIC_FEATURES, static_features
from trimtab.quant.learned.models import RegionModel, RegionNetwork
from trimtab.quant.learned.one_step import destinations
from trimtab.quant.learned.taxes import taxed_law

__all__ = ["destinations_of_many"]


def destinations_of_many(
    model: RegionModel | RegionNetwork,
    problem: TrackingProblem,
    rule: NoTradeRegion,
    weights: Floats,
    gain: Floats,
    tax_rate: float,
    signals: Floats,
) -> Floats:
    """Where each household trades to: its own weights inside its region, else the boundary.

    Shape: `weights`, `gain` (B, n), `signals` (B, k) in the model's order; the result (B, n).
    Unit: `gain` fraction of value; `tax_rate` on a realised gain, and credited on a loss.
    Refuses: shapes that do not fit.
    """
    rows, n = len(weights), problem.instruments
    if weights.shape != (rows, n) or gain.shape != (rows, n):
        fact = f"have the shapes {weights.shape} and {gain.shape}"
        raise InputError("weights and gains", fact, f"the problem has {n} instruments")
    if signals.shape != (rows, len(model.signals)):
        bound = f"({rows}, {len(model.signals)}) is asked"
        raise InputError("signals", f"have the shape {signals.shape}", bound)
    centre, stretch, lean, metric = _regions(model, problem, rule, gain, tax_rate, signals)
    buy = problem.cost + lean
    sell = np.maximum(problem.cost + tax_rate * gain - lean, -buy)
    after, side = np.empty((rows, n)), np.empty((rows, n), dtype=np.int8)
    held = np.ascontiguousarray(weights, dtype=np.float64)
    row = destinations(held, centre, stretch, metric, buy, sell, after, side)
    must(row < 0, f"the one-step problem of household {row} was not solved")
    return after


def _regions(
    model: RegionModel | RegionNetwork,
    problem: TrackingProblem,
    rule: NoTradeRegion,
    gain: Floats,
    tax_rate: float,
    signals: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Centre, stretch and lean of each household (B, n), and the metric that they share."""
    rows, n = gain.shape
    ones = np.ones((rows, n))
    if isinstance(model, RegionModel):
        return model.centre * ones, ones, model.deferral * tax_rate * gain, model.metric.copy()
    columns = [
        np.broadcast_to(static_features(problem, rule), (rows, n, len(STATIC_FEATURES))),
        gain[:, :, None],
        tax_rate * gain[:, :, None],
        np.broadcast_to((gain @ problem.target)[:, None, None], (rows, n, 1)),
        np.broadcast_to(signals[:, None, :], (rows, n, signals.shape[1])),
    ]
    tables = np.concatenate(columns, axis=2)
    said = model.adjustments(tables.reshape(rows * n, -1)).reshape(rows, n, -1)
    moved = said[:, :, 1] * np.maximum(*rule.half_widths())
    centre = rule.centre + moved - problem.target * moved.sum(axis=1, keepdims=True)
    stretched, lean = taxed_law(problem.cost, tax_rate, gain)
    lean = lean + said[:, :, 2] * tax_rate * gain
    return centre, np.exp(stretched + said[:, :, 0]), lean, rule.metric.copy()
