"""Section `exact`: the exact path, a household's day after day with lots, wash sales and US taxes.

A seeded market of 20 instruments over 15 years, a household of three accounts and 120 lots, a
threshold of five points that is watched daily, and a cost-aware rule that is asked once a month.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks._backtest_section import Figure, Section, Setting, median_seconds
from trimtab.app.api import guards_of
from trimtab.app.estimating import estimates_of
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, Ledger
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.model.mandate import Mandate, PlugInChoice, RiskRules, WithoutHistory
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import TaxProfile
from trimtab.plugins import configure
from trimtab.policies._aliases import resolve
from trimtab.taxes.us_federal import UsFederal
from trimtab.testing.markets import MarketShape, random_market
from trimtab.testing.worlds import World, world

__all__ = ["Household", "household", "run"]

SEED = 3
NAMES = tuple(f"I{k:02d}" for k in range(20))
CLASSES = 4
WARM_UP, SESSIONS = 756, 3_774
ACCOUNTS = {"joint": (600_000, 4), "ira": (300_000, 1), "roth": (100_000, 1)}
"""Dollars of each account, and lots of each instrument in it."""
REPEATS_MAX = 3
DAYS_A_SECOND_MIN = 2_000.0


@dataclass(frozen=True, slots=True)
class Household:
    """A household on its first day, and the market that it meets."""

    start: Start
    market: MarketDays
    settings: BacktestSettings

    def backtest(self, policy: str) -> Backtest:
        """A fresh backtest of a policy by its name."""
        choice, mandate = resolve(PlugInChoice(policy)), self.start.mandate
        return Backtest(
            policy,
            configure("policies", choice.name, choice.settings),
            self.start,
            self.market,
            UsFederal(),
            guards_of(mandate),
            estimates_of,
            self.settings,
        )


def household(sessions: int = SESSIONS) -> Household:
    """The seeded household, with so many sessions before it."""
    shape = MarketShape(
        NAMES, WARM_UP + sessions, date(2003, 1, 2), yearly_volatility=0.25, correlation=0.3
    )
    history = random_market(SEED, shape)
    first = history.dates[WARM_UP]
    mandate = Mandate(
        (),
        risk=RiskRules(WithoutHistory.ASSUME),
        tax=TaxProfile(year=2021, ordinary_income=Decimal(180_000), modified_agi=Decimal(200_000)),
    )
    home = world(_lots(history), targets=_targets(), mandate=mandate, as_of=first)
    snapshot = home.snapshot
    start = Start(snapshot.household, snapshot.instruments, home.mandate, _books(home, first))
    return Household(start, MarketDays(history), BacktestSettings(first, history.dates[-1]))


def _targets() -> str:
    """Four classes of five instruments, each held as it stands, and a band of five points."""
    size = len(NAMES) // CLASSES
    rows = [
        f"class{k} {100 // CLASSES}% {','.join(NAMES[k * size : (k + 1) * size])} 5% held"
        for k in range(CLASSES)
    ]
    return "\n".join(("target weight instruments band split", *rows))


def _lots(history: MarketHistory) -> str:
    """Lots of each instrument in each account, bought below and above today's price."""
    chance = np.random.default_rng(SEED)
    prices = np.asarray(history.close)[WARM_UP]
    rows = ["account instrument qty basis acquired"]
    for account, (dollars, lots) in ACCOUNTS.items():
        for name, price in zip(NAMES, prices.tolist(), strict=True):
            for k in range(lots):
                units = int(dollars / len(NAMES) / lots / price) + 1
                basis = units * price * float(chance.uniform(0.6, 1.2))
                rows.append(f"{account} {name} {units} {basis:.2f} {date(2003 + k // 2, 3 + k, 5)}")
        rows.append(f"{account} cash 1,000")
    return "\n".join(rows)


def _books(home: World, first: date) -> Books:
    ledger = Ledger(Books())
    for lot in home.snapshot.lots:
        ledger.apply(opening_lot(f"opening {lot.id}", first, lot))
    for one in home.snapshot.cash:
        ledger.apply(opening_cash(f"opening {one.account}", first, one.account, "USD", one.amount))
    return ledger.books()


def run(setting: Setting) -> Section:
    """Time whole runs, warm."""
    home = household()
    figures: list[Figure] = []
    for policy, bound in (("5%", DAYS_A_SECOND_MIN), ("cost_aware", None)):
        results: list[BacktestRun] = []

        def once(policy: str = policy, results: list[BacktestRun] = results) -> None:
            results.append(home.backtest(policy).run())

        seconds = median_seconds(once, min(setting.repeats, REPEATS_MAX))
        result = results[-1]
        days = len(result.daily.dates) / seconds
        figures += [
            Figure(f"{policy}: household-days", days, "a second", 0, at_least=bound),
            Figure(f"{policy}: decisions", float(len(result.decisions)), "", 0),
            Figure(f"{policy}: fills", float(len(result.fills)), "", 0),
            Figure(f"{policy}: most lots", float(result.daily.lots.max()), "lots", 0),
        ]
    return Section(
        "the exact path: every day booked to the cent",
        f"{len(NAMES)} instruments, {len(ACCOUNTS)} accounts, {SESSIONS:,} sessions with dividends "
        "and splits, wash sales and US taxes; whole runs on one core, the solver loaded",
        tuple(figures),
    )
