"""The environment is the backtest's own cycle; without friction its steps are the kernel's."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.drivers.backtest.replayed import PLAIN, books_of, stated_estimates

pytest.importorskip("gymnasium")

from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.env.choices import Choice, band_factor, way_of
from trimtab.drivers.env.rebalance import EpisodeWorld, Rebalance, Rewards, Wiring
from trimtab.model.errors import InvariantError
from trimtab.model.taxes import TaxCurve
from trimtab.policies._directed import Directed
from trimtab.quant.worlds.household_layout import (
    Households,
    HouseholdWorld,
    Outcome,
    Terms,
    Work,
)
from trimtab.quant.worlds.household_steps import begin, review
from trimtab.testing.markets import MarketShape, random_market
from trimtab.testing.situations import StatedCurve
from trimtab.testing.worlds import world

WEIGHTS = {"VTI": 0.5, "VXUS": 0.3, "BND": 0.2}
COVARIANCE = np.array([[0.03, 0.015, 0.001], [0.015, 0.04, 0.002], [0.001, 0.002, 0.004]])
SESSIONS = 12
VALUE = 1_000_000.0


def episode(
    account: str = "taxable",
    sessions: int = SESSIONS,
    review_sessions: int = 1,
    basis: float = VALUE,
) -> EpisodeWorld:
    """A household at its targets, bought on the first day of a market that pays no dividends."""
    names = tuple(WEIGHTS)
    shape = MarketShape(
        names, sessions, dividend_yield=0.0, splits_a_year=0.0, half_spread=0.0,
        opens=date(2020, 1, 2), yearly_volatility=0.6,
    )  # fmt: skip
    market = MarketDays(random_market(3, shape))
    first, last = market.dates[0], market.dates[-1]
    rows = "\n".join(
        f"{account} {name} {VALUE * weight / market.close[0, market.column[name]]:.6f} "
        f"{basis * weight:.2f} {first} {market.close[0, market.column[name]]}"
        for name, weight in WEIGHTS.items()
    )
    targets = "target weight instruments band\n" + "\n".join(
        f"{name.lower()} {weight:.0%} {name} 1/100" for name, weight in WEIGHTS.items()
    )
    home = world(
        "account instrument qty basis acquired price\n" + rows,
        targets=targets,
        as_of=first,
        mandate=PLAIN,
    )
    accounts = tuple(replace(one, fractional=True) for one in home.snapshot.household.accounts)
    household = replace(home.snapshot.household, accounts=accounts)
    start = Start(household, home.snapshot.instruments, home.mandate, books_of(home, first))
    return EpisodeWorld(
        start, market, BacktestSettings(first, last, review_sessions=review_sessions)
    )


def environment(
    choice: Choice, curve: TaxCurve | None = None, capture: float = 0.0, **terms
) -> Rebalance:
    untaxed = TaxCurve(0.0, 0.0, netting=False)
    wiring = Wiring(StatedCurve(curve or untaxed), stated_estimates, Directed)
    rewards = Rewards(4.0, capture, covariance=COVARIANCE)
    return Rebalance(lambda chance: episode(**terms), wiring, choice, rewards)


def kernel_world(market: MarketDays, bands: np.ndarray, capture: float) -> HouseholdWorld:
    columns = [market.column[name] for name in WEIGHTS]
    growth = 1.0 + market.total_return[1:, columns]
    return HouseholdWorld(
        np.array(list(WEIGHTS.values())), np.zeros(3), COVARIANCE, growth[None],
        np.column_stack([bands, bands]), 4.0, 1.0 / 252, capture=capture,
        episode=len(growth), spread=0.0,
    )  # fmt: skip


@pytest.mark.parametrize("capture", [0.0, 0.5])
@pytest.mark.parametrize("choice", [Choice.GAP_FRACTION, Choice.BAND_EDGE])
def test_without_friction_the_cycle_and_the_kernel_take_the_same_steps(choice, capture):
    env = environment(choice, capture=capture, account="roth")
    seen, _ = env.reset(seed=0)
    bands = np.array([0.01, 0.01, 0.01])
    made = kernel_world(env.world_of(np.random.default_rng(0)).market, bands, capture)
    terms, households = Terms.of(made), Households.empty(3, 1, 0)
    work, outcome = Work.empty(3, 1), Outcome.empty(3, 1)
    begin(terms, households, work, outcome, False)
    assert seen[:3] == pytest.approx(outcome.observed[:3, 0], abs=1e-5)
    chance = np.random.default_rng(8)
    for _ in range(SESSIONS - 2):
        if choice is Choice.GAP_FRACTION:
            action = chance.random(1, dtype=np.float32)
            for_kernel = action[None]
        else:
            action = chance.uniform(-1, 1, 3).astype(np.float32)
            for_kernel = np.repeat(action, 2)[None]
        acting = 0 if choice is Choice.GAP_FRACTION else 1
        seen, reward, ended, over, _ = env.step(action)
        review(terms, acting, for_kernel, households, work, outcome)
        assert not ended
        assert not over
        assert seen[:3] == pytest.approx(outcome.observed[:3, 0], abs=2e-5)
        assert reward == pytest.approx(outcome.reward[0], rel=2e-3, abs=2e-9)


def test_history_ends_an_episode_by_truncation_and_nothing_else():
    env = environment(Choice.ACTION, sessions=11, review_sessions=5)
    env.reset(seed=0)
    ends = [env.step(2)[2:4] for _ in range(2)]
    assert ends == [(False, False), (False, True)]
    with pytest.raises(InvariantError, match="between its reset and its end"):
        env.step(0)


def test_the_agent_pays_for_what_it_trades_and_is_told_of_what():
    env = environment(
        Choice.ACTION, TaxCurve(0.3, 0.3, netting=False), review_sessions=4, basis=VALUE / 2
    )
    seen, _ = env.reset(seed=0)
    assert seen[6:9] == pytest.approx(0.5, abs=1e-4)
    _, _, _, _, idle = env.step(0)
    assert idle["trading"] == idle["tax"] == 0.0
    assert idle["drift"] > 0.0
    _, reward, _, _, busy = env.step(2)
    assert busy["tax"] > 0.0
    assert reward == pytest.approx(-busy["tax"] - busy["drift"] - busy["trading"])


def test_doing_nothing_is_never_a_trade():
    env = environment(Choice.ACTION)
    env.reset(seed=0)
    for _ in range(5):
        seen, _, _, _, _ = env.step(0)
    assert seen[10] == 1.0  # no trade yet: as many days as count


@pytest.mark.parametrize(
    ("choice", "action", "fraction"),
    [
        (Choice.ACTION, 0, None),
        (Choice.ACTION, 1, 0.5),
        (Choice.ACTION, 2, 1.0),
        (Choice.GAP_FRACTION, [0.25], 0.25),
        (Choice.GAP_FRACTION, [0.0], None),
        (Choice.GAP_FRACTION, [7.0], 1.0),
    ],
)
def test_an_action_means_a_fraction_of_the_drift(choice, action, fraction):
    way = way_of(choice, action, (0.1, 0.1))
    assert (way.fraction if way else None) == fraction


def test_a_band_edge_is_a_factor_of_the_mandates_own_band():
    assert band_factor([-1, 0, 1]) == pytest.approx([0.25, 1.0, 4.0])
    assert band_factor([0.5]) == pytest.approx([2.0], rel=0.1)
    way = way_of(Choice.BAND_EDGE, np.array([-1.0, 1.0]), (0.1, 0.05))
    assert way is not None
    assert way.widths == pytest.approx((0.025, 0.2))
