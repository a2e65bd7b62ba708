"""Section `sweep`: P4, a thousand rules over one history, on one core and on all."""

import numpy as np

from benchmarks._backtest_section import Figure, Section, Setting, median_seconds
from trimtab.drivers.partitions import Engine
from trimtab.drivers.sweeps import sweep_values
from trimtab.quant.simulate.net_asset_value import ValuePaths

__all__ = ["run"]

SECONDS_MOST = 0.3


def run(setting: Setting) -> Section:
    """The sweep's time, and that it does not matter who works on it."""
    problem, rules = setting.data.problem("P1"), setting.data.sweep.rules()

    def sweep(engine: Engine, workers: int, with_paths: bool = False) -> ValuePaths:
        return sweep_values(
            problem.closes,
            problem.targets,
            rules,
            cost=problem.cost,
            start_value=problem.start_value,
            engine=engine,
            workers=workers,
            with_paths=with_paths,
        )

    alone, shared = sweep(Engine.SERIAL, 1), sweep(Engine.THREADS, setting.cores)
    processes = sweep(Engine.PROCESSES, min(setting.cores, 2))
    equal = all(np.array_equal(alone.final, other.final) for other in (shared, processes))
    one = median_seconds(lambda: sweep(Engine.SERIAL, 1), setting.repeats)
    paths = median_seconds(lambda: sweep(Engine.SERIAL, 1, with_paths=True), setting.repeats)
    every = median_seconds(lambda: sweep(Engine.THREADS, setting.cores), setting.repeats)
    return Section(
        f"A sweep of {len(rules):,} rules (P4)",
        "warm calls of sweep_values, median; final value, turnover and cost of each rule, and "
        "once more with the value of every day; the results of one thread, of all cores and of "
        "two processes are compared bit by bit",
        (
            Figure("one core", one, "s", 4, at_most=SECONDS_MOST),
            Figure("one core, with every day's value", paths, "s", 4),
            Figure(f"threads on {setting.cores} cores", every, "s", 4),
            Figure("results equal", float(equal), "(1 = yes)", 0, at_least=1.0),
            Figure("best final value", float(alone.final.max()), "$"),
            Figure("least final value", float(alone.final.min()), "$"),
        ),
    )
