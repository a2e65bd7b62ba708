"""The market of each day: what is known of it then, and nothing that comes later."""

from datetime import date

import numpy as np
import pytest

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CostRules
from trimtab.testing.markets import market_of

TABLE = """
    date        VTI   BND
    2020-01-02  100   .
    2020-01-03  101   50
    2020-01-06  .     50
    2020-01-07  51    .
"""
EVENTS = """
    date        instrument  dividend  split
    2020-01-03  VTI         1         .
    2020-01-06  VTI         .         2
"""
DAYS = MarketDays(market_of(TABLE, EVENTS))


def test_a_missing_close_is_the_last_one_in_the_units_of_the_day():
    assert DAYS.close[:, 0].tolist() == [100, 101, 50.5, 51]
    assert DAYS.age[:, 0].tolist() == [0, 0, 1, 0]
    assert DAYS.age[:, 1].tolist() == [NEVER, 0, 0, 1]


def test_prices_are_exact_and_say_when_they_were_seen():
    prices = DAYS.prices(2)
    assert (str(prices["VTI"].amount), prices["VTI"].on) == ("50.5", date(2020, 1, 3))
    assert "BND" not in DAYS.prices(0)


def test_a_total_return_counts_dividends_and_splits_and_is_zero_without_a_price():
    assert DAYS.total_return[:, 0].tolist() == pytest.approx([0, 0.02, 0, 102 / 101 - 1])
    assert DAYS.total_return[:, 1].tolist() == [0, 0, 0, 0]


def test_a_history_ends_on_its_day_and_has_nothing_before_the_first_price():
    history = DAYS.history_until(2, ("BND", "VTI"), 2)
    assert history.dates == (date(2020, 1, 3), date(2020, 1, 6))
    bonds, stocks = np.array(history.closes).T
    assert bonds.tolist() == [1, 1]
    assert stocks.tolist() == pytest.approx([1.02, 1.02])
    assert np.isnan(np.array(DAYS.history_until(0, ("BND",), 5).closes)).all()


def test_sessions_are_those_between_two_days():
    assert DAYS.sessions(date(2020, 1, 1), date(2020, 1, 6)) == range(3)
    assert DAYS.sessions(date(2020, 1, 4), date(2021, 1, 6)) == range(2, 4)


def test_a_period_without_sessions_is_refused_with_the_days_that_there_are():
    with pytest.raises(InputError, match="2020-01-02 to 2020-01-07"):
        DAYS.sessions(date(2021, 1, 1), date(2021, 2, 1))


def test_the_next_session_is_known_from_the_calendar_and_after_the_last_a_weekday():
    assert DAYS.following(1) == date(2020, 1, 6)
    assert DAYS.following(3) == date(2020, 1, 8)
    friday = MarketDays(market_of("date VTI\n2020-01-31 100"))
    assert friday.following(0) == date(2020, 2, 3)


def test_spreads_and_volumes_are_means_of_what_is_known_up_to_the_day():
    events = """
        date        instrument  volume  half_spread
        2020-01-02  VTI         1,000   0.0001
        2020-01-03  VTI         2,000   0.0003
        2020-01-07  VTI         9,000   0.9
    """
    days = MarketDays(market_of(TABLE, events))
    stated = Estimates(("VTI", "BND"), ((1, 0), (0, 1)), {"VTI": 1.0, "BND": 0.5}, {"BND": 7.0})
    both = {name: Instrument(name) for name in ("VTI", "BND")}
    known = days.with_trading_data(stated, 2, both, CostRules())
    assert known.half_spread == pytest.approx({"VTI": 0.0002, "BND": 0.5})
    assert known.daily_volume == {"VTI": (100_000 + 202_000) / 2, "BND": 7.0}
