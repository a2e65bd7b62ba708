"""Wealth before tax, after tax and after liquidation, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.performance.after_tax import (
    PaidFrom,
    after_tax,
    harvesting_alpha,
    marginal_tax_rate,
    path_with_growth,
    with_other_growth,
)
from trimtab.quant.performance.returns import FlowTiming

# Two years. 1,000 becomes 1,100, of which 20 tax is paid: 1,080. That becomes 1,188.
# Were all sold, 15 would be due.
#   pre-tax (tax drawn out at the end of the day): 1.10 × 1.10 = 1.21            → 10 % a year
#   after tax: 1.188                                                             → 8.9954 %
#   after liquidation: 1.173                                                     → 8.3051 %
VALUE, FLOW, TAX = [1_000.0, 1_080.0, 1_188.0], [0.0, 0.0, 0.0], [0.0, 20.0, 0.0]
AFTER = 1.188**0.5 - 1
LIQUIDATED = 1.173**0.5 - 1


def paid_from_the_portfolio(liquidation_tax=15.0):
    return after_tax(VALUE, FLOW, TAX, liquidation_tax, years=2.0, timing=FlowTiming.END)


def test_the_three_wealths_are_as_worked_by_hand():
    found = paid_from_the_portfolio()
    assert found.pre_tax.annualised == pytest.approx(0.10)
    assert found.after_tax.annualised == pytest.approx(AFTER)
    assert found.after_liquidation.annualised == pytest.approx(LIQUIDATED)
    assert (found.tax_paid, found.liquidation_tax) == (20.0, 15.0)


def test_drags_and_rates_follow_from_the_three_wealths():
    found = paid_from_the_portfolio()
    assert found.tax_drag == pytest.approx(0.10 - AFTER)
    assert found.liquidation_drag == pytest.approx(0.10 - LIQUIDATED)
    assert found.tax_cost_ratio == pytest.approx(1 - (1 + AFTER) / 1.10)
    # gained 188 in the portfolio and 20 that the tax took
    assert found.gain == pytest.approx(208)
    assert found.effective_tax_rate == pytest.approx(35 / 208)


def test_tax_paid_from_outside_leaves_the_values_and_still_lowers_the_return():
    # 1,000 → 1,100 → 1,210, and 20 of the household's other money: the first year kept 8 %
    found = after_tax(
        [1_000.0, 1_100.0, 1_210.0],
        FLOW,
        TAX,
        0.0,
        years=2.0,
        timing=FlowTiming.END,
        paid_from=PaidFrom.OUTSIDE,
    )
    assert found.pre_tax.annualised == pytest.approx(0.10)
    assert found.after_tax.cumulative == pytest.approx(1.08 * 1.10 - 1)
    assert found.gain == pytest.approx(210)


def test_deposits_count_neither_as_gain_nor_as_return():
    found = after_tax([1_000.0, 1_600.0], [0.0, 500.0], [0.0, 0.0], 0.0, 1.0, timing=FlowTiming.END)
    assert found.gain == pytest.approx(100)
    assert found.pre_tax == found.after_tax == found.after_liquidation
    assert found.pre_tax.cumulative == pytest.approx(0.10)


def test_losses_on_the_books_are_worth_something_at_liquidation():
    assert paid_from_the_portfolio(-15.0).after_liquidation.cumulative == pytest.approx(0.203)


def test_without_a_gain_there_is_no_effective_rate():
    lost = after_tax([1_000.0, 900.0], [0.0, 0.0], [0.0, 0.0], -20.0, 1.0)
    assert lost.effective_tax_rate is None


def test_what_harvesting_defers_is_gone_after_liquidation_unless_rates_differ():
    # One year at +10 % of 1,000. Harvesting saved 30 of tax now and owes them in the end.
    plain = after_tax([1_000.0, 1_070.0], [0.0, 0.0], [0.0, 30.0], 0.0, 1.0, timing=FlowTiming.END)
    deferred = after_tax([1_000.0, 1_100.0], [0.0, 0.0], [0.0, 0.0], 30.0, 1.0)
    alpha = harvesting_alpha(deferred, plain, plain)
    assert alpha.tax_alpha == alpha.wealth_difference == pytest.approx(0.03)
    assert alpha.tax_alpha_liquidated == pytest.approx(0.0, abs=1e-12)
    cheaper = after_tax([1_000.0, 1_100.0], [0.0, 0.0], [0.0, 0.0], 20.0, 1.0)
    assert harvesting_alpha(cheaper, plain, plain).tax_alpha_liquidated == pytest.approx(0.01)


def test_what_was_held_instead_is_wealth_and_no_tax():
    """1,000 gains 100, and 200 with what was held instead; 30 % is due of either in the end."""
    plain = after_tax([1_000.0, 1_100.0], [0.0, 0.0], [0.0, 0.0], 30.0, 1.0)
    other = after_tax([1_000.0, 1_200.0], [0.0, 0.0], [0.0, 0.0], 60.0, 1.0)
    alike = with_other_growth(
        [1_000.0, 1_100.0], [0.0, 0.0], [0.0, 0.0], 30.0, 1.0,
        growth=[1.0, 1.2 / 1.1], gain_rate=0.3,
    )  # fmt: skip
    alpha = harvesting_alpha(other, plain, alike)
    assert alpha.tax_alpha == pytest.approx(0.0, abs=1e-12)
    assert alpha.tax_alpha_liquidated == pytest.approx(0.0, abs=1e-12)
    assert alpha.wealth_difference == alpha.held_instead == pytest.approx(0.10)
    assert alpha.held_instead_liquidated == pytest.approx(0.07)


def test_taxes_stay_the_same_part_of_the_value_where_the_holdings_grow_otherwise():
    """Twice the value on the second day, so twice the tax; 100 paid in stay 100."""
    value, flow = [1_000.0, 1_080.0, 1_180.0], [0.0, 0.0, 100.0]
    grown = path_with_growth(value, flow, [1.0, 2.0, 1.0])
    assert grown.tolist() == pytest.approx([1_000.0, 2_160.0, 2_260.0])
    found = with_other_growth(
        value, flow, [0.0, 20.0, 0.0], 0.0, 2.0, growth=[1.0, 2.0, 1.0], gain_rate=0.0
    )
    assert found.tax_paid == pytest.approx(40.0)


@given(st.floats(0.0, 0.6), st.floats(-1e5, 1e5))
def test_the_tax_of_one_dollar_more_is_the_slope_of_the_burden(rate: float, before: float):
    """What was gained before the run moves the burden, not its slope."""
    gain = np.array([0.0, 900.0, -250.0, 4_000.0])
    assert marginal_tax_rate(gain, rate * gain + before) == pytest.approx(rate, abs=1e-9)


def test_a_gain_that_never_moved_bears_no_tax():
    assert marginal_tax_rate([5.0, 5.0], [1.0, 1.0]) == 0.0


def test_runs_over_different_times_are_not_compared():
    one = after_tax([1.0, 1.1], [0.0, 0.0], [0.0, 0.0], 0.0, 1.0)
    two = after_tax([1.0, 1.1], [0.0, 0.0], [0.0, 0.0], 0.0, 2.0)
    with pytest.raises(InputError, match="all runs span the same days"):
        harvesting_alpha(one, two, one)


def test_a_tax_larger_than_the_value_is_refused():
    with pytest.raises(InputError, match=r"the last value is only 1,188\.00"):
        paid_from_the_portfolio(2_000.0)
