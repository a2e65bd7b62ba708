"""Two instruments held in a band of the first one's weight: its long-run cost to many digits.

After a trade the weight lies in the band, so the relative value is a smooth function of one weight
on a short interval.  It is found at Gauss-Legendre nodes and both edges from one linear system;
there is no grid whose fineness would matter, nor any simulation.

Errors: other than two instruments, or a band that is none, is an `InputError`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["BandCost", "band_cost", "best_band"]

NODES_LEAST, NODES_MOST = 32, 400
NODES_PER_DEVIATION = 5.0
GRADIENT_TOLERANCE = 1e-5
TAIL_NODES = 48
TAIL_DEVIATIONS = 9.0


class BandCost(NamedTuple):
    """What a band costs in the long run.

    Unit: fractions of value a year; `turnover` one way.
    """

    trading: float
    tracking: float
    turnover: float

    @property
    def total(self) -> float:
        """Trading and tracking together."""
        return self.trading + self.tracking


def band_cost(problem: TrackingProblem, lower: float, upper: float) -> BandCost:
    """The long-run average cost of trading to the nearer edge of a band.

    Unit: `lower`, `upper` weights of the first instrument.
    Refuses: other than two instruments; edges outside (0, 1) or out of order.
    """
    if problem.instruments != 2:
        raise InputError("a band", f"is of one weight of {problem.instruments}", "it needs two")
    if not 0.0 < lower <= upper < 1.0:
        raise InputError("the band", f"is {lower:g} to {upper:g}", "edges lie in order in (0, 1)")
    mean, deviation = _relative_return(problem)
    low, high = _log_odds(lower), _log_odds(upper)
    count = int(np.clip(NODES_PER_DEVIATION * (high - low) / deviation, NODES_LEAST, NODES_MOST))
    nodes, parts = np.polynomial.legendre.leggauss(count)
    places = low + 0.5 * (high - low) * (nodes + 1.0)
    states = np.concatenate([places, [low, high]])
    moved = (states[None, :count] - states[:, None] - mean) / deviation
    density = np.exp(-0.5 * moved**2) / (np.sqrt(2.0 * np.pi) * deviation)
    chance = np.empty((count + 2, count + 2))
    chance[:, :count] = density * parts * 0.5 * (high - low)
    chance[:, count] = ndtr((low - states - mean) / deviation)
    chance[:, count + 1] = ndtr((states + mean - high) / deviation)
    stationary = _stationary(chance / chance.sum(axis=1, keepdims=True))
    traded = _overshoot(states + mean, deviation, low, -1.0)
    traded = traded + _overshoot(states + mean, deviation, high, 1.0)
    weights = _weight(states)
    relative = np.array([1.0, -1.0]) @ problem.covariance @ np.array([1.0, -1.0])
    drift = 0.5 * problem.risk_aversion * relative * (weights - problem.target[0]) ** 2
    turnover = float(stationary @ traded) / problem.review_years
    return BandCost(float(problem.cost.sum()) * turnover, float(stationary @ drift), turnover)


def best_band(problem: TrackingProblem, lower: float, upper: float) -> tuple[float, float]:
    """The band that costs least, sought from a first one.

    Refuses: as `band_cost`.
    """
    low, high = _log_odds(lower), _log_odds(upper)
    first = band_cost(problem, lower, upper).total

    def cost(moved: Floats) -> float:
        low, high = edges(moved)
        return band_cost(problem, low, high).total / first

    def edges(moved: Floats) -> tuple[float, float]:
        middle = 0.5 * (low + high) + moved[0] * 0.5 * (high - low)
        half = 0.5 * (high - low) * np.exp(moved[1])
        return float(_weight(middle - half)), float(_weight(middle + half))

    found = minimize(cost, np.zeros(2), method="BFGS", options={"gtol": GRADIENT_TOLERANCE})
    return edges(found.x)


def _relative_return(problem: TrackingProblem) -> tuple[float, float]:
    """Mean and deviation of a period's log return of the first over the second."""
    growth = (problem.drift - 0.5 * np.diag(problem.covariance)) * problem.review_years
    apart = np.array([1.0, -1.0])
    variance = float(apart @ problem.covariance @ apart) * problem.review_years
    if variance <= 0.0:
        raise InputError("the two instruments", "always move alike", "a band needs drift")
    return float(apart @ growth), float(np.sqrt(variance))


def _stationary(chance: Floats) -> Floats:
    """The long-run shares of the states of a chain."""
    count = len(chance)
    system = np.eye(count) - chance.T
    system[-1] = 1.0
    return np.asarray(np.linalg.solve(system, np.eye(count)[-1]))


def _overshoot(expected: Floats, deviation: float, edge: float, way: float) -> Floats:
    """How much weight is traded back to an edge, on average, from each state before the move."""
    nodes, parts = np.polynomial.legendre.leggauss(TAIL_NODES)
    first = np.maximum(way * (edge - expected) / deviation, -TAIL_DEVIATIONS)
    last = np.maximum(first, TAIL_DEVIATIONS)
    normal = first[:, None] + 0.5 * (last - first)[:, None] * (nodes + 1.0)
    density = np.exp(-0.5 * normal**2) / np.sqrt(2.0 * np.pi) * 0.5 * (last - first)[:, None]
    beyond = way * (_weight(expected[:, None] + way * deviation * normal) - _weight(edge))
    return np.asarray((density * np.maximum(beyond, 0.0)) @ parts)


def _log_odds(weight: float) -> float:
    return float(np.log(weight) - np.log1p(-weight))


def _weight(log_odds: Floats | float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(log_odds))))
