"""Bands learned by proximal policy optimisation against the optimum, where it is known exactly.

    python -m benchmarks.ppo_truth --seeds 5 --problems 3 --cases ../shared/control/cases.json
    python -m benchmarks.ppo_truth --start plain --problems 5     # from a band of 5 % alone

Problems of two instruments, given ones and drawn ones, from two starts: the band of the textbook,
which costs 2 to 8 % more than need be, and a plain band of 5 %, which knows nothing of the problem
and costs up to twice as much.  Every seed is shown.  The cost of a band and the best band come from
`quant.control.two_asset_band`, which solves them to many digits: nothing is simulated here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.truth_gate import GateProblem, drawn, given
from trimtab.learning.ppo import PpoTerms, cube_root_bands, train_band
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.control.two_asset_band import band_cost, best_band

__all__ = ["STARTS", "Row", "cost_of", "main", "plain_bands", "rows_of"]

REACH = 1.05
FIRST_DRAWN = 101
EDGE_LEAST = 1e-4
PLAIN_HALF_WIDTH = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """One seed on one problem; costs in bps a year, ratios over the optimum."""

    problem: str
    start: str
    seed: int
    optimum_bps_year: float
    start_ratio: float
    ratio: float
    half_widths: tuple[float, float]
    best_half_widths: tuple[float, float]
    steps: int
    cpu_seconds: float


def plain_bands(problem: TrackingProblem) -> Floats:
    """5 % to either side of the first instrument, whatever the problem.  Shape: (2, 2)."""
    return np.array([[PLAIN_HALF_WIDTH] * 2, [np.inf] * 2])


STARTS: Mapping[str, Callable[[TrackingProblem], Floats]] = {
    "textbook": cube_root_bands,
    "plain": plain_bands,
}
"""The band that training begins with, by the name that `--start` takes."""


def cost_of(problem: TrackingProblem, widths: Floats) -> float:
    """The exact cost of a band.  Shape: `widths` (2,) down and up."""
    first = float(problem.target[0])
    lower, upper = max(EDGE_LEAST, first - widths[0]), min(1.0 - EDGE_LEAST, first + widths[1])
    return band_cost(problem, lower, upper).total


def rows_of(
    each: GateProblem, start: str, seeds: Sequence[int], terms: PpoTerms | None = None
) -> list[Row]:
    """Train every seed on a problem, from a start."""
    problem = each.problem
    first = float(problem.target[0])
    textbook, begun = cube_root_bands(problem)[0], STARTS[start](problem)
    lower, upper = best_band(problem, first - 0.8 * textbook[0], first + 0.8 * textbook[1])
    optimum = band_cost(problem, lower, upper).total
    rows = []
    for seed in seeds:
        learned = train_band(problem, terms, seed=seed, start=begun)
        widths = learned.model.half_widths()[0]
        rows.append(
            Row(
                *(each.name, start, seed, optimum * 1e4),
                *(cost_of(problem, begun[0]) / optimum, cost_of(problem, widths) / optimum),
                *((float(widths[0]), float(widths[1])), (first - lower, upper - first)),
                *(learned.steps, learned.cpu_seconds),
            )
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, state every seed; 1 if one misses the reach."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.ppo_truth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", type=Path, help="a file of given problems")
    parser.add_argument("--problems", type=int, default=3, help="how many to draw")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--start", choices=[*STARTS, "both"], default="both")
    parser.add_argument("--json", action="store_true", help="print JSON, a line for each row")
    asked = parser.parse_args(arguments)
    problems = [each for each in given(asked.cases) if each.kind == "B"] if asked.cases else []
    problems += [drawn("B", FIRST_DRAWN + k) for k in range(asked.problems)]
    starts = [*STARTS] if asked.start == "both" else [asked.start]
    worst = dict.fromkeys(starts, 0.0)
    for start in starts:
        for each in problems:
            for row in rows_of(each, start, range(asked.seeds)):
                worst[start] = max(worst[start], row.ratio)
                print(json.dumps(asdict(row)) if asked.json else in_words(row), flush=True)
    if not asked.json:
        for start, ratio in worst.items():
            verdict = "met" if ratio <= REACH else "not met"
            print(f"from the {start} band: worst {ratio:.4f}, reach {REACH}: {verdict}")
    return 1 if max(worst.values()) > REACH else 0


def in_words(row: Row) -> str:
    """A row for a screen."""
    widths = np.array(row.half_widths)
    return (
        f"{row.problem:>6} seed {row.seed}: {row.ratio:.4f} of the optimum's "
        f"{row.optimum_bps_year:.3f} bps, from {row.start_ratio:.3f} ({row.start}); "
        f"half-widths {widths.round(4)}, {row.steps:,} steps, {row.cpu_seconds:.0f} CPU s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
