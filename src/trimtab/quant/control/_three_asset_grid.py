"""The grid of the three-asset programme: where it lies, how fine, and where a period leads.

The cube-root law foresees the region; the grid covers it with room, and around it all that a period
of returns can reach.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.quant.control._three_asset_kernels import Box, Leads
from trimtab.quant.control.small_cost import COST_LEAST, SmallCost, weights_motion
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["Grid", "feasible", "lay_grid", "period_moves"]

OPEN_POINTS_PER_WIDTH = 40.0
OPEN_MOVES_PER_WIDTH = 4_000.0
"""Bound the open points of regions that are long and thin: more where fewer moves are followed."""
POINTS_PER_MOVE = 1.0 / 16.0
"""Points over a standard deviation of the least of a period's moves, for each over a half-width:
where the grid is as coarse as the moves, its own averages blur them."""
REACH_MAX = 4.2
"""Standard deviations of a period's move that are followed."""
SPACING = (0.3, 1.2)
"""Least and greatest distance of the moves that are followed, in standard deviations."""
SPACING_PER_WIDTH = 0.4
BLUR = 0.25
"""Variance of what the grid's averages add to a move, in squared steps."""
NODES = 12
"""Along each weight, at which a period's mean and variance are summed."""
ROUNDING = 1e-12


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


class Grid(NamedTuple):
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
    leads: Leads


def lay_grid(
    problem: TrackingProblem, foreseen: SmallCost, room: float, points_a_width: float
) -> Grid:
    """Lay a grid with so much room, and so many points over the least half-width foreseen."""
    faces = _faces(foreseen.metric, problem.cost)
    corners = _corners(faces) * room
    widths = 1.0 / np.max(np.abs(faces @ np.array([[1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])), axis=0)
    noise = weights_motion(problem)[0][:2, :2] * problem.review_years
    deviation, least = np.sqrt(np.max(np.diag(noise))), np.sqrt(np.linalg.eigvalsh(noise)[0])
    spacing = float(np.clip(SPACING_PER_WIDTH * widths.min() / deviation, *SPACING))
    moves = period_moves(problem, spacing)
    bounds = (OPEN_POINTS_PER_WIDTH, OPEN_MOVES_PER_WIDTH / len(moves))
    coarsest = np.sqrt(_hull(corners) / max(bounds)) / points_a_width
    wanted = min(widths.min(), least / POINTS_PER_MOVE) / points_a_width
    step = max(float(wanted), float(coarsest))
    away = (foreseen.centre - problem.target)[:2]
    low, high = away + corners.min(axis=0), away + corners.max(axis=0)
    # No weight is held below 0 or above 1: the region may be foreseen wider than there is room for.
    low, high = np.maximum(low, -problem.target[:2]), np.minimum(high, 1.0 - problem.target[:2])
    inner = [np.arange(np.floor(low[k] / step) - 1, np.ceil(high[k] / step) + 2) for k in (0, 1)]
    first, second = (problem.target[k] + inner[k] * step for k in (0, 1))
    reached = _reached(first, second, moves)
    rims = [
        (
            max(int(np.ceil((axis[0] - ends[0]) / step)), 0) + 3,
            max(int(np.ceil((ends[1] - axis[-1]) / step)), 0) + 3,
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
    leads = (moves, _bends(first, second, moves, step))
    return Grid(first, second, box, weights - problem.target, open_to, start, leads)


def _bends(first: Floats, second: Floats, moves: Floats, step: float) -> Floats:
    """Mean weights after a period, and the matrix that takes the grid's blur out of the moves.

    Both moments are smooth in the weights: they are summed at a few nodes and interpolated.

    Shape: (K1, K2, 6): two means, and the matrix row by row.
    """
    rows, columns = first.size, second.size
    (nodes1, along1), (nodes2, along2) = _interpolated(first), _interpolated(second)
    moments = _moments(_weights(nodes1, nodes2), moves)
    moments = np.einsum("ap,bq,pqk->abk", along1, along2, moments, optimize=True)
    spread = moments[..., [2, 3, 3, 4]].reshape(rows, columns, 2, 2)
    values, vectors = np.linalg.eigh(spread)
    left = np.sqrt(np.maximum(1.0 - BLUR * step**2 / np.maximum(values, 1e-300), 0.0))
    bend = (vectors * left[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    return np.concatenate([moments[..., :2], bend.reshape(rows, columns, 4)], axis=2)


def _moments(weights: Floats, moves: Floats) -> Floats:
    """Means of the first two weights after a period, and their three covariances.

    Shape: `weights` (P1, P2, 3); the result (P1, P2, 5).
    """
    grown = weights[:, :, None, :] * np.column_stack([moves[:, :2], np.ones(len(moves))])
    after = grown[..., :2] / grown.sum(axis=3, keepdims=True)
    mean = moves[:, 2] @ after
    away = after - mean[:, :, None]
    spread = [
        moves[:, 2] @ (away[..., i, None] * away[..., j, None]) for i, j in ((0, 0), (0, 1), (1, 1))
    ]
    return np.concatenate([mean, *spread], axis=2)


def _interpolated(points: Floats) -> tuple[Floats, Floats]:
    """Chebyshev's nodes over some points, and what each node counts for at each point.

    Shape: (NODES,) and (points, NODES).
    """
    middle, half = 0.5 * (points[0] + points[-1]), 0.5 * (points[-1] - points[0])
    angles = np.pi * (np.arange(NODES) + 0.5) / NODES
    orders = np.arange(NODES)
    at_nodes = np.cos(orders[:, None] * angles)
    at_points = np.cos(np.arccos(np.clip((points - middle) / half, -1.0, 1.0))[:, None] * orders)
    scale = np.where(orders == 0, 1.0, 2.0) / NODES
    return middle + half * np.cos(angles), (at_points * scale) @ at_nodes


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


def feasible(grid: Grid) -> npt.NDArray[np.bool_]:
    """Which inner points hold no weight below zero."""
    return np.asarray(_weights(grid.first, grid.second).min(axis=2) >= -ROUNDING)
