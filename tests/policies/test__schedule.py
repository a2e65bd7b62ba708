"""Which sessions a calendar looks at, by the exchange's own calendar."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.snapshots import Side, TradeRecord
from trimtab.policies._schedule import Frequency, is_session, next_session, schedule

CLOSED = [
    ("2022-10-15", "a Saturday"),
    ("2022-10-16", "a Sunday"),
    ("2022-04-15", "Good Friday"),
    ("2022-06-20", "Juneteenth, observed on Monday"),
    ("2022-11-24", "Thanksgiving"),
    ("2022-12-26", "Christmas, observed on Monday"),
    ("2023-01-02", "New Year, observed on Monday"),
    ("2012-10-29", "Hurricane Sandy"),
]


@pytest.mark.parametrize(("day", "why"), CLOSED)
def test_the_exchange_is_closed_on(day, why):
    assert not is_session(date.fromisoformat(day)), why


@pytest.mark.parametrize("day", ["2022-10-14", "2022-10-10", "2021-12-31", "2022-11-11"])
def test_the_exchange_is_open_on(day):
    assert is_session(date.fromisoformat(day))


SCHEDULES = [
    # frequency    as of         latest        next
    ("daily", "2022-10-14", "2022-10-14", "2022-10-17"),
    ("daily", "2022-10-16", "2022-10-14", "2022-10-17"),
    ("weekly", "2022-10-14", "2022-10-10", "2022-10-17"),
    ("weekly", "2022-09-05", "2022-08-29", "2022-09-06"),  # Labor Day: the week opens on Tuesday
    ("monthly", "2022-10-14", "2022-10-03", "2022-11-01"),
    ("monthly", "2022-10-02", "2022-09-01", "2022-10-03"),  # a Sunday before the first session
    ("quarterly", "2022-10-14", "2022-10-03", "2023-01-03"),
    ("semiannual", "2022-10-14", "2022-07-01", "2023-01-03"),
    ("annual", "2022-10-14", "2022-01-03", "2023-01-03"),
    ("annual", "2023-01-02", "2022-01-03", "2023-01-03"),
    ("annual", "2023-01-03", "2023-01-03", "2024-01-02"),
]


@pytest.mark.parametrize(("frequency", "as_of", "latest", "upcoming"), SCHEDULES)
def test_a_calendar_looks_on_the_first_session_of_each_period(frequency, as_of, latest, upcoming):
    found = schedule(Frequency(frequency), date.fromisoformat(as_of), ())
    assert (found.latest.isoformat(), found.upcoming.isoformat()) == (latest, upcoming)


def bought(day: str) -> TradeRecord:
    return TradeRecord(
        "taxable", "VTI", Side.BUY, date.fromisoformat(day), Decimal(1), Decimal(200)
    )


DUE = [
    # as of         last trade    due (monthly: 3 October, 1 November)
    ("2022-10-14", None, True),
    ("2022-10-14", "2022-09-20", True),
    ("2022-10-14", "2022-10-03", False),
    ("2022-10-14", "2022-10-11", False),
    ("2022-11-01", "2022-10-11", True),
    ("2022-11-01", "2022-11-01", True),  # the session itself, whatever was traded on it
    ("2022-10-14", "2022-11-02", True),  # a later trade is not known yet
]


@pytest.mark.parametrize(("as_of", "last", "due"), DUE)
def test_a_session_is_due_until_a_trade_follows_it(as_of, last, due):
    trades = () if last is None else (bought(last),)
    assert schedule(Frequency.MONTHLY, date.fromisoformat(as_of), trades).is_due is due


@given(st.dates(date(2005, 1, 1), date(2040, 12, 31)), st.sampled_from(Frequency))
def test_the_day_lies_between_two_sessions_of_its_calendar(day, frequency):
    found = schedule(frequency, day, ())
    assert found.latest <= day < found.upcoming
    assert is_session(found.latest)
    assert is_session(found.upcoming)
    assert schedule(frequency, found.upcoming, ()).latest == found.upcoming


@given(st.dates(date(2005, 1, 1), date(2040, 12, 31)))
def test_the_next_session_is_at_most_six_days_away(day):
    assert 0 <= (next_session(day) - day).days <= 6
