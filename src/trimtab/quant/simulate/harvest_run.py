"""Run harvesting rules over a market, and what came of each.

    runs = simulate_harvest(market, [rule, replace(rule, harvest=Every.NEVER)])

Errors: none beyond those of `DirectMarket` and `HarvestRule`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trimtab.model.errors import InputError
from trimtab.quant.simulate import direct_layout as at
from trimtab.quant.simulate.direct_kernel import simulate
from trimtab.quant.simulate.direct_layout import World
from trimtab.quant.simulate.direct_market import DirectMarket, due_sessions, world_of
from trimtab.quant.simulate.harvest_rule import HarvestRule

__all__ = ["HarvestRun", "HarvestYear", "simulate_harvest"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HarvestYear:
    """What a calendar year brought.

    Unit: dollars; losses are below zero; `disallowed` by wash sales is above zero and part of
    the losses before it; `tax` is below zero where it was saved; `sessions`,
    `lots_sold` and `purchases` are counts.
    """

    year: int
    short_gains: float
    short_losses: float
    long_gains: float
    long_losses: float
    disallowed: float
    harvested: float
    qualified_dividends: float
    ordinary_dividends: float
    tax: float
    cost: float
    bought: float
    sold: float
    deposits: float
    mean_value: float
    sessions: int
    lots_sold: int
    purchases: int
    end_value: float


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """One portfolio over the whole history.

    Shape: values, returns T; units N.
    Unit: `values` after the day's trades and taxes; `returns` of the day after costs, without
    deposits and taxes; `units` and `cash` at the end; `liquidated` is what would be left if all
    were sold and taxed at the end; `lots_most` is the largest number of lots held at once,
    `basis_last` the basis of the last; `cash_least` is never below zero but for rounding.
    """

    rule: HarvestRule
    dates: tuple[date, ...]
    values: Floats
    returns: Floats
    years: tuple[HarvestYear, ...]
    units: Floats
    cash: float
    liquidated: float
    lots_most: int
    lots_last: int
    basis_last: float
    cash_least: float

    @property
    def deposits(self) -> Floats:
        """What was paid in on each session after the first."""
        every = due_sessions(self.dates)[self.rule.deposits]
        return np.where(every & (np.arange(len(self.dates)) > 0), self.rule.deposit, 0.0)

    @property
    def final(self) -> float:
        """Value at the end, all taxes but those of a liquidation paid."""
        return float(self.values[-1])


def simulate_harvest(
    market: DirectMarket, rules: Sequence[HarvestRule], threads: int = 1
) -> tuple[HarvestRun, ...]:
    """Simulate each rule from the first session to the last.

    The answer does not depend on `threads`.
    Refuses: no rules, threads below 1.
    """
    if not rules or threads < 1:
        raise InputError(
            "harvest simulation", f"{len(rules)} rules on {threads} threads", "at least 1 of each"
        )
    world = world_of(market)
    names = np.stack([market.sectors, market.twins], axis=1).astype(np.int64)
    used = min(threads, len(rules))
    shares = [rules[start::used] for start in range(used)]
    with ThreadPoolExecutor(len(shares)) as pool:
        parts = list(pool.map(lambda share: _run(market, world, names, share), shares))
    return tuple(parts[b % len(parts)][b // len(parts)] for b in range(len(rules)))


def _run(
    market: DirectMarket, world: World, names: NDArray[np.int64], rules: Sequence[HarvestRule]
) -> list[HarvestRun]:
    """Simulate some rules in this thread."""
    sessions, count = len(market.dates), len(rules)
    first = market.dates[0].year
    values, returns = np.zeros((count, sessions)), np.zeros((count, sessions))
    units = np.zeros((count, len(market.names)))
    totals = np.zeros((count, market.dates[-1].year - first + 1, at.TOTALS))
    answers = np.zeros((count, at.ANSWERS))
    rows = np.stack([rule.as_row() for rule in rules])
    sectors = int(market.sectors.max()) + 1
    simulate(world, names, sectors, rows, values, returns, units, totals, answers)
    return [
        HarvestRun(
            rule=rule,
            dates=market.dates,
            values=values[b],
            returns=returns[b],
            years=tuple(_year(first + y, row) for y, row in enumerate(totals[b])),
            units=units[b],
            cash=float(answers[b, at.CASH_LAST]),
            liquidated=float(answers[b, at.LIQUIDATED]),
            lots_most=int(answers[b, at.LOTS_MOST]),
            lots_last=int(answers[b, at.LOTS_LAST]),
            basis_last=float(answers[b, at.BASIS_LAST]),
            cash_least=float(answers[b, at.CASH_LEAST]),
        )
        for b, rule in enumerate(rules)
    ]


def _year(year: int, row: Floats) -> HarvestYear:
    """A year's totals by name."""
    return HarvestYear(
        year=year,
        short_gains=float(row[at.SHORT_GAINS]),
        short_losses=float(row[at.SHORT_LOSSES]),
        long_gains=float(row[at.LONG_GAINS]),
        long_losses=float(row[at.LONG_LOSSES]),
        disallowed=float(row[at.DISALLOWED]),
        harvested=float(row[at.HARVESTED]),
        qualified_dividends=float(row[at.QUALIFIED_PAID]),
        ordinary_dividends=float(row[at.ORDINARY_PAID]),
        tax=float(row[at.TAX]),
        cost=float(row[at.COST]),
        bought=float(row[at.BUYS]),
        sold=float(row[at.SALES]),
        deposits=float(row[at.DEPOSITS]),
        mean_value=float(row[at.VALUE_SUM] / max(row[at.SESSIONS], 1.0)),
        sessions=int(row[at.SESSIONS]),
        lots_sold=int(row[at.LOTS_SOLD]),
        purchases=int(row[at.PURCHASES]),
        end_value=float(row[at.YEAR_END]),
    )
