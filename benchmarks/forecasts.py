"""How often forecast intervals hold what comes: `python -m benchmarks.forecasts [--json]`.

Trading cost on simulated fills of five worlds, four of which break the law that the model assumes;
on a panel of ETFs (`--data`, else the shared one where it is there), year by year, each year
forecast by a model of the five years before it: what is decided at a close and filled at the next
open, plus half a spread from bars.  Drift of weights until the next quarter, on the same panel.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from trimtab.estimators._base import DriftEstimator, Fills, Floats, Orders
from trimtab.estimators._spreads import abdi_ranaldo
from trimtab.estimators.bootstrap_drift import BootstrapDrift
from trimtab.estimators.lognormal_drift import LognormalDrift
from trimtab.estimators.momentum import volatility_before
from trimtab.estimators.quantile_cost import QuantileCost
from trimtab.model.estimates import Forecast
from trimtab.testing.simulated_fills import FillWorld, simulated_fills

LAST = date(2024, 6, 28)
TRAIN, TEST, SEEDS = 8_000, 10_000, 5
PANEL = ("SPY", "EFA", "EEM", "IWM", "QQQ", "AGG", "TLT", "LQD", "GLD", "VNQ")
YEARS_TRAINED = 5
FILLS_A_YEAR = 4_000
SPREAD_SESSIONS = 63
HALF_SPREAD_MIN, HALF_SPREAD_MAX = 1e-4, 0.02
VOLATILITY_HALF_LIFE = 10.0
ORDER_VALUE = 100_000.0
QUARTER = 63
HISTORY = 756


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often intervals held what came, and how wide they were on average."""

    what: str
    covered: float
    below: float
    width_bps: float
    cases: int


def coverage(what: str, forecasts: Sequence[Forecast], came: Floats) -> Coverage:
    low = np.array([one.low for one in forecasts])
    high = np.array([one.high for one in forecasts])
    inside = (came >= low) & (came <= high)
    width = float((high - low).mean() * 1e4)
    return Coverage(what, float(inside.mean()), float((came < low).mean()), width, len(came))


def rows(fills: Fills, at: slice | Floats) -> Fills:
    o = fills.orders
    orders = Orders(
        o.half_spread[at], o.volatility[at], o.participation[at], o.day_fraction[at], o.is_buy[at]
    )
    on = np.array(fills.on, dtype=object)[at]
    return Fills(tuple(on.tolist()), orders, fills.cost[at])


def simulated(world: FillWorld, seed: int) -> Coverage:
    """Fit on the first fills of a world, forecast the rest."""
    fills = simulated_fills(world, seed, TRAIN + TEST, LAST)
    early, late = rows(fills, slice(TRAIN)), rows(fills, slice(TRAIN, None))
    model = QuantileCost().fit(early, early.on[-1])
    return coverage(f"{world.value}, seed {seed}", model.forecast(late.orders), late.cost)


def panel(file: Path) -> dict[str, Any]:
    """The panel as arrays: dates, tickers, and a grid for each column of the bars."""
    import pyarrow.parquet as pq

    columns = ["date", "ticker", "open", "high", "low", "close", "volume", "adj_close"]
    table = pq.read_table(file, columns=columns).to_pydict()
    dates, tickers = sorted(set(table["date"])), sorted(set(table["ticker"]))
    row_of = {day: at for at, day in enumerate(dates)}
    column_of = {name: at for at, name in enumerate(tickers)}
    at = [row_of[day] for day in table["date"]], [column_of[name] for name in table["ticker"]]
    grids: dict[str, Any] = {"dates": dates, "tickers": tickers}
    for name in columns[2:]:
        grid = np.full((len(dates), len(tickers)), np.nan)
        grid[at] = np.array(table[name], dtype=np.float64)
        grids[name] = grid
    return grids


