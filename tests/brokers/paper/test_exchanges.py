"""Exchanges by name: their own holidays, early closes, zones and hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from trimtab.brokers.paper.exchanges import EXCHANGES, exchange_sessions
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.model.errors import InputError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("exchange", "day", "opens", "closes"),
    [
        ("NYSE", "2025-11-27", None, None),  # Thanksgiving
        ("NYSE", "2025-11-28", "14:30", "18:00"),
        ("XNAS", "2025-07-03", "13:30", "17:00"),
        ("XTSE", "2025-10-13", None, None),  # Thanksgiving in Canada
        ("XLON", "2025-08-25", None, None),  # the summer bank holiday
        ("XLON", "2025-08-26", "07:00", "15:30"),
        ("XLON", "2025-12-24", "08:00", "12:30"),
        ("XETR", "2025-12-24", None, None),
        ("XETR", "2025-11-27", "08:00", "16:30"),
        ("XSWX", "2025-08-01", None, None),  # the national day
        ("XWAR", "2025-11-11", None, None),
        ("XMAD", "2025-12-31", "08:00", "13:00"),
        ("XBOM", "2025-10-22", None, None),
        ("XKRX", "2025-12-31", None, None),
        ("XASX", "2025-04-25", None, None),  # Anzac Day
    ],
)
def test_days_and_hours_are_the_exchanges_own(
    exchange: str, day: str, opens: str | None, closes: str | None
) -> None:
    session = exchange_sessions(exchange).hours(date.fromisoformat(day))
    if opens is None:
        assert session is None
    else:
        assert session is not None
        assert (session.opens, session.closes) == (at(f"{day} {opens}"), at(f"{day} {closes}"))


def test_new_york_is_as_it_was() -> None:
    first = date(2015, 1, 1)
    ours, before = exchange_sessions("NYSE"), nyse_sessions()
    for count in range(365 * 12):
        day = first + timedelta(days=count)
        assert ours.hours(day) == before.hours(day)


@pytest.mark.parametrize("name", EXCHANGES)
def test_every_exchange_has_sessions_all_the_year_in_its_own_zone(name: str) -> None:
    sessions = exchange_sessions(name)
    found = list(sessions.between(date(2025, 1, 1), date(2025, 12, 31)))
    assert 240 <= len(found) <= 256
    for one in found:
        assert sessions.day_of(one.opens) == sessions.day_of(one.closes) == one.day
        assert timedelta(hours=2) <= one.closes - one.opens <= timedelta(hours=9)


def test_an_unknown_exchange_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match=r"it is one of NYSE, .*XLON.*Did you mean 'XLON'"):
        exchange_sessions("LON")
