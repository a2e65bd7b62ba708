"""The figures of a run are those of its days and events."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tests.app.evidence.made_runs import made_run, made_runs
from trimtab.app.evidence import figures_of
from trimtab.app.evidence.figures import daily_returns
from trimtab.drivers.backtest.results import BacktestRun, DailyRecord
from trimtab.model.errors import InputError
from trimtab.model.snapshots import Side


def first_days(run: BacktestRun, count: int) -> BacktestRun:
    """A run cut short, without its events."""
    names = ("value", "flow", "tax_paid", "accrued_tax", "liquidation_tax", "cash")
    more = ("bought", "sold", "cost", "income", "weights", "lots")
    daily = DailyRecord(
        run.daily.dates[:count],
        **{name: getattr(run.daily, name)[:count] for name in (*names, *more)},
    )
    return replace(
        run, daily=daily, benchmark=run.benchmark[:count], fills=(), decisions=(), tax_years=()
    )


def test_the_end_of_a_run_is_its_last_day():
    run = made_run("5/25")
    found = figures_of(run)
    assert found.value_end == run.daily.value[-1]
    assert found.after_tax_end == run.daily.value[-1] - run.daily.accrued_tax[-1]
    assert found.after_liquidation_end == pytest.approx(
        run.daily.value[-1] - run.daily.accrued_tax[-1] - run.daily.liquidation_tax[-1]
    )
    assert (found.first, found.last) == (run.daily.dates[0], run.daily.dates[-1])
    assert found.sessions == len(run.daily.dates)


def test_returns_grow_the_first_value_to_what_is_left():
    """Without flows, (1 + yearly return) ** years is last wealth over first value."""
    run = made_run("annual")
    found = figures_of(run)
    assert found.after_liquidation_return is not None
    grown = (1 + found.after_liquidation_return) ** found.years * found.value_start
    assert grown == pytest.approx(found.after_liquidation_end, rel=1e-9)


def test_pre_tax_exceeds_after_tax_exceeds_after_liquidation_where_tax_was_paid():
    found = figures_of(made_run("quarterly"))
    assert found.time_weighted is not None
    assert found.after_tax_return is not None
    assert found.after_liquidation_return is not None
    assert found.time_weighted > found.after_tax_return > found.after_liquidation_return
    assert found.taxes.drag == pytest.approx(found.time_weighted - found.after_tax_return)


def test_costs_by_kind_add_up_to_what_the_days_say_and_the_impact():
    run = made_run("200/175")
    found = figures_of(run)
    expected = sum(fill.spread + fill.impact + fill.commission for fill in run.fills)
    assert found.costs.total == expected + sum(run.fees.values())
    assert found.costs.total == (
        found.costs.spread + found.costs.impact + found.costs.commission + found.costs.fees
    )


def test_shortfall_counts_prices_that_ran_away_on_both_sides():
    """Bought 10 a dollar dearer and sold 10 a dollar cheaper than decided: 20 dollars."""
    run = made_run("5/25")
    plain = replace(run.fills[0], spread=Decimal(0), impact=Decimal(0), commission=Decimal(0))
    at = {"quantity": Decimal(10), "decision_price": Decimal(100)}
    bought = replace(plain, side=Side.BUY, price=Decimal(101), **at)
    sold = replace(plain, side=Side.SELL, price=Decimal(99), **at)
    found = figures_of(replace(run, fills=(bought, sold)))
    assert found.costs.shortfall == Decimal(20)
    assert found.costs.shortfall_ratio == pytest.approx(20 / 2000)


def test_shortfall_counts_what_was_never_filled_until_the_order_ended():
    """Of 10 to buy at 100, 6 are filled at 101; the other 4 are given up at 103."""
    run = made_run("5/25")
    fill = replace(
        run.fills[0],
        side=Side.BUY,
        ordered=Decimal(10),
        quantity=Decimal(6),
        decision_price=Decimal(100),
        price=Decimal(101),
        spread=Decimal("0.60"),
        impact=Decimal("0.30"),
        commission=Decimal(1),
        cancelled=Decimal(4),
        closing_price=Decimal(103),
    )
    costs = figures_of(replace(run, fills=(fill,))).costs
    assert (costs.delay, costs.opportunity) == (6, 12)
    assert (costs.spread, costs.impact, costs.commission) == (Decimal("0.60"), Decimal("0.30"), 1)
    assert costs.shortfall == Decimal("19.90")
    assert costs.shortfall_ratio == pytest.approx(19.90 / 1000)


def test_an_order_of_which_nothing_was_filled_is_no_trade():
    run = made_run("5/25")
    bought = replace(run.fills[0], side=Side.BUY)
    never = replace(
        bought, quantity=Decimal(0), cancelled=bought.ordered, closing_price=bought.price
    )
    found = figures_of(replace(run, fills=(bought, never)))
    assert (found.trades, found.unfilled) == (1, 1)
    assert found.trades_a_year == found.lots_a_year == pytest.approx(1 / found.years)


def test_lots_a_year_are_those_that_purchases_opened():
    run = made_run("5/25")
    found = figures_of(run)
    bought = sum(fill.side is Side.BUY for fill in run.fills)
    assert found.lots_a_year == pytest.approx(bought / found.years)
    assert found.lots_mean == pytest.approx(float(np.mean(run.daily.lots)))


def test_days_outside_a_band_are_counted():
    run = made_run("hold")
    drift = np.abs(run.daily.weights - run.targets)
    assert figures_of(run).days_outside == int((drift > run.bands).any(axis=1).sum()) > 100


def test_a_policy_that_never_traded_has_figures():
    found = figures_of(made_run("hold"))
    assert (found.trades, found.turnover, found.costs.total) == (0, 0.0, Decimal(0))
    assert found.costs.shortfall_ratio is None


def test_deposits_are_no_return():
    """The same market with money paid in: the time-weighted return does not notice."""
    plain, fed = made_run("annual"), made_run("annual", yearly_flow=50_000.0)
    one, other = figures_of(plain).time_weighted, figures_of(fed).time_weighted
    assert one is not None
    assert other is not None
    assert other == pytest.approx(one, abs=0.004)
    assert figures_of(fed).flows == pytest.approx(9 * 50_000.0)
    assert figures_of(fed).value_end > figures_of(plain).value_end + 300_000


@pytest.mark.parametrize("count", [1, 2, 30])
def test_a_short_run_has_no_yearly_rate(count: int):
    found = figures_of(first_days(made_run("5/25"), count))
    assert not found.is_annual
    if count == 1:
        assert found.time_weighted is None and found.volatility is None
    else:
        assert found.time_weighted is not None and abs(found.time_weighted) < 0.5


def test_a_value_below_zero_has_no_returns_and_is_still_told():
    run = first_days(made_run("5/25"), 50)
    lost = run.daily.value.copy()
    lost[25:] = -500.0
    found = figures_of(replace(run, daily=replace(run.daily, value=lost)))
    assert found.value_end == -500.0
    assert found.time_weighted is found.after_liquidation_return is found.volatility is None
    assert found.turnover is None


def test_a_run_without_a_day_is_refused():
    with pytest.raises(InputError, match="its run has no day"):
        figures_of(first_days(made_run("5/25"), 0))


def test_every_made_run_agrees_with_the_plain_computation_of_volatility():
    for run in made_runs(count=300):
        daily = run.daily
        returns = (daily.value - daily.flow + daily.tax_paid)[1:] / daily.value[:-1] - 1
        computed = daily_returns(daily.value, daily.flow - daily.tax_paid)
        assert computed is not None
        assert np.allclose(computed, returns)
        expected = float(np.std(returns, ddof=1) * np.sqrt(252))
        assert figures_of(run).volatility == pytest.approx(expected)
