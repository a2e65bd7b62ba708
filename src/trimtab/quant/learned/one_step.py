"""The one-step problem by which a learned region trades, for many households at once.

Each row has weights x and trades to y, the minimiser of

    Σ bought·buy_cost + Σ sold·sell_cost + ½ (y − a)ᵀ M (y − a),   Σ y = 1,   y ≥ 0,

where M = E·metric·E and E holds the row's own stretch of each instrument.  Sales may cost more than
purchases, for a sale with a gain is taxed.  Exchanges between the most violating pair find which
instruments trade; one linear system then puts those exactly at the optimum.

Errors: none; shapes are the caller's promise (`trimtab.learning.trade_step`), and a row that could
not be solved is reported by its number.
"""

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import entry, kernel

__all__ = ["BOUGHT", "EMPTIED", "SOLD", "UNTOUCHED", "destinations", "solve_linear"]

Floats = npt.NDArray[np.float64]
Sides = npt.NDArray[np.int8]

UNTOUCHED, BOUGHT, SOLD, EMPTIED = 0, 1, -1, -2
"""What happened to an instrument; `EMPTIED`: sold, or kept, at a weight of zero."""
SLACK = 1e-13
"""Difference of marginal costs below which an exchange is worth nothing (fractions of value)."""
EXCHANGES_MAX = 20_000
PIVOT_MIN = 1e-300


@kernel
def solve_linear(matrix: Floats, right: Floats, size: int) -> bool:
    """Solve in place by elimination with partial pivoting; false where the matrix is singular."""
    for column in range(size):
        pivot = column
        for row in range(column + 1, size):
            if abs(matrix[row, column]) > abs(matrix[pivot, column]):
                pivot = row
        if abs(matrix[pivot, column]) < PIVOT_MIN:
            return False
        if pivot != column:
            for k in range(column, size):
                matrix[pivot, k], matrix[column, k] = matrix[column, k], matrix[pivot, k]
            right[pivot], right[column] = right[column], right[pivot]
        for row in range(column + 1, size):
            factor = matrix[row, column] / matrix[column, column]
            if factor != 0.0:
                for k in range(column, size):
                    matrix[row, k] -= factor * matrix[column, k]
                right[row] -= factor * right[column]
    for row in range(size - 1, -1, -1):
        for k in range(row + 1, size):
            right[row] -= matrix[row, k] * right[k]
        right[row] /= matrix[row, row]
    return True


@kernel
def _slopes(y: Floats, a: Floats, e: Floats, metric: Floats, slope: Floats) -> None:
    """Slope of the drift term in each weight: M (y − a)."""
    n = len(y)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += metric[i, j] * e[j] * (y[j] - a[j])
        slope[i] = e[i] * total


@kernel
def _worst_pair(
    x: Floats, y: Floats, slope: Floats, buy: Floats, sell: Floats
) -> tuple[int, int, float]:
    """Which to buy and which to sell, and what a first dollar exchanged so would save."""
    best_buy, best_sell = 0, 0
    cheapest, dearest = np.inf, -np.inf
    for i in range(len(y)):
        up = slope[i] - sell[i] if y[i] < x[i] else slope[i] + buy[i]
        if up < cheapest:
            cheapest, best_buy = up, i
        if y[i] > 0.0:
            down = slope[i] + buy[i] if y[i] > x[i] else slope[i] - sell[i]
            if down > dearest:
                dearest, best_sell = down, i
    return best_buy, best_sell, dearest - cheapest


@kernel
def _exchange(
    x: Floats,
    y: Floats,
    e: Floats,
    metric: Floats,
    slope: Floats,
    pair: tuple[int, int],
    worth: float,
) -> None:
    """Exchange along one pair, to where it stops saving or to the next kink of the costs."""
    i, j = pair
    curvature = (
        e[i] * e[i] * metric[i, i] + e[j] * e[j] * metric[j, j] - 2.0 * e[i] * e[j] * metric[i, j]
    )
    step, stop = y[j], 0
    if y[i] < x[i] and x[i] - y[i] < step:
        step, stop = x[i] - y[i], 1
    if y[j] > x[j] and y[j] - x[j] < step:
        step, stop = y[j] - x[j], 2
    if curvature > 0.0 and worth < curvature * step:
        step, stop = worth / curvature, 3
    y[i] = x[i] if stop == 1 else y[i] + step
    if stop == 0:
        y[j] = 0.0
    else:
        y[j] = x[j] if stop == 2 else y[j] - step
    for k in range(len(y)):
        slope[k] += step * e[k] * (metric[k, i] * e[i] - metric[k, j] * e[j])


