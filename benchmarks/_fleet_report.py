"""What a run of the fleet benchmark found, as JSON and as a page for people."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks._fleet_figures import Exactness, References, Times

__all__ = ["COMPARED", "TARGETS", "Report", "Throughput", "as_json", "as_text"]

PER_SECOND, CVXPY_RATIO, CLARABEL_RATIO, CONVEX_GAP = 15_000.0, 500.0, 50.0, 1e-6
TARGETS = {
    "households_per_second": PER_SECOND,
    "cvxpy_over_full": CVXPY_RATIO,
    "clarabel_over_full": CLARABEL_RATIO,
    "cvxpy_over_convex": CVXPY_RATIO,
    "clarabel_over_convex": CLARABEL_RATIO,
    "worst_convex_gap": CONVEX_GAP,
}
COMPARED = {
    "full": "the whole household: netting of gains with year-to-date figures and carry-forwards, "
    "wash-sale sides with proportional exclusion, least trades, flows, reserves",
    "convex": "its convex part, sides and marginal rates as the full answer has them, no least "
    "trades; solved by all three on one core, impact as in the fleet",
    "clarabel": "the quadratic program with power cones for impact in Clarabel's own form; set-up "
    "and solving count, filling the matrices does not",
    "cvxpy": "the faster of stating each household anew and of one parametrised (DPP) problem "
    "compiled once; everything in `solve` counts, compiling once does not",
    "held_gap": "objective recomputed from the trades, less Clarabel's optimum with every discrete "
    "choice held and the bill's region as a polyhedron, over value",
    "fixed_gap": "the convex part solved by both, over value",
    "exact_gap": "objective recomputed from the trades against a mixed-integer program (HiGHS), "
    "tangents for drift and impact: sides, regions, washed dollars, least trades",
    "off": "whole shares, order tickets, turnover and tax budgets",
}
PACKAGES = ("trimtab", "numpy", "numba", "scipy", "cvxpy", "clarabel", "highspy")
MEGA, BASIS_POINT = 1e6, 1e4


@dataclass(frozen=True, slots=True)
class Throughput:
    """The whole fleet through `solve_packed`.

    Unit: seconds are wall time of solving alone; violations and objective are worked out from the
    trades, `objective_difference_worst` compares that with what the solver says, in dollars.
    """

    households: int
    lots: int
    positions: int
    seed: int
    impact: bool
    thorough: bool
    """Searched as hard as a single household, or with `trimtab.quant.problem.QUICK`."""
    threads: int
    seconds: float
    generation_seconds: float
    packing_seconds: float
    compilation_seconds: float
    violations: dict[str, int]
    infeasible: int
    trading: int
    """Households that trade at all."""
    harvesting: int
    """Households that realise a net loss by their trades."""
    benefit_median: float
    """Fraction of value by which the trades beat doing nothing, where that is allowed."""
    own_gap_median: float
    """Gap that the solver itself proves, a fraction of value."""
    objective_difference_worst: float
    memory_peak_bytes: int

    @property
    def per_second(self) -> float:
        """Households per second of wall time on all threads."""
        return self.households / self.seconds

    @property
    def core_microseconds(self) -> float:
        """Microseconds of one core per household, all threads counted."""
        return self.seconds * self.threads / self.households * MEGA


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    throughput: Throughput
    sample: int
    times: Times
    references: References | None
    exact: Exactness | None
    without_impact: Throughput | None = None
    """The same fleet once more at costs that are linear."""


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _ratio(reference: float | None, own: float | None) -> float | None:
    return None if reference is None or own is None else reference / own


def _ratios(times: Times) -> dict[str, float | None]:
    """How many times longer the references take than the full solve, and than the same problem."""
    return {
        "cvxpy_over_full": _ratio(times.cvxpy, times.full),
        "clarabel_over_full": _ratio(times.clarabel_solve, times.full),
        "cvxpy_over_convex": _ratio(times.cvxpy, times.convex),
        "clarabel_over_convex": _ratio(times.clarabel_solve, times.convex),
    }


def _figures(report: Report) -> dict[str, float | None]:
    """The figures that have targets."""
    references = report.references
    ratios = _ratios(report.times)
    worst = max(references.held.worst, references.fixed.worst) if references else None
    return {
        "households_per_second": report.throughput.per_second,
        "cvxpy_over_full": ratios["cvxpy_over_full"],
        "clarabel_over_full": ratios["clarabel_over_full"],
        "cvxpy_over_convex": ratios["cvxpy_over_convex"],
        "clarabel_over_convex": ratios["clarabel_over_convex"],
        "worst_convex_gap": worst,
    }


def _reached(name: str, figure: float) -> bool:
    return figure <= TARGETS[name] if name == "worst_convex_gap" else figure >= TARGETS[name]


def _throughput_data(fleet: Throughput) -> dict[str, Any]:
    return {
        **asdict(fleet),
        "households_per_second": fleet.per_second,
        "core_microseconds": fleet.core_microseconds,
    }


def as_json(report: Report) -> dict[str, Any]:
    """The run as plain data."""
    throughput = report.throughput
    figures = _figures(report)
    return {
        "benchmark": "fleet",
        "compared": COMPARED,
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": len(os.sched_getaffinity(0)),
            "load_average": list(os.getloadavg()),
        },
        "versions": _versions(),
        "throughput": _throughput_data(throughput),
        "throughput_without_impact": None
        if report.without_impact is None
        else _throughput_data(report.without_impact),
        "sample": report.sample,
        "microseconds_per_household": {**asdict(report.times), "cvxpy": report.times.cvxpy},
        "ratios": _ratios(report.times),
        "convex_gap": None
        if report.references is None
        else {
            "held": asdict(report.references.held),
            "fixed": asdict(report.references.fixed),
            "cvxpy_difference": report.references.cvxpy_difference,
        },
        "exact_gap": None if report.exact is None else asdict(report.exact),
        "targets": {
            name: {"figure": figure, "target": TARGETS[name], "reached": _reached(name, figure)}
            for name, figure in figures.items()
            if figure is not None
        },
    }


def as_text(report: Report) -> str:
    """The run for people."""
    sections = [_throughput_text(report.throughput), _own_text(report)]
    if report.without_impact is not None:
        plain = report.without_impact
        sections[0] += (
            f"\n  without impact: {plain.per_second:,.0f} households a second, "
            f"{plain.core_microseconds:.1f} µs of a core each"
        )
    if report.references is not None:
        sections += [_times_text(report), _gaps_text(report.references)]
    if report.exact is not None:
        sections.append(_exact_text(report.exact))
    sections.append(_targets_text(report))
    return "\n\n".join(sections)


def _throughput_text(fleet: Throughput) -> str:
    broken = {rule: count for rule, count in fleet.violations.items() if count}
    return "\n".join(
        (
            f"{fleet.households:,} households, {fleet.positions / fleet.households:.0f} positions "
            f"and {fleet.lots / fleet.households:.0f} lots each (seed {fleet.seed}, impact "
            f"{'on' if fleet.impact else 'off'}; netting, wash sales and least trades on), "
            f"{'thorough' if fleet.thorough else 'quick'} search",
            f"  solved in {fleet.seconds:.2f} s on {fleet.threads} threads: "
            f"{fleet.per_second:,.0f} households a second, "
            f"{fleet.core_microseconds:.1f} µs of a core each",
            f"  not timed: generating {fleet.generation_seconds:.1f} s, packing "
            f"{fleet.packing_seconds:.1f} s, first call {fleet.compilation_seconds:.1f} s; "
            f"peak memory {fleet.memory_peak_bytes / MEGA:,.0f} MB",
            f"  limits broken (recounted from the trades): {broken or 'none'}; infeasible: "
            f"{fleet.infeasible}",
            f"  {fleet.trading:,} trade, {fleet.harvesting:,} realise a net loss; median benefit "
            f"over doing nothing {fleet.benefit_median * BASIS_POINT:.1f} bp of value",
            f"  median gap the solver proves itself: {fleet.own_gap_median * BASIS_POINT:.2f} bp; "
            f"its objective and ours differ by ${fleet.objective_difference_worst:.1e} at most",
        )
    )


def _own_text(report: Report) -> str:
    times = report.times
    return (
        f"On the first {report.sample} of them, one core, µs per household\n"
        f"  trimtab, full household        {times.full:10,.1f}\n"
        f"  trimtab, from Python objects   {times.full_objects:10,.1f}"
    )


def _times_text(report: Report) -> str:
    times, ratios = report.times, _ratios(report.times)
    rows = [
        f"  trimtab, convex part           {times.convex:10,.1f}",
        f"  Clarabel, convex part          {times.clarabel_solve:10,.1f}   "
        f"(+ {times.clarabel_assembly:,.0f} to fill the matrices)",
        f"  cvxpy, stated anew             {times.cvxpy_anew:10,.1f}",
        f"  cvxpy, parametrised            {times.cvxpy_parametrised:10,.1f}   "
        f"(+ {times.cvxpy_compilation_seconds:.1f} s once to compile)",
        "How many times longer than trimtab       full household   the same convex part",
        f"  Clarabel                       {ratios['clarabel_over_full']:10,.1f} ×"
        f"{ratios['clarabel_over_convex']:20,.0f} ×",
        f"  cvxpy, the faster way          {ratios['cvxpy_over_full']:10,.1f} ×"
        f"{ratios['cvxpy_over_convex']:20,.0f} ×",
    ]
    return "\n".join(rows)


def _gaps_text(references: References) -> str:
    rows = ["Objective less Clarabel's optimum, as a fraction of value"]
    for name, gaps in (
        ("answers, discrete choices held", references.held),
        ("convex part, rates fixed", references.fixed),
    ):
        rows.append(
            f"  {name:32}worst {gaps.worst:9.1e}   median {gaps.median:9.1e}   "
            f"({gaps.compared} compared, {gaps.unsolved} unsolved by Clarabel, {gaps.refused} "
            f"called infeasible by us; limits missed by at most "
            f"${max(gaps.worst_miss, 0.0):.0e})"
        )
    rows.append(f"  cvxpy and Clarabel differ by at most {references.cvxpy_difference:.1e}")
    return "\n".join(rows)


def _exact_text(exact: Exactness) -> str:
    return "\n".join(
        (
            f"Against the mixed-integer program on {exact.households} households "
            f"({exact.seconds:.0f} s), as a fraction of value",
            f"  over the proven bound   worst {exact.bound_worst:.1e}   median "
            f"{exact.bound_median:.1e}",
            f"  over the best known     worst {exact.best_worst:.1e}   median "
            f"{exact.best_median:.1e}",
            f"  what it left open       worst {exact.left_open_worst:.1e}",
        )
    )


def _targets_text(report: Report) -> str:
    rows = ["Targets"]
    for name, figure in _figures(report).items():
        if figure is not None:
            sign = "≤" if name == "worst_convex_gap" else "≥"
            said = "reached" if _reached(name, figure) else "NOT reached"
            rows.append(f"  {name:24}{figure:12.4g} {sign} {TARGETS[name]:<8g} {said}")
    return "\n".join(rows)
