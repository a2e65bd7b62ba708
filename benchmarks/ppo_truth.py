"""Bands learned by proximal policy optimisation against the optimum, where it is known exactly.

    python -m benchmarks.ppo_truth --seeds 5 --problems 3 --cases ../shared/control/cases.json

Problems of two instruments, given ones and drawn ones; every seed is shown.  The cost of a band and
the best band come from `quant.control.two_asset_band`, which solves them to many digits: nothing is
simulated here.  `start` is the cost of the band that training began with.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.truth_gate import GateProblem, drawn, given
from trimtab.learning.ppo import PpoTerms, cube_root_bands, train_band
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.control.two_asset_band import band_cost, best_band

REACH = 1.05
FIRST_DRAWN = 101
EDGE_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Row:
    """One seed on one problem; costs in bps a year, ratios over the optimum."""

    problem: str
    seed: int
    optimum_bps_year: float
    start_ratio: float
    ratio: float
    half_widths: tuple[float, float]
    best_half_widths: tuple[float, float]
    steps: int
    cpu_seconds: float


def cost_of(problem: TrackingProblem, widths: Floats) -> float:
    """The exact cost of a band.  Shape: `widths` (2,) down and up."""
    first = float(problem.target[0])
    lower, upper = max(EDGE_LEAST, first - widths[0]), min(1.0 - EDGE_LEAST, first + widths[1])
    return band_cost(problem, lower, upper).total


def rows_of(each: GateProblem, seeds: Sequence[int], terms: PpoTerms) -> list[Row]:
    """Train every seed on a problem."""
    problem = each.problem
    first = float(problem.target[0])
    textbook = cube_root_bands(problem)[0]
    lower, upper = best_band(problem, first - 0.8 * textbook[0], first + 0.8 * textbook[1])
    optimum = band_cost(problem, lower, upper).total
    rows = []
    for seed in seeds:
        learned = train_band(problem, terms, seed=seed)
        widths = learned.model.half_widths()[0]
        rows.append(
            Row(
                *(each.name, seed, optimum * 1e4),
                *(cost_of(problem, learned.course[0][0]) / optimum,),
                *(cost_of(problem, widths) / optimum, (float(widths[0]), float(widths[1]))),
                *((first - lower, upper - first), learned.steps, learned.cpu_seconds),
            )
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.ppo_truth", description=__doc__)
    parser.add_argument("--cases", type=Path, help="a file of given problems")
    parser.add_argument("--problems", type=int, default=3, help="how many to draw")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=float, default=0.0, help="the action to begin with")
    parser.add_argument("--json", action="store_true", help="print JSON, a line for each row")
    asked = parser.parse_args(arguments)
    problems = [each for each in given(asked.cases) if each.kind == "B"] if asked.cases else []
    problems += [drawn("B", FIRST_DRAWN + k) for k in range(asked.problems)]
    worst = 0.0
    for each in problems:
        for row in rows_of(each, range(asked.seeds), PpoTerms(first=asked.first)):
            worst = max(worst, row.ratio)
            print(json.dumps(asdict(row)) if asked.json else in_words(row), flush=True)
    if not asked.json:
        print(f"worst {worst:.4f}, reach {REACH}: {'met' if worst <= REACH else 'not met'}")


def in_words(row: Row) -> str:
    """A row for a screen."""
    widths = np.array(row.half_widths)
    return (
        f"{row.problem:>6} seed {row.seed}: {row.ratio:.4f} of the optimum's "
        f"{row.optimum_bps_year:.3f} bps, from {row.start_ratio:.3f}; "
        f"half-widths {widths.round(4)}, {row.steps:,} steps, {row.cpu_seconds:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
