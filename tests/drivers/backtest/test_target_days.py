"""Re-estimated targets in a backtest: no review sees past its day, and noise is not chased."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pytest

from tests.drivers.backtest.replayed import PLAIN, D, books_of, policy_named
from tests.drivers.backtest.test_lookahead import another_future, up_to
from trimtab.app.estimating import estimates_of
from trimtab.app.targeting import targeting_of
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.backtest.target_days import TargetDays
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import (
    CostRules,
    Mandate,
    PlugInChoice,
    RiskRules,
    TargetRules,
    TradingRules,
    WithoutHistory,
)
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import CurrentTargets, review_day
from trimtab.model.taxes import TaxProfile
from trimtab.taxes.us_federal import UsFederal
from trimtab.testing.markets import MarketShape, random_market
from trimtab.testing.worlds import world

WARM_UP, SESSIONS, EVERY = 70, 150, 10
TARGETS = """
    target  weight  instruments  band
    stocks  50%     VTI          5/25
    world   20%     VXUS         5/25
    bonds   30%     BND          5/25
"""
LOTS = """
    account instrument qty basis acquired
    joint   VTI  300  6,000 2018-01-02
    joint   VXUS 100  2,000 2018-01-02
    joint   BND  200  6,000 2018-01-02
    ira     BND   50  .     .
    joint   cash  5,000
"""
ACCOUNTS = """
    account  owner  fractional  commission
    joint    ann    yes         0
    ira      ann    yes         0
"""


def noisy(day: date, history: PriceHistory, mandate: Mandate) -> CurrentTargets:
    """Weights by the inverse of last month's volatility: they jump from review to review."""
    names = [target.name for target in mandate.targets]
    stated = {target.name: target.weight for target in mandate.targets}
    closes = np.array(history.closes, dtype=float)[-21:]
    if len(closes) < 21:
        finding = Finding("targets_not_estimated", Severity.WARNING, "targets", f"short on {day}")
        return CurrentTargets(day, "noisy", stated, stated, "as stated", (finding,))
    calm = 1.0 / np.nanstd(closes[1:] / closes[:-1] - 1.0, axis=0)
    shares = [D(f"{share:.6f}") for share in calm / calm.sum()]
    shares[0] += 1 - sum(shares)
    return CurrentTargets(day, "noisy", stated, dict(zip(names, shares, strict=True)), "by noise")


@lru_cache(maxsize=1)
def market() -> MarketHistory:
    shape = MarketShape(
        instruments=("VTI", "VXUS", "BND"),
        sessions=WARM_UP + SESSIONS,
        opens=date(2019, 6, 3),
        yearly_volatility=0.2,
        splits_a_year=0.0,
    )
    return random_market(5, shape)


def backtest(policy, settings=None, history=None, targets=noisy, rules=None, lots=LOTS):
    """A backtest of a policy, its targets re-estimated every ten weekdays."""
    first = market().dates[WARM_UP]
    mandate = replace(
        PLAIN,
        costs=CostRules(half_spread=D("0.001")),
        trading=TradingRules(),
        risk=RiskRules(WithoutHistory.ASSUME),
        tax=TaxProfile(year=2021, ordinary_income=D(180_000), modified_agi=D(200_000)),
        target_source=rules or TargetRules(PlugInChoice("fixed"), review_sessions=EVERY),
    )
    home = world(lots, targets=TARGETS, accounts=ACCOUNTS, mandate=mandate, as_of=first)
    snapshot = home.snapshot
    start = Start(snapshot.household, snapshot.instruments, home.mandate, books_of(home, first))
    if targets is None:
        targets = targeting_of(home.mandate, snapshot.instruments)
    return Backtest(
        policy,
        policy_named(policy, settings or {}),
        start,
        MarketDays(history or market()),
        UsFederal(),
        (),
        estimates_of,
        BacktestSettings(start=first, end=market().dates[-1]),
        targets,
    )


def run_to(test: Backtest, t: int) -> Backtest:
    while test.sessions.start + test.done <= t:
        test.step(test.sessions.start + test.done)
    return test


@lru_cache(maxsize=4)
def done(policy: str) -> Backtest:
    test = backtest(policy, {"frequency": "weekly"} if policy == "calendar" else {})
    test.run()
    return test


