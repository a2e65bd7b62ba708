"""Solve a lot-level rebalancing problem, check the answer independently, and time it.

    python -m benchmarks.problems FILE.json --out SOLUTION.json [--whole-shares] [--json]

Prints the objective, CPU milliseconds (median after warm-up), the optimality gap and every rule's
violations as this project's own check counts them.  What is compared: the solver's answer against
doing nothing and against the lower bound that the solver proves.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks._lot_problems import LotProblem, Score, household, load, score
from trimtab.quant.problem import HouseholdProblem, Solution
from trimtab.quant.solver import solve

REPEATS = 7
ROUND_SHARES = 1e-5  # shares within which a quantity counts as whole


def quantities(problem: LotProblem, solution: Solution) -> tuple[np.ndarray, np.ndarray]:
    """Shares sold per lot and bought per asset."""
    sold = solution.sold / problem.price[problem.lot_asset]
    bought = solution.bought / problem.price
    sold = np.minimum(sold, problem.quantity)
    return _whole_where_close(sold), _whole_where_close(bought)


def _whole_where_close(shares: np.ndarray) -> np.ndarray:
    nearest = np.round(shares)
    return np.where(np.abs(shares - nearest) < ROUND_SHARES, nearest, shares)


def time_solve(stated: HouseholdProblem) -> tuple[Solution, float]:
    """The solution and the median CPU seconds of a solve, validation and packing included."""
    solution = solve(stated)
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        solution = solve(stated)
        seconds.append(time.process_time() - begin)
    return solution, statistics.median(seconds)


def report(problem: LotProblem, solution: Solution, scored: Score, seconds: float) -> dict:
    """What is printed."""
    nothing = score(problem, np.zeros(len(problem.quantity)), np.zeros(len(problem.price)))
    return {
        "problem": problem.name,
        "instruments": len(problem.price),
        "lots": len(problem.quantity),
        "objective": round(scored.objective, 2),
        "objective_no_trade": round(nothing.objective, 2),
        "tax": round(scored.tax, 2),
        "cost": round(scored.cost, 2),
        "drift": round(scored.drift, 2),
        "lower_bound": round(solution.lower_bound, 2),
        "gap": round(solution.gap, 2),
        "convex_gap": solution.convex_gap,
        "status": solution.status.value,
        "cpu_ms": round(seconds * 1e3, 3),
        "exchanges": solution.iterations,
        "flips_tried": solution.searched,
        "violations": scored.violations,
        "compared": "the solver's answer, doing nothing, and the lower bound that it proves; "
        f"CPU time is the median of {REPEATS} solves after one to warm up",
    }


def write_solution(path: Path, problem: LotProblem, sold: np.ndarray, bought: np.ndarray) -> None:
    """Write shares sold per lot and bought per asset."""
    chosen = {
        "sold": {k: float(v) for k, v in zip(problem.lot_ids, sold, strict=True) if v > 0},
        "bought": {k: float(v) for k, v in zip(problem.asset_ids, bought, strict=True) if v > 0},
    }
    path.write_text(json.dumps(chosen), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Solve a lot-level rebalancing problem.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, help="where to write the solution")
    parser.add_argument("--whole-shares", action="store_true")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        problem = load(given.file)
    except (OSError, KeyError, ValueError) as error:
        print(f"{given.file}: cannot be read as a problem: {error!r}", file=sys.stderr)
        return 2
    solution, seconds = time_solve(household(problem, given.whole_shares))
    sold, bought = quantities(problem, solution)
    figures = report(problem, solution, score(problem, sold, bought), seconds)
    if given.out is not None:
        write_solution(given.out, problem, sold, bought)
    if given.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
