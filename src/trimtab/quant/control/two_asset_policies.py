"""What any rule costs, exactly, in the world of two instruments and a review every so often.

At each review a rule looks at the first weight, trades, pays κ per unit, and a period of returns
follows.  Its long-run cost is the average of trading cost + ½γσ²(w−w*)² × years a review, over the
law of the weight that the rule itself brings about.  That law solves a linear equation, so nothing
is simulated: the error is below a thousandth of a basis point.

Errors: a rule that is none, or under which the weight never settles, is `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError, must
from trimtab.quant.control._diffusion import log_odds, weight_at
from trimtab.quant.control._inputs import refuse, within
from trimtab.quant.control._two_assets import TwoAssets, composite, two_assets
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["Band", "PolicyCost", "band_cost", "calendar_cost", "policy_cost", "tolerance"]

SETTLING_MAX = 400
"""Periods within which the weights reached must stop spreading."""
CALENDAR_MAX = 10_000
"""Reviews between two trades."""


@dataclass(frozen=True, slots=True)
class Band:
    """Below `lower_trigger` trade to `lower_destination`, above `upper_trigger` to the other one.

    Unit: weights of the first instrument.
    Refuses: values that are not in order within (0, 1): triggers outside, destinations inside.
    """

    lower_trigger: float
    lower_destination: float
    upper_destination: float
    upper_trigger: float

    def __post_init__(self) -> None:
        low, inner_low, inner_high, high = self.points
        if not 0.0 < low <= inner_low <= inner_high <= high < 1.0:
            fact = f"has the points {low:g}, {inner_low:g}, {inner_high:g}, {high:g}"
            refuse(InputError("band", fact, "they must ascend strictly between 0 and 1"))

    @property
    def points(self) -> tuple[float, float, float, float]:
        """All four weights."""
        inner = (self.lower_destination, self.upper_destination)
        return self.lower_trigger, *inner, self.upper_trigger

    def destination(self, weights: Floats) -> Floats:
        """The weight after the trade."""
        low = np.where(weights < self.lower_trigger, self.lower_destination, weights)
        return np.where(weights > self.upper_trigger, self.upper_destination, low)


@dataclass(frozen=True, slots=True)
class PolicyCost:
    """What a rule costs in the long run.

    Unit: fractions of value a year; `turnover` the first weight traded a year; `trades` a year.
    """

    total: float
    trading: float
    drifting: float
    turnover: float
    trades: float


def tolerance(problem: TrackingProblem, width: float, *, to_edge: bool = False) -> Band:
    """The usual rule: once the weight is `width` away from its target, back to it, or to the edge.

    Refuses: a band that is not strictly between 0 and 1.
    """
    target = float(problem.target[0])
    inner = (target - width, target + width) if to_edge else (target, target)
    return Band(target - width, *inner, target + width)


def band_cost(problem: TrackingProblem, band: Band) -> PolicyCost:
    """What a band costs."""
    edges = (band.lower_trigger, band.upper_trigger)
    return policy_cost(problem, band.destination, edges)


def policy_cost(
    problem: TrackingProblem,
    destination: Callable[[Floats], Floats],
    breaks: tuple[float, ...] = (),
) -> PolicyCost:
    """What any rule costs that looks at nothing but the weight.

    `destination` gives the weight after the trade for each weight before it, smoothly but for the
    weights in `breaks`: a rule with kinks or jumps elsewhere is priced less exactly.

    Refuses: weights after a trade that are not between 0 and 1, and a rule under which the weight
    never settles.
    """
    world = two_assets(problem)
    low, high = _reached(world, destination, breaks)
    inner = sorted(log_odds(w) for w in set(breaks))
    edges = np.array([low, *(x for x in inner if low < x < high), high])
    x, mass = composite(edges, world.deviation)
    before = weight_at(x)
    after = _after(destination, before)
    chances = world.density(x, np.log(after / (1.0 - after)))
    # p = pK: add one known total to the singular equation, and it has one solution.
    known = world.density(x, np.array([log_odds(world.target)]))[0]
    equation = np.eye(len(x)) - (mass[:, None] * chances).T + known[:, None] * mass[None, :]
    law = np.linalg.solve(equation, known) * mass
    return _cost(world, law, before, after)


def calendar_cost(problem: TrackingProblem, reviews: int) -> PolicyCost:
    """What trading back to the target at every so many reviews costs.

    Refuses: less than one review.
    """
    refuse(within("reviews", reviews, 1, CALENDAR_MAX + 1))
    world = two_assets(problem)
    start = log_odds(world.target)
    drifting, turnover = 0.0, 0.0
    for passed in range(1, reviews + 1):
        # Means and variances add up, so that passed reviews are one longer review.
        spread = world.deviation * np.sqrt(passed)
        nodes, mass = composite(np.array([-9.0, 9.0]), 1.0)
        chances = mass * np.exp(-0.5 * nodes * nodes) / np.sqrt(2.0 * np.pi)
        if passed < reviews:
            away = weight_at(start + world.mean * passed + spread * nodes) - world.target
            drifting += world.penalty * float(chances @ away**2)
        else:
            turnover = _mean_distance(world, start + world.mean * passed, spread)
    length = reviews * world.years
    drifting, turnover = drifting / length, turnover / length
    trading = world.cost * turnover
    return PolicyCost(trading + drifting, trading, drifting, turnover, 1.0 / length)


def _mean_distance(world: TwoAssets, centre: float, spread: float) -> float:
    """E|w − w*| of a weight whose log odds are normal, in two panels that meet at the target."""
    away = 9.0 * spread
    start = log_odds(world.target)
    low, high = min(centre - away, start), max(centre + away, start)
    x, mass = composite(np.unique([low, start, high]), spread)
    z = (x - centre) / spread
    chances = mass * np.exp(-0.5 * z * z) / (spread * np.sqrt(2.0 * np.pi))
    return float(chances @ np.abs(weight_at(x) - world.target))


def _reached(
    world: TwoAssets, destination: Callable[[Floats], Floats], breaks: tuple[float, ...]
) -> tuple[float, float]:
    """Log odds between which the weight before a trade stays in the long run."""
    start = log_odds(world.target)
    low, high = world.reach(start, start)
    jumps = np.array([b + side for b in breaks for side in (-1e-12, 0.0, 1e-12)])
    for _ in range(SETTLING_MAX):
        odds = np.linspace(low, high, 400)
        weights = np.concatenate([weight_at(odds), jumps])
        inside = (weights >= weight_at(np.array(low))) & (weights <= weight_at(np.array(high)))
        after = _after(destination, weights[inside])
        after = np.log(after / (1.0 - after))
        further = world.reach(float(after.min()), float(after.max()))
        if further[0] >= low - 1e-9 and further[1] <= high + 1e-9:
            return low, high
        low, high = min(low, further[0]), max(high, further[1])
    fact = f"lets the log odds run from {low:.3g} to {high:.3g} within {SETTLING_MAX} reviews"
    raise InputError("policy", fact, "in the long run they must stay within bounds")


def _after(destination: Callable[[Floats], Floats], before: Floats) -> Floats:
    after = np.asarray(destination(before), dtype=np.float64)
    if after.shape != before.shape or not np.all((after > 0.0) & (after < 1.0)):
        raise InputError("policy", "gives a weight outside (0, 1)", "it must lie inside")
    return after


def _cost(world: TwoAssets, law: Floats, before: Floats, after: Floats) -> PolicyCost:
    """Averages over the law of the weight before a trade."""
    must(abs(law.sum() - 1.0) < 1e-6, "the law of the weight is one")
    drifting = world.penalty * float(law @ (after - world.target) ** 2) / world.years
    turnover = float(law @ np.abs(after - before)) / world.years
    trades = float(law @ (after != before)) / world.years
    trading = world.cost * turnover
    return PolicyCost(trading + drifting, trading, drifting, turnover, trades)
