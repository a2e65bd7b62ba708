"""The truth gate: policies against the optimum, where dynamic programming knows it.

    python -m benchmarks.truth_gate --problems 5 --seed 1 --cases ../shared/control/cases.json

Problems of two instruments (kind B) and of three (kind E) are drawn from seeds, and given ones come
on top.  Each policy is made for the problem, and what it costs is stated over the optimum.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from time import process_time

import numpy as np

from trimtab.policies._zone_region import zone_region
from trimtab.quant.control.average_cost import Bands, Calendar, Rule, period_growth
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.optimum import cost_over_optimum, optimal_values
from trimtab.quant.control.tracking import TrackingProblem

__all__ = ["POLICIES", "GateProblem", "GateRow", "Policy", "drawn", "gate", "given", "main"]

Policy = Callable[[TrackingProblem], Rule]
"""Makes the rule for a problem; its time counts as the policy's own."""

PATHS = 400
YEARS_BEFORE, YEARS_COUNTED = 8, 40
BPS = 1e4
REACH = {"B": 1.01, "E": 1.02}
"""What the no-trade zone may cost over the optimum at most."""

POLICIES: Mapping[str, Policy] = {
    "no_trade_zone": lambda problem: zone_region(problem, is_taxed=False),
    "no_trade_zone, calibrated": calibrate,
    "5 % bands": lambda problem: Bands(problem.target, 0.05),
    "annual": lambda problem: Calendar(problem.target, max(1, round(1.0 / problem.review_years))),
    "every review": lambda problem: Calendar(problem.target, 1),
}


@dataclass(frozen=True, slots=True)
class GateProblem:
    """A problem whose optimum is known, and of which kind it is: B or E."""

    name: str
    kind: str
    problem: TrackingProblem


@dataclass(frozen=True, slots=True)
class GateRow:
    """What one policy costs on one problem, over the optimum."""

    problem: str
    kind: str
    policy: str
    optimum_bps_year: float
    ratio: float
    standard_error: float
    made_in_cpu_seconds: float


def drawn(kind: str, seed: int, review_years: float = 1.0 / 12.0) -> GateProblem:
    """A problem drawn from a seed, within what investors meet."""
    chance = np.random.default_rng([seed, "BE".index(kind)])
    n = 2 if kind == "B" else 3
    deviation = np.concatenate([chance.uniform(0.12, 0.22, n - 1), chance.uniform(0.04, 0.09, 1)])
    while True:
        correlation = np.eye(n)
        upper = np.triu_indices(n, 1)
        correlation[upper] = chance.uniform(-0.2, 0.7, len(upper[0]))
        correlation = np.maximum(correlation, correlation.T) + np.minimum(
            correlation, correlation.T
        )
        np.fill_diagonal(correlation, 1.0)
        if np.linalg.eigvalsh(correlation)[0] > 0.1:
            break
    target = 0.1 + (1.0 - 0.1 * n) * chance.dirichlet(np.full(n, 3.0))
    problem = TrackingProblem(
        target=target,
        drift=np.concatenate([chance.uniform(0.04, 0.09, n - 1), chance.uniform(0.015, 0.04, 1)]),
        covariance=np.outer(deviation, deviation) * correlation,
        cost=chance.uniform(0.0005, 0.005, n),
        risk_aversion=float(chance.uniform(2.0, 8.0)),
        review_years=review_years,
    )
    return GateProblem(f"{kind}:{seed}", kind, problem)


def given(cases: Path) -> list[GateProblem]:
    """The problems of kinds B and E in a file of cases."""
    problems = []
    for case in json.loads(cases.read_text())["cases"]:
        if case["kind"] == "monthly_DP_two_assets":
            problems.append(GateProblem(case["id"], "B", _of_two(case["params"])))
        elif case["kind"] == "monthly_DP_three_assets":
            problems.append(GateProblem(case["id"], "E", _of_three(case["params"])))
    return problems


def _of_two(params: Mapping[str, object]) -> TrackingProblem:
    """Where the target is not given it is the best weight without costs (Merton)."""
    drift, deviation = (np.array(params[name], dtype=float) for name in ("mu", "sigma"))
    correlation = np.array([[1.0, params["rho"]], [params["rho"], 1.0]], dtype=float)
    covariance = np.outer(deviation, deviation) * correlation
    gamma = float(str(params["gamma"]))
    apart = np.array([1.0, -1.0])
    relative = float(apart @ covariance @ apart)
    first = params["wstar"]
    if first is None:
        safest = (covariance[1, 1] - covariance[0, 1]) / relative
        first = (drift[0] - drift[1]) / (gamma * relative) + safest
    half = 0.5 * float(str(params["cost_per_unit_weight"]))
    target = np.array([float(str(first)), 1.0 - float(str(first))])
    years = float(Fraction(str(params["dt"])))
    return TrackingProblem(target, drift, covariance, np.array([half, half]), gamma, years)


def _of_three(params: Mapping[str, object]) -> TrackingProblem:
    deviation = np.array(params["sig"], dtype=float)
    covariance = np.outer(deviation, deviation) * np.array(params["corr"], dtype=float)
    target, drift, cost = (np.array(params[name], dtype=float) for name in ("wstar", "mu", "c"))
    years = float(Fraction(str(params.get("dt", "1/12"))))
    return TrackingProblem(target, drift, covariance, cost, float(str(params["g"])), years)


def gate(
    problems: Iterable[GateProblem], policies: Mapping[str, Policy] = POLICIES, *, seed: int = 0
) -> list[GateRow]:
    """What each policy costs on each problem, over the optimum; all meet the same returns."""
    rows = []
    for each in problems:
        values = optimal_values(each.problem)
        years = each.problem.review_years
        before, counted = (int(np.ceil(span / years)) for span in (YEARS_BEFORE, YEARS_COUNTED))
        growth = period_growth(each.problem, PATHS, before, counted, seed)
        for name, policy in policies.items():
            started = process_time()
            rule = policy(each.problem)
            seconds = process_time() - started
            over = cost_over_optimum(values, rule, growth)
            rows.append(
                GateRow(
                    *(each.name, each.kind, name, values.cost * BPS),
                    *(over.ratio, over.standard_error, seconds),
                )
            )
    return rows


def main(arguments: list[str] | None = None) -> int:
    """State each policy's cost over the optimum; 1 if the no-trade zone misses its reach."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.truth_gate")
    parser.add_argument("--problems", type=int, default=5, help="how many of each kind are drawn")
    parser.add_argument("--seed", type=int, default=1, help="the first of their seeds")
    parser.add_argument("--cases", type=Path, help="a file of given cases, which come on top")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    asked = parser.parse_args(arguments)
    seeds = range(asked.seed, asked.seed + asked.problems)
    problems = [drawn(kind, seed) for kind in "BE" for seed in seeds]
    rows = gate([*(given(asked.cases) if asked.cases else []), *problems])
    if asked.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        for line in table(rows):
            print(line)
    missed = [row for row in rows if row.policy == "no_trade_zone" and row.ratio > REACH[row.kind]]
    return 1 if missed else 0


def table(rows: Iterable[GateRow]) -> Iterable[str]:
    """The rows as lines of text."""
    yield f"{'problem':8} {'policy':14} {'optimum':>9} {'ratio':>8} {'± se':>7} {'made in':>8}"
    for row in rows:
        yield (
            f"{row.problem:8} {row.policy:14} {row.optimum_bps_year:6.3f}bps {row.ratio:8.4f} "
            f"{row.standard_error:7.4f} {row.made_in_cpu_seconds:7.2f}s"
        )


if __name__ == "__main__":
    raise SystemExit(main())
