"""Three instruments reviewed at intervals: the exact optimum, by dynamic programming.

At a review one trades, pays Σ c_i |dw_i|, and then a period of correlated lognormal returns
follows; the long-run average of cost + ½γ × tracking variance is made least.  Only ratios of
returns move weights, so a period is a bivariate lognormal; a trade is one or two exchanges of
pairs, so the trading step is one pass along each pair of a grid.  Bounds that close in on the
average cost say when the iteration has converged.

Errors: other than three instruments is an `InputError`.
Source: the setting of Sun, Fan, Chen, Schouwenaars and Albota (2006); bounds of MacQueen (1966).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from trimtab.model.errors import InputError
from trimtab.quant.control._three_asset_kernels import Box, hold_everywhere, iterate_values
from trimtab.quant.control.small_cost import COST_LEAST, SmallCost, small_cost, weights_motion
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["ThreeAssetAnswer", "period_moves", "solve_three_assets"]

GAP_TOLERANCE = 3e-4
"""Relative gap of the bounds at which the average cost is taken as found; it lies in the middle."""
SWEEPS_MAX = 4_000
POINTS_A_WIDTH = 12.0
"""Grid points over the least half-width that is foreseen."""
OPEN_POINTS_MAX = 7_000
REACH_MAX = 4.4
"""Standard deviations of a period's move that are followed."""
SPACING = (0.3, 0.85)
"""Least and greatest distance of the moves that are followed, in standard deviations."""
SPACING_PER_WIDTH = 0.4
ROOM = (1.5, 2.2, 3.3)
"""How much wider than foreseen the region may be; the next is tried where one was too small."""
ROUNDING = 1e-12
RAY_POINTS = 4_001
AREA_PARTS = 6


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

    Refuses: other than three instruments.
    """
    if problem.instruments != 3:
        fact = f"has {problem.instruments} instruments"
        raise InputError("the three-asset programme", fact, "it needs three", "calibrate a region")
    if problem.cost.max() <= 0.0:
        return ThreeAssetAnswer(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    foreseen = small_cost(problem)
    for room in ROOM:
        grid = _grid(problem, foreseen, room)
        value, (least, most) = _iterated(problem, grid)
        slopes = _slopes(problem, grid, value)
        if not _touches(grid, slopes):
            break
    years = problem.review_years
    cost, gap = 0.5 * (least + most) / years, 0.5 * (most - least) / years
    first_up, first_down, second_up, second_down, to_first, to_second = _extents(
        problem, grid, slopes
    )
    return ThreeAssetAnswer(
        *(cost, gap, first_up, first_down, second_up, second_down, to_first, to_second),
        _area(grid, slopes),
    )


def period_moves(problem: TrackingProblem, spacing: float) -> Floats:
    """What one period may do to the ratios of the first two instruments' values to the third's.

    A lattice of the bivariate normal, whose error falls faster than any power of its spacing.

    Shape: (moves, 3): both ratios and the probability.
    """
    ratios = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
    growth = (problem.drift - 0.5 * np.diag(problem.covariance)) * problem.review_years
    spread = _factor(ratios @ problem.covariance @ ratios.T * problem.review_years)
    count = int(np.ceil(REACH_MAX / spacing))
    line = np.arange(-count, count + 1) * spacing
    lattice = np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2)
    lattice = lattice[np.hypot(lattice[:, 0], lattice[:, 1]) <= REACH_MAX]
    chance = np.exp(-0.5 * np.sum(lattice**2, axis=1))
    chance /= chance.sum()
    lattice /= np.sqrt(chance @ lattice[:, 0] ** 2)
    return np.column_stack([np.exp(ratios @ growth + lattice @ spread.T), chance])


def _factor(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


class _Grid(NamedTuple):
    """A grid over the region that is foreseen, and over where a period may lead from it.

    Shape: `first`, `second` the weights of the inner points; `weights` (K1, K2, 3) from the target;
    `open_to` (K1, K2); `start` (N1, N2) of the outer points.
    """

    first: Floats
    second: Floats
    box: Box
    weights: Floats
    open_to: npt.NDArray[np.bool_]
    start: Floats
    moves: Floats


def _grid(problem: TrackingProblem, foreseen: SmallCost, room: float) -> _Grid:
    faces = _faces(foreseen.metric, problem.cost)
    corners = _corners(faces) * room
    widths = 1.0 / np.max(np.abs(faces @ np.array([[1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])), axis=0)
    deviation = np.sqrt(np.max(np.diag(weights_motion(problem)[0])) * problem.review_years)
    spacing = float(np.clip(SPACING_PER_WIDTH * widths.min() / deviation, *SPACING))
    moves = period_moves(problem, spacing)
    step = max(widths.min() / POINTS_A_WIDTH, float(np.sqrt(_hull(corners) / OPEN_POINTS_MAX)))
    away = (foreseen.centre - problem.target)[:2]
    low, high = away + corners.min(axis=0), away + corners.max(axis=0)
    inner = [np.arange(np.floor(low[k] / step) - 1, np.ceil(high[k] / step) + 2) for k in (0, 1)]
    first, second = (problem.target[k] + inner[k] * step for k in (0, 1))
    reached = _reached(first, second, moves)
    rims = [
        (
            int(np.ceil((axis[0] - ends[0]) / step)) + 3,
            int(np.ceil((ends[1] - axis[-1]) / step)) + 3,
        )
        for axis, ends in zip((first, second), reached, strict=True)
    ]
    outer = [
        axis[0] + np.arange(-rim[0], len(axis) + rim[1]) * step
        for axis, rim in zip((first, second), rims, strict=True)
    ]
    box = (float(outer[0][0]), float(outer[1][0]), float(step), rims[0][0], rims[1][0])
    weights = _weights(first, second)
    fill = _fill(weights - foreseen.centre, faces)
    open_to = (fill <= room) & (weights.min(axis=2) >= -ROUNDING)
    beyond = _weights(*outer) - foreseen.centre
    gauge = np.maximum(_fill(beyond, faces), 1.0)
    start = 0.5 * np.einsum("abi,ij,abj->ab", beyond, foreseen.metric, beyond)
    start *= (2.0 - 1.0 / gauge) / gauge
    return _Grid(first, second, box, weights - problem.target, open_to, start, moves)


def _weights(first: Floats, second: Floats) -> Floats:
    one, two = np.meshgrid(first, second, indexing="ij")
    return np.stack([one, two, 1.0 - one - two], -1)


def _faces(metric: Floats, cost: Floats) -> Floats:
    """The sides of the foreseen region in (w1, w2): |faces @ w| ≤ 1.

    Shape: (3, 2).
    """
    exchanged = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0], [1.0, -1.0, 0.0]])
    floored = np.maximum(cost, COST_LEAST * cost.max())
    pair = np.abs(exchanged) @ floored
    return (exchanged @ metric / pair[:, None]) @ exchanged[:2].T


def _corners(faces: Floats) -> Floats:
    """Where two sides meet within the third.

    Shape: (corners, 2), in the order of their angle.
    """
    found = [
        np.linalg.solve(faces[[k, other]], [1.0, sign])
        for k, other in ((0, 1), (0, 2), (1, 2))
        for sign in (1.0, -1.0)
        if abs(np.linalg.det(faces[[k, other]])) > 1e-12 * np.abs(faces).max() ** 2
    ]
    half = np.array([corner for corner in found if np.max(np.abs(faces @ corner)) < 1.0 + 1e-9])
    both = np.vstack([half, -half])
    return both[np.argsort(np.arctan2(both[:, 1], both[:, 0]))]


def _hull(corners: Floats) -> float:
    along = np.roll(corners, -1, axis=0)
    return 0.5 * float(np.sum(corners[:, 0] * along[:, 1] - corners[:, 1] * along[:, 0]))


def _fill(away: Floats, faces: Floats) -> Floats:
    return np.asarray(np.max(np.abs(away[..., :2] @ faces.T), axis=-1))


def _reached(first: Floats, second: Floats, moves: Floats) -> list[tuple[float, float]]:
    """Least and greatest first and second weights after a period, from the inner grid's corners."""
    corners = _weights(first[[0, -1]], second[[0, -1]]).reshape(-1, 1, 3).clip(0.0)
    grown = corners * np.column_stack([moves[:, :2], np.ones(len(moves))])
    after = (grown / grown.sum(axis=2, keepdims=True)).reshape(-1, 3)
    return [(float(after[:, k].min()), float(after[:, k].max())) for k in (0, 1)]


