"""Faults by the thousand: every seed a household that trades while everything goes wrong.

    python -m benchmarks.faults [--seeds 10000] [--from 0] [--processes 2] [--json]

Prints runs, faults injected by kind, orders, executions and processes that were started, and every
violation with its seed, which `trimtab.testing.simulate.simulate(seed)` runs again.

Errors: none; with a violation the exit code is 1.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from trimtab.testing.faults import FaultKind
from trimtab.testing.simulate import Run, simulate

__all__ = ["Faults", "gathered", "main"]

SEEDS_AT_ONCE = 50


@dataclass
class Faults:
    """What many seeds came to; `violations` by seed."""

    runs: int = 0
    orders: int = 0
    executions: int = 0
    processes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def add(self, run: Run) -> None:
        """Count one run."""
        self.runs += 1
        self.orders += run.orders
        self.executions += run.executions
        self.processes += run.processes
        self.faults.update({kind.value: count for kind, count in run.faults.items()})
        if run.violations:
            self.violations[run.seed] = run.violations


def _some(seeds: range) -> list[Run]:
    return [simulate(seed) for seed in seeds]


def gathered(seeds: range, processes: int) -> Faults:
    """The runs of these seeds, in so many processes; the same whatever their number."""
    faults = Faults()
    steps = range(seeds.start, seeds.stop, SEEDS_AT_ONCE)
    parts = [range(first, min(first + SEEDS_AT_ONCE, seeds.stop)) for first in steps]
    for run in _runs(parts, processes):
        faults.add(run)
    return faults


def _runs(parts: Sequence[range], processes: int) -> Iterable[Run]:
    if processes == 1:
        for part in parts:
            yield from _some(part)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for runs in pool.map(_some, parts):
            yield from runs


def _as_json(faults: Faults, seconds: float) -> str:
    return json.dumps(
        {
            "runs": faults.runs,
            "seconds": round(seconds, 1),
            "orders": faults.orders,
            "executions": faults.executions,
            "processes": faults.processes,
            "faults": {kind.value: faults.faults[kind.value] for kind in FaultKind},
            "violations": {str(seed): told for seed, told in faults.violations.items()},
        },
        indent=2,
    )


def _print(faults: Faults, seconds: float) -> None:
    print(f"{faults.runs:,} runs in {seconds:,.0f} s: {faults.orders:,} orders,", end=" ")
    print(f"{faults.executions:,} executions, {faults.processes:,} processes")
    for kind in FaultKind:
        print(f"  {faults.faults[kind.value]:>9,}  {kind.value}")
    print(f"{len(faults.violations):,} seeds with violations")
    for seed, told in faults.violations.items():
        print(f"  seed {seed}: {'; '.join(told)}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the seeds and print what they came to."""
    parser = argparse.ArgumentParser(description="Simulated faults of the live driver.")
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    faults = gathered(range(options.first, options.first + options.seeds), options.processes)
    seconds = time.perf_counter() - began
    if options.json:
        print(_as_json(faults, seconds))
    else:
        _print(faults, seconds)
    return 1 if faults.violations else 0


if __name__ == "__main__":
    sys.exit(main())
