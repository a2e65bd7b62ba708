"""A night's run: how many households a second, how much faster than the alternatives, how exact.

    python -m benchmarks.fleet --households 100000 --threads 2

generates seeded households, solves them all, and recounts cost and broken limits from the trades.
On a sample of them, in the same run, it times cvxpy with Clarabel and Clarabel called directly and
measures the gap to their optimum; on a few it measures the gap to an exact mixed-integer program.
The references come with `pip install trimtab[bench]`; `--no-references` does without them.

Errors: a sample or a fleet that is not positive, or a reference that is not installed, ends the
program with one sentence and status 2.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_arrays import Fleet
from benchmarks._fleet_clarabel import require_clarabel
from benchmarks._fleet_compare import compare, compare_exact, own_times
from benchmarks._fleet_cvxpy import require_cvxpy
from benchmarks._fleet_figures import Exactness, References
from benchmarks._fleet_households import BLOCK, make_block
from benchmarks._fleet_market import make_market
from benchmarks._fleet_packing import pack_fleet
from benchmarks._fleet_report import Report, Throughput, as_json, as_text
from benchmarks._fleet_scoring import RULES, score
from trimtab.quant.figures import DRIFT, IDLE_FEASIBLE, LOWER_BOUND, NO_ANSWER, STATUS, TICKETS
from trimtab.quant.problem import QUICK, SolverOptions
from trimtab.quant.solver import BatchAnswer, solve_packed

__all__ = ["Request", "main", "run"]

Floats = npt.NDArray[np.float64]

WARM_UP = 64  # households solved before the clock starts, on every thread
EXACT_GAP = 1e-6  # of value: the mixed-integer program may stop there
DOLLAR = 1.0
KIB = 1024  # Linux counts resident memory in these


@dataclass(frozen=True, slots=True)
class Request:
    """What to run."""

    households: int
    threads: int
    sample: int = 200
    exact: int = 4
    exact_seconds: float = 120.0
    seed: int = 1
    impact: bool = True
    references: bool = True
    thorough: bool = False

    @property
    def options(self) -> SolverOptions:
        """How hard the solver searches."""
        return SolverOptions() if self.thorough else QUICK


@dataclass
class _Tally:
    """Figures that add up over the blocks."""

    seconds: float = 0.0
    generation: float = 0.0
    packing: float = 0.0
    lots: int = 0
    positions: int = 0
    infeasible: int = 0
    trading: int = 0
    harvesting: int = 0
    worst_difference: float = 0.0
    violations: Counter[str] = field(default_factory=Counter)
    benefit: list[Floats] = field(default_factory=list)
    gap: list[Floats] = field(default_factory=list)

    def add(self, fleet: Fleet, answer: BatchAnswer) -> None:
        """Recount a block's answers from its trades."""
        figures = answer.figures
        refused = figures[:, STATUS] == NO_ANSWER
        home = fleet.position_household
        trades = np.where(refused[home], 0.0, answer.trades)
        result = score(fleet, np.maximum(trades, 0.0), answer.sold)
        idle = score(fleet, np.zeros_like(trades), np.zeros_like(answer.sold))
        claimed = figures[:, DRIFT : TICKETS + 1].sum(axis=1)
        self.lots += len(fleet.lot_value)
        self.positions += len(trades)
        self.infeasible += int(refused.sum())
        self.trading += int((np.bincount(home, trades != 0, len(fleet)) > 0).sum())
        net = result.realised_short + result.realised_long
        self.harvesting += int((net < -DOLLAR).sum())
        counts = result.violations[~refused].sum(axis=0)
        self.violations.update(dict(zip(RULES, counts.tolist(), strict=True)))
        apart = np.abs(result.objective - claimed)[~refused]
        self.worst_difference = max(self.worst_difference, float(apart.max(initial=0.0)))
        free = figures[:, IDLE_FEASIBLE] > 0
        self.benefit.append(((idle.objective - result.objective) / fleet.value)[free])
        self.gap.append(((claimed - figures[:, LOWER_BOUND]) / fleet.value)[~refused])


