"""Eight asset classes as exchange-traded funds, each with a fund that stands in for it.

Prices are adjusted for splits, dividends mended as the data's own list of corrections says.  The
twins follow other indices, or the same metal in another trust; whether two funds are substantially
identical is a question of fact, and gold is the class where it is asked most.

Errors: `SystemExit` naming a fund without a close on a session of the study.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trimtab.quant.simulate.direct_market import DirectMarket

__all__ = ["CLASSES", "FUNDS_FROM", "US_SHARES", "load_funds"]

AssetClass = tuple[str, str, str, float]

# class, fund, twin, weight
CLASSES: tuple[AssetClass, ...] = (
    ("US shares", "VTI", "ITOT", 0.35),
    ("developed markets", "EFA", "VEA", 0.20),
    ("emerging markets", "VWO", "EEM", 0.10),
    ("real estate", "VNQ", "IYR", 0.05),
    ("US bonds", "AGG", "BND", 0.15),
    ("treasuries", "IEF", "IEI", 0.05),
    ("high yield", "HYG", "JNK", 0.05),
    ("gold", "GLD", "IAU", 0.05),
)
US_SHARES: tuple[AssetClass, ...] = (("US shares", "VTI", "ITOT", 1.0),)
FUNDS_FROM = date(2008, 1, 2)  # the first full year of all sixteen
EPOCH = date(1970, 1, 1)


def load_funds(
    folder: Path,
    first: date = FUNDS_FROM,
    last: date = date(2020, 12, 31),
    classes: tuple[AssetClass, ...] = CLASSES,
) -> DirectMarket:
    """Funds and their twins from one day to another; the index is the constant mix."""
    table = pq.read_table(
        folder / "etf/etf_daily.parquet", columns=["date", "ticker", "close", "dividend"]
    )
    names = [row[1] for row in classes] + [row[2] for row in classes]
    days = (first - EPOCH).days, (last - EPOCH).days
    number = table["date"].cast("int32")
    table = table.filter(
        pc.and_(
            pc.and_(pc.greater_equal(number, days[0]), pc.less_equal(number, days[1])),
            pc.is_in(table["ticker"].cast("string"), pa.array(names)),
        )
    )
    ordinals = table["date"].combine_chunks().cast("int32").to_numpy()
    sessions, at_day = np.unique(ordinals, return_inverse=True)
    at_name = np.array([names.index(name) for name in table["ticker"].to_pylist()])
    prices = np.full((len(sessions), len(names)), np.nan)
    prices[at_day, at_name] = table["close"].to_numpy()
    dividends = np.zeros_like(prices)
    dividends[at_day, at_name] = table["dividend"].to_numpy()
    dates = tuple(EPOCH + timedelta(days=int(day)) for day in sessions)
    for t, i in np.argwhere(np.isnan(prices))[:1]:
        raise SystemExit(f"harvest_study: {names[i]} has no close on {dates[t]}")
    weights = np.zeros_like(prices)
    weights[:, : len(classes)] = [row[3] for row in classes]
    twins = np.full(len(names), -1)
    twins[: len(classes)] = np.arange(len(classes)) + len(classes)
    return DirectMarket(
        names=tuple(names),
        dates=dates,
        prices=prices,
        dividends=dividends,
        weights=weights,
        sectors=np.tile(np.arange(len(classes)), 2),
        twins=twins,
    )
