"""Which quadratic makes the one-step problem trade where the long-run problem does.

The cube-root law gives a first answer.  Two instruments then have their band moved until its exact
cost is least.  More have the quadratic costs and the centre of the law moved until the average cost
over simulated returns is least, with the same returns for every candidate, so that differences are
known long before costs are: few instruments each on their own, many all alike.

Errors: none of its own; a problem is checked where it is made.
Source: approximate dynamic programming with quadratic values, Wang, O'Donoghue and Boyd (2015);
parallelogram regions, Mei, DeMiguel and Nogales (2016).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.quant.control.average_cost import Growth, followed, period_growth
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import SmallCost, held_long, metric_of, small_cost
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["calibrate"]

PATHS = 32
STEPS = {3: 120_000, 4: 80_000, 12: 40_000}
STEPS_AT_LEAST = 16_000
BURN_YEARS = 6.0
FREE_INSTRUMENTS_MAX = 6
"""Up to here every instrument's quadratic cost and centre is sought on its own."""
ITERATIONS_MAX = 4
DIFFERENCE = 0.08
CURVE_LEAST = 0.3
STEP_MAX = 0.6
SHRINKING = (1.0, 0.4, 0.1)
GAIN_LEAST = 3e-5
"""A step that promises less of the cost is not taken."""
NOTHING = 1e-15
"""A yearly cost below this is none: nothing moves, or nothing is paid."""


def calibrate(problem: TrackingProblem, *, seed: int = 0) -> NoTradeRegion:
    """The region whose one-step trades cost least in the long run.

    Unit: `seed` of the simulated returns with which candidates are compared; the same seed gives
    the same region.

    Where nothing is paid, or nothing moves, the law is the answer.
    """
    start = small_cost(problem)
    first = NoTradeRegion(start.centre, start.metric, problem.cost)
    if problem.cost.max() <= 0.0 or problem.target.max() >= 1.0:
        return first
    if problem.instruments == 2:
        return _of_two(problem, first)
    search = _search(problem, start, first, seed)
    if search.unit <= NOTHING:
        return first
    return search.region(_least(search.cost, search.size))


def _of_two(problem: TrackingProblem, first: NoTradeRegion) -> NoTradeRegion:
    """The region of two instruments, whose band is found exactly."""
    from trimtab.quant.control.two_asset_band import best_band  # its SciPy takes a second to load

    if first.metric[0, 0] <= 0.0 or _moves_nothing(problem):
        return first
    half = problem.cost.sum() / (4.0 * first.metric[0, 0])
    lower = max(first.centre[0] - half, 0.25 * first.centre[0])
    upper = min(first.centre[0] + half, 1.0 - 0.25 * first.centre[1])
    lower, upper = best_band(problem, lower, upper)
    middle, half = 0.5 * (lower + upper), 0.5 * (upper - lower)
    metric = problem.cost.sum() / (4.0 * half) * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return NoTradeRegion(np.array([middle, 1.0 - middle]), metric, problem.cost)


def _moves_nothing(problem: TrackingProblem) -> bool:
    apart = np.array([1.0, -1.0])
    return bool(apart @ problem.covariance @ apart <= NOTHING)


@dataclass(frozen=True, slots=True)
class _Search:
    """The candidates around a first region, and what each costs over the same returns.

    Unit: `unit` the first region's cost, in which the others' are stated.
    """

    problem: TrackingProblem
    start: SmallCost
    widths: Floats
    growth: Growth
    unit: float

    @property
    def size(self) -> int:
        """How many numbers are sought."""
        n = self.problem.instruments
        return 2 * n if n <= FREE_INSTRUMENTS_MAX else 2

    def region(self, moved: Floats) -> NoTradeRegion:
        """The candidate at these numbers; all zero is the first region."""
        n = self.problem.instruments
        if n <= FREE_INSTRUMENTS_MAX:
            scale = np.exp(1.4 * np.sqrt(n) * moved[:n])
            centre = self.start.centre + self.widths * moved[n:]
        else:
            scale = np.full(n, np.exp(1.4 * moved[0]))
            centre = self.start.centre + moved[1] * (self.start.centre - self.problem.target)
        metric = metric_of(self.problem, self.start.quadratic * scale, self.start.narrower)
        return NoTradeRegion(held_long(centre), metric, self.problem.cost)

    def cost(self, moved: Floats) -> float:
        """What the candidate costs, in units of the first region's cost."""
        return followed(self.problem, self.region(moved), self.growth).mean() / self.unit


def _search(problem: TrackingProblem, start: SmallCost, first: NoTradeRegion, seed: int) -> _Search:
    n = problem.instruments
    steps = next((STEPS[most] for most in STEPS if n <= most), STEPS_AT_LEAST)
    burn = int(np.ceil(BURN_YEARS / problem.review_years))
    growth = period_growth(problem, PATHS, burn, max(steps // PATHS, 1), seed)
    unit = float(followed(problem, first, growth).mean())
    return _Search(problem, start, np.maximum(*first.half_widths()), growth, unit)


def _least(cost: Callable[[Floats], float], size: int) -> Floats:
    """Where a cost that is 1 at zero is least, near there: Newton's steps from differences.

    Central differences carry no bias and tell each curvature too; how the numbers act together is
    learned from step to step.
    """
    place, least = np.zeros(size), 1.0
    slope, curves = _differences(cost, place, least)
    curvature = np.diag(np.maximum(curves, CURVE_LEAST))
    for iteration in range(ITERATIONS_MAX):
        step = -np.linalg.solve(curvature, slope)
        step *= min(1.0, STEP_MAX / float(np.abs(step).max()))
        if -0.5 * float(slope @ step) < GAIN_LEAST:
            break
        tried = [(cost(place + part * step), part) for part in SHRINKING[:1]]
        for part in SHRINKING[1:]:
            if tried[-1][0] < least:
                break
            tried.append((cost(place + part * step), part))
        if tried[-1][0] >= least:
            break
        least, moved = tried[-1][0], tried[-1][1] * step
        place = place + moved
        if iteration == ITERATIONS_MAX - 1:
            break
        before = slope
        slope, _ = _differences(cost, place, least)
        curvature = _learned(curvature, moved, slope - before)
    return place


def _differences(
    cost: Callable[[Floats], float], place: Floats, middle: float
) -> tuple[Floats, Floats]:
    """Slope and curvature along each number."""
    slope, curve = np.empty(len(place)), np.empty(len(place))
    for k in range(len(place)):
        way = np.zeros(len(place))
        way[k] = DIFFERENCE
        more, less = cost(place + way), cost(place - way)
        slope[k] = (more - less) / (2.0 * DIFFERENCE)
        curve[k] = (more + less - 2.0 * middle) / DIFFERENCE**2
    return slope, curve


def _learned(curvature: Floats, moved: Floats, change: Floats) -> Floats:
    """The curvature that also explains the last change of slope (BFGS)."""
    explained = curvature @ moved
    if float(moved @ change) <= 0.1 * float(moved @ explained):
        return curvature
    less = np.outer(explained, explained) / float(moved @ explained)
    return np.asarray(curvature - less + np.outer(change, change) / float(moved @ change))