@pytest.mark.parametrize("policy", ["threshold", "cost_aware"])
@pytest.mark.parametrize("day", [31, 77])
def test_another_future_changes_no_target_and_no_decision_before_it(policy, day):
    t = WARM_UP + day
    changed = run_to(backtest(policy, history=another_future(market(), t, 3)), t)
    assert up_to(changed, t) == up_to(done(policy), t)
    assert [changed.target_days.on(s) for s in range(WARM_UP, t + 1)] == [
        done(policy).target_days.on(s) for s in range(WARM_UP, t + 1)
    ]


def test_a_source_that_looked_ahead_would_be_found():
    t = WARM_UP + 60

    def peeking(history):
        days = MarketDays(history)

        def source(day, seen, mandate):
            later = days.dates.index(seen.dates[-1]) + 15
            return noisy(day, days.history_until(later, seen.instruments, 60), mandate)

        return run_to(backtest("threshold", history=history, targets=source), t)

    with pytest.raises(AssertionError):
        assert up_to(peeking(another_future(market(), t, 3)), t) == up_to(peeking(market()), t)


def test_a_review_sees_the_closes_up_to_its_day_and_stands_until_the_next():
    seen: list[tuple[date, date]] = []

    def source(day, history, mandate):
        seen.append((day, history.dates[-1]))
        return noisy(day, history, mandate)

    test = backtest("threshold", targets=source)
    test.run()
    assert all(last <= day and (day - last) <= timedelta(days=5) for day, last in seen)
    days = [day for day, _ in seen]
    assert days == sorted(set(days))
    on = test.market.dates
    assert {review_day(on[t], EVERY) for t in test.sessions} == set(days)


def test_the_day_s_targets_do_not_depend_on_which_days_were_looked_at():
    mandate = backtest("hold").start.mandate
    forwards, last_only = (TargetDays(mandate, MarketDays(market()), noisy) for _ in range(2))
    for t in range(WARM_UP, WARM_UP + SESSIONS):
        forwards.on(t)
    t = WARM_UP + SESSIONS - 1
    assert forwards.on(t) == last_only.on(t)


def test_before_there_is_history_the_stated_targets_stand_and_it_is_said_once():
    first = market().dates[:15]
    short = replace(
        market(),
        dates=first,
        **{
            name: np.array(getattr(market(), name))[:15]
            for name in ("close", "open", "vwap", "volume", "half_spread", "dividend", "split")
        },
    )
    mandate = backtest("hold").start.mandate
    days = TargetDays(mandate, MarketDays(short), noisy)
    for t in range(15):
        assert days.mandate_on(t).targets == mandate.targets
    assert len(days.findings) == len({review_day(day, EVERY) for day in first})


def test_the_policy_follows_the_current_targets_not_the_stated_ones():
    test = done("threshold")
    last = test.sessions[-1]
    current = test.target_days.on(last)
    weights = np.array(test.recorder.weights)[-1]
    now = np.array([float(current.weights[t.name]) for t in test.start.mandate.targets])
    stated = np.array([float(t.weight) for t in test.start.mandate.targets])
    assert np.abs(weights - now).sum() < np.abs(weights - stated).sum()


def turnover(test: Backtest) -> float:
    return sum(float(fill.amount) for fill in test.broker.fills)


@pytest.mark.parametrize("policy", ["cost_aware", "no_trade_zone"])
def test_a_policy_that_weighs_costs_does_not_chase_the_noise_that_a_calendar_follows(policy):
    """The same targets, and a tax on every gain: what is not worth its cost is left alone."""
    assert turnover(done("calendar")) > 2.0 * turnover(done(policy)) > 0.0


def test_a_source_of_the_household_s_own_runs_through_a_backtest():
    pytest.importorskip("skfolio")
    rules = TargetRules(PlugInChoice("risk_parity"), review_sessions=63, blend=D("0.5"))
    test = backtest("threshold", targets=None, rules=rules)
    test.run()
    current = test.target_days.on(test.sessions[-1])
    assert current.source == "risk_parity"
    assert current.moved
    assert sum(current.weights.values()) == 1
    (early,) = test.target_days.findings  # of the first review, which had too few closes behind it
    assert early.message.endswith("the risk of VTI, VXUS, BND is assumed, for want of prices")
