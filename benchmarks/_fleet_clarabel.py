"""The convex part in Clarabel's own form: minimise ½xᵀPx + qᵀx subject to Ax + s = b, s in a cone.

This is how someone writes it who wants speed: variables that cannot move are left out, the drift is
a variable of its own so that P is one small block, and arrays go straight into sparse matrices.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks._fleet_convex import ConvexPart

__all__ = ["Answer", "Program", "assemble", "require_clarabel", "solve_clarabel"]

Floats = npt.NDArray[np.float64]
POWER = 2.0 / 3.0  # of impact, which grows with |trade|^1.5
TIGHT = 1e-10  # tolerance where accuracy is measured rather than time


@dataclass(frozen=True, slots=True)
class Program:
    """A quadratic program with rows in zero, nonnegative and three-dimensional power cones."""

    quadratic: Any
    linear: Floats
    matrix: Any
    offset: Floats
    equalities: int
    inequalities: int
    powers: int
    constant: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An optimum, and the seconds spent on it."""

    objective: float
    bound: float
    solved: bool
    assembly_seconds: float
    solve_seconds: float


def require_clarabel() -> Any:
    """The clarabel module, or a message that says how to get it."""
    try:
        import clarabel
    except ImportError:
        raise SystemExit(
            "fleet: the references need clarabel; install trimtab[bench] or pass --no-references"
        ) from None
    return clarabel


class _Rows:
    """Rows of a sparse matrix, collected in triplets."""

    def __init__(self) -> None:
        self.row: list[Any] = []
        self.column: list[Any] = []
        self.data: list[Any] = []
        self.offset: list[Floats] = []
        self.count = 0

    def add(self, row: Any, column: Any, data: Any) -> None:
        self.row.append(np.asarray(row) + self.count)
        self.column.append(column)
        self.data.append(data)

    def close(self, offset: Floats) -> None:
        """End a block of rows with its right-hand side."""
        self.offset.append(offset)
        self.count += len(offset)

    def matrix(self, width: int) -> Any:
        parts = (np.concatenate(self.row), np.concatenate(self.column))
        data = np.concatenate(self.data)
        return sparse.csc_matrix((data, parts), shape=(self.count, width))


def assemble(part: ConvexPart) -> Program:
    """Lay a convex part out as sparse matrices."""
    buys = np.flatnonzero(part.buy_high > 0)
    lots = np.flatnonzero(part.lot_high > 0)
    place = part.lot_position[lots]
    n, m = len(part.drift), len(part.buy_cost)
    b, s = np.arange(len(buys)), len(buys) + np.arange(len(lots))
    d = len(buys) + len(lots) + np.arange(n)
    bent = np.flatnonzero((part.impact > 0) & _movable(part, buys, place))
    t = d[-1] + 1 + np.arange(len(bent))  # |trade|^1.5
    width = int(d[-1]) + 1 + len(bent)
    rows = _Rows()
    _drift_rows(rows, part, buys, place, (b, s, d))
    equalities = rows.count
    _cash_rows(rows, part, buys, place, (b, s, t), bent)
    _box_rows(rows, b, part.buy_low[buys], part.buy_high[buys])
    _box_rows(rows, s, part.lot_low[lots], part.lot_high[lots])
    _sale_rows(rows, part, place, s, m)
    if len(part.gain_rows):
        index = np.indices((len(part.gain_rows), len(lots)))
        rows.add(index[0].ravel(), s[index[1].ravel()], part.gain_rows[:, lots].ravel())
        rows.close(part.gain_limits)
    inequalities = rows.count - equalities
    _impact_rows(rows, bent, buys, place, (b, s, t), m)
    linear = np.zeros(width)
    linear[b] = part.buy_cost[buys] + part.location[buys]
    linear[s] = part.sell_cost[place] + part.lot_cost[lots] - part.location[place]
    linear[t] = part.impact[bent]
    above, right = np.triu_indices(n)
    scaled = part.kappa * part.covariance[above, right]
    quadratic = sparse.csc_matrix((scaled, (d[above], d[right])), shape=(width, width))
    return Program(
        quadratic,
        linear,
        rows.matrix(width),
        np.concatenate(rows.offset),
        equalities,
        inequalities,
        len(bent),
        part.constant,
    )


