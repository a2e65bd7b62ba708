"""The money-weighted return: known rates, agreement with the time-weighted one, refusals."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.performance.money_weighted import internal_rate, money_weighted_return
from trimtab.quant.performance.returns import net_returns, time_weighted_return, years_by_days

NEW_YEARS = [date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1)]  # 365 days apart

KNOWN = [
    # payments as the owner sees them, dates, rate
    ([-100, 110], NEW_YEARS[:2], 0.10),
    ([-100, 0, 121], NEW_YEARS, 0.10),
    ([-100, -100, 231], NEW_YEARS, 0.10),  # 100·1.21 + 100·1.1
    ([-100, 60, 55], NEW_YEARS, 0.10),  # 60/1.1 + 55/1.21 = 100
    ([-100, 50], NEW_YEARS[:2], -0.50),
    (  # the example of Excel's own help for XIRR
        [-10_000, 2_750, 4_250, 3_250, 2_750],
        ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"],
        0.373362535,
    ),
]


@pytest.mark.parametrize(("paid", "days", "rate"), KNOWN)
def test_the_rate_balances_the_payments(paid, days, rate):
    assert internal_rate(paid, days) == pytest.approx(rate, abs=2e-9)


@given(
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=20),
    st.floats(-0.9, 5.0),
    st.integers(1, 400),
)
def test_deposits_that_grow_at_a_rate_give_that_rate_back(deposits, rate, gap):
    days = [date(2010, 1, 1) + timedelta(days=gap * step) for step in range(len(deposits) + 1)]
    years = np.array([(days[-1] - day).days / 365 for day in days[:-1]])
    end = float(np.sum(np.array(deposits) * (1 + rate) ** years))
    assert internal_rate([*np.negative(deposits), end], days) == pytest.approx(rate, abs=1e-6)


def test_without_flows_it_is_the_time_weighted_return():
    value, days = [100.0, 90.0, 130.0], [date(2020, 1, 1), date(2020, 9, 1), date(2022, 3, 1)]
    time_weighted = time_weighted_return(
        net_returns(value, [0.0] * 3), years_by_days(days[0], days[-1])
    )
    money_weighted = money_weighted_return(value, [0.0] * 3, days)
    assert money_weighted.annualised == pytest.approx(time_weighted.annualised, abs=1e-12)
    assert money_weighted.cumulative == pytest.approx(0.30)


def test_money_that_came_before_a_loss_lowers_it_below_the_time_weighted_return():
    # 100 doubles, 800 is added, all halve: time-weighted nothing was earned, the owner lost 400
    value, flow = [100.0, 1_000.0, 500.0], [100.0, 800.0, 0.0]
    assert money_weighted_return(value, flow, NEW_YEARS).annualised < -0.35


@pytest.mark.parametrize(
    ("paid", "days", "complaint"),
    [
        ([-100, -10], NEW_YEARS[:2], "110.00 paid in and nothing received"),
        ([100, 10], NEW_YEARS[:2], "received and nothing paid in"),
        ([-100, 230, -132], NEW_YEARS, "2 yearly rates balance them"),  # 10 % and 20 %
        ([-100, 150, -100], NEW_YEARS, "no yearly rate"),
        ([-1, 1e9], NEW_YEARS[:2], "no yearly rate"),
        ([-100, 110], NEW_YEARS, "3 days"),
    ],
)
def test_payments_without_one_rate_are_refused(paid, days, complaint):
    with pytest.raises(InputError, match=complaint):
        internal_rate(paid, days)


def test_a_portfolio_that_lost_everything_is_refused():
    with pytest.raises(InputError, match="nothing received"):
        money_weighted_return([100.0, 50.0, 0.0], [0.0] * 3, NEW_YEARS)
