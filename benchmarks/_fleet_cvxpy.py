"""The convex part in cvxpy, in the two ways a competent user has.

* `StatedAnew`: a problem object per household, with its own shapes.
* `Parametrised`: one problem for all, compiled once (DPP).  It has room for the largest household,
  and each solve fills in parameters, of which the incidence of lots on positions is the largest.

Both hand the same program to Clarabel; all that differs is how it gets there.
"""

import time
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_clarabel import Answer
from benchmarks._fleet_convex import ConvexPart
from benchmarks._fleet_households import ACCOUNTS_MAX, LOTS_MOST
from benchmarks._fleet_market import INSTRUMENTS

__all__ = ["Parametrised", "require_cvxpy", "solve_anew"]

Floats = npt.NDArray[np.float64]


def require_cvxpy() -> Any:
    """The cvxpy module, or a message that says how to get it."""
    try:
        import cvxpy
    except ImportError:
        raise SystemExit(
            "fleet: the references need cvxpy; install trimtab[bench] or pass --no-references"
        ) from None
    return cvxpy


def _incidence(index: npt.NDArray[np.int64], rows: int) -> Floats:
    matrix = np.zeros((rows, len(index)))
    matrix[index, np.arange(len(index))] = 1.0
    return matrix


def solve_anew(part: ConvexPart) -> Answer:
    """State the household as a new problem and solve it."""
    cp = require_cvxpy()
    start = time.perf_counter()
    n, m, lots = len(part.drift), len(part.buy_cost), len(part.lot_cost)
    b, s = cp.Variable(m), cp.Variable(lots)
    sale = _incidence(part.lot_position, m) @ s
    d = part.drift + _incidence(part.position_instrument, n) @ (b - sale)
    root = np.linalg.cholesky(part.covariance)
    cost = part.buy_cost @ b + part.sell_cost @ sale
    spent = cp.multiply(1.0 + part.buy_cost, b) - cp.multiply(1.0 - part.sell_cost, sale)
    if part.impact.any():
        bent = cp.multiply(part.impact, cp.power(b + sale, 1.5))
        cost, spent = cost + cp.sum(bent), spent + bent
    objective = (
        0.5 * part.kappa * cp.sum_squares(root.T @ d)
        + cost
        + part.location @ (b - sale)
        + part.lot_cost @ s
    )
    limits = [
        b >= part.buy_low,
        s >= part.lot_low,
        s <= part.lot_high,
        sale >= part.sale_low,
        sale <= part.sale_high,
        _incidence(part.position_account, len(part.budget)) @ spent <= part.budget,
    ]
    bounded = np.flatnonzero(np.isfinite(part.buy_high))
    limits.append(b[bounded] <= part.buy_high[bounded])
    if len(part.gain_rows):
        limits.append(part.gain_rows @ s <= part.gain_limits)
    problem = cp.Problem(cp.Minimize(objective), limits)
    return _solved(problem, part, start)


def _solved(problem: Any, part: ConvexPart, start: float) -> Answer:
    """Solve; all wall time since `start` counts: stating and compiling are part of the tool."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "may be inaccurate": the status says so too
        problem.solve(solver="CLARABEL")
    value = float(problem.value) + part.constant if problem.value is not None else np.inf
    solved = problem.status in ("optimal", "optimal_inaccurate")
    return Answer(value, value, solved, 0.0, time.perf_counter() - start)


class Parametrised:
    """One compiled problem with room for every household of the fleet."""

    def __init__(self, covariance: Floats, kappa: float, impact: bool) -> None:
        cp = require_cvxpy()
        m, n, lots = ACCOUNTS_MAX * INSTRUMENTS, INSTRUMENTS, LOTS_MOST
        self.b, self.s = cp.Variable(m), cp.Variable(lots)
        self.drift, self.incidence = cp.Parameter(n), cp.Parameter((m, lots))
        self.buy_price, self.sale_price = cp.Parameter(m), cp.Parameter(m)
        self.spend, self.bring = cp.Parameter(m), cp.Parameter(m)
        self.lot_cost, self.budget = cp.Parameter(lots), cp.Parameter(ACCOUNTS_MAX)
        self.buy_high, self.lot_high = cp.Parameter(m), cp.Parameter(lots)
        self.sale_low, self.sale_high = cp.Parameter(m), cp.Parameter(m)
        self.impact = cp.Parameter(m, nonneg=True)
        sale = cp.Variable(m)
        exposures = np.tile(np.eye(n), (1, ACCOUNTS_MAX))
        d = self.drift + exposures @ (self.b - sale)
        spent = cp.multiply(self.spend, self.b) - cp.multiply(self.bring, sale)
        cost = self.buy_price @ self.b + self.sale_price @ sale + self.lot_cost @ self.s
        if impact:
            bent = cp.multiply(self.impact, cp.power(self.b + sale, 1.5))
            cost, spent = cost + cp.sum(bent), spent + bent
        root = np.linalg.cholesky(covariance)
        by_account = np.kron(np.eye(ACCOUNTS_MAX), np.ones(n))
        self.problem = cp.Problem(
            cp.Minimize(0.5 * kappa * cp.sum_squares(root.T @ d) + cost),
            [
                sale == self.incidence @ self.s,
                self.b >= 0,
                self.b <= self.buy_high,
                self.s >= 0,
                self.s <= self.lot_high,
                sale >= self.sale_low,
                sale <= self.sale_high,
                by_account @ spent <= self.budget,
            ],
        )

    def solve(self, part: ConvexPart) -> Answer:
        """Fill in one household and solve; for parts without rows on the net gains."""
        start = time.perf_counter()
        m, lots = ACCOUNTS_MAX * INSTRUMENTS, LOTS_MOST
        own = len(part.buy_cost)
        self.drift.value = part.drift
        self.incidence.value = _padded_matrix(_incidence(part.lot_position, own), m, lots)
        self.buy_price.value = _padded(part.buy_cost + part.location, m)
        self.sale_price.value = _padded(part.sell_cost - part.location, m)
        self.spend.value = _padded(1.0 + part.buy_cost, m)
        self.bring.value = _padded(1.0 - part.sell_cost, m)
        self.lot_cost.value = _padded(part.lot_cost, lots)
        self.budget.value = _padded(part.budget, ACCOUNTS_MAX)
        self.buy_high.value = _padded(np.minimum(part.buy_high, 10.0), m)
        self.lot_high.value = _padded(part.lot_high, lots)
        self.sale_low.value = _padded(part.sale_low, m)
        self.sale_high.value = _padded(part.sale_high, m)
        self.impact.value = _padded(part.impact, m)
        return _solved(self.problem, part, start)


def _padded(values: Floats, length: int) -> Floats:
    out = np.zeros(length)
    out[: len(values)] = values
    return out


def _padded_matrix(values: Floats, rows: int, columns: int) -> Floats:
    out = np.zeros((rows, columns))
    out[: values.shape[0], : values.shape[1]] = values
    return out