def _iterated(problem: TrackingProblem, grid: _Grid) -> tuple[Floats, tuple[float, float]]:
    """Relative values on the outer grid, and the bounds of the cost of a period."""
    c1, c2, c3 = problem.cost
    value, held = grid.start.copy(), np.empty(grid.open_to.shape)
    running = _running(problem, grid)
    pairs = (float(c1 + c3), float(c2 + c3), float(c1 + c2))
    least, most, _ = iterate_values(
        value, held, grid.open_to, grid.box, running, grid.moves, pairs, GAP_TOLERANCE, SWEEPS_MAX
    )
    return value, (least, most)


def _running(problem: TrackingProblem, grid: _Grid) -> Floats:
    """The drift cost of holding each inner point for a period."""
    away = grid.weights
    variance = np.einsum("abi,ij,abj->ab", away, problem.covariance, away)
    return np.asarray(0.5 * problem.risk_aversion * problem.review_years * variance)


def _slopes(problem: TrackingProblem, grid: _Grid, value: Floats) -> Floats:
    """Marginal value of each exchange over its cost, between −1 and 1 where nobody trades.

    Shape: (3, K1, K2): instrument 1 from 3, 2 from 3, 1 from 2.
    """
    held = np.empty(grid.open_to.shape)
    everywhere = np.ones_like(grid.open_to)
    hold_everywhere(value, held, everywhere, grid.box, _running(problem, grid), grid.moves)
    first, second = np.gradient(held, grid.box[2], edge_order=2)
    c1, c2, c3 = np.maximum(problem.cost, COST_LEAST * problem.cost.max())
    return np.stack([first / (c1 + c3), second / (c2 + c3), (first - second) / (c1 + c2)])


