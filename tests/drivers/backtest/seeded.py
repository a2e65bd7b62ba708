"""Backtests drawn from a seed: market, household, policy and terms, all of them at random.

Small enough to run by the dozen, and with everything in them that a backtest meets: gaps, late
listings, ends, splits, dividends, deposits, withdrawals, fees, losses with and without a
replacement, several accounts of two people, yearly taxes.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from tests.drivers.backtest.replayed import PLAIN, D, books_of, policy_named
from tests.examples import IS_DEEP, IS_PLAIN
from trimtab.app.estimating import estimates_of
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import (
    BacktestSettings,
    Dividends,
    FillTiming,
    TaxesPaid,
)
from trimtab.drivers.backtest.start import Start
from trimtab.model.mandate import (
    CashFlow,
    CashRules,
    CostRules,
    Mandate,
    RiskRules,
    TradingRules,
    WashSaleRules,
    WithoutHistory,
)
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import ReliefOrder, TaxProfile
from trimtab.policies._base import Policy
from trimtab.taxes.us_federal import UsFederal
from trimtab.testing.markets import MarketShape, random_market
from trimtab.testing.worlds import world

SEEDS = st.integers(0, 1_000_000 if IS_DEEP else 5)
"""Few, and the same for each property, so that one run of a seed serves them all."""
few = settings(max_examples=200 if IS_DEEP else 4 if IS_PLAIN else 8)

NAMES = ("VTI", "ITOT", "VXUS", "BND", "VNQ")
WARM_UP, SESSIONS = 70, 150
WATCHFUL = (
    ("hold", {}),
    ("flows", {}),
    ("threshold", {"absolute": D("0.03")}),
    ("threshold", {"relative": D("0.1"), "destination": "halfway"}),
    ("calendar", {"frequency": "monthly"}),
    ("hybrid", {"frequency": "weekly", "absolute": 0.02}),
    ("partial", {"frequency": "monthly"}),
)
ANY = (*WATCHFUL, ("cost_aware", {}), ("harvest", {}), ("triggered", {}))
"""Policies and their settings."""

TARGETS = """
    target  weight  instruments  band  split
    stocks  50%     VTI,ITOT     5/25  first
    world   20%     VXUS         5/25  first
    bonds   20%     BND          5/25  first
    land    10%     VNQ          5/25  first
"""
ACCOUNTS = """
    account   owner    fractional  commission
    joint     ann+bob  no          0
    ann       ann      yes         1
    ira-bob   bob      no          0
    roth-ann  ann      yes         0
"""


@dataclass(frozen=True)
class Drawn:
    """What one seed drew."""

    start: Start
    history: MarketHistory
    policy: Policy
    settings: BacktestSettings

    def backtest(self, history: MarketHistory | None = None) -> Backtest:
        """A fresh backtest of it, or of another market."""
        return Backtest(
            self.policy.name,
            self.policy,
            self.start,
            MarketDays(history or self.history),
            UsFederal(),
            (),
            estimates_of,
            self.settings,
        )


def draw(seed: int, policies: tuple[tuple[str, dict[str, object]], ...] = ANY) -> Drawn:
    """Everything from one seed."""
    chance = np.random.default_rng(seed)
    history = _market(chance)
    first = history.dates[WARM_UP]
    mandate = _mandate(chance)
    home = world(_lots(chance, history, first), targets=TARGETS, accounts=ACCOUNTS,
                 mandate=mandate, as_of=first)  # fmt: skip
    start = Start(
        home.snapshot.household, home.snapshot.instruments, home.mandate, books_of(home, first)
    )
    name, settings = policies[int(chance.integers(len(policies)))]
    return Drawn(start, history, policy_named(name, settings), _terms(chance, history))


@lru_cache(maxsize=16)
def done(seed: int) -> tuple[Drawn, Backtest]:
    """What a seed drew, and its backtest after the last session; not to be stepped any further."""
    drawn = draw(seed)
    test = drawn.backtest()
    test.run()
    return drawn, test


def _market(chance: np.random.Generator) -> MarketHistory:
    opens = date(2019, int(chance.integers(6, 10)), int(chance.integers(1, 28)))
    shape = MarketShape(
        instruments=NAMES,
        sessions=WARM_UP + SESSIONS,
        opens=opens,
        yearly_volatility=0.35,
        splits_a_year=0.5,
        gap_chance=float(chance.choice([0.0, 0.01])),
        gap_sessions_max=4,
        ended_share=float(chance.choice([0.0, 0.3])),
        dividend_yield=0.04,
    )
    history = random_market(int(chance.integers(1_000_000)), shape)
    if chance.random() < 0.3:  # VNQ is listed in the course of the backtest
        close = np.array(history.close)
        close[: WARM_UP + int(chance.integers(5, 60)), NAMES.index("VNQ")] = np.nan
        history = replace(history, close=close)
    return history


def _lots(chance: np.random.Generator, history: MarketHistory, first: date) -> str:
    """Lots of all ages at a basis above and below the price, and cash."""
    rows = ["account instrument qty basis acquired group"]
    prices = np.array(history.close)[WARM_UP]
    for account in ("joint", "joint", "ann", "ira-bob", "roth-ann"):
        for k, name in enumerate(NAMES):
            if np.isnan(prices[k]) or chance.random() < 0.3:
                continue
            units = int(chance.integers(10, 20_000) / prices[k]) + 1
            basis = round(units * prices[k] * float(chance.uniform(0.6, 1.4)), 2)
            bought = first - timedelta(days=int(chance.choice([3, 25, 340, 363, 900])))
            group = "market" if name in ("VTI", "ITOT") else "."
            rows.append(f"{account} {name} {units} {basis} {bought} {group}")
    rows += [f"{account} cash {int(chance.integers(0, 20_000))}" for account in ("joint", "ann")]
    return "\n".join(rows)


def _mandate(chance: np.random.Generator) -> Mandate:
    reserve = CashRules(reserve=D(int(chance.choice([0, 0, 5_000]))))
    return replace(
        PLAIN,
        costs=CostRules(),
        trading=TradingRules(),
        cash=reserve,
        risk=RiskRules(WithoutHistory.ASSUME),
        wash_sales=WashSaleRules(substitutes={"VXUS": ("VTI",)}),
        tax=TaxProfile(
            year=2021,
            ordinary_income=D(180_000),
            modified_agi=D(200_000),
            relief=ReliefOrder(str(chance.choice(["least_tax", "specific", "fifo", "hifo"]))),
        ),
    )


def _terms(chance: np.random.Generator, history: MarketHistory) -> BacktestSettings:
    def day() -> date:
        return history.dates[WARM_UP + int(chance.integers(SESSIONS))]

    flows = [
        CashFlow(D(int(chance.integers(-9_000, 9_000))), day(), str(account) or None)
        for account in chance.choice(["", "joint", "ann", "roth-ann"], int(chance.integers(4)))
    ]
    return BacktestSettings(
        start=history.dates[WARM_UP],
        end=history.dates[-1],
        fill=FillTiming(str(chance.choice([one.value for one in FillTiming]))),
        dividends=Dividends(str(chance.choice(["cash", "reinvest"]))),
        commission_per_share=D(str(chance.choice(["0", "0.005"]))),
        participation_max=float(chance.choice([1e-5, 1.0])) if chance.random() < 0.3 else None,
        cash_rate=float(chance.choice([0.0, 0.03])),
        advisory_fee=float(chance.choice([0.0, 0.01])),
        taxes_paid=TaxesPaid(str(chance.choice(["portfolio", "outside"]))),
        forward_fill_sessions_max=int(chance.integers(1, 6)),
        flows=tuple(flows),
    )
