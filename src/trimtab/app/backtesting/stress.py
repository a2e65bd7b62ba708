"""Stress: what a crash of the past, begun tomorrow, would do to the household as it is today.

The household's own lots, cash, prices and rules are those of today; from the next session on each
holding moves as its asset class did then.  Policies run through it on the exact path, so that
taxes, harvesting and limits act as they would.

Errors: those of `scenario_file`, `scenario` and the driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from trimtab.app.backtesting.entrants import Entrant, Progress
from trimtab.app.backtesting.opening import OPENED, booked
from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.resuming import Checkpoints, Standing
from trimtab.app.backtesting.running import run_entrants, standings_of
from trimtab.app.backtesting.scenario import MovesAs, Scenario, instrument_returns, moves_of
from trimtab.app.backtesting.scenario_file import Shock, parse_scenario, read_shock
from trimtab.app.backtesting.terms import terms_in_words
from trimtab.app.backtesting.world import World, world_of
from trimtab.app.evidence import Comparison, Drawing, compare
from trimtab.app.evidence.stress_figures import StressFigures, stress_figures
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings, FillTiming, TaxesPaid
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.backtest.stress import going_on
from trimtab.model.errors import InputError, nearest
from trimtab.model.mandate import RiskRules, WithoutHistory
from trimtab.model.snapshots import Snapshot
from trimtab.policies._schedule import is_session

__all__ = [
    "ALL_SCENARIOS",
    "SCENARIOS",
    "StressTerms",
    "Stressed",
    "run_stress",
    "scenarios_of",
    "stress",
    "stress_stage",
]

SCENARIOS = ("1987", "2000-02", "2008", "2020", "2022")
"""In the order of time; each is a file of that name."""
ALL_SCENARIOS = "all"
PACKAGE, FOLDER = "trimtab.app.backtesting", "scenarios"
ONE_DAY = timedelta(days=1)
NO_CHANCE = Drawing(draws=0)
"""A path that was written down has no days to draw again."""


@dataclass(frozen=True, slots=True)
class StressTerms:
    """How a scenario is run.

    Unit: `cash_rate` a fraction a year; `review_sessions` how often a policy is asked that weighs
    cost against drift.
    """

    fill: FillTiming = FillTiming.CLOSE
    taxes_paid: TaxesPaid = TaxesPaid.PORTFOLIO
    cash_rate: float = 0.0
    review_sessions: int = 21


@dataclass(frozen=True, slots=True)
class Stressed:
    """A scenario as it went: what moved as what, the policies side by side, and their figures."""

    scenario: Scenario
    moves: dict[str, MovesAs]
    comparison: Comparison
    figures: tuple[StressFigures, ...]


def stress(
    folder: str | Path | LoadedHousehold,
    policies: Sequence[str] = (),
    *,
    scenarios: Sequence[str] = (),
    shock: str | Path | None = None,
    terms: StressTerms | None = None,
    progress_of: Callable[[str], Progress] | None = None,
    workers: int | None = 1,
) -> tuple[Stressed, ...]:
    """What crashes would do to a household as it is today, one answer a scenario.

    `scenarios` of `SCENARIOS`, all of them where neither they nor a path in a `shock` file are
    given; `policies` as for `backtest`.
    Refuses: unknown scenarios and policies, holdings that a scenario has no path for.
    """
    loaded = folder if isinstance(folder, LoadedHousehold) else load_folder(folder)
    names = tuple(policies) or ("hold", loaded.mandate.policy.name)
    entrants = [Entrant(read_choice(name, loaded.mandate), name) for name in dict.fromkeys(names)]
    wanted = scenarios_of(loaded, scenarios, None if shock is None else Path(shock))
    return tuple(
        run_stress(loaded, one, entrants, terms, progress_of, workers=workers) for one in wanted
    )


def scenarios_of(
    loaded: LoadedHousehold, words: Sequence[str], shock_file: Path | None
) -> tuple[Scenario, ...]:
    """The scenarios that are meant, that of a shock file last.

    Refuses: unknown words, and a shock file that cannot be used.
    """
    shock = (
        None if shock_file is None else read_shock(shock_file, tuple(loaded.snapshot.instruments))
    )
    own = () if shock is None or shock.scenario is None else (shock.scenario,)
    if ALL_SCENARIOS in words or (not words and not own):
        words = SCENARIOS
    found = [_named(word) for word in dict.fromkeys(words)]
    if shock is not None:
        found = [shock.told(one) for one in found]
    return (*found, *own)


def _named(word: str) -> Scenario:
    if word not in SCENARIOS:
        known = (*SCENARIOS, ALL_SCENARIOS)
        raise InputError("scenario", f"there is no {word!r}", remedy=nearest(word, known))
    read = _packaged(word).scenario
    if read is None:
        raise InputError("scenario", f"{word!r} has no path")
    return read


@cache
def _packaged(word: str) -> Shock:
    name = f"{word}.toml"
    text = (files(PACKAGE) / FOLDER / name).read_text("utf-8")
    return parse_scenario(text, word, name)


def run_stress(
    loaded: LoadedHousehold,
    scenario: Scenario,
    entrants: Sequence[Entrant],
    terms: StressTerms | None = None,
    progress_of: Callable[[str], Progress] | None = None,
    workers: int | None = 1,
    checkpoints: Checkpoints | None = None,
    tell: Callable[[Standing], None] | None = None,
) -> Stressed:
    """Policies through one scenario; with `checkpoints` of it, what was stopped goes on.

    `tell` is told where each policy's earlier run stands.
    """
    stage, moves = stress_stage(loaded, scenario, terms or StressTerms())
    if checkpoints is not None:
        for standing in standings_of(stage, entrants, checkpoints):
            if tell is not None:
                tell(standing)
    runs = run_entrants(stage, entrants, progress_of, workers, checkpoints)
    comparison = compare(runs, drawing=NO_CHANCE)
    taxable = {one.id for one in loaded.household.accounts if one.wrapper.is_taxable}
    return Stressed(scenario, moves, comparison, stress_figures(comparison, taxable))


def stress_stage(
    loaded: LoadedHousehold, scenario: Scenario, terms: StressTerms
) -> tuple[Stage, dict[str, MovesAs]]:
    """The household as it is today, before a market that goes on as the scenario says.

    Refuses: a household worth nothing, a feed without history, and holdings that the scenario has
    no path for.
    """
    today, snapshot = loaded.snapshot.as_of, loaded.snapshot
    if snapshot.value <= 0:
        raise InputError(
            "household", "it holds neither lots nor cash", "a stress test begins with what it holds"
        )
    world = world_of(loaded, today, today)
    names = world.market.instruments
    moves, notes = moves_of(scenario, names, snapshot.instruments, loaded.mandate)
    returns = instrument_returns(scenario, moves, names)
    sessions = _sessions_after(today, scenario.sessions)
    source = f"{world.market.history.source}, up to {today}; then {scenario.source}"
    history = going_on(world.market.history, today, sessions, returns, source)
    market = MarketDays(history, loaded.household.base_currency)
    mandate = replace(
        loaded.mandate,
        tax=replace(loaded.mandate.tax, year=loaded.mandate.tax.year or today.year),
        risk=RiskRules(WithoutHistory.ASSUME),
    )
    start = Start(
        loaded.household, snapshot.instruments, mandate, _books(snapshot), snapshot.trades
    )
    settings = BacktestSettings(
        today,
        sessions[-1],
        fill=terms.fill,
        taxes_paid=terms.taxes_paid,
        cash_rate=terms.cash_rate,
        review_sessions=terms.review_sessions,
    )
    begins = f"its own lots and cash, as they are on {today}"
    words = {
        "Scenario": scenario.title,
        **terms_in_words(settings, mandate, begins, market, snapshot.instruments),
        "Dividends": "part of the scenario's returns",
    }
    findings = (*world.findings, *notes)
    stage = Stage(start, World(market, findings), settings, findings, words, loaded.folder)
    return stage, moves


def _sessions_after(today: date, count: int) -> list[date]:
    """The next sessions of the exchange."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day += ONE_DAY
        if is_session(day):
            found.append(day)
    return found


def _books(snapshot: Snapshot) -> Books:
    """Today's lots and cash."""
    on, base = snapshot.as_of, snapshot.household.base_currency
    lots = [opening_lot(f"{OPENED} {lot.id}", on, lot, base) for lot in snapshot.lots]
    cash = [
        opening_cash(f"{OPENED} {held.account} {held.currency}", on, held.account, held.currency,
                     held.amount)
        for held in snapshot.cash
        if held.amount > 0
    ]  # fmt: skip
    return booked([*lots, *cash], base)
