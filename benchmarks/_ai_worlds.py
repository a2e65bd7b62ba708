"""Section (b): the same households in invented worlds, as fitted and as wrongly believed.

Worlds are fitted on training years; rules are tuned in worlds of one set of seeds and judged in
those of another, then judged again, without tuning, where volatilities, correlations and costs are
not what they were tuned for.

Errors: those of the worlds' fits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._ai_compare import Case, Tuned, compare, tune
from benchmarks._ai_panel import Panel
from benchmarks._ai_policies import Family, Knowledge, families
from trimtab.quant.worlds._base import PERIODS_A_YEAR, World, compounded
from trimtab.quant.worlds.garch import fit_garch
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.lognormal import fit_lognormal
from trimtab.quant.worlds.lot_book import LotTerms
from trimtab.quant.worlds.moved import Moved, moved_correlation
from trimtab.quant.worlds.policy_paths import PathTerms, simulate
from trimtab.quant.worlds.regimes import fit_regimes
from trimtab.quant.worlds.resampled import fit_resampled

__all__ = ["AS_FITTED", "Change", "WorldSetting", "WorldsFound", "run"]

Floats = npt.NDArray[np.float64]

FITS: tuple[Callable[[Floats], World], ...] = (
    fit_lognormal,
    fit_resampled,
    fit_garch,
    fit_regimes,
)
RISK_AVERSION = 4.0
TAX_RATE = 0.20
SHORT_RATE = 0.37
"""Where lots are told apart, of what was held for a year or less."""
START_GAIN = 0.25
MONTHS_A_YEAR = 12
MONTH = PERIODS_A_YEAR // MONTHS_A_YEAR
AT_ONCE = 32
"""Paths drawn together: 60 MB of daily returns over thirty years."""


@dataclass(frozen=True, slots=True)
class WorldSetting:
    """How much is run.  Unit: `cost_times` what trading costs, as a multiple of the panel's."""

    training_years: tuple[int, int]
    years: int
    training_paths: int
    seeds: tuple[int, ...]
    paths_a_seed: int
    cost_times: tuple[float, ...]
    daily: bool
    """Whether to review daily rather than monthly."""
    lots: bool = False
    """Whether households tell lots apart, rather than hold one average basis per instrument."""


@dataclass(frozen=True, slots=True)
class Change:
    """A way in which the world is not what was believed."""

    name: str
    volatility: float = 1.0
    correlation: tuple[float, float] = (0.0, 0.0)
    """A correlation, and the part of the way that all of them are moved towards it."""
    cost: float = 1.0
    drift: float = 1.0
    """What is left of the differences of drift between instruments."""


AS_FITTED = Change("as fitted")
CHANGES = (
    AS_FITTED,
    Change("volatility x 0.7", volatility=0.7),
    Change("volatility x 1.4", volatility=1.4),
    Change("correlations halved", correlation=(0.0, 0.5)),
    Change("correlations half-way to 0.9", correlation=(0.9, 0.5)),
    Change("costs x 1.5 unexpectedly", cost=1.5),
    Change("no differences of drift", drift=0.0),
    Change("differences of drift reversed", drift=-1.0),
)
MORE_FAMILIES = tuple[Callable[[Knowledge], Sequence[Family]], ...]


@dataclass(frozen=True, slots=True)
class WorldsFound:
    """All cases, and what every trial of tuning cost, by world and cost level."""

    cases: tuple[Case, ...]
    tuned: dict[tuple[str, float], tuple[Tuned, ...]]


def run(
    panel: Panel,
    setting: WorldSetting,
    more: MORE_FAMILIES = (),
    *,
    fits: Sequence[Callable[[Floats], World]] = FITS,
    changes: Sequence[Change] = CHANGES,
) -> WorldsFound:
    """Every world at every cost level, under every change."""
    history = _training(panel, setting)
    logs = np.log1p(history)
    covariance = np.cov(logs, rowvar=False)
    cases: list[Case] = []
    logbook: dict[tuple[str, float], tuple[Tuned, ...]] = {}
    for fit in fits:
        world = fit(history)
        training = _returns(world, setting, 0, setting.training_paths)
        tuned: dict[float, tuple[Tuned, ...]] = {}
        for times in setting.cost_times:
            household = _household(panel, times)
            known = _knowledge(household, covariance, history, setting)
            all_families = [*families(known), *(f for make in more for f in make(known))]
            tuned[times] = tune(all_families, training, household, _terms(setting))
            logbook[world.name, times] = tuned[times]
        for change in changes:
            moved = _moved(world, logs.mean(axis=0), covariance, panel.target, change)
            drawn = [_returns(moved, setting, seed, setting.paths_a_seed) for seed in setting.seeds]
            returns = np.concatenate(drawn)
            for times in setting.cost_times:
                chosen = [one.chosen for one in tuned[times]]
                household = _household(panel, times * change.cost)
                costs = simulate(returns, household, chosen, _terms(setting))
                where = (world.name, times, change.name)
                chance = np.random.default_rng([len(cases), 7])
                cases.append(compare(where, tuned[times], costs, len(setting.seeds), chance))
    return WorldsFound(tuple(cases), logbook)


def _training(panel: Panel, setting: WorldSetting) -> Floats:
    years = panel.days.astype("datetime64[Y]").astype(int) + 1970
    first, last = setting.training_years
    return panel.returns[(years >= first) & (years <= last)]


def _household(panel: Panel, times: float) -> Household:
    gain = np.full(len(panel.target), START_GAIN)
    return Household(panel.target, times * panel.cost, TAX_RATE, RISK_AVERSION, gain)


def _knowledge(
    household: Household, covariance: Floats, history: Floats, setting: WorldSetting
) -> Knowledge:
    return Knowledge(
        target=household.target,
        cost=household.cost,
        drift=history.mean(axis=0) * PERIODS_A_YEAR,
        covariance=covariance * PERIODS_A_YEAR,
        risk_aversion=household.risk_aversion,
        tax_rate=household.tax_rate,
        gain=START_GAIN,
        month=MONTH if setting.daily else 1,
    )


def _terms(setting: WorldSetting) -> PathTerms:
    a_year = PERIODS_A_YEAR if setting.daily else MONTHS_A_YEAR
    return PathTerms(sessions_a_year=a_year, lots=LotTerms(SHORT_RATE) if setting.lots else None)


def _moved(world: World, mean: Floats, covariance: Floats, target: Floats, change: Change) -> World:
    """The world as it is, where it is not as fitted; the target's own growth stays."""
    if change.volatility == 1.0 and change.correlation[1] == 0.0 and change.drift == 1.0:
        return world
    matrix = change.volatility * moved_correlation(covariance, *change.correlation)
    middle = float(target @ mean)
    return Moved(world, mean, matrix, world.name, middle + change.drift * (mean - middle))


def _returns(world: World, setting: WorldSetting, seed: int, paths: int) -> Floats:
    """Paths of months, or of days, a few drawn at a time."""
    chance = np.random.default_rng([seed, 1])
    parts = []
    for start in range(0, paths, AT_ONCE):
        count = min(AT_ONCE, paths - start)
        drawn = world.draw(chance, count, setting.years * PERIODS_A_YEAR).returns
        parts.append(drawn if setting.daily else compounded(drawn, MONTH))
    return np.concatenate(parts)
