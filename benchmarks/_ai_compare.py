"""Tuning with the same budget for all, paired differences with intervals, and nothing hidden.

Errors: none of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._ai_policies import CONTROL, LEARNED, NAMED, PEER, RULE, Family
from trimtab.quant.performance.bootstrap import Interval, bootstrap
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import PathCosts, PathPolicy, PathTerms, simulate

__all__ = ["Case", "Difference", "Entry", "Tuned", "compare", "compare_over_time", "tune"]

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
RESAMPLES = 4_000


@dataclass(frozen=True, slots=True)
class Tuned:
    """A family after tuning: which candidate was cheapest, and what each of them cost.

    Unit: `costs` fraction of value a year in training; empty where nothing was tuned.
    """

    family: Family
    chosen: PathPolicy
    costs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy in one case.

    Unit: fraction of value a year; `seeds` the total of each seed, or
    of each year where there is one history."""

    name: str
    role: str
    chosen: str
    trials: int
    total: float
    trading: float
    tax: float
    tracking: float
    turnover: float
    trades: float
    deferred: float
    seeds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a rule costs more than a challenger, in the same worlds; above zero the latter wins."""

    challenger: str
    against: str
    interval: Interval

    @property
    def is_won(self) -> bool:
        """Whether the interval lies above zero."""
        return self.interval.low > 0.0

    @property
    def is_lost(self) -> bool:
        """Whether it lies below."""
        return self.interval.high < 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """All policies in one world at one cost level, and every challenger against every other."""

    world: str
    cost_times: float
    change: str
    entries: tuple[Entry, ...]
    differences: tuple[Difference, ...]


MAY_CHALLENGE: Mapping[str, tuple[str, ...]] = {
    CONTROL: (NAMED, RULE, PEER),
    LEARNED: (NAMED, RULE, PEER, CONTROL),
}
"""Who is compared with whom: a learned policy has the no-trade zone to beat as well."""


def tune(
    families: Sequence[Family], returns: Floats, household: Household, terms: PathTerms
) -> tuple[Tuned, ...]:
    """Keep the cheapest candidate of each family in training worlds."""
    found = []
    for family in families:
        if family.trials:
            costs = simulate(returns, household, family.candidates, terms)
            totals = tuple(float(one.total.mean()) for one in costs)
            found.append(Tuned(family, family.candidates[int(np.argmin(totals))], totals))
        else:
            found.append(Tuned(family, family.candidates[0], ()))
    return tuple(found)


def compare(
    where: tuple[str, float, str],
    tuned: Sequence[Tuned],
    costs: Sequence[PathCosts],
    parts: int,
    chance: np.random.Generator,
) -> Case:
    """One case of many paths: those of several seeds, as many each, are `parts`.

    Paths are drawn independently, and are resampled so.
    """
    table = np.column_stack([one.total for one in costs])
    return _compared(where, tuned, costs, table, parts, (chance, 1.0))


def compare_over_time(
    where: tuple[str, float, str],
    tuned: Sequence[Tuned],
    costs: Sequence[PathCosts],
    a_year: int,
    chance: np.random.Generator,
) -> Case:
    """One case of a single path, by stretches of time of which there are `a_year`.

    Months are resampled in blocks as long as their memory (stationary bootstrap); the parts that
    are shown are years.
    """
    table = np.column_stack([one.by_time[0] for one in costs]) * a_year
    years = max(1, len(table) // a_year)
    return _compared(where, tuned, costs, table, years, (chance, None))


def _compared(
    where: tuple[str, float, str],
    tuned: Sequence[Tuned],
    costs: Sequence[PathCosts],
    table: Floats,
    parts: int,
    resampling: tuple[np.random.Generator, float | None],
) -> Case:
    chance, block = resampling
    resampled = bootstrap(table, _means, chance, resamples=RESAMPLES, block=block)
    differences = []
    for at, one in enumerate(tuned):
        # The best of several trials looks better than it is; the rules' trials need no such care.
        level = 1.0 - (1.0 - LEVEL) / max(1, one.family.trials)
        for other, rule in enumerate(tuned):
            if rule.family.role in MAY_CHALLENGE.get(one.family.role, ()):
                interval = resampled.difference(other, at, level).interval
                differences.append(Difference(one.family.name, rule.family.name, interval))
    entries = tuple(
        _entry(one, cost, column, parts)
        for one, cost, column in zip(tuned, costs, table.T, strict=True)
    )
    return Case(*where, entries, tuple(differences))


def _means(table: Floats) -> Floats:
    return np.asarray(table.mean(axis=0))


def _entry(one: Tuned, costs: PathCosts, totals: Floats, parts: int) -> Entry:
    figures = (costs.trading, costs.tax, costs.tracking, costs.turnover, costs.trades)
    return Entry(
        one.family.name,
        one.family.role,
        one.chosen.name,
        one.family.trials,
        float(totals.mean()),
        *(float(figure.mean()) for figure in figures),
        float(costs.deferred.mean()),
        tuple(float(part.mean()) for part in np.array_split(totals, parts)),
    )
