"""Rules with lots: without tax they are the rules without lots, and what cannot be is refused."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import TaxTable
from trimtab.quant.simulate import lot_rules, rules
from trimtab.quant.simulate.lot_market import lot_market
from trimtab.quant.simulate.lots_run import simulate_lots
from trimtab.quant.simulate.lots_terms import AccountTerms, GivenLot
from trimtab.quant.simulate.net_asset_value import simulate_values
from trimtab.testing.markets import MarketShape, market_of, random_market

WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])
RATES = TaxTable((), (0.35,), (), (0.15,), graduated=False, loss_limit=3_000.0)
PRICES = """
    date        VTI  BND
    2020-01-02  100  50
    2020-01-03  110  50
    2020-01-06  120  50
    2020-01-07  120  60
"""


def closes_only(seed: int = 4) -> MarketHistory:
    shape = MarketShape(sessions=500, dividend_yield=0.0, splits_a_year=0.0)
    return random_market(seed, shape)


@pytest.mark.parametrize("kept", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("band", "every"), [(0.005, 1), (0.02, 1), (0.02, 21)])
def test_without_tax_a_rule_with_lots_is_the_rule_without(band, every, kept):
    history = closes_only()
    market = lot_market(history, half_spread=0.001)
    plain = simulate_values(
        history.close,
        WEIGHTS,
        rules.no_trade([band], [every], [kept]),
        cost=0.001,
        start_value=1e6,
        with_paths=True,
    )
    worth = WEIGHTS * plain.values[0, 0]  # what the first purchase leaves
    lots = tuple(
        GivenLot(column, value / price, value, market.days[0])
        for column, (value, price) in enumerate(zip(worth, history.close[0], strict=True))
    )
    rule = lot_rules.no_trade_zone([band], lot_rules.every(every, market.days), kept)
    account = AccountTerms(WEIGHTS, lots=lots)
    found = simulate_lots(market, rule, [account], with_values=True)
    assert found.values[0, 0] == pytest.approx(plain.values[0], rel=1e-12)
    assert found.rebalances[0, 0] > 0


def test_a_year_by_hand():
    # 100,000: 600 VTI at 100 and 800 BND at 50.  On the 6th VTI stands at 120, a weight of 72/112,
    # and goes back to 60 %: 67,200 ÷ 120 = 560 VTI; 40 are sold, bought at 100: a gain of 800.
    market = lot_market(market_of(PRICES, half_spread=0.0))
    rule = lot_rules.threshold([0.03], lot_rules.every(1, market.days))
    account = AccountTerms([0.6, 0.4], cash=100_000.0, tax=RATES)
    found = simulate_lots(market, rule, [account], with_lots=True)
    lots = found.lots[0][0]
    assert found.rebalances[0, 0] == 3
    assert lots.instrument.tolist()[:1] == [0]
    gain_on_6th = (600 - 560) * 20
    value_on_7th = 560 * 120 + 896 * 60
    sold_on_7th = 896 - 0.4 * value_on_7th / 60
    gain_on_7th = sold_on_7th * 10
    assert found.final[0, 0] == pytest.approx(value_on_7th)
    assert found.short[0, 0, 0] == pytest.approx(gain_on_6th + gain_on_7th)
    assert found.tax[0, 0, 0] == pytest.approx(0.35 * (gain_on_6th + gain_on_7th))
    kept_gain = lots.quantity @ np.where(lots.instrument == 0, 120.0, 60.0) - lots.basis.sum()
    assert found.liquidation_tax[0, 0] == pytest.approx(0.35 * kept_gain)


def test_a_loss_bought_back_is_washed_and_moves_to_the_replacement():
    # 10 of 1,000 VTI are sold at a loss of 20 each on the 6th of February; the reinvested dividend
    # of the next day buys 4 units, which wash the loss of as many.
    days = [date(2020, 2, 6), date(2020, 2, 7), date(2020, 2, 10)]
    close = np.array([[100.0], [100.0], [100.0]])
    blank = np.full_like(close, np.nan)
    dividend = np.array([[0.0], [0.4], [0.0]])
    history = MarketHistory(
        tuple(days), ("VTI",), close, blank, blank, blank, np.zeros_like(close), dividend,
        np.ones_like(close), "a table",
    )  # fmt: skip
    market = lot_market(history)
    lot = GivenLot(0, 1_010.0, 1_010 * 120.0, date(2018, 1, 2))
    target = 1_000 / 1_010
    rule = lot_rules.threshold([0.0], lot_rules.latest_of([days[0]], days))
    account = AccountTerms([target], lots=(lot,), tax=RATES, reinvest=True)
    found = simulate_lots(market, rule, [account], with_lots=True)
    lots = found.lots[0][0]
    assert found.disallowed[0, 0, 0] == pytest.approx(4 * 20.0)
    assert found.long[0, 0, 0] == pytest.approx(-10 * 20.0 + 4 * 20.0)
    assert lots.served.tolist() == [False, True]
    assert lots.quantity.tolist() == pytest.approx([1_000.0, 4.0])
    assert lots.basis[1] == pytest.approx(400.0 + 4 * 20.0)
    held_before = (days[0] - date(2018, 1, 2)).days
    assert lots.holding_start[1] == (days[1] - timedelta(held_before)).toordinal()


def test_members_do_not_depend_on_each_other():
    market = lot_market(random_market(5))
    looks = lot_rules.every(5, market.days)
    both = lot_rules.threshold([0.01, 0.03], looks)
    accounts = [AccountTerms(WEIGHTS, 1e6, tax=RATES), AccountTerms(WEIGHTS[::-1], 5e5)]
    all_at_once = simulate_lots(market, both, accounts, with_values=True)
    for b in range(2):
        for a, account in enumerate(accounts):
            alone = simulate_lots(market, both.part(b, b + 1), [account], with_values=True)
            assert np.array_equal(alone.values[0, 0], all_at_once.values[b, a])
            assert np.array_equal(alone.tax[0, 0], all_at_once.tax[b, a])


REFUSED = [
    ({"targets": [0.5, 0.6]}, r"targets.*add up to 1\.1"),
    ({"targets": [1.0]}, "targets.*one for each of 2"),
    ({"targets": [1.2, -0.2]}, "the least of them is -0.2"),
    ({"reserve": 2e5}, "cash.*must cover the reserve"),
    ({"lots": (GivenLot(0, 0.0, 10.0, date(2019, 1, 2)),)}, "lot 0.*units above zero"),
    ({"lots": (GivenLot(0, 1.0, 10.0, date(2021, 1, 2)),)}, "lot 0.*bought by 2020-01-02"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_terms_that_cannot_be_are_refused(changes, said):
    market = lot_market(market_of(PRICES, half_spread=0.0))
    account = replace(AccountTerms([0.6, 0.4], cash=1e5), **changes)
    with pytest.raises(InputError, match=said):
        simulate_lots(market, lot_rules.hold(), [account])


def test_looks_and_bands_of_another_market_are_refused():
    market = lot_market(market_of(PRICES, half_spread=0.0))
    account = AccountTerms([0.6, 0.4], cash=1e5)
    with pytest.raises(InputError, match="cover 2 sessions"):
        simulate_lots(market, lot_rules.calendar(np.array([1, 2])), [account])
    wide = lot_rules.threshold([[0.1, 0.1, 0.1]], lot_rules.every(1, market.days))
    with pytest.raises(InputError, match="are for 3 instruments"):
        simulate_lots(market, wide, [account])
