"""Section `values`: P1 to P3 without lots, in all four conventions, and how long one run takes."""

from benchmarks._backtest_data import Problem
from benchmarks._backtest_section import Figure, Section, Setting, median_seconds
from trimtab.quant.simulate.conventions import Convention
from trimtab.quant.simulate.net_asset_value import ValuePaths, simulate_values

__all__ = ["replay", "run", "seconds"]

SECONDS_MOST = {"P1": 0.001, "P2": 0.001, "P3": 0.005}
REPEATS = 20  # times as many as asked for: a call takes less than a millisecond
MILLI = 1e3


def replay(problem: Problem, convention: Convention = Convention.EXACT) -> ValuePaths:
    """One problem from its days and closes to the value of every day: all of this is timed."""
    return simulate_values(
        problem.closes,
        problem.targets,
        problem.rules(),
        cost=problem.cost,
        convention=convention,
        start_value=problem.start_value,
        with_paths=True,
    )


def seconds(problem: Problem, repeats: int) -> float:
    """The median seconds of a replay."""
    return median_seconds(lambda: replay(problem), repeats * REPEATS)


def run(setting: Setting) -> Section:
    """Final values by problem and convention, and the time of a problem in our own convention."""
    problems = setting.data.problems
    finals = [
        Figure(f"{problem.name} {convention}", float(replay(problem, convention).final[0]), "$")
        for problem in problems
        for convention in Convention
    ]
    times = [
        Figure(
            f"{problem.name} time",
            seconds(problem, setting.repeats) * MILLI,
            "ms",
            digits=3,
            at_most=SECONDS_MOST[problem.name] * MILLI,
        )
        for problem in problems
    ]
    return Section(
        "Value paths without lots",
        "final value after cost on the last day; time of a warm call from days and closes in "
        "memory to the value of every day, calendar and checks included, convention exact, median",
        (*finals, *times),
    )
