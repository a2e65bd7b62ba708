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

__all__ = ["SmallCost", "directions", "small_cost", "weights_motion"]

OVERSHOOT = 0.5826
"""−ζ(½)/√(2π): how far a walk steps over a boundary, in standard deviations of one step."""
WEIGHT_LEAST = 1e-3
"""Weights below it are taken as this, or what is not held would never be traded."""
COST_LEAST = 1e-3
"""Costs below this part of the highest are taken as it where their root is divided by."""
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

    Shape: `centre`, `reach` (n,), `metric` (n, n).
    Unit: `reach` how much of the box around the marginal value one period's move fills.
    """

    centre: Floats
    metric: Floats
    reach: Floats


def small_cost(problem: TrackingProblem) -> SmallCost:
    """The quadratic value of the small-cost limit, narrowed for discrete review.

    Refuses: nothing; where all costs are zero the region is the target and no wider.
    """
    n = problem.instruments
    basis = directions(n)
    noise, drift = weights_motion(problem)
    risk = problem.risk_aversion * basis.T @ problem.covariance @ basis
    risk = risk + np.eye(n - 1) * RIDGE * max(float(np.trace(risk)) / (n - 1), 1e-12)
    if problem.cost.max() <= 0.0:
        metric = basis @ risk @ basis.T * problem.review_years
        return SmallCost(problem.target.copy(), metric, np.full(n, np.inf))
    metric = _fixed_point(problem.cost, noise, risk, basis)
    shift = basis @ np.linalg.solve(risk, basis.T @ (metric @ drift))
    _, spread, pair = _alone(metric, noise, problem.cost)
    reach = np.sqrt(spread * problem.review_years) / pair
    narrower = float(np.exp(np.mean(np.log(1.0 - OVERSHOOT * reach / (1.0 + reach)))))
    return SmallCost(_inside(problem.target - shift), metric / narrower, reach)


def weights_motion(problem: TrackingProblem) -> tuple[Floats, Floats]:
    """Covariance and drift a year of the weights, at the target.

    Shape: (n, n) and (n,).
    """
    held = np.maximum(problem.target, WEIGHT_LEAST)
    held = held / held.sum()
    passing = np.diag(held) - np.outer(held, held)
    noise = passing @ problem.covariance @ passing.T
    pull = problem.drift - problem.covariance @ held
    return noise, held * (pull - held @ pull)


def _fixed_point(cost: Floats, noise: Floats, risk: Floats, basis: Floats) -> Floats:
    """The metric whose own movement asks for the quadratic costs that it was solved with."""
    floored = np.maximum(cost, COST_LEAST * cost.max())
    quadratic = floored / floored.mean() * float(np.trace(risk))
    metric = _riccati(quadratic, risk, basis)
    for _ in range(FIXED_POINT_STEPS_MAX):
        curve, spread, pair = _alone(metric, noise, floored)
        wanted = 2.0 / 3.0 * floored * pair * curve / spread
        change = wanted / quadratic
        quadratic = quadratic * change**0.75
        metric = _riccati(quadratic, risk, basis)
        if np.max(np.abs(np.log(change))) < FIXED_POINT_TOLERANCE:
            break
    return metric


def _alone(metric: Floats, noise: Floats, cost: Floats) -> tuple[Floats, Floats, Floats]:
    """Each instrument moved against the rest alike: curvature, movement of p, and both costs."""
    n = len(cost)
    alone = (np.eye(n) * n - 1.0) / (n - 1)
    slopes = alone @ metric
    curve = np.einsum("ij,ij->i", slopes, alone)
    spread = np.einsum("ij,jk,ik->i", slopes, noise, slopes)
    return curve, spread, cost + (cost.sum() - cost) / (n - 1)


def _riccati(quadratic: Floats, risk: Floats, basis: Floats) -> Floats:
    """M with M Λ⁻¹ M = γΣ on trades, Λ being the quadratic costs."""
    root = _root(basis.T @ (quadratic[:, None] * basis))
    back = np.linalg.inv(root)
    return basis @ root @ _root(back @ risk @ back) @ root @ basis.T


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _inside(weights: Floats) -> Floats:
    held = np.maximum(weights, 0.0)
    return held / held.sum()
