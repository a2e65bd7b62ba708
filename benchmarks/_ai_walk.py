"""Section (c): what would have happened on real prices, had everything been chosen on the past.

Each year's parameters are measured on training days, each family's candidate is the one that was
cheapest in the two years after them, and the year after those two is the test; between them lie
gaps (purge and embargo).  Decisions at a close are traded at the next.  One household lives through
the whole history, so that no policy is judged on the quiet years after a fresh start; what it was
charged before the first test is not counted.  It holds lots: two rates of tax, wash sales by the
calendar, losses netted within a year and carried forward.

Errors: those of the windows, for histories that are too short.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks._ai_compare import Case, Tuned, compare_over_time
from benchmarks._ai_panel import Panel
from benchmarks._ai_policies import Family, Knowledge, families
from benchmarks._ai_worlds import (
    MORE_FAMILIES,
    RISK_AVERSION,
    SHORT_RATE,
    START_GAIN,
    TAX_RATE,
    WorldsFound,
)
from trimtab.quant.performance.windows import Window, walk_forward_windows
from trimtab.quant.worlds._base import PERIODS_A_YEAR
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.lot_book import LotTerms
from trimtab.quant.worlds.policy_paths import PathCosts, PathPolicy, PathTerms, simulate
from trimtab.quant.worlds.rolled import Rolled

__all__ = ["WalkSetting", "walk"]

Floats = npt.NDArray[np.float64]

MONTH = 21
MONTHS_A_YEAR = 12
WARM_UP_YEARS = 4
"""Years that a household lives with a candidate before its charges count in validation."""


@dataclass(frozen=True, slots=True)
class WalkSetting:
    """How a history is cut, and whether its household tells lots apart.

    Unit: years of 252 sessions; `purge` and `embargo` sessions between what is learnt from and what
    is judged.
    """

    train_years: int
    validate_years: int = 2
    test_years: int = 1
    purge: int = 1
    embargo: int = 21
    cost_times: tuple[float, ...] = (0.5, 1.0, 2.0)
    lots: bool = True


def walk(panel: Panel, setting: WalkSetting, more: MORE_FAMILIES = ()) -> WorldsFound:
    """One case a cost level, and what every trial cost in validation, the mean of all windows."""
    windows = _windows(panel, setting)
    first = windows[0].test.start
    cases: list[Case] = []
    logbook: dict[tuple[str, float], tuple[Tuned, ...]] = {}
    for times in setting.cost_times:
        gain = np.full(len(panel.target), START_GAIN)
        cost = times * panel.cost
        household = Household(panel.target, cost, TAX_RATE, RISK_AVERSION, gain)
        rolled = _rolled(panel, household, windows, setting, more)
        logbook[panel.name, times] = tuple(rolled)
        costs = _tested(panel, household, rolled, first, setting.lots)
        where = (panel.name, times, f"walk-forward, {len(windows)} test years")
        chance = np.random.default_rng([round(100 * times), 8])
        cases.append(compare_over_time(where, rolled, costs, MONTHS_A_YEAR, chance))
    return WorldsFound(tuple(cases), logbook)


def _windows(panel: Panel, setting: WalkSetting) -> tuple[Window, ...]:
    # Two gaps: the one between training and validation must not shorten the training years.
    known = (setting.train_years + setting.validate_years) * PERIODS_A_YEAR
    return walk_forward_windows(
        len(panel.returns),
        known + setting.purge + setting.embargo,
        setting.test_years * PERIODS_A_YEAR,
        purge=setting.purge,
        embargo=setting.embargo,
    )


def _rolled(
    panel: Panel,
    household: Household,
    windows: Sequence[Window],
    setting: WalkSetting,
    more: MORE_FAMILIES,
) -> list[Tuned]:
    """Each family as it would have been held, window after window."""
    gap = setting.purge + setting.embargo
    by_window = []
    for window in windows:
        validated = window.train.stop - setting.validate_years * PERIODS_A_YEAR
        known = _knowledge(household, panel.returns[: validated - gap])
        found = [*families(known), *(family for make in more for family in make(known))]
        born = max(0, validated - WARM_UP_YEARS * PERIODS_A_YEAR)
        past = panel.between(born, window.train.stop)
        since = validated - born
        by_window.append([_validated(one, past, household, since, setting.lots) for one in found])
    starts = [0, *(window.test.start for window in windows[1:])]
    return [_joined(starts, column) for column in zip(*by_window, strict=True)]


def _validated(family: Family, past: Panel, household: Household, since: int, lots: bool) -> Tuned:
    """The candidate that was cheapest from a session on, in a life that began before."""
    if not family.trials:
        return Tuned(family, family.candidates[0], ())
    costs = simulate(past.returns[None], household, family.candidates, _terms(past, lots))
    totals = [float(one.by_time[0, since // MONTH :].mean() * MONTHS_A_YEAR) for one in costs]
    return Tuned(family, family.candidates[int(np.argmin(totals))], tuple(totals))


def _joined(starts: Sequence[int], windows: Sequence[Tuned]) -> Tuned:
    names = Counter(one.chosen.name for one in windows)
    most, times = names.most_common(1)[0]
    name = most if len(names) == 1 else f"{most} in {times} of {len(windows)}"
    policies: list[PathPolicy] = [one.chosen for one in windows]
    trials = np.mean([one.costs for one in windows], axis=0)
    return Tuned(windows[0].family, Rolled(name, starts, policies), tuple(trials.tolist()))


def _tested(
    panel: Panel, household: Household, rolled: Sequence[Tuned], first: int, lots: bool
) -> list[PathCosts]:
    """What each was charged from a session on, in a life that began before."""
    policies = [one.chosen for one in rolled]
    whole, before = (
        simulate(part.returns[None], household, policies, _terms(part, lots))
        for part in (panel, panel.between(0, first))
    )
    sessions = len(panel.returns)
    return [_since(one, early, first, sessions) for one, early in zip(whole, before, strict=True)]


def _terms(panel: Panel, lots: bool) -> PathTerms:
    """Looks at every close, trades at the next; a trade is dated by the close it is made at."""
    days = np.concatenate([panel.days[:1] - np.timedelta64(1, "D"), panel.days])
    return PathTerms(
        review=1,
        lag=1,
        record=MONTH,
        sessions_a_year=PERIODS_A_YEAR,
        lots=LotTerms(SHORT_RATE, days) if lots else None,
    )


def _since(whole: PathCosts, before: PathCosts, first: int, sessions: int) -> PathCosts:
    """Yearly figures of what lies between; a month that is cut counts where it ends."""

    def between(name: str) -> Floats:
        sums = getattr(whole, name) * sessions - getattr(before, name) * first
        return np.asarray(sums / (sessions - first))

    parts = {name: between(name) for name in ("trading", "tax", "tracking", "turnover", "trades")}
    return replace(whole, **parts, by_time=whole.by_time[:, first // MONTH :])


def _knowledge(household: Household, history: Floats) -> Knowledge:
    return Knowledge(
        target=household.target,
        cost=household.cost,
        drift=history.mean(axis=0) * PERIODS_A_YEAR,
        covariance=np.cov(np.log1p(history), rowvar=False) * PERIODS_A_YEAR,
        risk_aversion=household.risk_aversion,
        tax_rate=household.tax_rate,
        gain=START_GAIN,
        month=MONTH,
    )
