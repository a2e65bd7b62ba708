"""Random households, and an independent reading of what a solution of one may do and costs."""

import dataclasses
import itertools
import warnings
from typing import Any, NamedTuple

import cvxpy as cp
import numpy as np

from trimtab.quant.problem import HouseholdProblem, Solution, TaxCurve, WashRule

FLAT = TaxCurve(0.408, 0.238, netting=False)


def make_household(seed: int, n: int = 6, lots: int = 30, accounts: int = 2, **changes: Any):
    """A household with every kind of number in it; `changes` replace fields.

    The first account is taxable, the others are not.
    """
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.0, 0.12, (n, 3)) + np.array([0.15, 0.0, 0.0])
    covariance = loadings @ loadings.T + np.diag(rng.uniform(0.02, 0.1, n) ** 2)
    account, instrument = np.divmod(np.arange(accounts * n), n)
    m = accounts * n
    lot_position = rng.integers(0, m, lots)
    lot_value = rng.uniform(500.0, 20_000.0, lots)
    cash = rng.uniform(500.0, 20_000.0, accounts)
    problem = HouseholdProblem(
        value=float(lot_value.sum() + cash.sum()),
        covariance=covariance,
        target=rng.dirichlet(np.full(n, 3.0)),
        kappa=float(rng.choice([3.0, 8.0, 15.0])),
        position_account=account,
        position_instrument=instrument,
        buy_cost=rng.uniform(1e-4, 1e-3, m),
        sell_cost=rng.uniform(1e-4, 1e-3, m),
        impact=np.zeros(m),
        lower=np.zeros(m),
        upper=np.full(m, np.inf),
        location_cost=rng.choice([0.0, 1.0]) * rng.uniform(0.0, 0.01, m),
        minimum_trade=np.zeros(m),
        fixed_cost=np.zeros(m),
        price=rng.uniform(10.0, 200.0, m),
        quantity_step=np.zeros(m),
        lot_position=lot_position,
        lot_value=lot_value,
        lot_gain=rng.uniform(-0.5, 0.6, lots),
        lot_long_term=rng.random(lots) < 0.5,
        lot_taxable=account[lot_position] == 0,
        lot_sellable=np.ones(lots, dtype=bool),
        lot_recent=np.zeros(lots, dtype=bool),
        cash=cash,
        flow=np.zeros(accounts),
        reserve=np.zeros(accounts),
        group=np.arange(n),
        group_buy_blocked=np.zeros(n, dtype=bool),
        group_recent_value=np.zeros(n),
        tax=FLAT,
    )
    return dataclasses.replace(problem, **changes)


def bill(tax: TaxCurve, short: float, long: float) -> float:
    """The year's tax, as a tax adviser would work it out line by line."""
    if not tax.netting:
        return tax.short_rate * short + tax.long_rate * long
    if short >= 0 and long >= 0:
        return tax.short_rate * short + tax.long_rate * long
    net = short + long
    if net >= 0:
        return (tax.long_rate if short < 0 else tax.short_rate) * net
    loss = -net
    offset = min(loss, tax.ordinary_limit)
    short_left = max(0.0, -short - (max(long, 0.0)) - offset)  # ordinary offset eats short first
    long_left = loss - offset - short_left
    carried = tax.carry_short_rate * short_left + tax.carry_long_rate * long_left
    return -tax.ordinary_rate * offset - carried


def realised(problem: HouseholdProblem, sold: np.ndarray) -> tuple[float, float]:
    """Net gains of the year after sales, recent purchases washing the deepest losses."""
    counted = np.where(problem.lot_taxable, sold * problem.lot_gain, 0.0)
    if problem.wash_rule == WashRule.PROPORTIONAL:
        group = problem.group[problem.position_instrument[problem.lot_position]]
        for g, recent in enumerate(problem.group_recent_value):
            left = recent
            for lot in np.argsort(problem.lot_gain, kind="stable"):
                if group[lot] == g and counted[lot] < 0 and left > 0:
                    part = min(left, sold[lot])
                    counted[lot] -= part * problem.lot_gain[lot]
                    left -= part
    long = problem.lot_long_term
    return (
        problem.tax.net_short + float(counted[~long].sum()),
        problem.tax.net_long + float(counted[long].sum()),
    )


def objective(problem: HouseholdProblem, bought: np.ndarray, sold: np.ndarray) -> float:
    """The objective of DESIGN, straight from its definition."""
    m = len(problem.position_account)
    sales = np.bincount(problem.lot_position, sold, m)
    after = problem.holdings() + bought - sales
    d = np.bincount(problem.position_instrument, after, len(problem.target)) / problem.value
    d = d - problem.target
    size = bought + sales
    total = 0.5 * problem.kappa * problem.value * float(d @ problem.covariance @ d)
    total += float(problem.buy_cost @ bought + problem.sell_cost @ sales)
    total += float(problem.impact @ size**1.5 + problem.location_cost @ after)
    total += float(problem.fixed_cost @ (size > 1e-6))
    tax = problem.tax
    return total + bill(tax, *realised(problem, sold)) - bill(tax, tax.net_short, tax.net_long)


