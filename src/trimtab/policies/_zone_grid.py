"""What is found by simulation once for inputs like these, and kept: inputs rounded to a grid.

A zone moves with the cube root of costs and hardly with the level of risk, so that a grid of a
fifth changes a boundary by some hundredths of its width, and years of reviews of a few classes need
a handful of searches.  Rounding also makes an answer depend on the inputs alone, never on what was
asked before.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from trimtab.policies._zone_problem import equilibrium_returns
from trimtab.quant.control.average_cost import followed, period_growth
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats

__all__ = ["GridPoint", "calibrated_at", "scale_at"]

COST_STEP = float(np.log(1.2))
VOLATILITY_STEP = float(np.log(1.2))
CORRELATION_STEP = 0.2
"""Of the inverse hyperbolic tangent, whose steps keep apart what moves almost alike."""
CORRELATION_MAX = 0.9999
WEIGHT_STEP = 1e-3
DRIFT_STEP = 0.0025
"""Of a year's growth beside that of equilibrium."""
COST_LEAST = 1e-9
EIGENVALUE_LEAST = 1e-6
"""Rounded correlations may no longer fit together: the least eigenvalue that is left to them."""
REGIONS_KEPT = 1_024

SCALES = (0.75, 1.0, 1.35)
"""Of the law's metric: costs at these tell where the least is, which hardly ever lies beyond."""
SCALE_MIN, SCALE_MAX = 0.6, 1.7
FEW_CLASSES, OFTEN_YEARS = 6, 0.125
"""More classes, looked at more often than eight times a year, take the law as it is."""
PATHS, PERIODS, YEARS_BEFORE = 32, 300, 2.0
"""Of the simulation that chooses a scale: the same returns for each, so that few are enough."""


@dataclass(frozen=True, slots=True)
class GridPoint:
    """A tracking problem, its inputs counted in steps; drift is counted from that of equilibrium.

    `None` stands for what is nothing.
    """

    target: tuple[int, ...]
    cost: tuple[int | None, ...]
    volatility: tuple[int | None, ...]
    correlation: tuple[int, ...]
    drift: tuple[int, ...]
    risk_aversion: float
    review_years: float

    @classmethod
    def of(cls, problem: TrackingProblem) -> Self:
        """The point nearest to a problem."""
        deviation = np.sqrt(np.diag(problem.covariance))
        return cls(
            _steps(problem.target, WEIGHT_STEP),
            _log_steps(problem.cost, COST_STEP),
            _log_steps(deviation, VOLATILITY_STEP),
            _correlation_steps(problem.covariance, deviation),
            _steps(_beside_equilibrium(problem), DRIFT_STEP),
            problem.risk_aversion,
            problem.review_years,
        )

    def problem(self) -> TrackingProblem:
        """The problem that the point stands for."""
        n = len(self.target)
        alike = np.eye(n)
        rows, columns = np.triu_indices(n, 1)
        correlation = np.tanh(CORRELATION_STEP * np.array(self.correlation))
        alike[rows, columns] = alike[columns, rows] = correlation
        deviation = _from_logs(self.volatility, VOLATILITY_STEP)
        covariance = _positive(alike) * np.outer(deviation, deviation)
        covariance = 0.5 * (covariance + covariance.T)
        weights = np.maximum(np.array(self.target, dtype=np.float64), 0.5)
        weights = weights / weights.sum()
        return TrackingProblem(
            weights,
            equilibrium_returns(covariance, weights) + DRIFT_STEP * np.array(self.drift),
            covariance,
            _from_logs(self.cost, COST_STEP),
            self.risk_aversion,
            self.review_years,
        )


@lru_cache(maxsize=REGIONS_KEPT)
def calibrated_at(point: GridPoint) -> NoTradeRegion:
    """The calibrated region at a point of the grid."""
    return calibrate(point.problem())


def scale_at(point: GridPoint) -> float:
    """By how much the law's metric is multiplied where its zone costs least, at a point.

    For many classes the law is right within a percent, unless one seldom looks.
    """
    few = len(point.target) <= FEW_CLASSES
    return _least_cost_scale(point) if few or point.review_years > OFTEN_YEARS else 1.0


@lru_cache(maxsize=REGIONS_KEPT)
def _least_cost_scale(point: GridPoint) -> float:
    """The least of a parabola through three costs, over the logarithm of the scale."""
    problem = point.problem()
    law = small_cost(problem)
    before = max(1, round(YEARS_BEFORE / problem.review_years))
    growth = period_growth(problem, PATHS, before, PERIODS, 0)
    regions = [NoTradeRegion(law.centre, scale * law.metric, problem.cost) for scale in SCALES]
    costs = np.array([followed(problem, region, growth).mean() for region in regions])
    if not np.isfinite(costs).all() or costs.min() <= 0.0:
        return 1.0
    bend, slope, _ = np.polyfit(np.log(SCALES), costs / costs.min(), 2)
    if bend <= 0.0:
        return SCALES[int(np.argmin(costs))]
    return float(np.clip(np.exp(-slope / (2.0 * bend)), SCALE_MIN, SCALE_MAX))


def _beside_equilibrium(problem: TrackingProblem) -> Floats:
    """What each class grows faster than equilibrium says, against all of them."""
    faster = problem.drift - equilibrium_returns(problem.covariance, problem.target)
    return np.asarray(faster - problem.target @ faster)


def _steps(values: Floats, step: float) -> tuple[int, ...]:
    return tuple(int(one) for one in np.rint(values / step).tolist())


def _log_steps(values: Floats, step: float) -> tuple[int | None, ...]:
    """Steps of the logarithm; none for what is nothing."""
    return tuple(
        round(float(np.log(one)) / step) if one > COST_LEAST else None for one in values.tolist()
    )


def _correlation_steps(covariance: Floats, deviation: Floats) -> tuple[int, ...]:
    """Steps of the correlations above the diagonal."""
    scale = np.outer(deviation, deviation)
    correlation = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0.0)
    upper = np.clip(
        correlation[np.triu_indices(len(deviation), 1)], -CORRELATION_MAX, CORRELATION_MAX
    )
    return _steps(np.arctanh(upper), CORRELATION_STEP)


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
