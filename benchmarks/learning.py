"""Train by gradient where the optimum is known, and say how near to it each seed came.

    python -m benchmarks.learning [--cases FILE] [--fresh 3] [--seeds 5] [--start band] [--json]

Two instruments: the optimum and the cost of what was learned are both exact.  Three: the optimum is
a dynamic program's, and what was learned is simulated with returns that it has never seen; `±` is
that simulation's standard error.  FILE adds problems of the kinds B and E; `--fresh` draws so many
of each kind from `--draw`.  `--taxed` trains in a household with gains and taxes instead, where no
optimum is known, and prints paired differences (bps a year) from where it started.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from trimtab.learning.config import TrainingConfig
from trimtab.learning.train import train
from trimtab.learning.world import World
from trimtab.quant.control.average_cost import period_growth, simulated_cost
from trimtab.quant.control.monthly_three_assets import solve_three_assets
from trimtab.quant.control.monthly_two_assets import solve_two_assets
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.control.two_asset_policies import Band, band_cost
from trimtab.quant.learned.features import HouseholdState

BPS = 1e4
CHUNKS, PATHS, BEFORE, COUNTED = 12, 4096, 36, 360
"""Sizes of the simulation by which three instruments are judged: about 18 million reviews."""


@dataclass(frozen=True)
class Row:
    """One training; costs in bps a year."""

    problem: str
    seed: int
    optimum: float
    start_ratio: float
    ratio: float
    standard_error: float
    cpu_seconds: float
    stopped: str


def problems_of(path: Path) -> Iterator[tuple[str, TrackingProblem]]:
    """The problems of a file that have two or three instruments and monthly reviews."""
    for case in json.loads(path.read_text())["cases"]:
        given, kind = case.get("params", {}), case.get("kind")
        if kind == "monthly_DP_two_assets":
            spread = np.array(given["sigma"])
            correlation = np.array([[1.0, given["rho"]], [given["rho"], 1.0]])
            weight, cost = case["answer"]["w_star"], given["cost_per_unit_weight"] / 2.0
            years = float(Fraction(given["dt"]))
            target, costs, aversion = [weight, 1.0 - weight], [cost, cost], given["gamma"]
        elif kind == "monthly_DP_three_assets":
            spread, correlation = np.array(given["sig"]), np.array(given["corr"])
            target, costs, aversion, years = given["wstar"], given["c"], given["g"], 1.0 / 12.0
        else:
            continue
        covariance = np.outer(spread, spread) * correlation
        yield case["id"], TrackingProblem(target, given["mu"], covariance, costs, aversion, years)


def fresh_problems(seed: int, count: int) -> Iterator[tuple[str, TrackingProblem]]:
    """Problems that nobody has tuned anything for: so many of two instruments, and of three."""
    chance = np.random.default_rng(seed)
    for place in range(count):
        weight, cost = chance.uniform(0.25, 0.75), chance.uniform(0.0005, 0.004)
        spread = np.array([chance.uniform(0.10, 0.25), chance.uniform(0.03, 0.10)])
        covariance = np.outer(spread, spread)
        covariance[0, 1] = covariance[1, 0] = chance.uniform(-0.2, 0.5) * covariance[0, 1]
        drift = [chance.uniform(0.04, 0.09), chance.uniform(0.01, 0.04)]
        aversion = chance.uniform(2.0, 8.0)
        yield (
            f"B_{seed}_{place}",
            TrackingProblem(
                [weight, 1.0 - weight], drift, covariance, [cost, cost], aversion, 1.0 / 12.0
            ),
        )
    for place in range(count):
        spread = chance.uniform([0.12, 0.10, 0.04], [0.22, 0.20, 0.10])
        correlation = np.eye(3)
        for i, j in ((0, 1), (0, 2), (1, 2)):
            correlation[i, j] = correlation[j, i] = chance.uniform(0.0, 0.5)
        yield (
            f"E_{seed}_{place}",
            TrackingProblem(
                chance.dirichlet([6.0, 6.0, 6.0]),
                chance.uniform([0.05, 0.03, 0.01], [0.09, 0.07, 0.04]),
                np.outer(spread, spread) * correlation,
                chance.uniform(0.001, 0.005, 3),
                chance.uniform(2.0, 8.0),
                1.0 / 12.0,
            ),
        )


def optimum_of(problem: TrackingProblem) -> float:
    """The least cost, fraction of value a year."""
    if problem.instruments == 2:
        return solve_two_assets(problem).cost.total
    return solve_three_assets(problem).cost


def cost_of(problem: TrackingProblem, region: NoTradeRegion) -> tuple[float, float]:
    """What a region costs, and the standard error of that; exact for two instruments."""
    if problem.instruments == 2:
        ends = region.destination(np.array([[1e-6, 1.0 - 1e-6], [1.0 - 1e-6, 1e-6]]))[:, 0]
        low, high = (float(end) for end in ends)
        return band_cost(problem, Band(low, low, high, high)).total, 0.0
    costs = [
        simulated_cost(problem, region, period_growth(problem, PATHS, BEFORE, COUNTED, 9000 + k))
        for k in range(CHUNKS)
    ]
    errors = [one.standard_error for one in costs]
    mean = float(np.mean([one.total for one in costs]))
    return mean, float(np.sqrt(np.sum(np.square(errors)))) / CHUNKS


def five_percent_band(problem: TrackingProblem) -> NoTradeRegion:
    """What is usual: around the target, the narrowest half-width 5 % of value."""
    narrow = NoTradeRegion(problem.target, problem.covariance, problem.cost)
    factor = float(np.maximum(*narrow.half_widths()).min()) / 0.05
    return NoTradeRegion(problem.target, factor * problem.covariance, problem.cost)


def small_cost_limit(problem: TrackingProblem) -> NoTradeRegion:
    """What theory says where costs are small."""
    limit = small_cost(problem)
    return NoTradeRegion(limit.centre, limit.metric, problem.cost)


START_REGIONS = {"band": five_percent_band, "small-cost": small_cost_limit}


def rows_of(name: str, problem: TrackingProblem, seeds: int, begin: str) -> Iterator[Row]:
    """Train with each seed, and hold each against the optimum."""
    optimum = optimum_of(problem)
    start = START_REGIONS[begin](problem)
    start_cost, _ = cost_of(problem, start)
    for seed in range(seeds):
        before = time.process_time()
        trained = train(
            TrainingConfig(name, (World(problem),), seeds=(seed,), steps_max=24, start=start)
        )
        seconds = time.process_time() - before
        state = HouseholdState.untaxed(problem.instruments)
        cost, error = cost_of(problem, trained.model.region(problem, state))
        yield Row(
            name,
            seed,
            round(optimum * BPS, 5),
            round(start_cost / optimum, 4),
            round(cost / optimum, 5),
            round(error / optimum, 5),
            round(seconds, 1),
            trained.evidence.stopped,
        )


def taxed_household(seed: int, instruments: int = 10) -> World:
    """A household whose optimum nobody knows: ten instruments, and a fifth of every gain as tax."""
    chance = np.random.default_rng(seed)
    spread = chance.uniform(0.05, 0.22, instruments)
    loading = chance.uniform(0.3, 0.9, instruments)
    correlation = np.outer(loading, loading) + np.diag(1.0 - loading**2)
    target = chance.dirichlet(np.full(instruments, 4.0))
    problem = TrackingProblem(
        target,
        0.02 + 0.3 * spread * loading,
        np.outer(spread, spread) * correlation,
        0.0015 * chance.uniform(0.5, 2.0, instruments),
        4.0,
        1.0 / 12.0,
    )
    return World(problem, tax_rate=0.2)


def taxed(seeds: int) -> list[dict[str, object]]:
    """Train in a taxed household, against the small-cost region with all of the tax on sales."""
    config = TrainingConfig(
        "taxed",
        (taxed_household(0),),
        seeds=tuple(range(seeds)),
        rows=512,
        periods=120,
        warm_up=0,
        start_gain=(0.0, 0.5),
        steps_max=40,
    )
    found = []
    for one in train(config).seeds:
        (versus,) = one.comparisons
        figures = (versus.model_cost, versus.rule_cost, versus.difference, versus.low, versus.high)
        costs = [round(figure * BPS, 3) for figure in figures]
        names = ("learned", "start", "difference", "low", "high")
        seconds = round(one.cpu_seconds, 1)
        found.append(dict(zip(names, costs, strict=True), seed=one.seed, cpu_seconds=seconds))
    return found


def main() -> int:
    """Train, and print a row for each problem and seed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=Path, help="problems of the kinds B and E")
    parser.add_argument("--fresh", type=int, default=3, help="problems of each kind to draw")
    parser.add_argument("--draw", type=int, default=1, help="seed of the fresh problems")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each problem")
    starts = "where training starts: a 5 % band, or the closed form of small costs"
    parser.add_argument("--start", choices=START_REGIONS, default="band", help=starts)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    told = "instead, a household with taxes, whose optimum is not known"
    parser.add_argument("--taxed", action="store_true", help=told)
    asked = parser.parse_args()
    if asked.taxed:
        json.dump(taxed(asked.seeds), sys.stdout, indent=1)
        return 0
    problems = [*(problems_of(asked.cases) if asked.cases else ())]
    problems += fresh_problems(asked.draw, asked.fresh)
    if not asked.json:
        print("problem  seed  optimum bps   start    learned  ±        CPU s  ended")
    rows = []
    for name, problem in problems:
        for row in rows_of(name, problem, asked.seeds, asked.start):
            rows.append(asdict(row))
            if not asked.json:
                print(
                    f"{row.problem:8} {row.seed:4}  {row.optimum:11.4f}  {row.start_ratio:6.3f}  "
                    f"{row.ratio:7.4f}  {row.standard_error:7.4f}  {row.cpu_seconds:5.1f}  "
                    f"{row.stopped}",
                    flush=True,
                )
    if asked.json:
        json.dump(rows, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