def violations(problem: HouseholdProblem, solution: Solution) -> list[str]:
    """Every rule that a solution breaks, in words."""
    found = []
    m = len(problem.position_account)
    bought, sold = solution.bought, solution.sold
    sales = np.bincount(problem.lot_position, sold, m)
    after = problem.holdings() + bought - sales
    if (bought < 0).any() or (sold < 0).any():
        found.append("negative trade")
    if (sold > problem.lot_value + 1e-6).any():
        found.append("sold more than the lot")
    if (sold[~problem.lot_sellable] > 0).any():
        found.append("sold a lot that may not be sold")
    if ((bought > 1e-6) & (sales > 1e-6)).any():
        found.append("bought and sold one position")
    cost = problem.buy_cost * bought + problem.sell_cost * sales
    size = bought + sales
    cost += problem.impact * size**1.5 + problem.fixed_cost * (size > 1e-6)
    spent = np.bincount(problem.position_account, bought - sales + cost, len(problem.cash))
    if (problem.cash + problem.flow - spent < problem.reserve - 1e-5).any():
        found.append("cash below reserve")
    if (after > problem.upper + 1e-3).any() or (after < problem.lower - 1e-3).any():
        found.append("bound")
    size = bought + sales
    if ((size > 0) & (size < problem.minimum_trade - 1e-5)).any():
        found.append("trade below the minimum")
    step = problem.price * problem.quantity_step
    whole = (step > 0) & (np.abs(after) > 1e-4)
    units = size[whole] / step[whole]
    if (np.abs(units - np.round(units)) > 1e-5).any():
        found.append("fraction of a step")
    turnover = max(bought.sum(), sales.sum()) / problem.value
    if turnover > problem.turnover_max * (1 + 2e-6) + 1e-9:
        found.append(f"turnover {turnover}")
    tax = problem.tax
    added = bill(tax, *realised(problem, sold)) - bill(tax, tax.net_short, tax.net_long)
    if added > problem.tax_max + 1e-5 * (1 + abs(problem.tax_max)):
        found.append(f"tax {added}")
    group = problem.group[problem.position_instrument]
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    loss_sold = np.zeros(len(problem.group_buy_blocked), dtype=bool)
    np.logical_or.at(loss_sold, group[problem.lot_position], loss & (sold > 1e-6))
    ruled = problem.wash_rule != WashRule.NONE
    if ruled and (loss_sold[group] & (bought > 1e-6)).any():
        found.append("loss sold and group bought")
    if ruled and (problem.group_buy_blocked[group] & (bought > 1e-6)).any():
        found.append("bought a blocked group")
    return found


