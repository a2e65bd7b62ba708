"""The market of a backtest: what it needs, and what is worth a word about its first days."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import FIRST, LAST, START, OneMarket, load_past, prices
from trimtab.app.backtesting.world import instruments_needed, warm_up, world_of
from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import InputError, InputErrors

DAY = timedelta(days=1)


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    return load_past(tmp_path / "house")


def codes(loaded: LoadedHousehold, start: date, end: date = LAST) -> set[str]:
    found = {finding.code for finding in world_of(loaded, start, end).findings}
    return found - {"market.without_actions"}


def test_targets_stand_ins_and_holdings_are_needed_each_once(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,BND,5,400,2021-01-04\n"
    assert instruments_needed(load_past(tmp_path, lots=lots)) == ("VTI", "ITOT", "BND")


def test_the_years_before_the_first_day_are_loaded_too(loaded: LoadedHousehold):
    market = world_of(loaded, START, LAST).market
    assert (market.dates[0], market.dates[-1]) == (FIRST, LAST)
    assert START - warm_up(loaded.mandate) < FIRST


def test_years_that_are_missing_before_the_first_day_are_no_news(loaded: LoadedHousehold):
    assert codes(loaded, START) == set()
    assert codes(loaded, FIRST) == set()
    assert codes(loaded, FIRST - 4 * DAY) == set()


def test_prices_that_begin_after_the_first_day_are_told_from_that_day(loaded: LoadedHousehold):
    asked = FIRST - 60 * DAY
    late = [one for one in world_of(loaded, asked, LAST).findings if "opens_late" in one.code]
    assert [one.message for one in late] == [f"opens on {FIRST}, asked for was {asked}"]


def blank(row: str, at: int) -> str:
    """A row of a file with one cell empty."""
    cells = row.split(",")
    return ",".join([*cells[:at], "", *cells[at + 1 :]])


@pytest.mark.parametrize(
    ("listed", "is_told"), [(date(2021, 3, 1), False), (START + 9 * DAY, True)]
)
def test_what_is_listed_before_the_first_day_is_no_news(
    tmp_path: Path, listed: date, is_told: bool
):
    rows = prices().splitlines()
    until = [
        row if row[:10] >= str(listed) else row.replace(row.split(",")[2], "") for row in rows[1:]
    ]
    loaded = load_past(tmp_path, closes="\n".join([rows[0], *until]))
    told = [one for one in world_of(loaded, START, LAST).findings if "listed_late" in one.code]
    assert [one.subject for one in told] == (["ITOT"] if is_told else [])
    assert all(f"before {listed}, the history opens on {START}" in one.message for one in told)


def test_a_feed_without_daily_history_is_refused_with_feeds_that_have_one(loaded: LoadedHousehold):
    class Poor:
        """Latest prices and nothing else."""

        latest = history = None

    with pytest.raises(InputError, match=r'Poor has no daily history.*kind = "files"'):
        world_of(replace(loaded, feed=Poor()), START, LAST)  # type: ignore[arg-type]


def test_prices_that_cannot_be_are_refused_with_day_and_instrument(loaded: LoadedHousehold):
    market = world_of(loaded, START, LAST).market.history
    close = market.close.copy()  # type: ignore[attr-defined]
    close[100, 0] = -3.0
    broken = replace(loaded, feed=OneMarket(replace(market, close=close)))
    with pytest.raises(InputErrors, match=f"price of VTI on {market.dates[100]}: is -3"):
        world_of(broken, START, LAST)


def test_an_interval_without_prices_is_refused_with_the_one_that_has_some(loaded: LoadedHousehold):
    with pytest.raises(InputError, match=f"has no price from .*the rows go from {FIRST} to {LAST}"):
        world_of(loaded, date(2001, 1, 2), date(2002, 1, 2))
