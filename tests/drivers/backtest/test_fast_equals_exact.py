"""The simulator with lots and the exact backtest are one and the same: values to 1e-6 every day,
lots one by one, taxes to a few cents, in worlds with everything that a market does."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drivers.backtest.both_paths import (
    ACCOUNT,
    BRACKETS,
    RATES,
    World,
    fast,
    gap_between,
)
from tests.examples import some
from trimtab.model.accounts import Wrapper
from trimtab.model.lots import Lot
from trimtab.model.mandate import HarvestRules
from trimtab.model.taxes import TaxProfile
from trimtab.policies._schedule import Frequency
from trimtab.policies.calendar import Calendar
from trimtab.policies.cost_aware import CostAware
from trimtab.policies.hold import Hold
from trimtab.policies.hybrid import Hybrid
from trimtab.policies.partial import Partial
from trimtab.policies.threshold import Threshold
from trimtab.testing.markets import MarketShape, random_market

VALUE_GAP = 1e-6
TAX_GAP = 0.06
LOT_GAP = 50.0
"""Dollars of a million: whether a lot of so few is at a loss hangs on a cent of rounding."""
ANY_LOT_GAP = 500.0
"""The same where anything is drawn: a washed loss of some cents may mark a lot, or another one."""

WEIGHTS = ("0.4", "0.3", "0.2", "0.1")
POLICIES = {
    "monthly": Calendar(Frequency.MONTHLY),
    "3 points": Threshold(Decimal("0.03")),
    "2 points, half-way back": Threshold(Decimal("0.02"), None, "halfway"),
    "weekly look, 10 % relative, to the edge": Hybrid(
        Frequency.WEEKLY, None, Decimal("0.1"), "edge"
    ),
    "half of the way, monthly": Partial(0.5, Frequency.MONTHLY),
    "drift against cost and tax": CostAware(),
    "hold": Hold(),
}


def shape(**changes) -> MarketShape:
    return MarketShape(sessions=320, **changes)


def with_lots(world: World) -> World:
    """The world begun later, with lots of different age, gain and loss."""
    history, start = world.history, world.history.dates[60]
    lots = []
    for column, name in enumerate(history.instruments):
        for back, basis in ((700, "0.7"), (340, "0.9"), (40, "1.12"), (8, "0.98")):
            price = Decimal(repr(float(history.close[60, column])))
            units, number = Decimal(900 + 70 * column), len(lots)
            cost = (price * units * (Decimal(basis) + Decimal(number) / 1000)).quantize(Decimal(1))
            bought = start - timedelta(back)
            lots.append(Lot(f"L{number}", ACCOUNT, name, units, cost, bought))
    return replace(world, lots=tuple(lots), start=start, cash=Decimal(20_000))


WORLDS = {
    "dividends to cash": World(random_market(3, shape()), WEIGHTS),
    "dividends and splits, reinvested": World(
        random_market(5, shape(splits_a_year=1.0, dividend_yield=0.04)), WEIGHTS, reinvest=True
    ),
    "gaps": World(random_market(6, shape(gap_chance=0.02)), WEIGHTS, reinvest=True),
    "an IRA": World(
        random_market(6, shape(gap_chance=0.02)), WEIGHTS, Wrapper.TRADITIONAL, reinvest=True
    ),
    "late listing": World(random_market(7, shape(late_share=0.4)), WEIGHTS),
    "delisting": World(random_market(8, shape(ended_share=0.5)), WEIGHTS),
    "brackets": World(
        random_market(9, shape(yearly_volatility=0.3)), WEIGHTS, profile=BRACKETS, reinvest=True
    ),
    "one rate, a reserve": World(
        random_market(9, shape(yearly_volatility=0.3)),
        WEIGHTS,
        regime="flat",
        profile=TaxProfile(short_rate=Decimal("0.25")),
        reserve=Decimal(20_000),
    ),
    "no tax": World(random_market(9, shape()), WEIGHTS, regime="none"),
    "lots from before, no harvest tests": with_lots(
        World(
            random_market(10, shape(yearly_volatility=0.3)),
            WEIGHTS,
            harvest=HarvestRules(enabled=False),
        )
    ),
    "lots from before, brackets, part of dividends qualified": with_lots(
        World(
            random_market(11, shape(yearly_volatility=0.3)),
            WEIGHTS,
            profile=BRACKETS,
            reinvest=True,
            qualified=Decimal("0.6"),
        )
    ),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_both_paths_come_to_the_same(world, policy):
    gap = gap_between(world, policy)
    assert gap.value <= VALUE_GAP
    assert gap.tax <= TAX_GAP
    assert gap.lots <= LOT_GAP
    assert gap.trades > 0 or policy.name == "hold"


@settings(
    max_examples=some(16),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to shrink a world of this size takes longer than to look at it
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10_000),
    volatility=st.floats(0.05, 0.5),
    half_spread=st.sampled_from([0.0, 0.0005, 0.01]),
    profile=st.sampled_from([RATES, BRACKETS]),
    reinvest=st.booleans(),
    wrapper=st.sampled_from([Wrapper.TAXABLE, Wrapper.TAXABLE, Wrapper.ROTH]),
    policy=st.one_of(
        st.builds(
            Threshold,
            st.decimals(Decimal("0.01"), Decimal("0.05"), places=3),
            st.none(),
            st.sampled_from(["target", "halfway", "edge"]),
        ),
        st.builds(Calendar, st.sampled_from([Frequency.DAILY, Frequency.WEEKLY])),
        st.builds(CostAware),
    ),
)
def test_whatever_the_market_does(
    seed, volatility, half_spread, profile, reinvest, wrapper, policy
):
    size = replace(
        shape(yearly_volatility=volatility, splits_a_year=0.3, late_share=0.2, ended_share=0.2),
        sessions=160,
        gap_chance=0.01,
        gap_sessions_max=9,
    )
    world = World(
        random_market(seed, size),
        WEIGHTS,
        wrapper,
        profile,
        reinvest=reinvest,
        half_spread=half_spread,
    )
    gap = gap_between(world, policy)
    assert gap.value <= VALUE_GAP
    assert gap.tax <= TAX_GAP
    assert gap.lots <= ANY_LOT_GAP


def test_some_of_these_worlds_have_wash_sales_and_bills():
    bills = washed = 0.0
    for world in WORLDS.values():
        found = fast(world, POLICIES["monthly"])
        bills += float(np.abs(found.tax).sum())
        washed += float(found.disallowed.sum())
    assert bills > 10_000
    assert washed > 1_000
