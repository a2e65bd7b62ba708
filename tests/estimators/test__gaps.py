"""A missing close is told where the market was open, and not where it was closed."""

from datetime import date, timedelta
from math import nan

import pytest

from trimtab.estimators._gaps import odd_history
from trimtab.model.findings import Severity
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.snapshots import PriceHistory

MONDAY = date(2022, 1, 3)
SESSIONS = 280
FUNDS = {name: Instrument(name, kind=InstrumentKind.ETF) for name in ("VTI", "BND", "GLD")}
TOKYO = {"1306": Instrument("1306", currency="JPY"), "1321": Instrument("1321", currency="JPY")}
COIN = {"BTC": Instrument("BTC", kind=InstrumentKind.CRYPTO)}
NOTE = {"MUNI": Instrument("MUNI", kind=InstrumentKind.BOND)}


def told(instruments: dict[str, Instrument], missing: dict[str, range | list[int]]):
    """What is told of closes on every day, of which some are missing; day 0 is a Monday."""
    closes = [
        tuple(
            nan if day in missing.get(name, []) else 100.0 + (day + at) % 7
            for at, name in enumerate(instruments)
        )
        for day in range(SESSIONS)
    ]
    dates = tuple(MONDAY + timedelta(day) for day in range(SESSIONS))
    history = PriceHistory(dates, tuple(instruments), closes, "closes of prices.csv")
    return odd_history(history, tuple(instruments), instruments)


def without(instruments: dict[str, Instrument], days: list[int]) -> dict[str, list[int]]:
    return dict.fromkeys(instruments, days)


WEEKENDS = [day for day in range(SESSIONS) if day % 7 > 4]
OPEN = [
    # (what it is, the instruments, the days without a close, of whom something is told)
    ("one cell of one fund", FUNDS, {"VTI": [100]}, {"VTI"}),
    ("a cell of a fund that is alone in its file", {"VTI": FUNDS["VTI"]}, {"VTI": [100]}, {"VTI"}),
    ("cells of two funds on two days", FUNDS, {"VTI": [100], "BND": [107]}, {"VTI", "BND"}),
    ("a cell of a coin", FUNDS | COIN, {"BTC": [100]}, {"BTC"}),
]
CLOSED = [
    ("nothing is missing", FUNDS, {}, set()),
    ("a holiday of all", FUNDS, without(FUNDS, [100]), set()),
    ("weekends beside a coin", FUNDS | COIN, without(FUNDS, WEEKENDS), set()),
    ("a holiday beside a coin", FUNDS | COIN, without(FUNDS, [100]), set()),
    ("a holiday of Tokyo", FUNDS | TOKYO, without(TOKYO, [100, 101]), set()),
    ("a day of Tokyo alone", FUNDS | TOKYO, without(FUNDS, [100]), set()),
    ("a fund that began later", FUNDS, {"GLD": range(20)}, set()),
    ("a fund that ended", FUNDS, {"GLD": range(260, SESSIONS)}, set()),
    ("a bond that trades seldom", FUNDS | NOTE, {"MUNI": range(100, 110)}, set()),
]


@pytest.mark.parametrize(
    ("instruments", "missing", "subjects"),
    [one[1:] for one in (*OPEN, *CLOSED)],
    ids=[one[0] for one in (*OPEN, *CLOSED)],
)
def test_a_hole_is_told_and_a_holiday_is_not(instruments, missing, subjects):
    found = told(instruments, missing)
    assert {one.subject for one in found if one.code == "history.missing_closes"} == subjects


def test_what_is_told_names_how_many_since_when_and_the_remedy():
    (few,) = told(FUNDS, {"VTI": [100, 101, 102, 109]})
    assert few.severity is Severity.NOTE
    assert few.message.startswith(
        "it has no close in 4 of 280 sessions though its market was open "
        "(the first 2022-04-13, the last 2022-04-22)"
    )
    assert "closes of prices.csv" in few.remedy


def test_more_than_holidays_could_be_is_a_warning_told_once():
    (many,) = told(FUNDS, {"VTI": range(100, 150)})
    assert many.code == "history.missing_closes"
    assert many.severity is Severity.WARNING
