"""The holding period that makes a dividend qualified: more than 60 of 121 days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.dividend_periods import (
    days_held_in_window,
    first_sale_that_keeps_it,
    is_qualified,
)

EX = date(2025, 7, 9)  # the window is 10 May to 7 September, both ends included


@pytest.mark.parametrize(
    ("acquired", "sold", "days", "qualified"),
    [
        # the example of Publication 550: bought the day before the ex-date
        (date(2025, 7, 8), date(2025, 8, 11), 34, False),
        (date(2025, 7, 8), date(2025, 9, 6), 60, False),
        (date(2025, 7, 8), date(2025, 9, 7), 61, True),
        (date(2025, 7, 8), None, 61, True),
        # the day of sale counts, the day of purchase does not
        (date(2025, 5, 9), date(2025, 7, 8), 60, False),
        (date(2025, 5, 9), date(2025, 7, 9), 61, True),
        (date(2019, 1, 2), date(2025, 7, 9), 61, True),
        (date(2019, 1, 2), date(2025, 7, 8), 60, False),
        # bought on the ex-date: the dividend went to the seller
        (date(2025, 7, 9), None, 60, False),
        (date(2025, 9, 8), None, 0, False),
    ],
)
def test_days_are_counted_as_the_statute_says(acquired, sold, days, qualified):
    assert days_held_in_window(acquired, sold, EX) == days
    assert is_qualified(acquired, sold, EX) is qualified


@given(st.integers(1, 400))
def test_the_first_sale_that_keeps_the_dividend_qualified_is_the_first(days_before):
    acquired = EX - timedelta(days_before)
    first = first_sale_that_keeps_it(acquired, EX)
    assert is_qualified(acquired, first, EX)
    assert not is_qualified(acquired, first - timedelta(1), EX)
