"""Section `daily`: P5, a quadratic program a day for a thousand days, against equal weights.

Twenty stocks of the sample that ships with skfolio.  Each close asks for weights that maximise
μᵀw − γ·(w − 1/20)ᵀΣ(w − 1/20) − c·|trades| with no debt and no shorts; μ is an exponential mean of
the returns so far, Σ their rolling covariance.  Stated twice: as the problem has it, where cost
only lowers the objective and is debited afterwards (Clarabel, from the bench extra), and with the
cost paid from the same dollars, which Trimtab's household solver and Clarabel both solve.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from benchmarks._backtest_data import BacktestData, MissingData
from benchmarks._backtest_section import Figure, Section, Setting
from trimtab.feeds.skfolio_sample import SkfolioSample
from trimtab.model.errors import InputError
from trimtab.model.taxes import TaxCurve
from trimtab.quant.packing import pack
from trimtab.quant.problem import HouseholdProblem
from trimtab.quant.solver import solve_packed

__all__ = ["Day", "Forecasts", "by_clarabel", "by_household_solver", "forecasts", "replay", "run"]

Floats = npt.NDArray[np.float64]

STOCKS = (
    *("AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO"),
    *("LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM"),
)
LAST = date(2022, 12, 28)
SESSIONS = 1_252  # closes: 251 returns before the first decision, then 1,000 days and a last one
WINDOW, HALF_LIFE = 250, 63
REFERENCE, CLOSE_ENOUGH = 2_466_830.0, 40.0
"""Where several solvers agree that the problem as stated ends, and how far they are apart."""
NO_TAX = TaxCurve(short_rate=0.0, long_rate=0.0)
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The problem's facts, and what is known at each decision.

    Shape: `growth` (D, n), price relatives of the day after each decision; `mean` (D, n),
    `covariance` (D, n, n).
    """

    gamma: float
    cost: float
    start_value: float
    growth: Floats
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Day:
    """One decision.

    Unit: dollars; `mean` and `covariance` per day.
    """

    held: Floats
    cash: float
    mean: Floats
    covariance: Floats
    gamma: float
    cost: float

    @property
    def value(self) -> float:
        """Holdings and cash."""
        return float(self.held.sum()) + self.cash


Decide = Callable[[Day], tuple[Floats, float]]
"""Post-trade dollars of each stock, and the seconds that solving took."""


def forecasts(data: BacktestData) -> Forecasts:
    """Means and covariances of every day from returns up to it.

    Refuses: a machine without the sample, with `InputError`, or without the facts, `MissingData`.
    """
    file = data.folder / "p5.json"
    if not file.is_file():
        raise MissingData(f"there is no {file}")
    facts = json.loads(file.read_text(encoding="utf-8"))
    history = SkfolioSample().history(STOCKS, LAST, SESSIONS)
    closes = np.array(history.closes)
    growth = closes[1:] / closes[:-1]
    returns = growth - 1.0
    first = [day.isoformat() for day in history.dates].index(facts["start"])
    fade = 0.5 ** (1.0 / HALF_LIFE)
    total, weight = np.zeros(len(STOCKS)), 0.0
    means = []
    for row in returns:
        total, weight = total * fade + row, weight * fade + 1.0
        means.append(total / weight)
    known = range(first - 1, len(returns) - 1)  # the last return known at each decision
    return Forecasts(
        gamma=facts["gamma"],
        cost=facts["cost"],
        start_value=facts["init"],
        growth=growth[first:],
        mean=np.array([means[at] for at in known]),
        covariance=np.array([np.cov(returns[at + 1 - WINDOW : at + 1].T) for at in known]),
    )


def replay(known: Forecasts, decide: Decide) -> tuple[float, float]:
    """The value at the last close, before a trade there, and the seconds spent on solving."""
    held, cash = np.zeros(len(STOCKS)), known.start_value
    spent = 0.0
    for growth, mean, covariance in zip(known.growth, known.mean, known.covariance, strict=True):
        day = Day(held, cash, mean, covariance, known.gamma, known.cost)
        after, seconds = decide(day)
        traded = after - held
        cash -= float(traded.sum()) + known.cost * float(np.abs(traded).sum())
        held = after * growth
        spent += seconds
    return float(held.sum()) + cash, spent


