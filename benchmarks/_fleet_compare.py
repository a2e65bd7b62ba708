"""The references on a sample of the fleet: time per household, and how far its answers are off.

Every figure here is measured in the run that prints it.  Times are of one core: the solver with one
thread, Clarabel with one, cvxpy as it is.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_arrays import KAPPA, Fleet
from benchmarks._fleet_clarabel import Answer, solve_clarabel
from benchmarks._fleet_convex import (
    ConvexPart,
    choices_held,
    convex_part,
    fixed_rates,
    misses,
    objective_of,
)
from benchmarks._fleet_cvxpy import Parametrised, solve_anew
from benchmarks._fleet_exact import solve_exact
from benchmarks._fleet_figures import Exactness, Gaps, References, Times
from benchmarks._fleet_packing import pack_fleet
from benchmarks._fleet_scoring import score
from trimtab.quant.figures import NO_ANSWER, STATUS
from trimtab.quant.packing import pack
from trimtab.quant.problem import HouseholdProblem, SolverOptions
from trimtab.quant.solver import BatchAnswer, solve_batch, solve_packed

__all__ = ["Answered", "answered", "compare", "compare_exact", "own_times"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, int, int], None]

REPEATS = 5  # of our own timing; the references are slow enough to be timed once
MICRO = 1e6


@dataclass(frozen=True, slots=True)
class Answered:
    """A household and our answer to it."""

    problem: HouseholdProblem
    bought: Floats
    sold: Floats
    objective: float
    """A fraction of value, recomputed from the trades."""


def answered(fleet: Fleet, options: SolverOptions) -> list[Answered]:
    """Our answers to the households of a small fleet, those left out that we call infeasible."""
    answer = solve_packed(pack_fleet(fleet), options, threads=1)
    objective = score(fleet, np.maximum(answer.trades, 0.0), answer.sold).objective / fleet.value
    starts = fleet.position_start, fleet.lot_start
    return [
        Answered(fleet.problem(b), *_trades_of(answer, *starts, b), float(objective[b]))
        for b in range(len(fleet))
        if answer.figures[b, STATUS] != NO_ANSWER
    ]


def _best_of(repeats: int, action: Callable[[], object]) -> float:
    """The least seconds of several runs: what the machine can do when left alone."""
    least = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        least = min(least, time.perf_counter() - start)
    return float(least)


def own_times(fleet: Fleet, options: SolverOptions) -> Times:
    """Our own time per household of a sample, on one core."""
    packed = pack_fleet(fleet)
    problems = [fleet.problem(b) for b in range(len(fleet))]
    per_household = MICRO / len(fleet)
    full = _best_of(REPEATS, lambda: solve_packed(packed, options, threads=1))
    objects = _best_of(REPEATS, lambda: solve_batch(problems, options, threads=1))
    return Times(full * per_household, objects * per_household)


def _gaps(
    ours: Sequence[float], answers: Sequence[Answer], missed: Sequence[float], refused: int
) -> Gaps:
    solved = np.array([answer.solved for answer in answers])
    theirs = np.array([answer.objective for answer in answers])
    gap = (np.array(ours) - theirs)[solved]
    return Gaps(
        worst=float(gap.max()),
        median=float(np.median(gap)),
        least=float(gap.min()),
        compared=len(gap),
        unsolved=int((~solved).sum()),
        refused=refused,
        worst_miss=float(np.max(missed)),
    )


def _held_gaps(sample: list[Answered], refused: int, progress: Progress) -> Gaps:
    """Our answers against the optimum under the same discrete choices."""
    answers, missed = [], []
    for done, own in enumerate(sample):
        progress("Clarabel, choices held", done, len(sample))
        parts = choices_held(own.problem, own.bought, own.sold)
        tried = [solve_clarabel(part, tight=True) for part in parts]
        solved = [answer for answer in tried if answer.solved] or tried
        answers.append(min(solved, key=lambda answer: answer.objective))
        missed.append(min(misses(part, own.bought, own.sold) for part in parts))
    return _gaps([own.objective for own in sample], answers, missed, refused)


def _fixed_gaps(
    problems: list[HouseholdProblem],
    parts: list[ConvexPart],
    exact: list[Answer],
    options: SolverOptions,
) -> Gaps:
    """The convex parts with fixed rates, solved by us and by Clarabel."""
    packed = pack(problems)
    answer = solve_packed(packed, options, threads=1)
    ours, theirs, missed = [], [], []
    for b, part in enumerate(parts):
        if answer.figures[b, STATUS] == NO_ANSWER:
            continue
        bought, sold = _trades_of(answer, packed.position_start, packed.lot_start, b)
        ours.append(objective_of(part, bought, sold))
        theirs.append(exact[b])
        missed.append(misses(part, bought, sold))
    return _gaps(ours, theirs, missed, len(parts) - len(ours))


def _trades_of(
    answer: BatchAnswer, positions: npt.NDArray[np.int64], lots: npt.NDArray[np.int64], b: int
) -> tuple[Floats, Floats]:
    """One household's purchases and sales; the fleet's order is the packed order."""
    trades = answer.trades[positions[b] : positions[b + 1]]
    return np.maximum(trades, 0.0), answer.sold[lots[b] : lots[b + 1]]


def compare(fleet: Fleet, options: SolverOptions, progress: Progress) -> References:
    """Time the references on every household of a small fleet, and measure our gaps.

    Each reference solves one household before the clock starts.
    """
    sample = answered(fleet, options)
    problems = [fixed_rates(own.problem, own.bought, own.sold) for own in sample]
    parts = [convex_part(problem) for problem in problems]
    impact = bool(fleet.market.impact.any())
    size, packed = len(parts), pack(problems)
    parametrised = Parametrised(fleet.market.covariance, KAPPA, impact)
    solve_clarabel(parts[0])
    solve_anew(parts[0])
    start = time.perf_counter()
    parametrised.solve(parts[0])
    compilation = time.perf_counter() - start
    timed: list[list[Answer]] = [[], [], []]
    for b, part in enumerate(parts):
        progress("cvxpy and Clarabel", b, size)
        for answers, way in zip(
            timed, (solve_clarabel, solve_anew, parametrised.solve), strict=True
        ):
            answers.append(way(part))
    clarabel, anew, filled = timed
    exact = [solve_clarabel(part, tight=True) for part in parts]
    own = own_times(fleet, options)
    convex = _best_of(REPEATS, lambda: solve_packed(packed, options, threads=1))
    times = Times(
        full=own.full,
        full_objects=own.full_objects,
        convex=MICRO * convex / size,
        clarabel_solve=_mean([answer.solve_seconds for answer in clarabel]),
        clarabel_assembly=_mean([answer.assembly_seconds for answer in clarabel]),
        cvxpy_anew=_mean([answer.solve_seconds for answer in anew]),
        cvxpy_parametrised=_mean([answer.solve_seconds for answer in filled]),
        cvxpy_compilation_seconds=compilation,
    )
    apart = [
        abs(mine.objective - other.objective)
        for mine, *others in zip(exact, anew, filled, strict=True)
        for other in others
    ]
    return References(
        times,
        _held_gaps(sample, len(fleet) - len(sample), progress),
        _fixed_gaps(problems, parts, exact, options),
        max(apart),
    )


def _mean(seconds: list[float]) -> float:
    return MICRO * float(np.mean(seconds))


def compare_exact(
    fleet: Fleet, options: SolverOptions, seconds: float, gap: float, progress: Progress
) -> Exactness:
    """Measure every household of a small fleet against the mixed-integer program.

    Unit: `seconds` allowed per household; `gap` a fraction of value at which it may stop.
    """
    start = time.perf_counter()
    sample = answered(fleet, options)
    rows = []
    for done, own in enumerate(sample):
        progress("mixed-integer program", done, len(sample))
        exact = solve_exact(own.problem, own.bought, own.sold, seconds=seconds, gap=gap)
        best = min(exact.best, own.objective)
        rows.append((own.objective - exact.bound, own.objective - best, best - exact.bound))
    to_bound, to_best, left = np.array(rows).T
    return Exactness(
        households=len(rows),
        bound_worst=float(to_bound.max()),
        bound_median=float(np.median(to_bound)),
        best_worst=float(to_best.max()),
        best_median=float(np.median(to_best)),
        left_open_worst=float(left.max()),
        seconds=time.perf_counter() - start,
    )