def _say(text: str, done: int, total: int) -> None:
    """A progress line on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text}: {done:,} of {total:,}        ")
        sys.stderr.flush()


def _blocks(households: int) -> list[tuple[int, int]]:
    """Number and size of each block of a fleet."""
    starts = range(0, households, BLOCK)
    return [(start // BLOCK, min(BLOCK, households - start)) for start in starts]


def solve_fleet(request: Request) -> Throughput:
    """Generate and solve the whole fleet, block by block; only solving is timed."""
    market = make_market(request.impact)
    tally = _Tally()
    start = time.perf_counter()
    first = pack_fleet(make_block(market, request.seed, 0).first(WARM_UP))
    begin = time.perf_counter()
    solve_packed(first, request.options, request.threads)
    compilation = time.perf_counter() - begin
    for number, size in _blocks(request.households):
        _say("solving", number * BLOCK, request.households)
        start = time.perf_counter()
        fleet = make_block(market, request.seed, number).first(size)
        made = time.perf_counter()
        packed = pack_fleet(fleet)
        ready = time.perf_counter()
        answer = solve_packed(packed, request.options, request.threads)
        tally.seconds += time.perf_counter() - ready
        tally.packing += ready - made
        tally.generation += made - start
        tally.add(fleet, answer)
    return Throughput(
        households=request.households,
        lots=tally.lots,
        positions=tally.positions,
        seed=request.seed,
        impact=request.impact,
        thorough=request.thorough,
        threads=request.threads,
        seconds=tally.seconds,
        generation_seconds=tally.generation,
        packing_seconds=tally.packing,
        compilation_seconds=compilation,
        violations=dict(tally.violations),
        infeasible=tally.infeasible,
        trading=tally.trading,
        harvesting=tally.harvesting,
        benefit_median=float(np.median(np.concatenate(tally.benefit))),
        own_gap_median=float(np.median(np.concatenate(tally.gap))),
        objective_difference_worst=tally.worst_difference,
        memory_peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB,
    )


def run(request: Request) -> Report:
    """Solve the fleet, then compare a sample of it with the references."""
    if request.references:
        require_clarabel()
        require_cvxpy()
    throughput = solve_fleet(request)
    sample = min(request.sample, request.households)
    block = make_block(make_market(request.impact), request.seed, 0)
    few = block.first(sample)
    references: References | None = None
    exact: Exactness | None = None
    if request.references:
        references = compare(few, request.options, _say)
        if request.exact:
            chosen = block.first(min(request.exact, sample))
            exact = compare_exact(chosen, request.options, request.exact_seconds, EXACT_GAP, _say)
    times = references.times if references is not None else own_times(few, request.options)
    plain = solve_fleet(replace(request, impact=False)) if request.impact else None
    return Report(throughput, sample, times, references, exact, plain)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=cores, help=f"default: {cores}, all cores")
    parser.add_argument("--sample", type=int, default=200, help="for the convex references")
    parser.add_argument("--exact", type=int, default=4, help="for the mixed-integer program")
    parser.add_argument("--exact-seconds", type=float, default=120.0, help="per household")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-impact", action="store_true", help="square-root impact off")
    parser.add_argument("--no-references", action="store_true", help="trimtab alone")
    parser.add_argument("--thorough", action="store_true", help="search as for one household")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = _parser()
    given = parser.parse_args(arguments)
    for name in ("households", "threads", "sample"):
        if getattr(given, name) < 1:
            parser.error(f"--{name} is {getattr(given, name)}, needs at least 1")
    if not 1 <= given.sample <= BLOCK:
        parser.error(f"--sample is {given.sample}, at most {BLOCK} can be compared")
    report = run(
        Request(
            households=given.households,
            threads=given.threads,
            sample=given.sample,
            exact=given.exact,
            exact_seconds=given.exact_seconds,
            seed=given.seed,
            impact=not given.no_impact,
            references=not given.no_references,
            thorough=given.thorough,
        )
    )
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 60 + "\r")
    print(json.dumps(as_json(report), indent=2) if given.json else as_text(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