def by_household_solver(day: Day) -> tuple[Floats, float]:
    """Trimtab's solver: one account without tax, the forecast as a negative cost of location."""
    n = len(day.held)
    ones, zeros = np.ones(n), np.zeros(n)
    places, off = np.arange(n), np.zeros(n, dtype=np.bool_)
    problem = HouseholdProblem(
        value=day.value,
        covariance=day.covariance,
        target=ones / n,
        kappa=2.0 * day.gamma,
        position_account=np.zeros(n, dtype=np.int64),
        position_instrument=places,
        buy_cost=ones * day.cost,
        sell_cost=ones * day.cost,
        impact=zeros,
        lower=zeros,
        upper=ones * np.inf,
        location_cost=-day.mean,
        minimum_trade=zeros,
        fixed_cost=zeros,
        price=ones,
        quantity_step=zeros,
        lot_position=places,
        lot_value=day.held,
        lot_gain=zeros,
        lot_long_term=off,
        lot_taxable=off,
        lot_sellable=~off,
        lot_recent=off,
        cash=np.array([day.cash]),
        flow=np.zeros(1),
        reserve=np.zeros(1),
        group=places,
        group_buy_blocked=off,
        group_recent_value=zeros,
        tax=NO_TAX,
    )
    start = time.perf_counter()
    packed = pack([problem])
    answer = solve_packed(packed, threads=1)
    spent = time.perf_counter() - start
    traded = np.empty(n)
    traded[packed.position_order] = answer.trades
    return day.held + traded, spent


def by_clarabel(day: Day, *, pays_from_cash: bool) -> tuple[Floats, float]:
    """Clarabel in its own form: weights w and trade sizes t, t ≥ |w − h|."""
    import clarabel
    from scipy import sparse

    n = len(day.held)
    weights, equal = day.held / day.value, np.full(n, 1.0 / n)
    eye, nothing = sparse.eye(n), sparse.csc_matrix((n, n))
    quadratic = sparse.triu(sparse.block_diag([2.0 * day.gamma * day.covariance, nothing]))
    linear = np.r_[-day.mean - 2.0 * day.gamma * day.covariance @ equal, np.full(n, day.cost)]
    paid = np.full(n, day.cost if pays_from_cash else 0.0)
    rows = [
        sparse.hstack([-eye, nothing]),
        sparse.hstack([eye, -eye]),
        sparse.hstack([-eye, -eye]),
        sparse.csc_matrix(np.r_[np.ones(n), paid]),
    ]
    limits = np.r_[np.zeros(n), weights, -weights, 1.0]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = TOLERANCE
    cones = [clarabel.NonnegativeConeT(3 * n + 1)]
    matrix = sparse.vstack(rows).tocsc()
    start = time.perf_counter()
    solver = clarabel.DefaultSolver(quadratic.tocsc(), linear, matrix, limits, cones, settings)
    found = np.array(solver.solve().x[:n])
    return np.maximum(found, 0.0) * day.value, time.perf_counter() - start


def run(setting: Setting) -> Section:
    """Final values as stated and with costs paid from cash, and the solvers' times."""
    measured = (
        "P5: a decision at each of 1,000 closes, then one more close; seconds of packing or "
        "setting up and of solving, without forecasts and filling matrices"
    )
    try:
        known = forecasts(setting.data)
    except (InputError, MissingData) as error:
        return Section("A quadratic program a day", measured, (), (f"P5: {error}",))
    by_household_solver(
        Day(np.zeros(len(STOCKS)), 1.0, known.mean[0], known.covariance[0], known.gamma, known.cost)
    )  # loads the compiled kernels
    own, own_seconds = replay(known, by_household_solver)
    figures = [
        Figure("cost paid from cash, trimtab", own, "$"),
        Figure("cost paid from cash, trimtab time", own_seconds, "s", 3),
    ]
    absent: tuple[str, ...] = ()
    if find_spec("clarabel") is None:
        absent = ('Clarabel is not installed: pip install "trimtab[bench]"',)
    else:
        theirs, seconds = replay(known, partial(by_clarabel, pays_from_cash=True))
        stated, _ = replay(known, partial(by_clarabel, pays_from_cash=False))
        apart = abs(stated - REFERENCE)
        figures += [
            Figure("cost paid from cash, Clarabel", theirs, "$"),
            Figure("cost paid from cash, Clarabel time", seconds, "s", 3),
            Figure("apart", abs(own - theirs), "$", at_most=CLOSE_ENOUGH),
            Figure("Clarabel over trimtab", seconds / own_seconds, "×", 1),
            Figure("as stated, Clarabel", stated, "$"),
            Figure("as stated, from the reference", apart, "$", at_most=CLOSE_ENOUGH),
        ]
    return Section("A quadratic program a day", measured, tuple(figures), absent)
