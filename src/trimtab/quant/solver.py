"""Solve households: one, or a batch on several threads, with the same kernel and the same answer.

The kernel releases the interpreter lock, so that threads of a pool each solve a slice of the
batch with scratch space of their own.  No household sees another, and every limit counts work
rather than time: the answer depends neither on the batch nor on the number of threads.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.quant.certificate import TRADED
from trimtab.quant.compile import entry, kernel
from trimtab.quant.figures import (
    ANSWER,
    CONVEX_GAP,
    DRIFT,
    FIGURES,
    IDLE_FEASIBLE,
    LONG,
    LOWER_BOUND,
    NO_ANSWER,
    SHORT,
    STATUS,
    STEPS,
    TICKETS,
    TRIED,
)
from trimtab.quant.household import solve_household
from trimtab.quant.layout import (
    BEST_MULTIPLIER,
    CASH,
    EFFORTS,
    FAILURES_MAX,
    LEAST_GAIN,
    NOBODY,
    SEARCH_TOLERANCE,
    THOROUGH,
    Household,
    Work,
    Z,
)
from trimtab.quant.packing import Packed, bare_packed, no_household, pack, point_at, sizes_of
from trimtab.quant.problem import (
    HouseholdProblem,
    ObjectiveParts,
    Solution,
    SolverOptions,
    Status,
)
from trimtab.quant.promises import invert
from trimtab.quant.report import binding_limits, conflicts_of
from trimtab.quant.scratch import Scratch, scratch_for, work_on
from trimtab.quant.views import bare, hold, lent

__all__ = ["BatchAnswer", "solve", "solve_batch", "solve_packed"]

Floats = npt.NDArray[np.float64]

CHUNK = 512  # households that a thread takes at a time, at most
SHARES = 8  # that each thread takes one after the other, where households are few
DEFAULTS = SolverOptions()


class BatchAnswer(NamedTuple):
    """A batch solved, in columns and in the packed order.

    Shape: figures (B, FIGURES) with the columns of `answer`; trades over all positions, above zero
    bought; sold over all lots; cash multipliers over all accounts.
    """

    figures: Floats
    trades: Floats
    sold: Floats
    multipliers: Floats


@entry
def solve_range(
    packed: Packed,
    first: int,
    last: int,
    scratch: Scratch,
    tolerance: float,
    steps_max: int,
    figures: Floats,
    trades: Floats,
    sold: Floats,
    multipliers: Floats,
) -> None:
    """Solve the households of a range into the batch's columns."""
    batch = bare_packed(packed)
    home = no_household(batch)
    work = work_on(scratch)
    columns = BatchAnswer(bare(figures), bare(trades), bare(sold), bare(multipliers))
    limits = (tolerance, steps_max)
    solve_each(batch, first, last, lent(home), lent(work), limits, columns)
    hold(home)
    hold(work)


@kernel
def solve_each(
    packed: Packed,
    first: int,
    last: int,
    h: Household,
    w: Work,
    limits: tuple[float, int],
    columns: BatchAnswer,
) -> None:
    """The same with nothing that two threads would count references to."""
    figures, trades, sold, multipliers = columns
    tolerance, steps_max = limits
    known = NOBODY
    for b in range(first, last):
        point_at(packed, b, h, w.account)
        if known != packed.covariance_at[b]:
            known = packed.covariance_at[b]
            invert(h.instruments, h.covariance, w.precision, w.cover)
        solve_household(h, w, tolerance, steps_max, figures[b])
        refused = figures[b, STATUS] == NO_ANSWER
        start = packed.position_start[b]
        for p in range(h.positions):
            trades[start + p] = w.node[p, Z] if refused else w.best_z[p, 0]
        start = packed.lot_start[b]
        for at in range(h.lots):
            sold[start + at] = 0.0 if refused else w.sold[ANSWER, at]
        start = packed.account_start[b]
        for a in range(h.accounts):
            multipliers[start + a] = w.purse[a, CASH] if refused else w.purse[a, BEST_MULTIPLIER]


