"""How the destination of the one-step problem moves with everything that it depends on.

At the optimum the slopes of the instruments that trade are equal (to the multiplier λ of Σ y = 1)
and the others stay where they are.  Differentiating these equations gives, for a slope g of any
later cost in the destination, one linear system per household (the implicit function theorem);
nothing is unrolled, so memory does not grow with the solver's iterations.

Source: Amos and Kolter (2017), "OptNet: differentiable optimization as a layer", §3.1.
Errors: none; a row whose system is singular is reported by its number.
"""

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import entry, kernel
from trimtab.quant.learned.one_step import BOUGHT, SOLD, UNTOUCHED, solve_linear

__all__ = ["destination_slopes"]

Floats = npt.NDArray[np.float64]
Sides = npt.NDArray[np.int8]


@kernel
def _multipliers(
    later: Floats,
    side: Sides,
    e: Floats,
    metric: Floats,
    u: Floats,
    system: Floats,
    right: Floats,
) -> float:
    """Solve [M_TT 1; 1ᵀ 0] [u; ν] = [g_T; 0] for those that trade; fills u, returns ν or NaN."""
    n, size = len(side), 0
    for i in range(n):
        u[i] = 0.0
        if side[i] == BOUGHT or side[i] == SOLD:
            column = 0
            for j in range(n):
                if side[j] == BOUGHT or side[j] == SOLD:
                    system[size, column] = e[i] * metric[i, j] * e[j]
                    column += 1
            right[size] = later[i]
            size += 1
    if size == 0:
        return 0.0
    for k in range(size):
        system[size, k] = 1.0
        system[k, size] = 1.0
    system[size, size] = 0.0
    right[size] = 0.0
    if not solve_linear(system, right, size + 1):
        return np.nan
    row = 0
    for i in range(n):
        if side[i] == BOUGHT or side[i] == SOLD:
            u[i] = right[row]
            row += 1
    return right[size]


@entry
def destination_slopes(
    later: Floats,
    after: Floats,
    side: Sides,
    centre: Floats,
    stretch: Floats,
    metric: Floats,
    to_weights: Floats,
    to_centre: Floats,
    to_stretch: Floats,
    to_metric: Floats,
    to_buy: Floats,
    to_sell: Floats,
) -> int:
    """Carry the slope `later` of a cost in the destinations back to all that they came from.

    Fills each `to_…` of its argument's shape; the first row without an answer, or −1.
    Shape: (B, n) all but `metric` and `to_metric` (n, n).
    """
    rows, n = after.shape
    u, system, right = np.empty(n), np.empty((n + 1, n + 1)), np.empty(n + 1)
    gap_slope, u_slope = np.empty(n), np.empty(n)
    for b in range(rows):
        e, a = stretch[b], centre[b]
        multiplier = _multipliers(later[b], side[b], e, metric, u, system, right)
        if not np.isfinite(multiplier):
            return b
        moved = False
        for i in range(n):
            moved = moved or u[i] != 0.0
        if not moved:  # nothing traded, or a cost that does not feel where it went
            for i in range(n):
                stays = side[b, i] == UNTOUCHED
                to_weights[b, i] = later[b, i] - multiplier if stays else 0.0
            continue
        for i in range(n):
            gap_slope[i], u_slope[i] = 0.0, 0.0
            for j in range(n):
                gap_slope[i] += metric[i, j] * e[j] * (after[b, j] - a[j])
                u_slope[i] += metric[i, j] * e[j] * u[j]
        for i in range(n):
            gap = after[b, i] - a[i]
            if side[b, i] == UNTOUCHED:
                to_weights[b, i] = later[b, i] - multiplier - e[i] * u_slope[i]
            to_centre[b, i] = e[i] * u_slope[i]
            to_stretch[b, i] = -(u[i] * gap_slope[i] + gap * u_slope[i])
            if side[b, i] == BOUGHT:
                to_buy[b, i] = -u[i]
            elif side[b, i] == SOLD:
                to_sell[b, i] = u[i]
            if u[i] != 0.0:
                for j in range(n):
                    to_metric[i, j] -= e[i] * u[i] * e[j] * (after[b, j] - a[j])
    return -1
