"""Eight real asset classes, 2005 to 2020, load as a backtest needs them, with plausible findings.

The panel's closes are adjusted for splits; `cum_split` takes them back to what was traded, as the
guide on data for backtests says.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from trimtab.drivers.backtest.market_checks import check_market
from trimtab.feeds.files import Files
from trimtab.model.market import MarketHistory
from trimtab.policies._schedule import is_session

CLASSES = ("VTI", "VEA", "VWO", "AGG", "TIP", "VNQ", "GLD", "DBC")
SINCE, UNTIL = date(2005, 1, 1), date(2020, 12, 31)


@pytest.fixture(scope="module")
def panel(shared_dir: Path) -> arrow.Table:
    table = parquet.read_table(shared_dir / "data" / "etf" / "etf_daily.parquet")
    return table.filter(pc.is_in(table["ticker"].cast("string"), arrow.array(CLASSES)))


@pytest.fixture(scope="module")
def market(panel: arrow.Table, tmp_path_factory: pytest.TempPathFactory) -> MarketHistory:
    """The panel as a price file of as-traded closes, read again."""
    units = panel["cum_split"].to_numpy()
    names = np.asarray(panel["ticker"].to_pylist())
    same = np.append(False, names[1:] == names[:-1])
    split = np.where(same, np.append(1.0, units[:-1]) / units, 1.0)
    table = arrow.table(
        {
            "date": panel["date"],
            "instrument": names,
            "close": panel["close"].to_numpy() * units,
            "open": panel["open"].to_numpy() * units,
            "volume": panel["volume"].to_numpy() / units,
            "dividend": panel["dividend"].to_numpy() * units,
            "split": split,
        }
    )
    path = tmp_path_factory.mktemp("panel") / "prices.parquet"
    parquet.write_table(table, path)
    return Files(str(path)).market(CLASSES, SINCE, UNTIL)


def test_every_session_of_sixteen_years_is_there(market: MarketHistory) -> None:
    assert (len(market.dates), market.dates[0], market.dates[-1]) == (
        4028, date(2005, 1, 3), date(2020, 12, 31)
    )  # fmt: skip


def test_the_checks_find_what_is_known_of_these_funds_and_nothing_else(
    market: MarketHistory,
) -> None:
    found = check_market(market, is_session=is_session)
    assert [(one.code, one.subject, one.actual) for one in found] == [
        ("market.listed_late", "VEA", "2007-07-26"),
        ("market.listed_late", "VWO", "2005-03-10"),
        ("market.listed_late", "DBC", "2006-02-06"),
    ]


def test_total_returns_are_those_of_the_vendors_adjusted_closes(
    market: MarketHistory, panel: arrow.Table
) -> None:
    """Dividends, splits and closes together give the growth that the adjusted closes give."""
    for at, name in enumerate(CLASSES):
        close, split = np.asarray(market.close)[:, at], np.asarray(market.split)[:, at]
        known = ~np.isnan(close)
        paid = np.asarray(market.dividend)[known, at]
        worth = close[known] * split[known] + paid
        growth = float(np.prod(worth[1:] / close[known][:-1]))
        adjusted = panel.filter(pc.equal(panel["ticker"].cast("string"), name))["adj_close"]
        vendor = adjusted[-1].as_py() / adjusted[0].as_py()
        assert growth == pytest.approx(vendor, rel=0.02), name