def _cores() -> int:
    """The cores that this process may use, as far as the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def solve_packed(
    packed: Packed, options: SolverOptions = DEFAULTS, threads: int | None = None
) -> BatchAnswer:
    """Solve a packed batch into columns, without an object per household.

    `threads` defaults to the cores of the machine.
    """
    size = len(packed.scalar)
    answer = BatchAnswer(
        np.zeros((size, FIGURES)),
        np.zeros(len(packed.place)),
        np.zeros(len(packed.lot)),
        np.zeros(len(packed.account)),
    )
    sizes = sizes_of(packed)
    limits = float(options.tolerance), int(options.exchanges_max)
    effort = np.zeros(EFFORTS)
    effort[FAILURES_MAX] = options.failures_max
    effort[THOROUGH] = options.thorough
    effort[LEAST_GAIN] = options.least_gain
    effort[SEARCH_TOLERANCE] = options.search_tolerance

    workers = threads if threads is not None else _cores()
    chunk = CHUNK if workers <= 1 else max(min(CHUNK, size // (SHARES * workers)), 1)

    def run(first: int) -> None:
        scratch = scratch_for(*sizes)
        scratch.effort[:] = effort
        solve_range(packed, first, min(first + chunk, size), scratch, *limits, *answer)

    starts = range(0, size, chunk)
    if workers <= 1 or len(starts) <= 1:
        for first in starts:
            run(first)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, starts))
    return answer


def solve_batch(
    problems: Sequence[HouseholdProblem],
    options: SolverOptions = DEFAULTS,
    threads: int | None = None,
) -> tuple[Solution, ...]:
    """Solve many households.

    Refuses: a household whose arrays cannot be used, with `InputErrors`.
    """
    if not problems:
        return ()
    for problem in problems:
        problem.validate()
    packed = pack(problems)
    answer = solve_packed(packed, options, threads)
    return tuple(
        _solution(problem, packed, answer, b, options) for b, problem in enumerate(problems)
    )


def solve(problem: HouseholdProblem, options: SolverOptions = DEFAULTS) -> Solution:
    """Solve one household.

    Refuses: arrays that cannot be used, with `InputErrors`.
    """
    return solve_batch([problem], options, threads=1)[0]


def _solution(
    problem: HouseholdProblem, packed: Packed, answer: BatchAnswer, b: int, options: SolverOptions
) -> Solution:
    positions = slice(packed.position_start[b], packed.position_start[b + 1])
    lots = slice(packed.lot_start[b], packed.lot_start[b + 1])
    accounts = slice(packed.account_start[b], packed.account_start[b + 1])
    figures = answer.figures[b]
    refused = figures[STATUS] == NO_ANSWER
    trades = np.zeros(len(problem.position_account))
    trades[packed.position_order[positions]] = answer.trades[positions]
    if refused:
        wanted, trades = trades, np.zeros_like(trades)
    sold = np.zeros(len(problem.lot_position))
    sold[packed.lot_order[lots]] = answer.sold[lots]
    idle = _idle_parts(problem)
    parts = idle if refused else ObjectiveParts(*(float(x) for x in figures[DRIFT : TICKETS + 1]))
    gap = float("inf") if refused else max(parts.total - float(figures[LOWER_BOUND]), 0.0)
    status = Status.OPTIMAL if gap <= options.gap_tolerance * problem.value else Status.GAP_LIMIT
    size = np.abs(trades)
    cost = np.where(trades > 0, problem.buy_cost, problem.sell_cost) * size
    cost += problem.impact * size**1.5 + problem.fixed_cost * (size > TRADED)
    spent = np.bincount(problem.position_account, trades + cost, len(problem.cash))
    return Solution(
        status=Status.INFEASIBLE if refused else status,
        bought=np.maximum(trades, 0.0),
        sold=sold,
        post_value=problem.holdings() + trades,
        cash_after=problem.cash + problem.flow - spent,
        parts=parts,
        no_trade_parts=idle,
        no_trade_feasible=bool(figures[IDLE_FEASIBLE]),
        lower_bound=float(figures[LOWER_BOUND]) if not refused else float("inf"),
        gap=gap,
        gap_fraction=gap / problem.value,
        convex_gap=float(figures[CONVEX_GAP]),
        realised_short=float(figures[SHORT]),
        realised_long=float(figures[LONG]),
        binding=()
        if refused
        else binding_limits(problem, trades, answer.multipliers[accounts], figures),
        conflicts=conflicts_of(problem, wanted, answer.multipliers[accounts]) if refused else (),
        iterations=int(figures[STEPS]),
        searched=int(figures[TRIED]),
    )


def _idle_parts(problem: HouseholdProblem) -> ObjectiveParts:
    """The objective of doing nothing."""
    held = problem.holdings()
    exposure = np.bincount(problem.position_instrument, held, len(problem.target))
    d = exposure / problem.value - problem.target
    drift = 0.5 * problem.kappa * problem.value * float(d @ problem.covariance @ d)
    return ObjectiveParts(drift, 0.0, 0.0, 0.0, float(problem.location_cost @ held), 0.0)
