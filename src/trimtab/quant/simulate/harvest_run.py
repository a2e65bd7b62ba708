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
from trimtab.quant.simulate.direct_market import DirectMarket, world_of
from trimtab.quant.simulate.harvest_rule import HarvestRule

__all__ = ["HarvestRun", "HarvestYear", "simulate_harvest"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HarvestYear:
    """What a calendar year brought.

    Unit: dollars; losses are below zero; `disallowed` by wash sales is above zero and part of
    the losses before it; `tax` is below zero where it was saved; `lots_sold` and `purchases`
    are counts.
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
    lots_sold: int
    purchases: int
    end_value: float


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """One portfolio over the whole history.

    Shape: values, returns T.
    Unit: `values` after the day's trades and taxes; `returns` of the day after costs, without
    deposits and taxes; `liquidated` is what would be left if all were sold and taxed at the end;
    `lots_most` is the largest number of lots held at once.
    """

    rule: HarvestRule
    dates: tuple[date, ...]
    values: Floats
    returns: Floats
    years: tuple[HarvestYear, ...]
    liquidated: float
    lots_most: int
    lots_last: int
    basis_last: float
    cash_least: float

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
    shares = [rules[start::threads] for start in range(min(threads, len(rules)))]
    with ThreadPoolExecutor(len(shares)) as pool:
        parts = list(pool.map(lambda share: _run(market, world, names, share), shares))
    runs: list[HarvestRun] = [parts[0][0]] * len(rules)
    for start, part in enumerate(parts):
        runs[start::threads] = part
    return tuple(runs)


def _run(
    market: DirectMarket, world: World, names: NDArray[np.int64], rules: Sequence[HarvestRule]
) -> list[HarvestRun]:
    """Simulate some rules in this thread."""
    sessions, count = len(market.dates), len(rules)
    first = market.dates[0].year
    values, returns = np.zeros((count, sessions)), np.zeros((count, sessions))
    totals = np.zeros((count, market.dates[-1].year - first + 1, at.TOTALS))
    answers = np.zeros((count, at.ANSWERS))
    rows = np.stack([rule.as_row() for rule in rules])
    sectors = int(market.sectors.max()) + 1
    simulate(world, names, sectors, rows, values, returns, totals, answers)
    return [
        HarvestRun(
            rule=rule,
            dates=market.dates,
            values=values[b],
            returns=returns[b],
            years=tuple(_year(first + y, row) for y, row in enumerate(totals[b])),
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
        year,
        *(float(amount) for amount in row[: at.VALUE_SUM]),
        mean_value=float(row[at.VALUE_SUM] / max(row[at.SESSIONS], 1.0)),
        lots_sold=int(row[at.LOTS_SOLD]),
        purchases=int(row[at.PURCHASES]),
        end_value=float(row[at.YEAR_END]),
    )
