"""Three instruments reviewed at intervals: the exact optimum, by dynamic programming.

At a review one trades, pays Σ c_i |dw_i|, and then a period of correlated lognormal returns
follows; the long-run average of cost + ½γ × tracking variance is made least.  Only ratios of
returns move weights, so a period is a bivariate lognormal; a trade is one or two exchanges of
pairs, so the trading step is one pass along each pair of a grid.  Bounds that close in on the
average cost say when the iteration has converged.

Errors: other than three instruments is an `InputError`; a target of 0 or 1, and instruments that
move as one, are `InputErrors`.
Source: the setting of Sun, Fan, Chen, Schouwenaars and Albota (2006); bounds of MacQueen (1966).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from trimtab.model.errors import InputError
from trimtab.quant.control._inputs import above_zero, refuse
from trimtab.quant.control._three_asset_grid import Grid, feasible, lay_grid
from trimtab.quant.control._three_asset_kernels import (
    hold,
    iterate_values,
    price_trades,
)
from trimtab.quant.control.small_cost import COST_LEAST, small_cost
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["ThreeAssetAnswer", "ThreeAssetValues", "solve_three_assets", "three_asset_values"]

GAP_TOLERANCE = 3e-4
"""Relative gap of the bounds at which the average cost is taken as found; it lies in the middle."""
SWEEPS_MAX = 4_000
COARSE, FINE = 7.0, 16.0
"""Grid points over the least half-width that is foreseen: first, and where the answer is read."""
ROOM = (1.5, 2.2, 3.3)
"""How much wider than foreseen the region may be; the next is tried where one was too small."""
WORK_MAX = 5e7
"""Moves followed from open points in all sweeps of the fine grid, about two seconds."""
RAY_POINTS = 4_001
AGAINST_THE_THIRD = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
TINY = 1e-10
"""Of the largest variance; below it is what rounding leaves of none."""
AREA_PARTS_MAX = 6
AREA_POINTS_MAX = 400_000


@dataclass(frozen=True, slots=True)
class ThreeAssetAnswer:
    """What holding a target of three instruments costs at best, and where one does not trade.

    Unit: `cost` fraction of value a year, `cost_gap` half the gap of its bounds; extents are of the
    no-trade region from the target: along instrument 1 alone or 2 alone against the third, and
    between 1 and 2; `area` in the plane of the first two weights.
    """

    cost: float
    cost_gap: float
    a1_up: float
    a1_dn: float
    a2_up: float
    a2_dn: float
    a1up_a2dn: float
    a1dn_a2up: float
    area: float


def solve_three_assets(problem: TrackingProblem) -> ThreeAssetAnswer:
    """The least long-run average cost of three instruments, and its no-trade region.

    Refuses: other than three instruments, a target of 0 or 1, instruments that move as one.
    """
    _check(problem)
    if problem.cost.max() <= 0.0:
        return ThreeAssetAnswer(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    values = three_asset_values(problem)
    slopes = _slopes(values)
    first_up, first_down, second_up, second_down, to_first, to_second = _extents(values, slopes)
    return ThreeAssetAnswer(
        *(values.cost, values.cost_gap),
        *(first_up, first_down, second_up, second_down, to_first, to_second),
        _area(values.grid, slopes),
    )


def _check(problem: TrackingProblem) -> None:
    """Refuse what has no region in the plane of three weights."""
    if problem.instruments != 3:
        fact = f"has {problem.instruments} instruments"
        raise InputError("the three-asset programme", fact, "it needs three", "calibrate a region")
    apart = AGAINST_THE_THIRD @ problem.covariance @ AGAINST_THE_THIRD.T
    least, most = np.linalg.eigvalsh(apart).tolist()
    variance = least if least > TINY * most else 0.0
    refuse(*_corners(problem), above_zero("variance of one against the others", variance))


def _corners(problem: TrackingProblem) -> Iterator[InputError]:
    """A fault for each weight that is no weight between others."""
    for at, weight in enumerate(problem.target.tolist(), 1):
        if not 0.0 < weight < 1.0:
            bound, remedy = "it must lie strictly between 0 and 1", "answer for the others alone"
            yield InputError(f"target of instrument {at}", f"is {weight:g}", bound, remedy)


@dataclass(frozen=True, slots=True)
class ThreeAssetValues:
    """What the programme knows of every state: the price of any trade, over the best one.

    Shape: `value` of the outer grid, with trading; `held` of the inner, without.
    Unit: fractions of value, relative; `cost` and `cost_gap` a year; `sweeps` it took to know them.
    """

    problem: TrackingProblem
    grid: Grid
    value: Floats
    held: Floats
    cost: float
    cost_gap: float
    sweeps: int

    def regret(self, before: Floats, after: Floats) -> Floats:
        """How much more a trade costs than the best one from there, with all that follows.

        Averaged over the states that a rule visits it is what the rule costs over the optimum,
        known far better than either cost.  Not a number where a trade leads out of the grid.

        Shape: `before`, `after` (B, 3); the result (B,).
        Unit: fraction of value a review.
        """
        found = np.empty(len(before))
        allowed = self.cost * self.problem.review_years
        price_trades(self.value, self.held, self.grid.box, before, after, self.problem.cost, found)
        return found - allowed


def three_asset_values(
    problem: TrackingProblem, rooms: tuple[float, ...] = ROOM
) -> ThreeAssetValues:
    """The relative value of every state of three instruments.

    Unit: `rooms` how much wider than foreseen the region may be, tried one after the other.
    Refuses: nothing; the costs must not all be zero.
    """
    foreseen = small_cost(problem)
    for room in rooms:
        grid = lay_grid(problem, foreseen, room, COARSE)
        values = _iterated(problem, grid, grid.start)
        if not _touches(values):
            break
    fine = lay_grid(problem, foreseen, room, FINE)
    work = values.sweeps * np.count_nonzero(fine.open_to) * len(fine.leads[0])
    if work > WORK_MAX:  # weights that wander for years before they come to trade
        points = FINE * float(np.sqrt(WORK_MAX / work))
        fine = lay_grid(problem, foreseen, room, max(COARSE, points))
    return _iterated(problem, fine, _laid_over(values, fine))


def _iterated(problem: TrackingProblem, grid: Grid, start: Floats) -> ThreeAssetValues:
    """Values from a first guess on."""
    c1, c2, c3 = problem.cost
    value, held = start.copy(), np.empty(grid.open_to.shape)
    running = _running(problem, grid)
    pairs = (float(c1 + c3), float(c2 + c3), float(c1 + c2))
    least, most, sweeps = iterate_values(
        value, held, grid.open_to, grid.box, running, grid.leads, pairs, GAP_TOLERANCE, SWEEPS_MAX
    )
    everywhere = np.ones_like(grid.open_to)
    hold(value, held, everywhere, grid.box, running, grid.leads)
    years = problem.review_years
    cost, gap = 0.5 * (least + most) / years, 0.5 * (most - least) / years
    return ThreeAssetValues(problem, grid, value, held, cost, gap, sweeps)


def _laid_over(values: ThreeAssetValues, fine: Grid) -> Floats:
    """The values of one grid at the points of another."""
    rows, columns = fine.start.shape
    coarse_box, box = values.grid.box, fine.box
    first = (box[0] + np.arange(rows) * box[2] - coarse_box[0]) / coarse_box[2]
    second = (box[1] + np.arange(columns) * box[2] - coarse_box[1]) / coarse_box[2]
    places = np.stack(np.meshgrid(first, second, indexing="ij"))
    return np.asarray(map_coordinates(values.value, places, order=1, mode="nearest"))


def _running(problem: TrackingProblem, grid: Grid) -> Floats:
    """The drift cost of holding each inner point for a period."""
    away = grid.weights
    variance = np.einsum("abi,ij,abj->ab", away, problem.covariance, away)
    return np.asarray(0.5 * problem.risk_aversion * problem.review_years * variance)


def _slopes(values: ThreeAssetValues) -> Floats:
    """Marginal value of each exchange over its cost, between −1 and 1 where nobody trades.

    Shape: (3, K1, K2): instrument 1 from 3, 2 from 3, 1 from 2.
    """
    first, second = np.gradient(values.held, values.grid.box[2], edge_order=2)
    c1, c2, c3 = np.maximum(values.problem.cost, COST_LEAST * values.problem.cost.max())
    return np.stack([first / (c1 + c3), second / (c2 + c3), (first - second) / (c1 + c2)])


def _touches(values: ThreeAssetValues) -> bool:
    """Whether the region found reaches the rim of what may be traded to."""
    within = np.abs(_slopes(values)).max(axis=0) <= 1.0
    return bool(np.any(within & ~values.grid.open_to & feasible(values.grid)))


def _extents(values: ThreeAssetValues, slopes: Floats) -> list[float]:
    """How far the region reaches from the target along each exchange, both ways."""
    ways = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0], [1.0, -1.0, 0.0]])
    problem, grid = values.problem, values.grid
    found = []
    for way in ways:
        for sign in (1.0, -1.0):
            shrinking = sign * way < 0.0
            longest = float(np.min(problem.target[shrinking]))
            along = np.linspace(0.0, longest, RAY_POINTS)
            first = (problem.target[0] + sign * way[0] * along - grid.first[0]) / grid.box[2]
            second = (problem.target[1] + sign * way[1] * along - grid.second[0]) / grid.box[2]
            filled = _filled(slopes, first, second)
            out = np.nonzero(filled > 1.0)[0]
            if out.size == 0:
                found.append(longest)
            elif (k := int(out[0])) == 0:
                found.append(0.0)
            else:
                part = (1.0 - filled[k - 1]) / (filled[k] - filled[k - 1])
                found.append(float(along[k - 1] + part * (along[k] - along[k - 1])))
    return found


def _filled(slopes: Floats, first: Floats, second: Floats) -> Floats:
    places = np.stack([first, second])
    within = [map_coordinates(slope, places, order=1, mode="nearest") for slope in slopes]
    return np.asarray(np.max(np.abs(within), axis=0))


def _area(grid: Grid, slopes: Floats) -> float:
    """Area of the region in the plane of the first two weights."""
    cells = (grid.first.size - 1) * (grid.second.size - 1)
    parts = min(AREA_PARTS_MAX, max(1, int(np.sqrt(AREA_POINTS_MAX / cells))))
    fine = [np.arange(0, axis.size - 1, 1.0 / parts) for axis in (grid.first, grid.second)]
    first, second = np.meshgrid(*fine, indexing="ij")
    w1, w2 = grid.first[0] + first * grid.box[2], grid.second[0] + second * grid.box[2]
    held = (w1 >= 0.0) & (w2 >= 0.0) & (w1 + w2 <= 1.0)
    within = _filled(slopes, first.ravel(), second.ravel()).reshape(first.shape) <= 1.0
    return float(np.sum(held & within)) * (grid.box[2] / parts) ** 2
