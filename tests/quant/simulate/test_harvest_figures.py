"""Figures of harvesting, against sums done by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.quant.simulate.direct_worlds import random_market, table_market
from trimtab.model.errors import InputError
from trimtab.quant.simulate.direct_market import index_returns
from trimtab.quant.simulate.harvest_figures import compare_harvest, money_weighted_return
from trimtab.quant.simulate.harvest_rule import CapitalGainsRates, Every, HarvestRule, LossUse
from trimtab.quant.simulate.harvest_run import simulate_harvest

RULE = HarvestRule(
    cost=0.0,
    initial=1_000.0,
    rates=CapitalGainsRates(short=0.4, long=0.2),
    losses=LossUse.OUTSIDE,
    rebalance=Every.NEVER,
    tilt_max=9.0,
)
WITHOUT = replace(RULE, harvest=Every.NEVER)


def test_the_tax_alpha_is_what_is_left_of_the_gain_in_wealth_after_luck():
    """A falls to 8 and is sold for B; B rises to 15 and A stays: 100 lost save 40, luck brings 200.

    Liquidated within the year, 90 B gain 450 and pay 180; without harvesting 50 B gain 250, A has
    lost 100, and 60 are due: of the 240 more, 120 are left.  Luck brought 200, of which 120 are
    left too: a loss within the year defers its tax and saves none.
    """
    market = table_market(
        [date(2022, 1, 3), date(2022, 1, 20), date(2022, 12, 30)],
        {"A": [10, 8, 8], "B": [10, 10, 15]},
    )
    run, without = simulate_harvest(market, [RULE, WITHOUT])
    figures = compare_harvest(run, without, index_returns(market))
    assert (run.final, without.final) == pytest.approx((1_390.0, 1_150.0))
    assert (run.liquidated, without.liquidated) == pytest.approx((1_210.0, 1_090.0))
    a_year = pytest.approx  # 361 days are nearly one
    assert figures.wealth_difference == a_year(0.240, rel=0.02)
    assert figures.tax_alpha == a_year(0.040, rel=0.02)
    assert figures.tax_alpha_liquidated == a_year(0.0, abs=1e-9)
    assert figures.loss_yield == pytest.approx(100.0 / (run.years[0].mean_value * 3 / 252))


def test_without_harvesting_there_is_no_alpha():
    market = random_market(1)
    (run,) = simulate_harvest(market, [WITHOUT])
    figures = compare_harvest(run, run, index_returns(market))
    assert figures.tax_alpha == pytest.approx(0.0, abs=1e-12)
    assert figures.wealth_difference_liquidated == 0.0


@examples(30)
@example(2.0, 1.0)  # the other has no gain of which to tell the rate
@given(st.floats(0.5, 4.0), st.floats(0.5, 4.0))
def test_two_runs_that_are_taxed_alike_have_no_alpha_however_far_apart_they_end(
    grown: float, other: float
):
    """Two single shares bought and kept for three years, and no loss taken."""
    days = [date(2020, 1, 2), date(2020, 7, 1), date(2021, 7, 1), date(2023, 1, 3)]
    rule = replace(WITHOUT, rates=CapitalGainsRates(short=0.3, long=0.3))
    markets = [
        table_market(days, {name: [10, 10 * end**0.3, 10 * end**0.6, 10 * end]})
        for name, end in (("A", grown), ("B", other))
    ]
    one, two = (simulate_harvest(market, [rule])[0] for market in markets)
    figures = compare_harvest(one, two, index_returns(markets[0]))
    assert figures.tax_alpha == pytest.approx(0.0, abs=1e-9)
    assert figures.tax_alpha_liquidated == pytest.approx(0.0, abs=1e-9)
    assert (figures.wealth_difference_liquidated > 0) == (one.liquidated > two.liquidated)


def test_the_money_weighted_return_makes_the_deposits_grow_to_the_end():
    """1,000 for a year and 1,000 for half of it at 10 %: 1,100 and 1,000 × 1.1 to the half."""
    market = table_market(
        [date(2022, 1, 3), date(2022, 7, 4), date(2023, 1, 3)],
        {"A": [10, 10, 10], "B": [10, 10, 10]},
    )
    rule = replace(WITHOUT, deposits=Every.YEAR, deposit=1_000.0)
    (run,) = simulate_harvest(market, [rule])
    assert run.deposits.tolist() == [0.0, 1_000.0, 1_000.0]
    years = np.array([365, 183, 0]) / 365.25
    assert money_weighted_return(run, (1_000 * 1.1**years).sum()) == pytest.approx(0.1)


def test_runs_of_two_markets_are_not_compared():
    (one,) = simulate_harvest(random_market(1), [RULE])
    (other,) = simulate_harvest(random_market(1, count=200), [WITHOUT])
    with pytest.raises(InputError, match="one market"):
        compare_harvest(one, other, np.zeros(300))
