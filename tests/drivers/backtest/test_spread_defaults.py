"""Half-spreads are assumed by kind and traded value, where nothing better is known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import PLAIN, run
from trimtab.drivers.backtest.spread_defaults import (
    HALF_SPREADS,
    half_spread_by_liquidity,
    spreads_by_liquidity,
)
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import CostRules


@pytest.mark.parametrize(
    ("kind", "traded", "bps"),
    [
        (InstrumentKind.ETF, 30e9, 0.5),
        (InstrumentKind.ETF, 150e6, 1),
        (InstrumentKind.ETF, 2e5, 20),
        (InstrumentKind.STOCK, 5e9, 1),
        (InstrumentKind.STOCK, 100e6, 2),
        (InstrumentKind.STOCK, 20e6, 5),
        (InstrumentKind.STOCK, 2e6, 15),
        (InstrumentKind.MUTUAL_FUND, 1, 0),
    ],
)
def test_what_is_traded_more_has_a_narrower_spread(kind, traded, bps):
    assert half_spread_by_liquidity(kind, traded) == pytest.approx(bps * 1e-4)


def test_of_other_kinds_nothing_is_assumed():
    assert half_spread_by_liquidity(InstrumentKind.CRYPTO, 1e9) is None


@pytest.mark.parametrize("kind", HALF_SPREADS)
def test_the_table_goes_down_to_nothing_traded_and_never_narrows(kind):
    values, spreads = zip(*HALF_SPREADS[kind], strict=True)
    assert list(values) == sorted(values, reverse=True) and values[-1] == 0
    assert list(spreads) == sorted(spreads)


def test_a_fund_has_no_spread_though_nothing_is_traded_of_it():
    fund = {"F": Instrument("F", kind=InstrumentKind.MUTUAL_FUND), "B": Instrument("B")}
    assert spreads_by_liquidity(fund, CostRules(), {}) == {"F": 0.0}


def test_an_instruments_own_spread_and_a_mandates_come_first():
    own = {"A": Instrument("A", half_spread=Decimal("0.01")), "B": Instrument("B")}
    traded = {"A": 1e9, "B": 1e9}
    assert spreads_by_liquidity(own, CostRules(), traded) == {"B": 0.0001}
    stated = CostRules(half_spread=Decimal("0.0003"))
    assert spreads_by_liquidity(own, stated, traded) == {}


PRICES = "date VTI\n2020-01-02 100\n2020-01-03 110"
CASH = "account instrument qty\njoint cash 10,000"
BUY = "on account side qty instrument\n2020-01-02 joint buy 10 VTI"


@pytest.mark.parametrize(
    ("half_spread", "data", "paid"),
    [
        (None, "", "0.05"),  # 1,000 dollars at 0.5 bp: an ETF, 2 billion dollars a day
        ("0.0020", "", "2.00"),  # the mandate says its own
        (None, "date instrument half_spread\n2020-01-02 VTI 0.0030", "3.00"),  # the data knows
    ],
)
def test_a_fill_pays_the_spread_of_what_is_traded(half_spread, data, paid):
    costs = CostRules(impact=Decimal(0))
    if half_spread is not None:
        costs = replace(costs, half_spread=Decimal(half_spread))
    mandate = replace(PLAIN, costs=costs)
    (fill,) = run(CASH, PRICES, data, orders=BUY, mandate=mandate, volume=20e6).fills
    assert fill.spread == Decimal(paid)
