"""When the service does what: by the exchange's sessions, made up once, never for a closed day."""

from datetime import UTC, datetime, time, timedelta

import pytest

from trimtab.app.live.schedule import Task, Timetable
from trimtab.brokers.paper.exchanges import exchange_sessions
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.model.errors import InvariantError
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Schedule, Weekday

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


def days(schedule: Schedule, task: Task, first: str, last: str) -> list[str]:
    """When a task is due between two days, in New York."""
    table = Timetable(exchange_sessions(schedule.exchange), 30, schedule)
    now, found = at(first), list[str]()
    while (one := table.coming(now, task)).at < at(last):
        now = one.at
        found.append(f"{one.day:%m-%d} {one.at.astimezone(table.sessions.zone):%H:%M}")
    return found


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # 24 November 2022 is Thanksgiving; the day after closes at 13:00
        (Schedule(check_at=time(11)), ["11-21", "11-22", "11-23", "11-25", "11-28", "11-29"]),
        (Schedule(check=CheckRhythm.WEEKLY, check_at=time(11)), ["11-21", "11-28"]),
        (Schedule(check=CheckRhythm.MONTHLY, check_at=time(11)), ["12-01"]),
        (Schedule(check_days=(Weekday.THURSDAY,), check_at=time(11)), ["11-25", "12-01"]),
        (
            Schedule(check_days=(Weekday.THURSDAY, Weekday.FRIDAY), check_at=time(11)),
            ["11-25", "12-01", "12-02"],
        ),
    ],
)
def test_checks_come_on_the_days_and_at_the_hour_of_the_schedule(
    schedule: Schedule, expected: list[str]
) -> None:
    last = "2022-11-30 00:00" if not schedule.check_days and len(expected) > 2 else "2022-12-03"
    assert days(schedule, Task.RUN, "2022-11-20", last) == [f"{day} 11:00" for day in expected]


@pytest.mark.parametrize(
    ("hour", "runs_at"), [(time(5), "09:30"), (time(12, 59), "12:50"), (time(23), "12:50")]
)
def test_an_hour_outside_of_a_session_is_moved_into_it(hour: time, runs_at: str) -> None:
    """The day after Thanksgiving closes at 13:00, and a cycle needs ten minutes."""
    found = days(Schedule(check_at=hour), Task.RUN, "2022-11-25", "2022-11-26")
    assert found == [f"11-25 {runs_at}"]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(), ["11-25 13:25", "12-02 16:25"]),
        (Schedule(report_day=Weekday.THURSDAY), ["11-25 13:25", "12-01 16:25"]),
        (Schedule(report_day=Weekday.MONDAY, report_at=time(18)), ["11-21 18:00", "11-28 18:00"]),
        (Schedule(report=ReportRhythm.MONTHLY), ["11-30 16:25"]),
    ],
)
def test_the_report_comes_when_the_schedule_says(schedule: Schedule, expected: list[str]) -> None:
    assert days(schedule, Task.WEEKLY, "2022-11-20", "2022-12-04") == expected


def test_a_report_that_is_not_wanted_never_comes() -> None:
    table = Timetable(nyse_sessions(), 30, Schedule(report=ReportRhythm.NEVER))
    found = table.due(at("2022-11-10"), at("2022-11-23"))
    assert {one.task for one in found} == {Task.DIGEST}
    with pytest.raises(InvariantError):
        table.coming(at("2022-11-10"), Task.WEEKLY)


def test_appointments_abroad_are_those_of_the_exchange_there() -> None:
    schedule = Schedule(exchange="XLON", check_at=time(9))
    # in summer London is an hour before UTC; 29 August 2022 is a bank holiday
    table = Timetable(exchange_sessions("XLON"), 30, schedule)
    assert table.coming(at("2022-08-27"), Task.RUN).at == at("2022-08-30 08:00")
