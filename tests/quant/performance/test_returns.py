"""Returns net of flows, worked by hand; linking, annualising, calendar years."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from trimtab.model.errors import InputError
from trimtab.quant.performance.returns import (
    FlowTiming,
    YearReturn,
    annualised_return,
    calendar_year_returns,
    cumulative_return,
    growth,
    net_returns,
    time_weighted_return,
    years_by_days,
    years_by_sessions,
)

# close     100    110    165    148.5
# flow       —      0    +40    −20
# start: 110/100 = +10 %; 165/(110+40) = +10 %; 148.5/(165−20) = +2.4138 %
# end:   110/100 = +10 %; (165−40)/110 = +13.6364 %; (148.5+20)/165 = +2.1212 %
VALUE = [100.0, 110.0, 165.0, 148.5]
FLOW = [100.0, 0.0, 40.0, -20.0]
HAND_WORKED = [
    (FlowTiming.START, [0.10, 0.10, 3.5 / 145]),
    (FlowTiming.END, [0.10, 15 / 110, 3.5 / 165]),
]

daily_returns = arrays.arrays(
    np.float64, st.integers(1, 60), elements=st.floats(-0.5, 0.5, allow_nan=False)
)


@pytest.mark.parametrize(("timing", "by_hand"), HAND_WORKED)
def test_a_day_earns_on_the_money_that_its_flow_convention_puts_to_work(timing, by_hand):
    np.testing.assert_allclose(net_returns(VALUE, FLOW, timing), by_hand, rtol=1e-14)


def test_several_policies_are_measured_side_by_side_as_one_by_one():
    table = np.column_stack([VALUE, np.multiply(VALUE, 2.0)])
    flows = np.column_stack([FLOW, np.multiply(FLOW, 2.0)])
    both = net_returns(table, flows)
    np.testing.assert_allclose(both[:, 0], net_returns(VALUE, FLOW))
    np.testing.assert_allclose(both[:, 1], both[:, 0])


@given(daily_returns, st.data(), st.sampled_from(FlowTiming))
def test_flows_of_any_size_do_not_change_the_time_weighted_return(daily, data, timing):
    flows = data.draw(
        arrays.arrays(np.float64, len(daily), elements=st.floats(0.0, 1e4, allow_nan=False))
    )
    value = [1_000.0]
    for earned, flow in zip(daily, flows, strict=True):
        before = value[-1] + (flow if timing is FlowTiming.START else 0.0)
        value.append(before * (1 + earned) + (flow if timing is FlowTiming.END else 0.0))
    measured = net_returns(value, [0.0, *flows], timing)
    np.testing.assert_allclose(measured, daily, atol=1e-8)


@pytest.mark.parametrize(
    ("value", "flow", "complaint"),
    [
        ([100.0], [0.0], "at least 2"),
        ([100.0, np.nan], [0.0, 0.0], "nan at index 1"),
        ([100.0, 110.0], [0.0], "must be equal"),
        ([100.0, -5.0], [0.0, 0.0], "-5.00 on day 1"),
        ([0.0, 0.0], [0.0, 0.0], "0.00 at work on day 1"),
        ([100.0, 0.0, 50.0], [0.0, -100.0, 0.0], "at the end of the day"),
    ],
)
def test_what_has_no_return_is_refused_by_day_and_amount(value, flow, complaint):
    with pytest.raises(InputError, match=complaint):
        net_returns(value, flow)


def test_the_withdrawal_of_everything_ends_a_series_when_it_counts_at_the_end():
    assert net_returns([100.0, 0.0], [0.0, -110.0], FlowTiming.END)[0] == pytest.approx(0.10)


@given(daily_returns)
def test_growth_ends_at_the_cumulative_return(daily):
    assert growth(daily)[-1] - 1.0 == pytest.approx(cumulative_return(daily), abs=1e-12)


@pytest.mark.parametrize(
    ("cumulative", "years", "annual"),
    [(0.21, 2.0, 0.10), (0.10, 0.5, 0.21), (-1.0, 3.0, -1.0), (-0.19, 2.0, -0.10)],
)
def test_annualising_gives_the_steady_rate_with_the_same_end(cumulative, years, annual):
    assert annualised_return(cumulative, years) == pytest.approx(annual, abs=1e-14)


def test_years_count_days_over_365_or_sessions_over_252():
    assert years_by_days(date(2023, 1, 1), date(2024, 1, 1)) == 1.0
    assert years_by_days(date(2024, 1, 1), date(2025, 1, 1)) == 366 / 365
    assert years_by_sessions(504) == 2.0
    with pytest.raises(InputError, match="must follow"):
        years_by_days(date(2024, 1, 1), date(2024, 1, 1))


def test_a_return_of_less_than_a_year_says_that_it_is_short():
    assert time_weighted_return([0.01], 0.5).short
    assert not time_weighted_return([0.01], 1.0).short


def test_calendar_years_take_each_day_by_its_close():
    # 2023-12-29 → 01-02: the first return of 2024
    days = [date(2023, 12, 28), date(2023, 12, 29), date(2024, 1, 2), date(2024, 1, 3)]
    assert calendar_year_returns([0.10, 0.20, -0.50], days) == (
        YearReturn(2023, pytest.approx(0.10), 1),
        YearReturn(2024, pytest.approx(-0.40), 2),
    )


@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=900))
def test_calendar_years_link_to_the_whole(daily):
    days = [date(2020, 11, 3) + timedelta(days=2 * step) for step in range(len(daily) + 1)]
    years = calendar_year_returns(daily, days)
    linked = np.prod([1.0 + one.value for one in years])
    assert linked - 1.0 == pytest.approx(cumulative_return(daily), rel=1e-9, abs=1e-12)
    assert sum(one.sessions for one in years) == len(daily)


@pytest.mark.parametrize(
    ("days", "complaint"),
    [
        (["2024-01-02", "2024-01-03"], "2 days for 2 returns"),
        (["2024-01-02", "2024-01-02", "2024-01-03"], "2024-01-02 follows 2024-01-02"),
        (["2024-01-02", "NaT", "2024-01-03"], "a missing day"),
    ],
)
def test_dates_that_are_not_one_close_each_are_refused(days, complaint):
    with pytest.raises(InputError, match=complaint):
        calendar_year_returns([0.01, 0.01], np.array(days, dtype="datetime64[D]"))


def test_percent_taken_for_fractions_is_refused():
    with pytest.raises(InputError, match="fractions"):
        cumulative_return([1.2, -2.5])
