"""The no-trade region for small costs, in closed form but for a fixed point: the cube-root law.

With a quadratic value ½(w−a)ᵀM(w−a) the marginal value of a weight, p = M(w−a), wanders with the
weights and is held in a box by the costs.  Trading against proportional costs is taken as trading
against the quadratic cost that holds p in the same box, so that M solves a Riccati equation.  With
one pair of instruments the half-width is exactly (3κs²/2q)^⅓, the centre moves against the drift
as perturbation says, and discrete review narrows the region by 0.583 standard deviations of one
period's move.

Source: Janecek and Shreve (2004) and Rogers (2004) for the cube root; Gârleanu and Pedersen (2013)
for the quadratic equation; Broadie, Glasserman and Kou (1997) for discrete review.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = [
    "COST_LEAST",
    "SmallCost",
    "directions",
    "held_long",
    "metric_of",
    "small_cost",
    "weights_motion",
]

OVERSHOOT = 0.5826
"""−ζ(½)/√(2π): how far a walk steps over a boundary, in standard deviations of one step."""
WEIGHT_LEAST = 1e-3
"""Weights below it are taken as this, or what is not held would never be traded."""
COST_LEAST = 1e-3
"""Costs below this part of the highest are taken as it where their root is divided by."""
PULL_MAX = 0.8
"""How far towards its boundary the drift may move the region from the target."""
VARIANCE_LEAST = 1e-6
FIXED_POINT_STEPS_MAX = 60
FIXED_POINT_TOLERANCE = 1e-10
RIDGE = 1e-7
"""Relative variance given to what has none, so that twins have a wide region, not endless."""


def directions(n: int) -> Floats:
    """An orthonormal basis of the trades, whose weights sum to zero.

    Shape: (n, n − 1).
    """
    return np.linalg.qr(np.column_stack([np.ones(n), np.eye(n)[:, : n - 1]]))[0][:, 1:]


class SmallCost(NamedTuple):
    """A quadratic value that trades near the optimum: where it is centred and how it curves.

    Shape: `centre`, `quadratic` (n,), `metric` (n, n).
    Unit: `quadratic` the quadratic costs that hold the marginal value in the box of the true ones;
    `narrower` the part of the width that discrete review leaves.
    """

    centre: Floats
    metric: Floats
    quadratic: Floats
    narrower: float


def small_cost(problem: TrackingProblem) -> SmallCost:
    """The quadratic value of the small-cost limit, narrowed for discrete review.

    Where all costs are zero the region is the target and no wider.
    """
    n = problem.instruments
    risk = _risk(problem)
    if problem.cost.max() <= 0.0:
        metric = risk * problem.review_years
        return SmallCost(problem.target.copy(), metric, np.zeros(n), 1.0)
    noise, drift = weights_motion(problem)
    cost = np.maximum(problem.cost, COST_LEAST * problem.cost.max())
    quadratic, metric = _fixed_point(cost, noise, risk)
    _, spread, pair = _alone(metric, noise, cost)
    reach = np.sqrt(spread * problem.review_years) / pair
    narrower = float(np.exp(np.mean(np.log(1.0 - OVERSHOOT * reach / (1.0 + reach)))))
    basis = directions(n)
    pull = basis @ np.linalg.solve(basis.T @ risk @ basis, basis.T @ (metric @ drift))
    slope = metric @ pull
    filled = np.max(np.abs(slope[:, None] - slope) / (cost[:, None] + cost))
    pull *= PULL_MAX / max(PULL_MAX, float(filled))
    return SmallCost(held_long(problem.target - pull), metric / narrower, quadratic, narrower)


def metric_of(problem: TrackingProblem, quadratic: Floats, narrower: float) -> Floats:
    """How the value curves where trading costs are these quadratic ones.

    Shape: `quadratic` (n,); the result (n, n).
    """
    return _riccati(quadratic, _risk(problem)) / narrower


def held_long(weights: Floats) -> Floats:
    """The weights without those below zero, summing to one again."""
    held = np.maximum(weights, 0.0)
    return np.asarray(held / held.sum())


def weights_motion(problem: TrackingProblem) -> tuple[Floats, Floats]:
    """Covariance and drift a year of the weights, at the target.

    Shape: (n, n) and (n,).
    """
    held = np.maximum(problem.target, WEIGHT_LEAST)
    held = held / held.sum()
    passing = np.diag(held) - np.outer(held, held)
    noise = passing @ _mended(problem) @ passing.T
    pull = problem.drift - problem.covariance @ held
    return noise, held * (pull - held @ pull)


def _mended(problem: TrackingProblem) -> Floats:
    """The covariance, with a trace of variance for what has none."""
    trace = RIDGE * max(float(np.mean(np.diag(problem.covariance))), VARIANCE_LEAST)
    return np.asarray(problem.covariance + trace * np.eye(problem.instruments))


def _risk(problem: TrackingProblem) -> Floats:
    """γΣ on trades."""
    n = problem.instruments
    apart = np.eye(n) - 1.0 / n
    return np.asarray(problem.risk_aversion * apart @ _mended(problem) @ apart)


def _fixed_point(cost: Floats, noise: Floats, risk: Floats) -> tuple[Floats, Floats]:
    """The quadratic costs that the metric's own movement asks for, and the metric."""
    quadratic = cost / cost.mean() * float(np.trace(risk))
    metric = _riccati(quadratic, risk)
    for _ in range(FIXED_POINT_STEPS_MAX):
        curve, spread, pair = _alone(metric, noise, cost)
        change = 2.0 / 3.0 * cost * pair * curve / spread / quadratic
        quadratic = quadratic * change**0.75
        metric = _riccati(quadratic, risk)
        if np.max(np.abs(np.log(change))) < FIXED_POINT_TOLERANCE:
            break
    return quadratic, metric


def _alone(metric: Floats, noise: Floats, cost: Floats) -> tuple[Floats, Floats, Floats]:
    """Each instrument moved against the rest alike: curvature, movement of p, and both costs."""
    n = len(cost)
    alone = (np.eye(n) * n - 1.0) / (n - 1)
    slopes = alone @ metric
    curve = np.einsum("ij,ij->i", slopes, alone)
    spread = np.einsum("ij,jk,ik->i", slopes, noise, slopes)
    return curve, spread, cost + (cost.sum() - cost) / (n - 1)


def _riccati(quadratic: Floats, risk: Floats) -> Floats:
    """M with M Λ⁻¹ M = γΣ on trades, Λ being the quadratic costs."""
    basis = directions(len(quadratic))
    root = _root(basis.T @ (quadratic[:, None] * basis))
    back = np.linalg.inv(root)
    return np.asarray(basis @ root @ _root(back @ basis.T @ risk @ basis @ back) @ root @ basis.T)


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
