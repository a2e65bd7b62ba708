"""What every feed promises, held against every file of the folder over one small market.

A new feed fails here until it says, in `PLACED`, how a test sets it up over `MARKET`.
"""

import datetime
import gzip
import math
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trimtab.feeds import skfolio_sample
from trimtab.feeds.files import Files
from trimtab.feeds.skfolio_sample import SkfolioSample
from trimtab.feeds.yahoo import Yahoo
from trimtab.model.errors import InputError
from trimtab.ports import Feed, MarketFeed
from trimtab.testing import conform

# A small market: VTI trades every day, BND has a gap on the 13th and on the 17th.
MARKET = """\
date,VTI,BND
2022-10-11,181.50,70.10
2022-10-12,180.90,70.25
2022-10-13,185.60,
2022-10-14,181.10,69.90
2022-10-17,185.90,
2022-10-18,188.00,70.40
"""
AS_OF = date(2022, 10, 17)

Place = Callable[[str, Path, pytest.MonkeyPatch], Feed]


def cells(market: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = [line.split(",") for line in market.splitlines()]
    return header[1:], rows


def place_file(market: str, folder: Path, _: pytest.MonkeyPatch) -> Feed:
    path = folder / "prices.csv"
    path.write_text(market)
    return Files(str(path))


def place_sample(market: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    path = folder / "sample.csv.gz"
    path.write_bytes(gzip.compress(market.encode()))
    monkeypatch.setattr(skfolio_sample, "DATASETS", ("sample.csv.gz",))
    monkeypatch.setattr(skfolio_sample, "_data_file", lambda name: folder / name)
    skfolio_sample._table.cache_clear()
    return SkfolioSample()


def place_yahoo(market: str, _: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setitem(sys.modules, "yfinance", FakeYahoo(market))
    return Yahoo()


class FakeYahoo:
    """The part of yfinance that the feed uses, over the small market.

    It answers with more than it was asked for, as Yahoo sometimes does.
    """

    def __init__(self, market: str) -> None:
        self.names, self.rows = cells(market)

    def Ticker(self, symbol: str) -> Any:  # noqa: N802  (yfinance's name)
        return SimpleNamespace(
            history=lambda **_: self._frame(symbol), history_metadata={"currency": "USD"}
        )

    def _frame(self, symbol: str) -> Any:
        if symbol not in self.names:
            return {"Close": {}}
        at = self.names.index(symbol) + 1
        rows = {datetime.datetime.fromisoformat(row[0]): row[at] for row in sorted(self.rows)}
        nothing = dict.fromkeys(rows, 0.0)
        return {
            "Close": {day: float(text or "nan") for day, text in rows.items()},
            "Open": nothing,
            "Volume": nothing,
            "Dividends": nothing,
            "Stock Splits": nothing,
        }


PLACED: dict[str, Place] = {
    "files": place_file,
    "skfolio_sample": place_sample,
    "yahoo": place_yahoo,
}
EVERY_FEED = pytest.mark.parametrize("name", [name for name, _ in conform.cases("feeds")])


def placed(name: str, market: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    return PLACED[name](market, folder, monkeypatch)


@pytest.fixture
def feed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    yield placed(name, MARKET, tmp_path, monkeypatch)
    skfolio_sample._table.cache_clear()


@EVERY_FEED
def test_a_feed_is_a_plug_in(name: str) -> None:
    assert conform.faults("feeds", name) == ()


@EVERY_FEED
def test_the_last_price_is_the_newest_on_or_before_the_day(name: str, feed: Feed) -> None:
    prices = feed.latest(["VTI", "BND"], AS_OF)
    assert (prices["VTI"].amount, prices["VTI"].on) == (Decimal("185.90"), date(2022, 10, 17))
    assert (prices["BND"].amount, prices["BND"].on) == (Decimal("69.90"), date(2022, 10, 14))
    assert {price.currency for price in prices.values()} == {"USD"}
    assert all(price.source for price in prices.values())


@EVERY_FEED
def test_a_saturday_has_the_price_of_friday(name: str, feed: Feed) -> None:
    assert feed.latest(["VTI"], date(2022, 10, 15))["VTI"].on == date(2022, 10, 14)


@EVERY_FEED
def test_what_a_feed_does_not_know_is_absent_not_invented(name: str, feed: Feed) -> None:
    assert feed.latest(["NOPE"], AS_OF) == {}
    assert feed.latest(["VTI"], date(2022, 10, 10)) == {}
    assert feed.latest([], AS_OF) == {}


@EVERY_FEED
def test_history_has_the_order_asked_for_and_nan_where_there_is_no_price(
    name: str, feed: Feed
) -> None:
    history = feed.history(["BND", "NOPE", "VTI"], AS_OF, 3)
    assert history.instruments == ("BND", "NOPE", "VTI")
    assert history.dates == (date(2022, 10, 13), date(2022, 10, 14), date(2022, 10, 17))
    assert [row[2] for row in history.closes] == [185.60, 181.10, 185.90]
    assert history.closes[1][0] == 69.90
    gaps = [(t, k) for t in range(3) for k in range(3) if math.isnan(history.closes[t][k])]
    assert gaps == [(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)]


@EVERY_FEED
def test_a_history_longer_than_the_data_is_all_the_data(name: str, feed: Feed) -> None:
    assert len(feed.history(["VTI"], AS_OF, 1_000).dates) == 5


@EVERY_FEED
def test_a_history_of_no_sessions_is_refused(name: str, feed: Feed) -> None:
    with pytest.raises(InputError, match="0 sessions were asked for; at least 1"):
        feed.history(["VTI"], AS_OF, 0)


@EVERY_FEED
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(future=st.lists(st.sampled_from(["0.01", "999999", "-5", "not a price", ""]), min_size=2))
def test_nothing_after_the_day_can_change_an_answer(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, future: list[str]
) -> None:
    if name == "yahoo":  # its floats cannot even say "not a price"
        future = [text if text[:1].isdigit() else "7" for text in future]
    past = "\n".join(MARKET.splitlines()[:5]) + "\n"
    rows = [f"2022-10-{18 + at},{text},{text}" for at, text in enumerate(future[:13])]
    day = date(2022, 10, 14)
    answers = []
    for market in (past, past + "\n".join(rows) + "\n"):
        feed = placed(name, market, tmp_path, monkeypatch)
        answers.append((feed.latest(["VTI", "BND"], day), feed.history(["VTI", "BND"], day, 3)))
    skfolio_sample._table.cache_clear()
    assert answers[0][0]["VTI"].amount == Decimal("181.10")
    assert conform.same(*answers)


# What a feed promises that can also give a whole history.

MONDAY, FRIDAY = date(2022, 10, 10), date(2022, 10, 14)


@EVERY_FEED
def test_a_market_history_has_the_days_asked_for_and_nan_where_there_is_no_price(
    name: str, feed: Feed
) -> None:
    assert isinstance(feed, MarketFeed)
    history = feed.market(["BND", "NOPE", "VTI"], date(2022, 10, 12), AS_OF)
    assert history.instruments == ("BND", "NOPE", "VTI")
    assert [day.day for day in history.dates] == [12, 13, 14, 17]
    nan = math.nan
    close = [[70.25, nan, 180.90], [nan, nan, 185.60], [69.90, nan, 181.10], [nan, nan, 185.90]]
    np.testing.assert_array_equal(history.close, close)


@EVERY_FEED
def test_the_grids_of_a_market_history_say_what_they_know(name: str, feed: Feed) -> None:
    assert isinstance(feed, MarketFeed)
    history = feed.market(["VTI", "BND"], MONDAY, FRIDAY)
    for grid in (history.open, history.vwap, history.volume, history.half_spread):
        assert grid.shape == (4, 2)
        assert np.isnan(grid).all() or (grid == 0).all()  # Yahoo says a volume of zero
    assert not np.any(history.dividend)
    assert np.all(np.asarray(history.split) == 1)
    assert history.source.endswith(", in USD")


@EVERY_FEED
def test_a_market_history_of_days_without_a_price_is_refused(name: str, feed: Feed) -> None:
    assert isinstance(feed, MarketFeed)
    with pytest.raises(InputError, match="has no price from 2031-01-01 to 2031-12-31"):
        feed.market(["VTI"], date(2031, 1, 1), date(2031, 12, 31))
    with pytest.raises(InputError, match="was asked from 2022-10-14 to 2022-10-10"):
        feed.market(["VTI"], FRIDAY, MONDAY)


@EVERY_FEED
def test_a_market_history_in_a_currency_without_a_rate_is_refused(name: str, feed: Feed) -> None:
    assert isinstance(feed, MarketFeed)
    with pytest.raises(InputError, match="USD of VTI: there is no rate to EUR for 2022-10-11"):
        feed.market(["VTI"], MONDAY, FRIDAY, "EUR")


@EVERY_FEED
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(future=st.lists(st.sampled_from(["0.01", "999999", "-5", "not a price", ""]), min_size=2))
def test_nothing_after_the_last_day_can_change_a_market_history(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, future: list[str]
) -> None:
    if name == "yahoo":  # its floats cannot even say "not a price"
        future = [text if text[:1].isdigit() else "7" for text in future]
    past = "\n".join(MARKET.splitlines()[:5]) + "\n"
    rows = [f"2022-10-{18 + at},{text},{text}" for at, text in enumerate(future[:13])]
    answers = []
    for market in (past, past + "\n".join(rows) + "\n"):
        feed = placed(name, market, tmp_path, monkeypatch)
        assert isinstance(feed, MarketFeed)
        answers.append(feed.market(["VTI", "BND"], MONDAY, FRIDAY))
    skfolio_sample._table.cache_clear()
    assert conform.same(*answers)
