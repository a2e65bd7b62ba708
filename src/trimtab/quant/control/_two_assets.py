"""Two instruments between two reviews: the log odds of the first weight move by a normal amount.

x' = x + m + sd·Z, x = ln(w/(1−w)), so that expectations are Gauss-Legendre sums over log odds with
panels that end where a policy changes its mind.  The normal density is analytic, so the error falls
exponentially once nodes are closer than its width.

Errors: instruments that move as one, other than two of them, or a target at 0 or 1 are
`InputErrors`; a question that needs more than NODES_MAX nodes is `InputError`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control._diffusion import gauss_legendre
from trimtab.quant.control._inputs import above_zero, inside_unit, refuse
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = ["NODES_MAX", "REACH", "TwoAssets", "composite", "two_assets"]

REACH = 9.0
"""Standard deviations beyond which a normal return counts as impossible (1e-18)."""
NODES_PER_DEVIATION = 2.0
NODES_LEAST = 12
"""Per panel, beside those that its width asks for."""
NODES_MAX = 6_000
PANEL_DEVIATIONS = 12.0


@dataclass(frozen=True, slots=True)
class TwoAssets:
    """What the numerics need of a problem with two instruments.

    Unit: `mean` and `deviation` per review of the log odds; `cost` per unit of the first weight
    traded; `penalty` ½γσ² times the years of a review, per squared distance.
    """

    target: float
    mean: float
    deviation: float
    cost: float
    penalty: float
    years: float

    def density(self, later: Floats, now: Floats) -> Floats:
        """The chance density of log odds at the next review, given those after today's trade.

        Shape: `later` (k,), `now` (m,); the result (m, k).
        """
        z = (later[None, :] - now[:, None] - self.mean) / self.deviation
        return np.asarray(np.exp(-0.5 * z * z) / (self.deviation * math.sqrt(2.0 * math.pi)))

    def reach(self, low: float, high: float) -> tuple[float, float]:
        """Log odds at the next review, from anything between two log odds."""
        away = REACH * self.deviation
        return low + self.mean - away, high + self.mean + away


def two_assets(problem: TrackingProblem) -> TwoAssets:
    """The problem in log odds of the first weight.

    Refuses: other than two instruments, a target at 0 or 1, instruments that move as one.
    """
    if problem.instruments != 2:
        fact = f"has {problem.instruments} instruments"
        refuse(InputError("target", fact, "this method is exact for two", "use calibrate"))
    matrix = problem.covariance
    variance = float(matrix[0, 0] + matrix[1, 1] - 2.0 * matrix[0, 1])
    refuse(
        inside_unit("target", float(problem.target[0])),
        above_zero("variance of the first against the second", variance),
    )
    drift = float(problem.drift[0] - problem.drift[1] - 0.5 * (matrix[0, 0] - matrix[1, 1]))
    years = problem.review_years
    return TwoAssets(
        target=float(problem.target[0]),
        mean=drift * years,
        deviation=math.sqrt(variance * years),
        cost=float(problem.cost.sum()),
        penalty=0.5 * problem.risk_aversion * variance * years,
        years=years,
    )


def composite(edges: Floats, deviation: float) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss-Legendre panels between edges, dense enough for a deviation.

    Refuses: what asks for more than NODES_MAX nodes.
    """
    counts = _nodes_per_panel(np.diff(edges) / deviation)
    if sum(counts) > NODES_MAX:
        fact = f"needs {sum(counts)} points of log odds"
        bound = f"at most {NODES_MAX} are used"
        raise InputError("policy", fact, bound, "review less often, or trade sooner")
    points, weights = [], []
    for (low, high), count in zip(pairwise(edges), counts, strict=True):
        pieces = max(1, math.ceil((high - low) / (PANEL_DEVIATIONS * deviation)))
        nodes, mass = gauss_legendre(math.ceil(count / pieces))
        half = 0.5 * (high - low) / pieces
        centres = low + half * (2.0 * np.arange(pieces) + 1.0)
        points.append((centres[:, None] + half * nodes).ravel())
        weights.append(np.tile(half * mass, pieces))
    return np.concatenate(points), np.concatenate(weights)


def _nodes_per_panel(deviations: Floats) -> list[int]:
    return [NODES_LEAST + math.ceil(NODES_PER_DEVIATION * wide) for wide in deviations]
