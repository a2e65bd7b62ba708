"""The search for untold splits, held against the splits of real stocks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from trimtab.drivers.backtest.market_checks import MarketRules, check_market
from trimtab.feeds.files import Files
from trimtab.model.market import MarketHistory

STOCKS = 150
ALL = MarketRules(findings_alike_max=1_000)
CODES = ("market.split_missing", "market.split_possible")


@pytest.fixture(scope="module")
def market(shared_dir: Path) -> MarketHistory:
    """Every third member of an index from 2005 to 2020, as traded, splits and volumes with them."""
    path = shared_dir / "data" / "stocks" / "sp500_daily_alphavantage_astraded.parquet"
    names = pc.unique(parquet.read_table(path, columns=["ticker"])["ticker"]).to_pylist()
    asked = sorted(names)[:: len(names) // STOCKS]
    return Files(str(path)).market(asked, date(2005, 1, 1), date(2020, 12, 31))


def flagged(history: MarketHistory) -> set[tuple[str, str]]:
    """Instrument and day of every split that is missed."""
    return {
        (one.subject, one.message.split(" on ")[1][:10])
        for one in check_market(history, ALL)
        if one.code in CODES
    }


def test_three_in_four_splits_that_are_taken_out_are_found_and_hardly_a_day_besides(
    market: MarketHistory,
) -> None:
    close, split = np.asarray(market.close), np.asarray(market.split)
    is_split = (split >= 1.5) | (split <= 0.5)
    is_split[1:] &= ~np.isnan(close[1:]) & ~np.isnan(close[:-1])
    real = {
        (market.instruments[at], str(market.dates[row]))
        for row, at in np.argwhere(is_split)
        if row > 0
    }
    assert len(real) > 60
    untold = replace(market, split=np.ones_like(split))
    assert len(flagged(untold) & real) > 0.75 * len(real)
    assert len(flagged(market)) < 10  # of more than half a million days
