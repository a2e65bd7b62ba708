"""The harvesting kernel: worked cases, the slow reference on random worlds, what is conserved."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quant.simulate.direct_reference import run_reference
from tests.quant.simulate.direct_worlds import random_market, table_market
from trimtab.quant.simulate.harvest_rule import CapitalGainsRates, Every, HarvestRule, LossUse
from trimtab.quant.simulate.harvest_run import simulate_harvest

RATES = CapitalGainsRates(short=0.40, long=0.20, qualified_dividends=0.20, ordinary=0.40)
FREE = HarvestRule(cost=0.0, initial=1_000.0, rates=RATES, rebalance=Every.NEVER, tilt_max=9.0)

rules = st.builds(
    HarvestRule,
    harvest=st.sampled_from(Every),
    rebalance=st.sampled_from(Every),
    deposits=st.sampled_from([Every.NEVER, Every.MONTH]),
    deposit=st.sampled_from([0.0, 10_000.0]),
    loss_min=st.sampled_from([0.0, 0.03, 0.1]),
    loss_value_min=st.sampled_from([0.0, 0.002]),
    recent_max=st.sampled_from([0.0, 0.2, 5.0]),
    tilt_max=st.sampled_from([0.1, 1.0, 9.0]),
    band=st.sampled_from([0.0, 0.05, 0.3]),
    gain_max=st.sampled_from([0.0, 0.05, 1.0]),
    trade_min=st.sampled_from([0.0, 1e-3]),
    cash_max=st.sampled_from([0.0, 0.001, 0.02]),
    cost=st.sampled_from([0.0, 0.001]),
    wash_sales=st.booleans(),
    losses=st.sampled_from(LossUse),
    rates=st.just(RATES),
    other_short_gains=st.sampled_from([0.0, 0.01]),
    other_long_gains=st.sampled_from([0.0, 0.02]),
)


@given(st.integers(0, 10_000), st.integers(0, 2), rules)
def test_the_kernel_does_what_the_slow_reference_does(seed, pairs, rule):
    market = random_market(seed, names=5 + pairs, count=200, pairs=pairs)
    (run,) = simulate_harvest(market, [rule])
    slow = run_reference(market, rule)
    assert run.values == pytest.approx(np.array(slow.values), rel=1e-9)
    assert run.returns == pytest.approx(np.array(slow.returns), abs=1e-9)
    assert run.liquidated == pytest.approx(slow.liquidated, rel=1e-9)
    for total, other in (
        (sum(year.disallowed for year in run.years), slow.disallowed),
        (sum(year.harvested for year in run.years), slow.harvested),
        (sum(year.tax for year in run.years), slow.taxes),
        (sum(year.cost for year in run.years), slow.costs),
        (run.basis_last, sum(lot.basis for lots in slow.lots for lot in lots)),
    ):
        assert total == pytest.approx(other, rel=1e-9, abs=1e-6)
    assert run.lots_last == sum(map(len, slow.lots))


def test_the_worlds_of_the_comparison_hold_wash_sales_harvests_and_trims():
    rule = HarvestRule(loss_min=0.0, recent_max=5.0, tilt_max=9.0, band=0.05, gain_max=1.0)
    runs = [simulate_harvest(random_market(seed), [rule])[0] for seed in range(5)]
    years = [year for run in runs for year in run.years]
    assert min(sum(y.disallowed for y in years), sum(y.harvested for y in years)) > 1_000.0
    assert sum(y.long_gains for y in years) > 0.0


@given(st.integers(0, 10_000), rules)
def test_no_dollar_appears_or_vanishes(seed, rule):
    """What is left is what came in, plus gains after costs and dividends, less taxes."""
    market = random_market(seed, count=200)
    (run,) = simulate_harvest(market, [rule])
    realised = sum(y.short_gains + y.short_losses + y.long_gains + y.long_losses for y in run.years)
    paid = sum(y.qualified_dividends + y.ordinary_dividends for y in run.years)
    tax = sum(y.tax for y in run.years)
    deposits = sum(y.deposits for y in run.years)
    washed = sum(y.disallowed for y in run.years)  # still in the basis of what is held, or used
    cash_and_basis = rule.initial + deposits + realised + paid - tax + washed
    assert run.cash + run.basis_last == pytest.approx(cash_and_basis, rel=1e-9)
    assert run.final == pytest.approx(run.cash + run.units @ market.prices[-1], rel=1e-12)
    assert run.cash_least > -1e-6
    assert (run.units >= 0.0).all()


@pytest.mark.parametrize(
    ("sold", "long"), [(date(2022, 11, 11), False), (date(2022, 11, 14), True)]
)
def test_a_part_replaced_by_a_recent_purchase_is_washed_and_tacked(sold, long):
    """Of 100 units sold at a loss, 25 were bought again 20 days before.

    3 December: 100 A and 100 B at 10.  31 December: 400 arrive and buy 25 A at 8 and 20 B at 10.
    20 January: A costs 6.  The 100 have lost 4 each, two fifths; the 25 a quarter, less than the
    threshold, and are kept.  They replace 25 of the 100: 100 of the loss of 400 is disallowed, so
    that they cost 300 now; and they take over 48 days held, so that they count from 13 November
    and are long-term from 14 November 2022.  Sold at 16 they gain 100.
    """
    days = [date(2021, 12, 3), date(2021, 12, 31), date(2022, 1, 20), sold, date(2022, 12, 30)]
    share = 1_000 / 2_200
    market = table_market(
        days,
        {"A": [10, 8, 6, 16, 16], "B": [10, 10, 10, 10, 10]},
        weights={"A": [0.5, share, share, 0, 0], "B": [0.5, 1 - share, 1 - share, 1, 1]},
    )
    rule = replace(
        FREE, initial=2_000.0, loss_min=0.3, recent_max=0.25, deposits=Every.YEAR, deposit=400.0
    )
    (run,) = simulate_harvest(market, [rule])
    year = run.years[1]
    assert year.short_losses == pytest.approx(-400.0)
    assert year.disallowed == pytest.approx(100.0)
    gains = (year.long_gains, year.short_gains)
    assert gains == pytest.approx((100.0, 0.0) if long else (0.0, 100.0))
    assert year.tax == pytest.approx(-0.40 * 200.0)


def test_a_position_sold_whole_with_its_recent_purchase_is_not_washed():
    """The case above with a threshold that the recent purchase reaches as well."""
    days = [date(2021, 12, 3), date(2021, 12, 31), date(2022, 1, 20), date(2022, 12, 30)]
    share = 1_000 / 2_200
    market = table_market(
        days,
        {"A": [10, 8, 6, 6], "B": [10, 10, 10, 10]},
        weights={"A": [0.5] + [share] * 3, "B": [0.5] + [1 - share] * 3},
    )
    rule = replace(FREE, initial=2_000.0, loss_min=0.2, deposits=Every.YEAR, deposit=400.0)
    (run,) = simulate_harvest(market, [rule])
    assert run.years[1].short_losses == pytest.approx(-450.0)
    assert run.years[1].disallowed == 0.0


def test_a_recent_purchase_with_a_gain_keeps_the_old_loss_unsold():
    days = [date(2021, 12, 3), date(2021, 12, 31), date(2022, 1, 20), date(2022, 12, 29)]
    share = 700 / 1_900
    market = table_market(
        days,
        {"A": [10, 5, 6, 6], "B": [10, 10, 10, 10]},
        weights={"A": [0.5] + [share] * 3, "B": [0.5] + [1 - share] * 3},
    )
    rule = replace(FREE, initial=2_000.0, loss_min=0.2, deposits=Every.YEAR, deposit=400.0)
    rule = replace(rule, harvest=Every.MONTH)  # not on 3 December; on 31 December, and in January
    (run,) = simulate_harvest(market, [replace(rule, loss_min=0.39)])
    assert run.years[0].short_losses == pytest.approx(-500.0)  # before the deposit is invested
    later = replace(rule, loss_min=0.0, harvest=Every.QUARTER)
    (run,) = simulate_harvest(market, [later])
    assert run.years[0].short_losses == pytest.approx(-500.0)


@pytest.mark.parametrize(("days_later", "returns_to_a"), [(30, False), (31, True)])
def test_a_name_sold_at_a_loss_returns_after_thirty_days(days_later, returns_to_a):
    """A falls by half and is sold; 300 arrive at the end of March, when A would be bought again.

    All of it goes to B while A is locked, and to A, which lacks most, once it is not.  Then A
    doubles, which tells who was bought.
    """
    bought = date(2022, 3, 31)
    sold = date.fromordinal(bought.toordinal() - days_later)
    market = table_market(
        [date(2022, 1, 3), sold, bought, date(2022, 5, 2)],
        {"A": [10, 5, 5, 10], "B": [10, 10, 10, 10]},
    )
    rule = replace(FREE, deposits=Every.QUARTER, deposit=300.0, losses=LossUse.OUTSIDE)
    (run,) = simulate_harvest(market, [rule])
    before_last_deposit_and_tax = 750.0 + 300.0 + (300.0 if returns_to_a else 0.0)
    saved = 0.40 * 250.0
    assert run.final == pytest.approx(before_last_deposit_and_tax + 300.0 + saved)


def test_losses_beyond_3000_are_carried_into_the_next_year():
    """20,000 in A and B at 10.  A falls to 4 and is sold: 6,000 of short-term loss.

    First year: 3,000 reduce ordinary income, which saves 1,200; 3,000 are carried.  The 1,200 buy
    120 B at 10 in January.  In December B leaves the index at 15: the first 1,000 and the 400
    bought for A gain 7,000 long-term, the 120 gain 600 short-term.  Short: 600 − 3,000 = −2,400;
    across: 7,000 − 2,400 = 4,600 long-term at 20 %.
    """
    market = table_market(
        [date(2021, 3, 1), date(2021, 6, 1), date(2022, 1, 3), date(2022, 12, 1)],
        {"A": [10, 4, 4, 4], "B": [10, 10, 10, 15], "C": [1, 1, 1, 1]},
        weights={"A": [0.5, 0.5, 0, 0], "B": [0.5, 0.5, 1, 0], "C": [0, 0, 0, 1]},
    )
    (run,) = simulate_harvest(market, [replace(FREE, initial=20_000.0)])
    first, second = run.years
    assert first.tax == pytest.approx(-1_200.0)
    assert (second.short_gains, second.long_gains) == pytest.approx((600.0, 7_000.0))
    assert second.tax == pytest.approx(0.20 * 4_600.0)
    assert run.final == pytest.approx(1_520 * 15.0 - 920.0)


@pytest.mark.parametrize(("sold", "qualified"), [(60, 0.0), (61, 10.0)])
def test_dividends_of_shares_held_sixty_days_or_less_are_ordinary(sold, qualified):
    """100 units pay 0.10 and leave the index so many days after they were bought."""
    first = date(2022, 1, 3)
    market = table_market(
        [first, date(2022, 1, 4), date.fromordinal(first.toordinal() + sold), date(2022, 12, 30)],
        {"A": [10, 10, 10, 10], "B": [10, 10, 10, 10]},
        weights={"A": [1, 1, 0, 0], "B": [0, 0, 1, 1]},
        dividends={"A": [0, 0.1, 0, 0]},
    )
    (run,) = simulate_harvest(market, [FREE])
    year = run.years[0]
    assert (year.qualified_dividends, year.ordinary_dividends) == pytest.approx(
        (qualified, 10.0 - qualified)
    )


def test_a_twin_stands_in_and_is_swapped_back_at_its_own_loss():
    """A falls to 8, B takes its place; B falls to 6 within 30 days, but A is still locked.

    After the 30 days B is sold at its loss and A bought again: 200 and 200 lost, both short-term.
    """
    market = table_market(
        [date(2022, 1, 3), date(2022, 2, 1), date(2022, 3, 1), date(2022, 3, 4), date(2022, 6, 1)],
        {"A": [10, 8, 6, 6, 12], "B": [20, 16, 12, 12, 12]},
        twins={"A": "B"},
    )
    (run,) = simulate_harvest(market, [replace(FREE, losses=LossUse.OUTSIDE)])
    assert run.values == pytest.approx([1_000.0, 800.0, 600.0, 600.0, 1_200.0 + 0.40 * 400.0])
    assert run.years[0].short_losses == pytest.approx(-400.0)


def test_of_a_fund_and_its_twin_only_one_is_sold_at_a_loss():
    """Both are held and both fall; the deeper loss goes, the other stays and takes the proceeds.

    A falls to 9 on 20 January and is swapped for B; the deposit at the end of March buys A, which
    may be bought again.  In June A costs 6 and B, then bought at 9, costs 8.
    """
    market = table_market(
        [
            date(2022, 1, 3),
            date(2022, 1, 20),
            date(2022, 3, 31),
            date(2022, 6, 9),
            date(2022, 6, 20),
        ],
        {"A": [10, 9, 9, 6, 6], "B": [10, 9, 9, 8, 16]},
        twins={"A": "B"},
    )
    rule = replace(FREE, losses=LossUse.OUTSIDE, deposits=Every.QUARTER, deposit=90.0)
    (run,) = simulate_harvest(market, [rule])
    assert run.years[0].short_losses == pytest.approx(-100.0 - 10 * 3.0)
    assert run.units == pytest.approx([0.0, 100.0 + 60.0 / 8.0 + 90.0 / 16.0])


def test_without_the_wash_sale_rule_a_loss_is_taken_and_bought_back():
    market = table_market(
        [date(2022, 1, 3), date(2022, 2, 1), date(2022, 6, 1)],
        {"A": [10, 8, 12], "B": [10, 10, 10]},
    )
    rule = replace(FREE, wash_sales=False, losses=LossUse.OUTSIDE)
    (run,) = simulate_harvest(market, [rule])
    assert run.returns[1:] == pytest.approx([-0.1, 400 / 900 * 0.5])  # 40 A at 8 again
    assert run.years[0].short_losses == pytest.approx(-100.0)


def test_the_answer_does_not_depend_on_the_number_of_threads():
    market = random_market(3)
    rules = [HarvestRule(harvest=every) for every in Every]
    one, three = (simulate_harvest(market, rules, threads) for threads in (1, 3))
    for run, other in zip(one, three, strict=True):
        assert run.rule == other.rule
        assert (run.values == other.values).all()
