"""When the service does what: by the exchange's sessions, made up once, never for a closed day."""

from datetime import UTC, datetime, timedelta

import pytest

from trimtab.app.live.schedule import Task, Timetable
from trimtab.brokers.paper.sessions import nyse_sessions

TABLE = Timetable(nyse_sessions(), 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(after: str, now: str) -> list[str]:
    return [f"{one.task} {one.day}" for one in TABLE.due(at(after), at(now))]


@pytest.mark.parametrize(
    ("after", "now", "expected"),
    [
        # Thanksgiving is 24 November 2022, the day after closes at 13:00 in New York (18:00 UTC)
        ("2022-11-23 14:59", "2022-11-23 15:00", ["run 2022-11-23"]),
        ("2022-11-23 15:00", "2022-11-23 15:01", []),
        ("2022-11-23 21:00", "2022-11-23 21:20", ["digest 2022-11-23"]),
        ("2022-11-23 22:00", "2022-11-25 14:59", []),
        ("2022-11-25 18:00", "2022-11-25 18:30", ["digest 2022-11-25", "weekly 2022-11-25"]),
        # an hour earlier in UTC while the clocks are on summer time
        ("2022-10-11 13:59", "2022-10-11 14:00", ["run 2022-10-11"]),
    ],
)
def test_appointments_are_those_of_the_exchange(after: str, now: str, expected: list[str]) -> None:
    assert due(after, now) == expected


def test_what_was_missed_is_made_up_once_and_no_cycle_for_a_market_that_is_closed() -> None:
    assert due("2022-11-14 00:00", "2022-11-20 12:00") == [
        "digest 2022-11-18",
        "weekly 2022-11-18",
    ]
    assert due("2022-11-14 00:00", "2022-11-16 19:00") == [
        "digest 2022-11-15",
        "run 2022-11-16",
    ]


def test_the_last_session_of_a_week_is_told_by_the_calendar_not_by_the_weekday() -> None:
    # Good Friday 2022 is 15 April: the week ends on Thursday
    assert TABLE.coming(at("2022-04-12 00:00"), Task.WEEKLY).day.isoformat() == "2022-04-14"


def test_a_short_session_leaves_its_cycle_time_before_the_close() -> None:
    late = Timetable(nyse_sessions(), 180)
    assert late.coming(at("2022-11-25 00:00"), Task.RUN).at == at("2022-11-25 17:30")
    later = Timetable(nyse_sessions(), 600)
    assert later.coming(at("2022-11-25 00:00"), Task.RUN).at == at("2022-11-25 17:50")


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2022-11-23 20:00", "2022-11-23 14:30"),
        ("2022-11-23 10:00", "2022-11-22 14:30"),
        ("2022-11-23 23:00", "2022-11-23 14:30"),
        ("2022-11-27 12:00", "2022-11-25 14:30"),
    ],
)
def test_a_service_that_starts_makes_up_what_came_since_the_last_open(
    now: str, begins: str
) -> None:
    assert TABLE.begins(at(now)) == at(begins)


def test_each_session_of_a_year_has_one_run() -> None:
    now, runs = at("2022-01-01 00:00"), 0
    while (one := TABLE.coming(now, Task.RUN)).day.year == 2022:
        runs, now = runs + 1, one.at + timedelta(seconds=1)
    assert runs == 251
