"""Real returns for the evidence: ETFs, mutual funds from 1987, and a sample that needs no files.

Errors: `MissingPanel` with one sentence where the files are not there.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trimtab.feeds.skfolio_sample import SkfolioSample

__all__ = ["DEFAULT", "MissingPanel", "Panel", "etf_panel", "fund_panel", "sample_panel"]

Floats = npt.NDArray[np.float64]

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"

# Weight and one-way cost in basis points: half the usual spread and a little more for size.
ETFS = {
    "VTI": (0.22, 5.0),
    "EFA": (0.14, 8.0),
    "EEM": (0.06, 12.0),
    "IWM": (0.06, 8.0),
    "VNQ": (0.06, 12.0),
    "GLD": (0.05, 8.0),
    "AGG": (0.18, 5.0),
    "TLT": (0.08, 6.0),
    "LQD": (0.08, 8.0),
    "TIP": (0.07, 8.0),
}
FUNDS = {
    "VFINX": (0.40, 10.0),
    "NAESX": (0.15, 15.0),
    "VBMFX": (0.30, 10.0),
    "VUSTX": (0.15, 10.0),
}
STOCKS = ("AAPL", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "MSFT", "PG", "WMT")
STOCK_COST = 8.0
BASIS_POINT = 1e-4


class MissingPanel(Exception):  # noqa: N818  (said to the user, not a defect)
    """The prices are not where they were looked for."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Daily total returns, with the weights to hold and what trading costs.

    Shape: `days` (T,), the day on which each return ended; `returns` (T, n), `target`, `cost` (n,).
    Unit: `cost` one way, fraction of traded value.
    """

    name: str
    instruments: tuple[str, ...]
    days: npt.NDArray[np.datetime64]
    returns: Floats
    target: Floats
    cost: Floats

    def since(self, year: int) -> "Panel":
        """The same from the beginning of a year."""
        return self.between(int(np.searchsorted(self.days, np.datetime64(f"{year}-01-01"))))

    def between(self, start: int, stop: int | None = None) -> "Panel":
        """The sessions from one up to another, or to the last."""
        return replace(self, days=self.days[start:stop], returns=self.returns[start:stop])


def etf_panel(folder: Path = DEFAULT) -> Panel:
    """Ten ETFs from 2005, dividends reinvested."""
    import pyarrow.parquet as pq

    table = pq.read_table(_file(folder, "etf/etf_daily.parquet"), columns=["date", "ticker", CLOSE])
    tickers = np.array(table["ticker"].cast("string").to_pylist())
    days = table["date"].to_numpy().astype("datetime64[D]")
    closes = table[CLOSE].to_numpy()
    every = np.unique(days)
    wide = np.full((len(every), len(ETFS)), np.nan)
    for column, name in enumerate(ETFS):
        own = tickers == name
        wide[np.searchsorted(every, days[own]), column] = closes[own]
    return _panel("ten ETFs", ETFS, every, wide)


def fund_panel(folder: Path = DEFAULT) -> Panel:
    """Four Vanguard funds from 1986: large and small stocks, all bonds and long Treasuries."""
    import pyarrow.parquet as pq

    path = _file(folder, "etf/vanguard_funds_adjnav_wide_1980_2024.parquet")
    table = pq.read_table(path, columns=["date", *FUNDS])
    days = np.array(table["date"].to_pylist(), dtype="datetime64[D]")
    wide = np.column_stack([table[name].to_numpy() for name in FUNDS])
    kept = days <= np.datetime64("2020-12-31")
    return _panel("four funds", FUNDS, days[kept], wide[kept])


def sample_panel() -> Panel:
    """Ten US stocks from 1990, which ship with skfolio: needs no files beside the checkout."""
    history = SkfolioSample().history(STOCKS, date(2020, 12, 31), 10_000)
    facts = dict.fromkeys(STOCKS, (1.0 / len(STOCKS), STOCK_COST))
    days = np.array(history.dates, dtype="datetime64[D]")
    return _panel("ten stocks", facts, days, np.array(history.closes, dtype=np.float64))


CLOSE = "adj_close"


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise MissingPanel(f"{path} is not there; name the folder of the prices with --data")
    return path


def _panel(
    name: str,
    facts: dict[str, tuple[float, float]],
    days: npt.NDArray[np.datetime64],
    closes: Floats,
) -> Panel:
    """Returns of the days on which all have a price."""
    whole = np.isfinite(closes).all(axis=1)
    kept = closes[whole]
    weights, costs = np.array(list(facts.values())).T
    returns = kept[1:] / kept[:-1] - 1.0
    return Panel(name, tuple(facts), days[whole][1:], returns, weights, costs * BASIS_POINT)
