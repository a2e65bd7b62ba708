"""How far a rule is from the optimum, where the optimum is known: two or three instruments.

The optimum's relative values price every trade.  What a rule's trades cost beyond the best ones,
averaged over the weights it meets, is exactly what it costs over the optimum; as that is zero for
the optimum itself, little simulation tells one part in ten thousand.

Errors: other than two or three instruments, or costs that are all zero, is an `InputError`.
Source: the performance difference of average-cost Markov decision processes, Cao (1999).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control.average_cost import Calendar, Growth, Rule, simulated_cost
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.monthly_three_assets import ThreeAssetValues, three_asset_values
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.control.two_asset_band import TwoAssetValues, two_asset_values

__all__ = ["OverOptimum", "Values", "cost_over_optimum", "optimal_values"]

Values = TwoAssetValues | ThreeAssetValues
"""Both have `cost`, the optimum's, and `regret(before, after)`."""


class OverOptimum(NamedTuple):
    """A rule's long-run cost over the optimum's, 1 at best, and the ratio's standard error.

    `priced` says that every trade was priced by the optimum's values; else the ratio is that of two
    simulated costs.
    """

    ratio: float
    standard_error: float
    priced: bool


def optimal_values(problem: TrackingProblem) -> Values:
    """The optimum of two or three instruments, with the values that price any trade.

    Refuses: other numbers of instruments; costs that are all zero.
    """
    if problem.instruments not in (2, 3):
        fact = f"is of {problem.instruments} instruments"
        raise InputError("the exact optimum", fact, "it is known for two or three", "simulate")
    if problem.cost.max() <= 0.0:
        raise InputError("the cost", "is zero everywhere", "then the optimum costs nothing")
    if problem.instruments == 3:
        return three_asset_values(problem)
    law = small_cost(problem)
    half = float(problem.cost.sum()) / (4.0 * float(law.metric[0, 0]))
    lower = max(float(law.centre[0]) - half, 0.25 * float(law.centre[0]))
    upper = min(float(law.centre[0]) + half, 1.0 - 0.25 * float(law.centre[1]))
    return two_asset_values(problem, lower, upper)


def cost_over_optimum(values: Values, rule: Rule, growth: Growth) -> OverOptimum:
    """What a rule costs in the long run, over the optimum.

    Unit: `growth` of the values' problem; a few hundred paths of some tens of years do.
    """
    problem = values.problem
    regrets = _regrets(values, rule, growth)
    if np.all(np.isfinite(regrets)):
        over = regrets / (problem.review_years * values.cost)
        half = len(over) // 2
        error = float(np.std(0.5 * (over[:half] + over[half:]), ddof=1)) / np.sqrt(half)
        return OverOptimum(1.0 + float(over.mean()), float(error), priced=True)
    region = calibrate(problem)
    near = cost_over_optimum(values, region, growth)
    far, reference = (simulated_cost(problem, each, growth) for each in (rule, region))
    ratio = far.total / reference.total * near.ratio
    return OverOptimum(ratio, far.standard_error / reference.total, priced=False)


def _regrets(values: Values, rule: Rule, growth: Growth) -> Floats:
    """Each path's average regret a review; not a number where a trade left what is priced."""
    every = rule.every if isinstance(rule, Calendar) else 1
    weights = np.tile(values.problem.target, (growth.counted.shape[0], 1))
    regrets = np.zeros(len(weights))
    review = 0
    for returns in growth:
        regrets[:] = 0.0
        for t in range(returns.shape[1]):
            reached = rule.destination(weights) if review % every == 0 else weights
            regrets += values.regret(weights, reached)
            weights = reached * returns[:, t]
            weights /= weights.sum(axis=1, keepdims=True)
            review += 1
    return np.asarray(regrets / growth.counted.shape[1])
