"""Section `lots`: P1 and P4 with lots, wash sales and US taxes.

A taxable account with given rates: 35 % and 15 %, net losses of 3,000 a year deducted.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks._backtest_data import Problem
from benchmarks._backtest_section import Figure, Section, Setting, median_seconds
from trimtab.drivers.lot_sweeps import sweep_lots
from trimtab.drivers.partitions import Engine
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import TaxProfile
from trimtab.quant.simulate.lot_market import LotMarket, lot_market
from trimtab.quant.simulate.lot_rules import (
    LotRules,
    calendar,
    every,
    latest_of,
    threshold,
    together,
)
from trimtab.quant.simulate.lots_run import LotsResult, simulate_lots
from trimtab.quant.simulate.lots_terms import AccountTerms
from trimtab.quant.simulate.rules import first_days
from trimtab.taxes.us_federal import UsFederal

__all__ = ["run"]

P1_MS_MOST, SWEEP_SECONDS_MOST = 20.0, 5.0
PROFILE = TaxProfile(short_rate=Decimal("0.35"), long_rate=Decimal("0.15"))


def run(setting: Setting) -> Section:
    """The simulator's speed with lots and taxes."""
    problem = setting.data.problem("P1")
    market, days = _market(problem), tuple(problem.days.tolist())
    table = UsFederal().table(PROFILE, days[0].year)
    terms = [AccountTerms(problem.targets, problem.start_value, tax=table)]
    quarterly, sweep = _quarterly(problem, days), _rules(setting, days)

    def swept(engine: Engine, workers: int) -> LotsResult:
        return sweep_lots(market, sweep, terms, engine=engine, workers=workers)

    one = simulate_lots(market, quarterly, terms, with_values=True)
    plain = simulate_lots(market, quarterly, [AccountTerms(problem.targets, problem.start_value)])
    seconds = median_seconds(
        lambda: simulate_lots(_market(problem), quarterly, terms, with_values=True), setting.repeats
    )
    alone, shared = swept(Engine.SERIAL, 1), swept(Engine.THREADS, setting.cores)
    serial = median_seconds(lambda: swept(Engine.SERIAL, 1), min(setting.repeats, 3))
    threads = median_seconds(lambda: swept(Engine.THREADS, setting.cores), min(setting.repeats, 3))
    return Section(
        f"Lots, wash sales and US taxes: P1 and P4 ({len(sweep):,} rules)",
        "warm calls, median: from closes in memory to the value of every day (P1); sweep_lots to "
        "final values, taxes by year and counts (P4)",
        (
            Figure("P1", 1e3 * seconds, "ms", 2, at_most=P1_MS_MOST),
            Figure("P4 on one core", serial, "s", 3, at_most=SWEEP_SECONDS_MOST),
            Figure(f"P4, threads on {setting.cores} cores", threads, "s", 3),
            Figure(
                "results equal", float(np.array_equal(alone.tax, shared.tax)), "(1 = yes)", 0,
                at_least=1.0,
            ),
            Figure("P1 before tax, no account taxed", float(plain.final[0, 0]), "$"),
            Figure("P1 before tax", float(one.final[0, 0]), "$"),
            Figure("P1 after tax and liquidation", float(one.after_liquidation[0, 0]), "$"),
            Figure("rebalances of P4", float(alone.rebalances.sum()), "", 0),
        ),
    )  # fmt: skip


def _market(problem: Problem) -> LotMarket:
    closes = problem.closes
    blank, none = np.full_like(closes, np.nan), np.zeros_like(closes)
    history = MarketHistory(
        tuple(problem.days.tolist()), problem.instruments, closes, blank, blank, blank, blank,
        none, none + 1.0, problem.name,
    )  # fmt: skip
    return lot_market(history, half_spread=problem.cost)


def _quarterly(problem: Problem, days: Sequence[date]) -> LotRules:
    first = first_days(problem.days, problem.period)
    return calendar(latest_of([day for day, is_it in zip(days, first, strict=True) if is_it], days))


def _rules(setting: Setting, days: Sequence[date]) -> LotRules:
    sweep = setting.data.sweep
    return together(*(threshold(sweep.thresholds, every(step, days)) for step in sweep.every))
