"""The whole household, discrete choices included, as a mixed-integer linear program with a bound.

The quadratic drift and the impact are convex, so tangents lie below them: a program with tangents
in their place can only be cheaper than the true one, and its proven bound is a bound for every
answer.  Solving, putting new tangents where the optimum fell, and solving again closes the rest.
Wash-sale sides, regions of the netting rules, washed dollars and least trades are binaries, exactly
as the rules have them.  HiGHS solves it (through SciPy); it needs seconds per household.

Amounts inside are hundredths of the household's value, which keeps HiGHS's tolerances small.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks._fleet_convex import ConvexPart, convex_part
from benchmarks._fleet_regions import regions_of
from trimtab.quant.problem import HouseholdProblem

__all__ = ["Exact", "solve_exact"]

Floats = npt.NDArray[np.float64]

UNIT = 0.01  # of the household's value
FAR = 400.0  # units: no net gain is larger
ROUNDS = 8
GRID = (0.0, 0.02, 0.06, 0.15, 0.35, 0.8, 2.0, 5.0)  # units around the first guess of each drift
IMPACT_POINTS = (0.3, 1.0, 2.0, 5.0, 12.0)  # units


@dataclass(frozen=True, slots=True)
class Exact:
    """What is proven about one household, in fractions of its value."""

    bound: float
    best: float
    """Objective of the program's own trades; infinite where it found none."""
    bought: Floats
    sold: Floats
    rounds: int
    seconds: float


@dataclass
class _Model:
    """A mixed-integer program under construction."""

    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    integral: list[int] = field(default_factory=list)
    rows: list[tuple[Any, Any, float, float]] = field(default_factory=list)

    def variables(self, count: int, high: Any, cost: Any = 0.0, low: Any = 0.0) -> Any:
        first = len(self.cost)
        for values, given in ((self.cost, cost), (self.low, low), (self.high, high)):
            values.extend(np.broadcast_to(np.asarray(given, dtype=np.float64), count).tolist())
        self.integral.extend([0] * count)
        return np.arange(first, first + count)

    def binaries(self, count: int) -> Any:
        at = self.variables(count, 1.0)
        for k in at:
            self.integral[k] = 1
        return at

    def row(self, columns: Any, data: Any, low: float, high: float) -> None:
        self.rows.append((np.atleast_1d(columns), np.atleast_1d(data), low, high))

    def solve(self, seconds: float, gap: float) -> Any:
        length = [len(columns) for columns, _, _, _ in self.rows]
        at = np.repeat(np.arange(len(self.rows)), length)
        columns = np.concatenate([row[0] for row in self.rows])
        data = np.concatenate([np.asarray(row[1], dtype=np.float64) for row in self.rows])
        shape = (len(self.rows), len(self.cost))
        matrix = sparse.csr_matrix((data, (at, columns)), shape=shape)
        limits = np.array([row[2] for row in self.rows]), np.array([row[3] for row in self.rows])
        return milp(
            np.array(self.cost),
            integrality=np.array(self.integral),
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            constraints=LinearConstraint(matrix, *limits),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )


@dataclass(frozen=True, slots=True)
class _Trades:
    """Where the trades stand among the variables, and the lots of each position."""

    bought: Any
    sold: Any
    lots_of: list[Any]


def _trades(model: _Model, problem: HouseholdProblem, part: ConvexPart) -> _Trades:
    """Purchases and sales with their least sizes, and one side per wash-sale group."""
    m, lots = len(part.buy_cost), len(part.lot_cost)
    room = np.minimum(part.buy_high, float(np.maximum(part.budget, 0.0).sum()) + 1.0) / UNIT
    group = problem.group[problem.position_instrument]
    room[problem.group_buy_blocked[group]] = 0.0
    bought = model.variables(m, room, part.buy_cost + part.location)
    of_lot = (part.sell_cost - part.location)[part.lot_position]
    sold = model.variables(lots, part.lot_high / UNIT, of_lot)
    buys, sells, side = model.binaries(m), model.binaries(m), model.binaries(len(part.drift))
    least = problem.minimum_trade / problem.value / UNIT
    members = [np.flatnonzero(part.lot_position == p) for p in range(m)]
    for p in range(m):
        ones = np.ones(len(members[p]))
        most = min(float(part.lot_high[members[p]].sum()), part.sale_high[p]) / UNIT
        model.row([bought[p], buys[p]], [1.0, -room[p]], -np.inf, 0.0)
        model.row([bought[p], buys[p]], [1.0, -least[p]], 0.0, np.inf)
        model.row([buys[p], sells[p]], [1.0, 1.0], -np.inf, 1.0)
        model.row([buys[p], side[group[p]]], [1.0, 1.0], -np.inf, 1.0)
        sale = np.append(sold[members[p]], sells[p])
        model.row(sale, np.append(ones, -most), -np.inf, 0.0)
        model.row(sale, np.append(ones, -least[p]), 0.0, np.inf)
        if part.sale_low[p] > 0:
            model.row(sold[members[p]], ones, part.sale_low[p] / UNIT, np.inf)
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    for at in np.flatnonzero(loss):
        home = side[group[part.lot_position[at]]]
        model.row([sold[at], home], [1.0, -part.lot_high[at] / UNIT], -np.inf, 0.0)
    for a in range(len(part.budget)):
        own, lots_own = part.position_account == a, part.position_account[part.lot_position] == a
        columns = np.concatenate((bought[own], sold[lots_own]))
        use = 1.0 + part.buy_cost[own]
        brings = part.sell_cost[part.lot_position[lots_own]] - 1.0
        model.row(columns, np.concatenate((use, brings)), -np.inf, part.budget[a] / UNIT)
    return _Trades(bought, sold, members)


