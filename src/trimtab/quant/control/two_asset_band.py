"""Two instruments held in a band of the first one's weight: its long-run cost to many digits.

After a trade the weight lies in the band, so the relative value is a smooth function of one weight
on a short interval.  It is found at Gauss-Legendre nodes and both edges from one linear system;
there is no grid whose fineness would matter, nor any simulation.

Errors: other than two instruments, or a band that is none, is an `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize
from scipy.special import ndtr

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["BandCost", "TwoAssetValues", "band_cost", "best_band", "two_asset_values"]

NODES_LEAST, NODES_MOST = 32, 400
NODES_PER_DEVIATION = 5.0
VALUES_TO, VALUES_POINTS = 7.0, 4_001
"""Weights from 0.0009 to 0.9991 have their value known."""
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
    chain = _chain(problem, lower, upper)
    stationary = _stationary(chain.chance_from(chain.states))
    turnover = float(stationary @ chain.traded_from(chain.states)) / problem.review_years
    drift = _drift_cost(problem, chain.states)
    return BandCost(float(problem.cost.sum()) * turnover, float(stationary @ drift), turnover)


class _Chain(NamedTuple):
    """Log odds at which a band's relative value is known, and how a period leads between them.

    Shape: `states` (N + 2,): the nodes within, the lower and the upper edge; `parts` (N,).
    """

    mean: float
    deviation: float
    states: Floats
    parts: Floats

    def chance_from(self, places: Floats) -> Floats:
        """Probability of each state after a period and the trade that follows; rows sum to one."""
        low, high = self.states[-2:]
        count = len(self.parts)
        moved = (self.states[None, :count] - places[:, None] - self.mean) / self.deviation
        chance = np.empty((len(places), count + 2))
        density = np.exp(-0.5 * moved**2) / (np.sqrt(2.0 * np.pi) * self.deviation)
        chance[:, :count] = density * self.parts
        chance[:, count] = ndtr((low - places - self.mean) / self.deviation)
        chance[:, count + 1] = ndtr((places + self.mean - high) / self.deviation)
        return np.asarray(chance / chance.sum(axis=1, keepdims=True))

    def traded_from(self, places: Floats) -> Floats:
        """Weight traded after a period, on average."""
        low, high = self.states[-2:]
        down = _overshoot(places + self.mean, self.deviation, low, -1.0)
        return down + _overshoot(places + self.mean, self.deviation, high, 1.0)


def _chain(problem: TrackingProblem, lower: float, upper: float) -> _Chain:
    mean, deviation = _relative_return(problem)
    low, high = _log_odds(lower), _log_odds(upper)
    count = int(np.clip(NODES_PER_DEVIATION * (high - low) / deviation, NODES_LEAST, NODES_MOST))
    nodes, parts = np.polynomial.legendre.leggauss(count)
    places = low + 0.5 * (high - low) * (nodes + 1.0)
    states = np.concatenate([places, [low, high]])
    return _Chain(mean, deviation, states, 0.5 * (high - low) * parts)


def _drift_cost(problem: TrackingProblem, log_odds: Floats) -> Floats:
    first = _weight(log_odds)
    return problem.drift_cost(np.stack([first, 1.0 - first], -1))


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


@dataclass(frozen=True, slots=True)
class TwoAssetValues:
    """What the best band knows of every weight: the price of any trade, over the best one.

    Shape: `places` (K,) log odds of the first weight, `held` (K,) what holding there costs;
    `between` gives it for any log odds within.
    Unit: `cost` fraction of value a year; `lower`, `upper` weights of the first instrument.
    """

    problem: TrackingProblem
    lower: float
    upper: float
    cost: float
    places: Floats
    held: Floats
    between: CubicSpline = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "between", CubicSpline(self.places, self.held))

    def regret(self, before: Floats, after: Floats) -> Floats:
        """How much more a trade costs than the best one from there, with all that follows.

        Shape: `before`, `after` (B, 2); the result (B,).
        Unit: fraction of value a review.
        """
        pair = float(self.problem.cost.sum())
        best = np.clip(before[:, 0], self.lower, self.upper)
        done = pair * np.abs(after[:, 0] - before[:, 0]) + self.between(_odds(after[:, 0]))
        ideal = pair * np.abs(best - before[:, 0]) + self.between(_odds(best))
        return np.asarray(done - ideal)


def two_asset_values(problem: TrackingProblem, lower: float, upper: float) -> TwoAssetValues:
    """The relative value of every weight, under the best band, which is sought from a first one.

    Refuses: as `band_cost`.
    """
    lower, upper = best_band(problem, lower, upper)
    chain = _chain(problem, lower, upper)
    years, pair = problem.review_years, float(problem.cost.sum())
    chance = chain.chance_from(chain.states)
    paid = pair * chain.traded_from(chain.states) + years * _drift_cost(problem, chain.states)
    average = float(_stationary(chance) @ paid)
    count = len(chain.states)
    system = np.eye(count) - chance + 1.0 / count  # the values sum to zero
    value = np.linalg.solve(system, paid - average)
    places = np.linspace(-VALUES_TO, VALUES_TO, VALUES_POINTS)
    held = pair * chain.traded_from(places) + years * _drift_cost(problem, places)
    held = held + chain.chance_from(places) @ value
    return TwoAssetValues(problem, lower, upper, average / years, places, held)


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


def _odds(weights: Floats) -> Floats:
    held = np.clip(weights, _weight(-VALUES_TO), _weight(VALUES_TO))
    return np.asarray(np.log(held) - np.log1p(-held))


def _weight(log_odds: Floats | float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(log_odds))))