def _touches(grid: _Grid, slopes: Floats) -> bool:
    """Whether the region found reaches the rim of what may be traded to."""
    within = np.abs(slopes).max(axis=0) <= 1.0
    closed = ~grid.open_to
    return bool(np.any(within & closed & _feasible(grid)))


def _feasible(grid: _Grid) -> npt.NDArray[np.bool_]:
    return np.asarray(_weights(grid.first, grid.second).min(axis=2) >= -ROUNDING)


def _extents(problem: TrackingProblem, grid: _Grid, slopes: Floats) -> list[float]:
    """How far the region reaches from the target along each exchange, both ways."""
    ways = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0], [1.0, -1.0, 0.0]])
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


def _area(grid: _Grid, slopes: Floats) -> float:
    """Area of the region in the plane of the first two weights."""
    fine = [np.arange(0, axis.size - 1, 1.0 / AREA_PARTS) for axis in (grid.first, grid.second)]
    first, second = np.meshgrid(*fine, indexing="ij")
    w1, w2 = grid.first[0] + first * grid.box[2], grid.second[0] + second * grid.box[2]
    held = (w1 >= 0.0) & (w2 >= 0.0) & (w1 + w2 <= 1.0)
    within = _filled(slopes, first.ravel(), second.ravel()).reshape(first.shape) <= 1.0
    return float(np.sum(held & within)) * (grid.box[2] / AREA_PARTS) ** 2
