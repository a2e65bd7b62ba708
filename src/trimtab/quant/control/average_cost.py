"""What a rule costs in the long run, in the world of a tracking problem.

Any rule that says where to trade from which weights: a no-trade region, bands, the calendar, or a
learned one.  Every rule meets the same returns, so that the difference of two rules is known far
better than either.

Errors: too few periods or paths is an `InputError`, as is what the problem refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = [
    "AverageCost",
    "Bands",
    "Calendar",
    "Growth",
    "Rule",
    "followed",
    "period_growth",
    "simulated_cost",
]

PATHS_LEAST = 4


class Rule(Protocol):
    """Where to trade to, at the reviews at which one trades at all."""

    def destination(self, weights: Floats) -> Floats:
        """Post-trade weights; Shape: (B, n) to (B, n)."""
        ...


@dataclass(frozen=True, slots=True)
class Bands:
    """Trade when any weight is further from its target than the width: to the target.

    Shape: `target` (n,); Unit: `width` weight, absolute.
    """

    target: Floats
    width: float

    def destination(self, weights: Floats) -> Floats:
        """The target where any weight is out of its band, else the weights."""
        out = np.max(np.abs(weights - self.target), axis=-1, keepdims=True) > self.width
        return np.where(out, self.target, weights)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Trade to the target at every so many reviews.

    Shape: `target` (n,).
    """

    target: Floats
    every: int

    def destination(self, weights: Floats) -> Floats:
        """The target."""
        return np.broadcast_to(self.target, weights.shape).copy()


class Growth(NamedTuple):
    """Gross returns of each period, and of the periods before that make the start forgotten.

    Shape: (paths, periods, n).
    """

    before: Floats
    counted: Floats


class AverageCost(NamedTuple):
    """What a rule costs in the long run.

    Unit: fractions of value a year; `turnover` one way; `standard_error` of the total.
    """

    trading: float
    tracking: float
    turnover: float
    standard_error: float

    @property
    def total(self) -> float:
        """Trading and tracking together."""
        return self.trading + self.tracking


def period_growth(
    problem: TrackingProblem, paths: int, before: int, counted: int, seed: int
) -> Growth:
    """Correlated lognormal gross returns; every second half of the paths mirrors the first.

    Refuses: fewer than four paths, or an odd number of them, or no period.
    """
    if paths < PATHS_LEAST or paths % 2 or counted < 1:
        fact = f"are {paths} paths of {counted} periods"
        raise InputError("the returns", fact, "an even number of at least 4 paths is needed")
    chance = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(problem.covariance)
    spread = vectors * np.sqrt(np.maximum(values, 0.0) * problem.review_years)
    mean = (problem.drift - 0.5 * np.diag(problem.covariance)) * problem.review_years

    def drawn(periods: int) -> Floats:
        half = chance.standard_normal((paths // 2, periods, problem.instruments)) @ spread.T
        return np.exp(mean + np.concatenate([half, -half]))

    return Growth(drawn(before), drawn(counted))


def followed(problem: TrackingProblem, region: NoTradeRegion, growth: Growth) -> Floats:
    """What a region costs on each path.

    Shape: (paths,); Unit: fraction of value a year.
    """
    sums = _region_sums(problem, region, growth)
    years = growth.counted.shape[1] * problem.review_years
    tracking = 0.5 * problem.risk_aversion * problem.review_years * sums[:, 1]
    return np.asarray((sums[:, 0] + tracking) / years)


def _region_sums(problem: TrackingProblem, region: NoTradeRegion, growth: Growth) -> Floats:
    from trimtab.quant.control._paths import follow_region

    paths = growth.counted.shape[0]
    weights = np.tile(problem.target, (paths, 1))
    sums = np.zeros((paths, 3))
    for returns in growth:
        sums[:] = 0.0
        follow_region(
            *(weights, returns, region.centre, region.metric, region.cost, region.tolerance),
            *(problem.target, problem.covariance, sums),
        )
    return sums


def simulated_cost(problem: TrackingProblem, rule: Rule, growth: Growth) -> AverageCost:
    """The average cost of a rule over given returns, and how far it may be from the long run's."""
    every = rule.every if isinstance(rule, Calendar) else 1
    if isinstance(rule, NoTradeRegion):
        sums = _region_sums(problem, rule, growth)
    else:
        sums = _rule_sums(problem, rule, growth, every)
    years = growth.counted.shape[1] * problem.review_years
    tracking = 0.5 * problem.risk_aversion * problem.review_years * sums[:, 1] / years
    trading, turnover = sums[:, 0] / years, sums[:, 2] / years
    half = len(sums) // 2
    mirrored = (tracking + trading)[:half] + (tracking + trading)[half:]
    error = 0.5 * float(np.std(mirrored, ddof=1)) / np.sqrt(half)
    return AverageCost(
        float(trading.mean()), float(tracking.mean()), float(turnover.mean()), float(error)
    )


def _rule_sums(problem: TrackingProblem, rule: Rule, growth: Growth, every: int) -> Floats:
    """Follow all paths period by period: cost of trades, tracking variance, traded weight."""
    paths = growth.counted.shape[0]
    weights = np.tile(problem.target, (paths, 1))
    sums = np.zeros((paths, 3))
    period = 0
    for returns in growth:
        sums[:] = 0.0
        for t in range(returns.shape[1]):
            if period % every == 0:
                reached = rule.destination(weights)
                traded = np.abs(reached - weights)
                sums[:, 0] += traded @ problem.cost
                sums[:, 2] += 0.5 * traded.sum(axis=1)
                weights = reached
            away = weights - problem.target
            sums[:, 1] += np.einsum("pi,ij,pj->p", away, problem.covariance, away)
            weights = weights * returns[:, t]
            weights /= weights.sum(axis=1, keepdims=True)
            period += 1
    return sums