def _movable(part: ConvexPart, buys: Any, place: Any) -> Any:
    movable = np.zeros(len(part.buy_cost), dtype=np.bool_)
    movable[buys] = True
    movable[place] = True
    return movable


def _drift_rows(rows: _Rows, part: ConvexPart, buys: Any, place: Any, at: Any) -> None:
    b, s, d = at
    rows.add(np.arange(len(d)), d, np.ones(len(d)))
    rows.add(part.position_instrument[buys], b, -np.ones(len(b)))
    rows.add(part.position_instrument[place], s, np.ones(len(s)))
    rows.close(part.drift)


def _cash_rows(rows: _Rows, part: ConvexPart, buys: Any, place: Any, at: Any, bent: Any) -> None:
    b, s, t = at
    rows.add(part.position_account[buys], b, 1.0 + part.buy_cost[buys])
    rows.add(part.position_account[place], s, part.sell_cost[place] - 1.0)
    rows.add(part.position_account[bent], t, part.impact[bent])
    rows.close(part.budget)


def _box_rows(rows: _Rows, at: Any, low: Floats, high: Floats) -> None:
    rows.add(np.arange(len(at)), at, -np.ones(len(at)))
    rows.close(-low)
    bounded = np.flatnonzero(np.isfinite(high))
    rows.add(np.arange(len(bounded)), at[bounded], np.ones(len(bounded)))
    rows.close(high[bounded])


def _sale_rows(rows: _Rows, part: ConvexPart, place: Any, s: Any, m: int) -> None:
    """Bands on a position's sales, where its lots' own bounds do not imply them."""
    most = np.bincount(part.lot_position, part.lot_high, m)
    least = np.bincount(part.lot_position, part.lot_low, m)
    for bound, sign, needed in (
        (part.sale_high, 1.0, part.sale_high < most - 1e-12),
        (-part.sale_low, -1.0, part.sale_low > least + 1e-12),
    ):
        number = np.cumsum(needed) - 1
        inside = needed[place]
        rows.add(number[place[inside]], s[inside], np.full(int(inside.sum()), sign))
        rows.close(bound[needed])


def _impact_rows(rows: _Rows, bent: Any, buys: Any, place: Any, at: Any, m: int) -> None:
    """(t, 1, trade) in the cone t^⅔ · 1^⅓ ≥ |trade|; a third faster than second-order cones."""
    b, s, t = at
    if not len(bent):
        return
    spot = np.full(m, -1)
    spot[bent] = np.arange(len(bent))
    rows.add(3 * np.arange(len(bent)), t, -np.ones(len(bent)))
    for column, owner in ((b, spot[buys]), (s, spot[place])):
        inside = owner >= 0
        rows.add(3 * owner[inside] + 2, column[inside], -np.ones(int(inside.sum())))
    rows.close(np.tile((0.0, 1.0, 0.0), len(bent)))


def solve_clarabel(part: ConvexPart, *, tight: bool = False) -> Answer:
    """Assemble and solve; setting the solver up counts as solving.

    Unit: objective in fractions of value.
    """
    clarabel = require_clarabel()
    start = time.perf_counter()
    program = assemble(part)
    built = time.perf_counter()
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    if tight:
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = TIGHT
    cones = [
        clarabel.ZeroConeT(program.equalities),
        clarabel.NonnegativeConeT(program.inequalities),
        *[clarabel.PowerConeT(POWER)] * program.powers,
    ]
    solver = clarabel.DefaultSolver(
        program.quadratic, program.linear, program.matrix, program.offset, cones, settings
    )
    solution = solver.solve()
    done = time.perf_counter()
    return Answer(
        objective=solution.obj_val + program.constant,
        bound=solution.obj_val_dual + program.constant,
        solved=str(solution.status) in ("Solved", "AlmostSolved"),
        assembly_seconds=built - start,
        solve_seconds=done - built,
    )