def shortfalls(bars: dict[str, Any]) -> Fills:
    """What orders cost that are decided at a close and filled at the next open, half sold.

    Features rest on the bars up to the close; the cost adds half a spread to the move overnight.
    """
    dates, close, chance = bars["dates"], bars["close"], np.random.default_rng(0)
    on: list[date] = []
    found: list[tuple[float, ...]] = []
    returns = np.vstack([np.full(close.shape[1], np.nan), close[1:] / close[:-1] - 1.0])
    volatility = volatility_before(returns, VOLATILITY_HALF_LIFE)[0]
    for k in range(close.shape[1]):
        for t in range(SPREAD_SESSIONS, len(dates) - 2):
            if chance.random() > FILLS_A_YEAR / (252 * close.shape[1]):
                continue
            window = slice(t + 1 - SPREAD_SESSIONS, t + 1)
            traded = (bars["volume"][window, k] * close[window, k]).mean()
            move = bars["open"][t + 1, k] / close[t, k] - 1.0
            if not (traded > 0.0 and np.isfinite(move) and volatility[t + 1, k] > 0.0):
                continue
            bars_of = (bars[name][window, k] for name in ("high", "low", "close"))
            half = np.clip(abdi_ranaldo(*bars_of), HALF_SPREAD_MIN, HALF_SPREAD_MAX)
            side = 1.0 if chance.random() < 0.5 else -1.0
            if not np.isfinite(half):
                continue
            on.append(dates[t + 1])
            cost = side * move + half
            size = ORDER_VALUE / traded
            found.append((half, volatility[t + 1, k], size, 0.0, side > 0.0, cost))
    order = sorted(range(len(on)), key=lambda at: on[at])
    half, sigma, size, hour, buys, cost = np.array(found, dtype=np.float64)[order].T
    orders = Orders(half, sigma, size, hour, buys > 0.0)
    return Fills(tuple(on[at] for at in order), orders, cost)


def by_year(fills: Fills) -> Iterator[Coverage]:
    """Each year forecast by a model of the years before it, and all of them together."""
    years = np.array([day.year for day in fills.on])
    inside = []
    for year in range(years.min() + YEARS_TRAINED, years.max() + 1):
        train = rows(fills, (years < year) & (years >= year - YEARS_TRAINED))
        test = rows(fills, years == year)
        made = QuantileCost().fit(train, date(year - 1, 12, 31)).forecast(test.orders)
        one = coverage(f"close to open, {year}", made, test.cost)
        inside.append(one)
        yield one
    cases = sum(one.cases for one in inside)
    mean = [
        sum(getattr(one, name) * one.cases for one in inside) / cases
        for name in ("covered", "below", "width_bps")
    ]
    yield Coverage("close to open, all years", *mean, cases)


def drifts(bars: dict[str, Any], estimator: DriftEstimator) -> Coverage:
    """Drift of an equal-weight household to the next quarter, quarter by quarter."""
    columns = [bars["tickers"].index(name) for name in PANEL]
    prices = bars["adj_close"][:, columns]
    weights = np.full(len(columns), 1.0 / len(columns))
    made: list[Forecast] = []
    came: list[Floats] = []
    for t in range(HISTORY, len(prices) - QUARTER, QUARTER):
        past = prices[t - HISTORY : t + 1]
        made += estimator.drift(past[1:] / past[:-1] - 1.0, weights)
        grown = weights * prices[t + QUARTER] / prices[t]
        came.append(grown / grown.sum() - weights)
    return coverage(f"drift by {type(estimator).__name__}", made, np.concatenate(came))


def figures(file: Path | None) -> Iterator[Coverage]:
    for world in FillWorld:
        for seed in range(SEEDS):
            yield simulated(world, seed)
    if file is None or not file.is_file():
        return
    bars = panel(file)
    yield from by_year(shortfalls(bars))
    for estimator in (LognormalDrift(), BootstrapDrift()):
        yield drifts(bars, estimator)


def main() -> None:
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "etf" / "etf_daily.parquet"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--data", type=Path, default=shared, help="a panel of daily bars")
    given = parser.parse_args()
    found = list(figures(given.data))
    if given.json:
        print(
            json.dumps([{name: getattr(one, name) for name in Coverage.__slots__} for one in found])
        )
        return
    print(f"{'':36s} {'covered':>9s} {'below':>8s} {'width':>9s} {'cases':>8s}")
    for one in found:
        print(
            f"{one.what:36s} {one.covered * 100:7.1f} % {one.below * 100:6.1f} % "
            f"{one.width_bps:6.1f} bp {one.cases:8,d}"
        )


if __name__ == "__main__":
    main()