@kernel
def _put_exactly(
    x: Floats,
    y: Floats,
    a: Floats,
    e: Floats,
    metric: Floats,
    buy: Floats,
    sell: Floats,
    slope: Floats,
    trial: Floats,
    system: Floats,
    right: Floats,
) -> bool:
    """Solve for the instruments that trade, all at once; true if that is the optimum."""
    n = len(y)
    size = 0
    for i in range(n):
        if y[i] != x[i] and y[i] > 0.0:
            size += 1
    if size < 2:
        return False
    row, kept = 0, 1.0
    for i in range(n):
        trial[i] = y[i]
        if not (y[i] != x[i] and y[i] > 0.0):
            kept -= y[i]
            continue
        column, total = 0, 0.0
        for j in range(n):
            entry_ij = e[i] * metric[i, j] * e[j]
            if y[j] != x[j] and y[j] > 0.0:
                system[row, column] = entry_ij
                total -= entry_ij * (0.0 - a[j])
                column += 1
            else:
                total -= entry_ij * (y[j] - a[j])
        right[row] = total - (buy[i] if y[i] > x[i] else -sell[i])
        system[row, size] = 1.0
        system[size, row] = 1.0
        row += 1
    system[size, size] = 0.0
    right[size] = kept
    if not solve_linear(system, right, size + 1):
        return False
    row = 0
    for i in range(n):
        if y[i] != x[i] and y[i] > 0.0:
            if right[row] <= 0.0 or (right[row] > x[i]) != (y[i] > x[i]):
                return False
            trial[i] = right[row]
            row += 1
    _slopes(trial, a, e, metric, slope)
    _, _, worth = _worst_pair(x, trial, slope, buy, sell)
    largest = 0.0
    for i in range(n):
        largest = max(largest, abs(slope[i]))
    if worth > SLACK + 1e-11 * largest:
        _slopes(y, a, e, metric, slope)
        return False
    for i in range(n):
        y[i] = trial[i]
    return True


@kernel
def _solve_row(
    x: Floats,
    a: Floats,
    e: Floats,
    metric: Floats,
    buy: Floats,
    sell: Floats,
    y: Floats,
    slope: Floats,
    trial: Floats,
    system: Floats,
    right: Floats,
) -> bool:
    """One household: exchanges until a full solve of those that trade confirms the optimum."""
    n = len(x)
    for i in range(n):
        y[i] = x[i]
    _slopes(y, a, e, metric, slope)
    for count in range(EXCHANGES_MAX):
        best_buy, best_sell, worth = _worst_pair(x, y, slope, buy, sell)
        if worth <= SLACK:
            if count > 0:
                _put_exactly(x, y, a, e, metric, buy, sell, slope, trial, system, right)
            return True
        _exchange(x, y, e, metric, slope, (best_buy, best_sell), worth)
        if count % n == 0 and _put_exactly(
            x, y, a, e, metric, buy, sell, slope, trial, system, right
        ):
            return True
    return False


@entry
def destinations(
    weights: Floats,
    centre: Floats,
    stretch: Floats,
    metric: Floats,
    buy: Floats,
    sell: Floats,
    after: Floats,
    side: Sides,
) -> int:
    """Fill `after` with where each row trades to and `side` with how; the first unsolved row or −1.

    Shape: (B, n) all but `metric` (n, n).
    Unit: weights in fractions of one, costs in fractions of traded value.
    """
    rows, n = weights.shape
    slope, trial, right = np.empty(n), np.empty(n), np.empty(n + 1)
    system = np.empty((n + 1, n + 1))
    for b in range(rows):
        x, y = weights[b], after[b]
        if not _solve_row(
            x,
            centre[b],
            stretch[b],
            metric,
            buy[b],
            sell[b],
            y,
            slope,
            trial,
            system,
            right,
        ):
            return b
        for i in range(n):
            if y[i] == x[i] and x[i] > 0.0:
                side[b, i] = UNTOUCHED
            elif y[i] <= 0.0:
                side[b, i] = EMPTIED
            else:
                side[b, i] = BOUGHT if y[i] > x[i] else SOLD
    return -1
