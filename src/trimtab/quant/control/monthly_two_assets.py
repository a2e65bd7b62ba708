"""Two instruments, a review every so often: the best band, by policy iteration on its own slope.

After a trade to y the value is G(y) = ½γσ²(y−w*)²·years + E V(w'), and V(w) = min κ|y−w| + G(y).
Its slope obeys V' = G' cut off at ±κ, so a band fixes V' outside itself, and inside V' solves a
linear integral equation, here on Gauss-Legendre nodes in log odds.  Where G' crosses ∓κ is the next
band (Howard's step), until it moves no more: each step about doubles the right digits.

Source: Howard (1960), Dynamic Programming and Markov Processes; Sun, Fan, Chen, Schouwenaars &
Albota (2006), Optimal rebalancing for institutional portfolios, Journal of Portfolio Management
32(2), for the setting; Taksar, Klass & Assaf (1988), for the game that V' solves.

Errors: other than two instruments, a target at 0 or 1 or instruments that move as one are
`InputErrors`; costs at which it is best to let the target go are `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from trimtab.model.errors import InputError
from trimtab.quant.control._diffusion import log_odds, weight_at
from trimtab.quant.control._inputs import above_zero, array, refuse
from trimtab.quant.control._two_assets import TwoAssets, composite, two_assets
from trimtab.quant.control.asymptotics import tracking_half_width, weight_volatility
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.control.two_asset_policies import Band, PolicyCost, band_cost

__all__ = ["TwoAssetAnswer", "myopic_weight", "solve_two_assets"]

STEPS_MAX = 50
MOVE_MAX = 1e-12
"""Of the band, in log odds, in the last step."""
ODDS_MAX = 12.0
"""Log odds beyond which no band is sought: 6e-6 from 0 or 1."""
GRID = 240


@dataclass(frozen=True, slots=True)
class TwoAssetAnswer:
    """The best band, what it costs, and how the search went.

    Unit: weights of the first instrument; costs are fractions of value a year; `return_deviation`
    is that of the log odds per review; `error` the last move of the band in log odds.
    """

    lower: float
    upper: float
    target: float
    cost: PolicyCost
    small_cost_half_width: float
    return_deviation: float
    steps: int
    error: float


def myopic_weight(drift: npt.ArrayLike, covariance: npt.ArrayLike, risk_aversion: float) -> float:
    """The first weight of two that maximises drift − ½γ variance, both fully invested.

    Shape: `drift` (2,), `covariance` (2, 2).  Unit: a year.
    Refuses: instruments that move as one, a risk aversion that is not positive.
    """
    mu, no_drift = array("drift", drift, (2,))
    matrix, no_matrix = array("covariance", covariance, (2, 2))
    refuse(no_drift, no_matrix, above_zero("risk_aversion", risk_aversion))
    variance = float(matrix[0, 0] + matrix[1, 1] - 2.0 * matrix[0, 1])
    refuse(above_zero("variance of the first against the second", variance))
    hedge = risk_aversion * float(matrix[1, 1] - matrix[0, 1])
    return (float(mu[0] - mu[1]) + hedge) / (risk_aversion * variance)


def solve_two_assets(problem: TrackingProblem) -> TwoAssetAnswer:
    """The best band; without costs it has no width.

    Refuses: other than two instruments, a target at 0 or 1, instruments that move as one.
    """
    world = two_assets(problem)
    variance = world.deviation**2 / world.years
    penalty = problem.risk_aversion * variance
    moves = weight_volatility(world.target, float(np.sqrt(variance)))
    small = tracking_half_width(world.cost, penalty, moves)
    lower, upper, steps, error = world.target, world.target, 0, 0.0
    if world.cost > 0.0:
        low, high, steps, error = _best_band(world, small)
        lower, upper = float(weight_at(np.array(low))), float(weight_at(np.array(high)))
    return TwoAssetAnswer(
        lower=lower,
        upper=upper,
        target=world.target,
        cost=band_cost(problem, Band(lower, lower, upper, upper)),
        small_cost_half_width=small,
        return_deviation=world.deviation,
        steps=steps,
        error=error,
    )


def _best_band(world: TwoAssets, guess: float) -> tuple[float, float, int, float]:
    """Both ends in log odds, the steps taken and the last move."""
    start, swing = log_odds(world.target), world.target * (1.0 - world.target)
    width = min(guess / swing, 2.0)
    ends = np.array([start - width, start + width])
    move = np.inf
    for step in range(1, STEPS_MAX + 1):
        further = _next_band(world, ends)
        last, move = move, float(np.max(np.abs(further - ends)))
        ends = further
        if max(abs(further)) >= ODDS_MAX:
            break
        if move < MOVE_MAX or (move < 1e-9 and move >= last):
            return float(ends[0]), float(ends[1]), step, move
    fact = f"is {world.cost:g} per unit of weight, and no band around {world.target:g} settles"
    bound = "it is best to leave the target for a weight of 0 or 1"
    raise InputError("cost", fact, bound, "lower the cost, or choose another target")


def _next_band(world: TwoAssets, ends: Floats) -> Floats:
    """Where the slope of the value under one band crosses −κ and κ: the next band."""
    reach = max(float(ends[1] - ends[0]), world.deviation)
    while True:
        low = max(float(ends[0]) - reach, -ODDS_MAX)
        high = min(float(ends[1]) + reach, ODDS_MAX)
        slope = _slope(world, ends, low, high)
        grid = np.linspace(low, high, GRID)
        swing = world.cost * _swing(grid)
        slopes = slope(grid)
        least = int(np.argmin(np.concatenate([[0.0], np.cumsum(slopes[1:] + slopes[:-1])])))
        too_low = np.nonzero(slopes[: least + 1] + swing[: least + 1] < 0.0)[0]
        too_high = np.nonzero(slopes[least:] - swing[least:] > 0.0)[0]
        if too_low.size and too_high.size:
            break
        if low == -ODDS_MAX and high == ODDS_MAX:
            break
        reach *= 2.0

    def crossing(at: int, side: float) -> float:
        def apart(x: float) -> float:
            here = np.array([x])
            return float(slope(here)[0] - side * world.cost * _swing(here)[0])

        return float(brentq(apart, grid[at], grid[at + 1], xtol=1e-15, rtol=1e-14))

    lower = crossing(int(too_low[-1]), -1.0) if too_low.size else low
    upper = crossing(least + int(too_high[0]) - 1, 1.0) if too_high.size else high
    return np.array([lower, upper])


def _slope(world: TwoAssets, ends: Floats, low: float, high: float) -> Callable[[Floats], Floats]:
    """The slope of G by log odds under a band, anywhere between `low` and `high`."""
    start, stop = world.reach(low, high)
    edges = np.array([min(start, ends[0] - 1e-9), ends[0], ends[1], max(stop, ends[1] + 1e-9)])
    x, mass = composite(edges, world.deviation)
    inside = (x > ends[0]) & (x < ends[1])
    known = np.where(x < ends[0], -1.0, 1.0) * world.cost * _swing(x)
    x_in = x[inside]
    weighed = world.density(x, x_in) * mass
    forced = _drift_slope(world, x_in) + weighed[:, ~inside] @ known[~inside]
    value = known.copy()
    value[inside] = np.linalg.solve(np.eye(len(x_in)) - weighed[:, inside], forced)

    def slope(at: Floats) -> Floats:
        return np.asarray(_drift_slope(world, at) + world.density(x, at) @ (mass * value))

    return slope


def _drift_slope(world: TwoAssets, x: Floats) -> Floats:
    return np.asarray(2.0 * world.penalty * (weight_at(x) - world.target) * _swing(x))


def _swing(x: Floats) -> Floats:
    """dw/dx = w(1−w)."""
    w = weight_at(x)
    return np.asarray(w * (1.0 - w))