class Reference:
    """A household's problem as Clarabel reads it, stated once for all sides and tax regions.

    Without recent purchases, least trades, tickets or steps.
    """

    def __init__(self, problem: HouseholdProblem) -> None:
        self.problem = problem
        self.unit = problem.value / 10.0  # keeps the numbers that Clarabel sees near one
        m, lots = len(problem.position_account), len(problem.lot_value)
        self.sold_most = cp.Parameter(lots, nonneg=True)
        self.bought_most = cp.Parameter(m, nonneg=True)
        self.rates, self.base = cp.Parameter(2), cp.Parameter()
        self.edges, self.least = cp.Parameter((EDGES_MOST, 2)), cp.Parameter(EDGES_MOST)
        sold, bought = cp.Variable(lots, nonneg=True), cp.Variable(m, nonneg=True)
        limits = [sold <= self.sold_most, bought <= self.bought_most]
        trading, cash = self._trading(bought, sold)
        after = problem.holdings() + self.unit * (bought - self._into() @ sold)
        upper = np.where(np.isfinite(problem.upper), problem.upper, 1e9)
        limits += [*cash, after >= problem.lower, after <= upper]
        if problem.turnover_max < np.inf:
            most = problem.turnover_max * problem.value / self.unit
            limits += [cp.sum(bought) <= most, cp.sum(sold) <= most]
        taxed = problem.lot_gain * problem.lot_taxable
        by_term = np.array([taxed * ~problem.lot_long_term, taxed * problem.lot_long_term])
        year = np.array([problem.tax.net_short, problem.tax.net_long])
        gains = by_term @ sold + year / self.unit
        before = bill(problem.tax, *year) / self.unit
        tax = self.rates @ gains + self.base - before
        limits += [self.edges @ gains >= self.least]
        if problem.tax_max < np.inf:
            limits += [tax <= problem.tax_max / self.unit]
        location = problem.location_cost @ after / self.unit
        self.model = cp.Problem(cp.Minimize(self._drift(after) + trading + location + tax), limits)

    def _into(self) -> np.ndarray:
        problem, lots = self.problem, len(self.problem.lot_value)
        into = np.zeros((len(problem.position_account), lots))
        into[problem.lot_position, np.arange(lots)] = 1.0
        return into

    def _drift(self, after: Any) -> Any:
        problem, m = self.problem, len(self.problem.position_account)
        exposure = np.zeros((len(problem.target), m))
        exposure[problem.position_instrument, np.arange(m)] = 1.0
        root = np.linalg.cholesky(problem.covariance)
        apart = exposure @ after / problem.value - problem.target
        return problem.kappa * problem.value / 2 / self.unit * cp.sum_squares(root.T @ apart)

    def _trading(self, bought: Any, sold: Any) -> tuple[Any, list[Any]]:
        """What trades cost, and the cash that each account keeps."""
        problem, sales = self.problem, self._into() @ sold
        each = cp.multiply(problem.buy_cost, bought) + cp.multiply(problem.sell_cost, sales)
        if problem.impact.any():
            size = cp.power(bought, 1.5) + cp.power(sales, 1.5)
            each = each + cp.multiply(problem.impact * self.unit**0.5, size)
        cash = []
        for a in range(len(problem.cash)):
            here = np.flatnonzero(problem.position_account == a)
            spent = cp.sum((bought - sales + each)[here])
            free = problem.cash[a] + problem.flow[a] - problem.reserve[a]
            cash.append(spent <= free / self.unit)
        return cp.sum(each), cash

    def optimum(self, sides: tuple[bool, ...], region: int = 0) -> float:
        """The optimum for given sides (True: harvest) and tax region; inf if there is none."""
        problem, harvest = self.problem, np.array(sides)
        group = problem.group[problem.position_instrument]
        loss = problem.lot_taxable & (problem.lot_gain < 0)
        kept = loss & ~harvest[group[problem.lot_position]] | ~problem.lot_sellable
        self.sold_most.value = np.where(kept, 0.0, problem.lot_value / self.unit)
        blocked = harvest[group] | problem.group_buy_blocked[group]
        everything = problem.value + np.maximum(problem.holdings(), 0.0).sum()
        self.bought_most.value = np.where(blocked, 0.0, everything / self.unit)
        piece = _region(problem.tax, region)
        edges = [*piece.edges, *[((0.0, 0.0), 0.0)] * (EDGES_MOST - len(piece.edges))]
        self.rates.value, self.base.value = np.array(piece.rates), piece.base / self.unit
        self.edges.value = np.array([normal for normal, _ in edges])
        self.least.value = np.array([least for _, least in edges]) / self.unit
        with warnings.catch_warnings():  # an inaccurate answer is one that missed tight tolerances
            warnings.simplefilter("ignore", UserWarning)
            self.model.solve(solver=cp.CLARABEL)
        usable = self.model.status in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE)
        return float(self.model.value) * self.unit if usable else np.inf


EDGES_MOST = 3


class Piece(NamedTuple):
    """One linear piece of the bill: rates of short and long gains, and where it holds.

    `edges` are normals of (short, long) with the least that each may come to.
    """

    rates: tuple[float, float]
    base: float = 0.0
    edges: tuple[tuple[tuple[float, float], float], ...] = ()


def _region(tax: TaxCurve, region: int) -> Piece:
    if not tax.netting:
        return Piece((tax.short_rate, tax.long_rate))
    most, carry_short, carry_long = tax.ordinary_limit, tax.carry_short_rate, tax.carry_long_rate
    saved = tax.ordinary_rate * most
    short, long, net = (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)
    no_short, no_long, loss = (-1.0, 0.0), (0.0, -1.0), (-1.0, -1.0)
    beyond = (loss, most)
    return (
        Piece((tax.short_rate, tax.long_rate), 0.0, ((short, 0.0), (long, 0.0))),
        Piece((tax.long_rate, tax.long_rate), 0.0, ((no_short, 0.0), (net, 0.0))),
        Piece((tax.short_rate, tax.short_rate), 0.0, ((no_long, 0.0), (net, 0.0))),
        Piece((tax.ordinary_rate, tax.ordinary_rate), 0.0, ((loss, 0.0), (net, -most))),
        Piece((carry_short, carry_short), carry_short * most - saved, (beyond, (long, 0.0))),
        Piece(
            (carry_long, carry_long),
            carry_long * most - saved,
            (beyond, (no_long, 0.0), (short, -most)),
        ),
        Piece(
            (carry_short, carry_long),
            carry_short * most - saved,
            (beyond, (no_long, 0.0), (no_short, most)),
        ),
    )[region]


def reference(problem: HouseholdProblem, sides: tuple[bool, ...]) -> float:
    """The optimum for given sides (True: harvest), by Clarabel; inf if none."""
    return Reference(problem).optimum(sides)


def brute_force(problem: HouseholdProblem) -> float:
    """The optimum over all sides and tax regions."""
    stated = Reference(problem)
    regions = range(7) if problem.tax.netting else range(1)
    sides = itertools.product((False, True), repeat=len(problem.group_buy_blocked))
    return min(stated.optimum(side, region) for side in sides for region in regions)


def gains_only(seed: int, **changes: Any) -> HouseholdProblem:
    """A household without loss lots: convex as it stands."""
    problem = make_household(seed, **changes)
    return dataclasses.replace(problem, lot_gain=np.abs(problem.lot_gain))
