"""Hold a target where the deviation from it is a Brownian motion: the half-width in closed form.

The deviation x moves by s dB a year, costs ½qx² a year, and κ per unit to move.  With discount ρ
the best half-width solves Δ − tanh(kΔ)/k = κρ/q, k = √(2ρ)/s; without, Δ = (3κs²/(2q))^⅓.

Source: Karatzas (1983), A class of singular stochastic control problems, Advances in Applied
Probability 15; Rogers (2004), Why is the effect of proportional transaction costs O(δ^⅔)?

Errors: what cannot be a problem is `InputErrors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from trimtab.quant.control._diffusion import gauss_legendre
from trimtab.quant.control._inputs import above_zero, at_least_zero, refuse
from trimtab.quant.control.asymptotics import tracking_half_width

__all__ = ["ArithmeticTrackingAnswer", "ArithmeticTrackingProblem", "solve_arithmetic_tracking"]


@dataclass(frozen=True, slots=True)
class ArithmeticTrackingProblem:
    """What moves, what drifting and trading cost.

    Unit: `cost` κ per unit moved, `penalty` q of ½qx² a year, `moves` s a year (for a weight see
    `asymptotics.weight_volatility`), `discount` ρ a year.
    Refuses: values that are not finite, negative costs or discounts, a penalty or a volatility that
    is not positive.
    """

    cost: float
    penalty: float
    moves: float
    discount: float = 0.0

    def __post_init__(self) -> None:
        refuse(
            at_least_zero("cost", self.cost),
            above_zero("penalty", self.penalty),
            above_zero("moves", self.moves),
            at_least_zero("discount", self.discount),
        )


@dataclass(frozen=True, slots=True)
class ArithmeticTrackingAnswer:
    """The half-width and what it costs.

    Unit: `average_*` a year, long-run averages within this band also where discounted.
    """

    half_width: float
    average_drift_cost: float
    average_turnover: float
    average_cost: float


def solve_arithmetic_tracking(problem: ArithmeticTrackingProblem) -> ArithmeticTrackingAnswer:
    """The best half-width; without costs none, and endless turnover."""
    width = _half_width(problem)
    drifting = problem.penalty * width * width / 6.0
    turnover = problem.moves**2 / (2.0 * width) if width > 0.0 else math.inf
    trading = problem.cost * turnover if problem.cost > 0.0 else 0.0
    return ArithmeticTrackingAnswer(width, drifting, turnover, drifting + trading)


def _half_width(problem: ArithmeticTrackingProblem) -> float:
    undiscounted = tracking_half_width(problem.cost, problem.penalty, problem.moves)
    if problem.discount == 0.0 or problem.cost == 0.0:
        return undiscounted
    rate = math.sqrt(2.0 * problem.discount) / problem.moves
    wanted = problem.cost * problem.discount / problem.penalty * rate

    def lacking(z: float) -> float:
        return math.log(wanted / _less_tanh(z))

    # z − tanh z lies below z³/3 and below z, and above z − 1.
    low, high = np.cbrt(3.0 * wanted) * (1.0 - 1e-12), wanted + 1.0
    high = max(high, 1.1 * low) if wanted > 0.1 else 2.0 * low
    return float(brentq(lacking, low, high, xtol=1e-300, rtol=1e-15 * 4.0) / rate)


def _less_tanh(z: float) -> float:
    """z − tanh z = ∫ tanh² from 0 to z, without cancellation where z is small."""
    if z > 1.0:
        return z - math.tanh(z)
    nodes, weights = gauss_legendre(24)
    return float(0.5 * z * weights @ np.tanh(0.5 * z * (1.0 + nodes)) ** 2)
