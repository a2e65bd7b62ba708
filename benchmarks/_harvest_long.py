"""Longer histories than those of the index members, to see what the choice of years does.

* One S&P 500 index fund from 1980 (its adjusted net asset value), harvested without regard to wash
  sales, as if a twin that moves alike were always at hand.
* Twenty large US companies from 1990 to 2022, the sample that ships with skfolio: equal at first,
  then floating.  All of them survived, and few names make few losses: only the ratio between
  years says something.

Errors: `ImportError` where skfolio is not installed (it is one of the `demo` dependencies).
"""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from skfolio.datasets import load_sp500_dataset

from trimtab.quant.simulate.direct_market import DirectMarket

__all__ = ["one_fund", "twenty_stocks"]


def one_fund(folder: Path, first: date, last: date) -> DirectMarket:
    """An index fund whose dividends are in its price."""
    table = pq.read_table(
        folder / "etf/vanguard_funds_adjnav_wide_1980_2024.parquet", columns=["date", "VFINX"]
    )
    days = table["date"].to_pylist()
    prices = table["VFINX"].to_numpy()
    return _floating(("VFINX",), days, prices[:, None], first, last)


def twenty_stocks(first: date, last: date) -> DirectMarket:
    """Twenty companies, each a twentieth on the first day."""
    table = load_sp500_dataset()
    days = [stamp.date() for stamp in table.index]
    return _floating(tuple(table.columns), days, table.to_numpy(), first, last)


def _floating(
    names: tuple[str, ...], days: list[date], prices: NDArray[np.float64], first: date, last: date
) -> DirectMarket:
    """A market whose index is what equal amounts on the first day become."""
    chosen = [t for t, day in enumerate(days) if first <= day <= last and prices[t].min() > 0.0]
    kept = prices[chosen]
    grown = kept / kept[0]
    return DirectMarket(
        names=names,
        dates=tuple(days[t] for t in chosen),
        prices=kept,
        dividends=np.zeros_like(kept),
        weights=grown / grown.sum(axis=1, keepdims=True),
        sectors=np.zeros(len(names), dtype=np.int64),
        twins=np.full(len(names), -1),
    )