def _washed(model: _Model, problem: HouseholdProblem, sold: Any) -> Any:
    """(l,) columns of washed dollars, −1 where none can be: the deepest losses are washed first."""
    columns = np.full(len(sold), -1)
    lot_group = problem.group[problem.position_instrument][problem.lot_position]
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    for g in np.flatnonzero(problem.group_recent_value > 0):
        recent = problem.group_recent_value[g] / problem.value / UNIT
        members = np.flatnonzero(loss & (lot_group == g))
        members = members[np.argsort(problem.lot_gain[members], kind="stable")]
        high = problem.lot_value[members] / problem.value / UNIT
        washed = model.variables(len(members), np.minimum(high, recent))
        full = model.binaries(len(members))  # recent purchases are used up by here
        columns[members] = washed
        for k in range(len(members)):
            ones = np.ones(k + 1)
            model.row([washed[k], sold[members[k]]], [1.0, -1.0], -np.inf, 0.0)
            model.row(np.append(washed[: k + 1], full[k]), np.append(ones, -recent), 0.0, np.inf)
            upto = np.concatenate((washed[: k + 1], sold[members[: k + 1]], full[k : k + 1]))
            total = float(high[: k + 1].sum())
            model.row(upto, np.concatenate((ones, -ones, [total])), 0.0, np.inf)
        if len(members):
            model.row(washed, np.ones(len(members)), -np.inf, recent)
    return columns


def _tax(model: _Model, problem: HouseholdProblem, sold: Any, washed: Any) -> None:
    """Net gains, split over the regions of the bill, of which one is taken."""
    gain = np.where(problem.lot_taxable, problem.lot_gain, 0.0)
    regions = regions_of(problem.tax)
    pick = model.binaries(len(regions))
    scale = problem.value * UNIT
    parts = []
    for k, region in enumerate(regions):
        at = model.variables(2, FAR, [region.rate_short, region.rate_long], -FAR)
        model.cost[pick[k]] = region.constant / scale
        for column in at:
            model.row([column, pick[k]], [1.0, -FAR], -np.inf, 0.0)
            model.row([column, pick[k]], [1.0, FAR], 0.0, np.inf)
        for a, b, limit in region.rows:
            model.row([*at, pick[k]], [a, b, -limit / scale], -np.inf, 0.0)
        parts.append(at)
    model.row(pick, np.ones(len(pick)), 1.0, 1.0)
    for term, before in enumerate((problem.tax.net_short, problem.tax.net_long)):
        counts = np.flatnonzero((gain != 0) & (problem.lot_long_term == bool(term)))
        dud = counts[washed[counts] >= 0]
        columns = np.concatenate(([at[term] for at in parts], sold[counts], washed[dud]))
        data = np.concatenate((np.ones(len(parts)), -gain[counts], gain[dud]))
        model.row(columns.astype(np.int64), data, before / scale, before / scale)


def _drift(model: _Model, part: ConvexPart, at: _Trades, axes: Floats) -> tuple[Any, Any]:
    """Drift along the covariance's axes, and a variable above each one's tangents."""
    n = len(part.drift)
    drift = model.variables(n, FAR, low=-FAR)
    square = model.variables(n, np.inf, 1.0)
    for k in range(n):
        buy, sell = axes[part.position_instrument, k], axes[part.position_instrument, k]
        columns = np.concatenate(([drift[k]], at.bought, at.sold))
        data = np.concatenate(([1.0], -buy, sell[part.lot_position]))
        start = float(axes[:, k] @ part.drift) / UNIT
        model.row(columns, data, start, start)
    return drift, square


