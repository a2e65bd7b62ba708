"""When the New York Stock Exchange is open."""

from datetime import UTC, date, datetime

import pytest

from tests.brokers.paper.paper_parts import SESSIONS, at
from trimtab.brokers.paper.sessions import Sessions, nyse_hours
from trimtab.model.errors import InvariantError


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2024, 3, 8), (14, 30, 21)),
        (date(2024, 3, 11), (13, 30, 20)),  # the clocks went forward on the 10th
        (date(2024, 11, 29), (14, 30, 18)),  # the day after Thanksgiving ends at 13:00
        (date(2024, 3, 9), None),
        (date(2024, 3, 29), None),  # Good Friday
        (date(2024, 12, 25), None),
    ],
)
def test_a_day_has_its_hours_or_none(day, hours):
    session = nyse_hours(day)
    if hours is None:
        assert session is None
    else:
        assert session is not None
        hour, minute, closes = hours
        assert session.opens == datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        assert session.closes.hour == closes


def test_a_session_is_open_from_its_first_moment_and_not_at_its_last():
    assert SESSIONS.current(at(4, 9, 30)) is not None
    assert SESSIONS.current(at(4, 9, 29)) is None
    assert SESSIONS.current(at(4, 16)) is None


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [("2024-03-04", 0, "2024-03-04"), ("2024-03-04", 1, "2024-03-05"),
     ("2024-03-08", 1, "2024-03-11"), ("2024-03-09", 0, "2024-03-11"),
     ("2024-03-09", 1, "2024-03-11"), ("2024-03-28", 2, "2024-04-02")],
)  # fmt: skip
def test_sessions_are_counted_from_a_day(day, count, then):
    assert SESSIONS.after(date.fromisoformat(day), count).day.isoformat() == then


def test_an_order_stands_for_the_open_session_or_the_next():
    assert SESSIONS.standing(at(4, 12)).day == date(2024, 3, 4)
    assert SESSIONS.standing(at(8, 17)).day == date(2024, 3, 11)
    assert SESSIONS.before(date(2024, 3, 11)).day == date(2024, 3, 8)


def test_an_exchange_that_never_opens_is_a_defect_and_not_an_endless_search():
    never = Sessions(lambda day: None)
    with pytest.raises(InvariantError):
        never.coming(at(4))
    with pytest.raises(InvariantError):
        never.before(date(2024, 3, 4))