def _bent(model: _Model, part: ConvexPart, at: _Trades) -> Any:
    """Impact of each position, above its tangents; none where there is no impact."""
    bent = model.variables(len(part.impact), np.inf, 1.0)
    for p in np.flatnonzero(part.impact > 0).tolist():
        for point in IMPACT_POINTS:
            _impact_tangent(model, part, at, bent, p, point)
    return bent


def _impact_tangent(
    model: _Model, part: ConvexPart, at: _Trades, bent: Any, p: int, point: float
) -> None:
    """bent ≥ c·(1.5·√point·trade − 0.5·point^1.5), all in units."""
    scale = part.impact[p] * np.sqrt(UNIT)
    trade = np.append(at.sold[at.lots_of[p]], at.bought[p])
    slope = 1.5 * scale * np.sqrt(point)
    columns, data = np.append(trade, bent[p]), np.append(np.full(len(trade), -slope), 1.0)
    model.row(columns, data, -0.5 * scale * point**1.5, np.inf)


def _drift_tangent(model: _Model, drift: Any, square: Any, weight: float, point: float) -> None:
    """square ≥ weight·(2·point·drift − point²)."""
    model.row([square, drift], [1.0, -2.0 * weight * point], -weight * point * point, np.inf)


def solve_exact(
    problem: HouseholdProblem, bought: Floats, sold: Floats, *, seconds: float, gap: float
) -> Exact:
    """Bound the household from below, starting from an answer; stop at `gap` of its value.

    Unit: `gap` and results fractions of value; `seconds` for all rounds together.
    """
    start = time.perf_counter()
    part = convex_part(problem)
    spread, axes = np.linalg.eigh(part.covariance)
    weights = 0.5 * part.kappa * spread * UNIT
    model = _Model()
    at = _trades(model, problem, part)
    _tax(model, problem, at.sold, _washed(model, problem, at.sold))
    drift, square = _drift(model, part, at, axes)
    bent = _bent(model, part, at)
    before = problem.tax.tax(0.0, 0.0) / problem.value
    guess = _axis_drift(part, axes, bought, sold)
    for k in range(len(guess)):
        for offset in GRID:
            for sign in (1.0, -1.0) if offset else (1.0,):
                _drift_tangent(model, drift[k], square[k], weights[k], guess[k] + sign * offset)
    best, bound, trades, rounds = np.inf, -np.inf, (bought * 0.0, sold * 0.0), 0
    for _ in range(ROUNDS):
        left = seconds - (time.perf_counter() - start)
        if left <= 0:
            break
        rounds += 1
        found = model.solve(left, 0.2 * gap)
        if found.mip_dual_bound is not None:
            bound = max(bound, UNIT * found.mip_dual_bound + part.constant - before)
        if found.x is None:
            break
        x = found.x
        missing = weights * x[drift] ** 2 - x[square]
        size = np.bincount(part.lot_position, x[at.sold], len(bent)) + x[at.bought]
        size = np.maximum(size, 0.0)
        true_bent = part.impact * np.sqrt(UNIT) * size**1.5
        objective = UNIT * (found.fun + missing.sum() + (true_bent - x[bent]).sum())
        if objective + part.constant - before < best:
            best = objective + part.constant - before
            scale = problem.value * UNIT
            trades = np.maximum(x[at.bought], 0.0) * scale, np.maximum(x[at.sold], 0.0) * scale
        if best - bound <= gap:
            break
        for k in np.flatnonzero(missing > 1e-9).tolist():
            _drift_tangent(model, drift[k], square[k], weights[k], x[drift[k]])
        short = np.flatnonzero(true_bent - x[bent] > 1e-9)
        for p in short.tolist():
            _impact_tangent(model, part, at, bent, p, float(size[p]))
    return Exact(bound, best, *trades, rounds, time.perf_counter() - start)


def _axis_drift(part: ConvexPart, axes: Floats, bought: Floats, sold: Floats) -> Floats:
    """Drift after an answer's trades along the covariance's axes, in units."""
    change = bought - np.bincount(part.lot_position, sold, len(bought))
    moved = np.bincount(part.position_instrument, change, len(part.drift)) / part.value
    return np.asarray(axes.T @ (part.drift + moved)) / UNIT
