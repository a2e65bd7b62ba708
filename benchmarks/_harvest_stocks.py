"""Point-in-time S&P 500 members with prices, as a market for direct indexing; faults named.

The data hold 534 names that were listed until the end of 2020: who failed or was bought before is
missing, which the study says beside its figures.  There are no market values either, so two
indices are made from what there is, both with members as they were on each day:

* *cap-like*: weights start in proportion to dollar volume ÷ volatility of the 12 months before
  (large companies trade most; of two of one size the more volatile one trades more) and float
  with prices from there, as those of a capitalisation-weighted index do; a name that joins gets
  its share by the same measure then, at most 1 %, and one that leaves goes to the others.
* *equal*: equal weights at each year's start and after each change of members, floating between.

Errors: a missing file is Python's own `FileNotFoundError`, which names it.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trimtab.quant.simulate.direct_market import DirectMarket

__all__ = ["Stocks", "load_stocks"]

Floats = NDArray[np.float64]

GAP_SESSIONS_MAX = 15  # a close is carried over no longer gap than this
SPIN_OFF = 0.08  # of the price: a larger distribution is capital, not income
UNBOOKED_SPLITS = (1 / 3, 1 / 2, 2.0, 3.0)
SPLIT_TOLERANCE = 0.025
SPIKE = 0.35  # a move beyond it, taken back the next day, is a bad print
SPIKE_TOLERANCE = 0.10
VOLUME_SESSIONS = 252
JOINING_MAX = 0.01  # who joined in these years had no more: Google in 2006 had just below
SESSIONS_MIN = 20  # that a name has traded before it can join
FAILED_PRICE = 0.05  # of what it was
EPOCH = date(1970, 1, 1)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity, so that weights are kept
class Stocks:
    """Adjusted prices and membership of the names that can be used.

    Shape: prices, dividends, dollars T × N (NaN before the first close of a name), member T × N.
    """

    names: tuple[str, ...]
    dates: tuple[date, ...]
    prices: Floats
    dividends: Floats
    dollars: Floats
    member: NDArray[np.bool_]
    sectors: tuple[str, ...]
    excluded: dict[str, str]
    spin_offs: int
    members_mean: float
    priced_mean: float

    def market(
        self, first: date, last: date, weighting: str = "cap", keep: int = 0
    ) -> DirectMarket:
        """The market from one day to another.

        `weighting` is "cap" or "equal"; `keep` the largest names at the start only, 0 for all.
        """
        start = next(t for t, day in enumerate(self.dates) if day >= first)
        stop = next((t for t, day in enumerate(self.dates) if day > last), len(self.dates))
        weights = _weights(self, weighting)
        if keep:
            largest = np.argsort(-weights[start])[:keep]
            chosen = np.zeros(len(self.names), dtype=np.bool_)
            chosen[largest] = True
            weights = np.where(chosen, weights, 0.0)
        weights = weights[start:stop]
        weights = weights / weights.sum(axis=1, keepdims=True)
        used = np.flatnonzero(weights.any(axis=0))
        known = sorted(set(self.sectors))
        prices = self.prices[start:stop, used]
        return DirectMarket(
            names=tuple(self.names[i] for i in used),
            dates=self.dates[start:stop],
            prices=np.where(np.isnan(prices), 1.0, prices),  # not yet listed: weight zero
            dividends=self.dividends[start:stop, used],
            weights=weights[:, used],
            sectors=np.array([known.index(self.sectors[i]) for i in used]),
            twins=np.full(len(used), -1),
        )

    def survivors(self) -> "Stocks":
        """The same with only those names that are still members on the last day."""
        stay = np.flatnonzero(self.member[-1])
        return replace(
            self,
            names=tuple(self.names[i] for i in stay),
            prices=self.prices[:, stay],
            dividends=self.dividends[:, stay],
            dollars=self.dollars[:, stay],
            member=self.member[:, stay],
            sectors=tuple(self.sectors[i] for i in stay),
        )

    def with_failures(self, share: float, seed: int) -> "Stocks":
        """The same, but each year a share of the members, drawn at random, fails.

        Who fails loses 95 % within a year of sessions and then leaves the index: invented, in the
        place of the companies that failed and are not in the data.
        """
        rng = np.random.default_rng(seed)
        prices, member = self.prices.copy(), self.member.copy()
        path = FAILED_PRICE ** (np.arange(1, VOLUME_SESSIONS + 1) / VOLUME_SESSIONS)
        for start in range(VOLUME_SESSIONS, len(prices) - VOLUME_SESSIONS, VOLUME_SESSIONS):
            end = start + VOLUME_SESSIONS
            fails = member[start] & member[end] & (rng.random(prices.shape[1]) < share)
            for i in np.flatnonzero(fails):
                prices[start:end, i] *= path
                prices[end:, i] *= FAILED_PRICE
                member[end:, i] = False
        return replace(self, prices=prices, member=member)


def _normal(weights: Floats) -> Floats:
    return weights / weights.sum()


@cache
def _weights(stocks: Stocks, weighting: str) -> Floats:
    """Index weights at every close from the first that has a year behind it."""
    growth = np.ones_like(stocks.prices)
    growth[1:] = stocks.prices[1:] / stocks.prices[:-1]
    growth = np.where(np.isfinite(growth), growth, 1.0)
    weights = np.zeros_like(growth)
    start = VOLUME_SESSIONS - 1
    now = np.zeros(len(stocks.names))
    for t in range(start, len(weights)):
        if weighting == "cap":
            now = _floated(stocks, t, now * growth[t])
        else:
            new_year = stocks.dates[t].year != stocks.dates[t - 1].year
            changed = t == start or (stocks.member[t] != stocks.member[t - 1]).any()
            equal = stocks.member[t].astype(np.float64)
            now = _normal(equal if new_year or changed else now * growth[t])
        weights[t] = now
    return weights


def _floated(stocks: Stocks, t: int, now: Floats) -> Floats:
    """Cap-like weights of a close: `now` as prices left it, who left sold, who joined bought."""
    member = stocks.member[t]
    if not now.any():
        return _normal(np.where(member, _size(stocks, t), 0.0))
    now = _normal(np.where(member, now, 0.0))
    joined = member & (now == 0.0)
    if not joined.any():
        return now
    size = _normal(np.where(member, _size(stocks, t), 0.0))
    share = np.where(joined, np.minimum(size, JOINING_MAX), 0.0)
    return _normal(now * (1.0 - share.sum()) + share)


def _size(stocks: Stocks, t: int) -> Floats:
    """Median dollar volume ÷ volatility over the year up to a session; 0 where unknown."""
    first = max(0, t - VOLUME_SESSIONS + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.diff(np.log(stocks.prices[first : t + 1]), axis=0)
        enough = np.isfinite(moves).sum(axis=0) >= SESSIONS_MIN
        usable = np.where(enough, moves, 1.0)
        size = np.nanmedian(np.where(enough, stocks.dollars[first : t + 1], 0.0), axis=0)
        return np.where(enough, size / np.nanstd(usable, axis=0), 0.0)


def load_stocks(folder: Path) -> Stocks:
    """Read the daily file, its quality flags, the membership and the sectors."""
    table = pq.read_table(folder / "stocks/sp500_daily_alphavantage_astraded.parquet")
    ordinals = table["date"].combine_chunks().cast("int32").to_numpy()
    ticker = table["ticker"].combine_chunks()
    names = ticker.dictionary.to_pylist()
    days, at_day = np.unique(ordinals, return_inverse=True)
    at_name = ticker.indices.to_numpy()

    def matrix(column: str, empty: float) -> Floats:
        filled = np.full((len(days), len(names)), empty)
        filled[at_day, at_name] = table[column].to_numpy()
        return filled

    close, volume = matrix("close", np.nan), matrix("volume", np.nan)
    dividend, split = matrix("dividend", 0.0), matrix("split", 1.0)
    dates = tuple(EPOCH + timedelta(days=int(day)) for day in days)
    excluded = _faults(folder, names, close, dividend, split)
    prices, dividends, spin_offs = _adjusted(close, dividend, split)
    listed = _membership(folder, dates)
    member = np.zeros(close.shape, dtype=np.bool_)
    for i, name in enumerate(names):
        if name not in excluded:
            member[:, i] = listed.get(name, np.zeros(len(dates), dtype=np.bool_))
    member &= np.isfinite(prices)
    used = np.flatnonzero(member.any(axis=0))
    sectors = _sectors(folder)
    return Stocks(
        names=tuple(names[i] for i in used),
        dates=dates,
        prices=prices[:, used],
        dividends=dividends[:, used],
        dollars=(close * volume)[:, used],
        member=member[:, used],
        sectors=tuple(sectors.get(names[i], UNKNOWN) for i in used),
        excluded=excluded,
        spin_offs=int(spin_offs[:, used].sum()),
        members_mean=float(np.sum(list(listed.values()), axis=0).mean()),
        priced_mean=float(member.sum(axis=1).mean()),
    )


def _faults(
    folder: Path, names: list[str], close: Floats, dividend: Floats, split: Floats
) -> dict[str, str]:
    """Names that cannot be trusted, each with the reason."""
    with (folder / "stocks/stock_quality.csv").open(newline="", encoding="utf-8") as file:
        flags = {row["ticker"]: row["flag"] for row in csv.DictReader(file)}
    found: dict[str, str] = {}
    relative = split[1:] * (close[1:] + dividend[1:]) / close[:-1]
    for i, name in enumerate(names):
        flag = flags.get(name, "not checked")
        finite = np.flatnonzero(np.isfinite(close[:, i]))
        gap = int(np.diff(finite).max(initial=1)) - 1
        if flag != "ok" and not flag.startswith("unverified"):
            found[name] = "flagged: " + flag.split(" (")[0].split(":")[0]
        elif gap > GAP_SESSIONS_MAX:
            found[name] = f"no close for {gap} sessions"
        elif flag != "ok" and _looks_unbooked(relative[:, i]):
            found[name] = "a split that was not booked, or a bad print"
    return found


def _looks_unbooked(relative: Floats) -> bool:
    """Whether a day looks like a split that is not in the data, or a print that is taken back."""
    for ratio in UNBOOKED_SPLITS:
        if (np.abs(relative / ratio - 1.0) < SPLIT_TOLERANCE).any():
            return True
    wild = np.abs(relative[:-1] - 1.0) > SPIKE
    back = np.abs(relative[:-1] * relative[1:] - 1.0) < SPIKE_TOLERANCE
    return bool((wild & back).any())


def _adjusted(
    close: Floats, dividend: Floats, split: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Prices and dividends per share of the last day, short gaps carried over.

    A distribution beyond `SPIN_OFF` of the price before is taken as shares of another company,
    exchanged for more of the same without tax: the lot keeps its basis, the units grow.
    """
    filled = close.copy()
    for t in range(1, len(filled)):
        filled[t] = np.where(np.isnan(filled[t]), filled[t - 1], filled[t])
    before = np.vstack([filled[:1], filled[:-1]])
    large = split * dividend > SPIN_OFF * np.nan_to_num(before, nan=np.inf)
    units = split * np.where(large, 1.0 + dividend / filled, 1.0)
    later = np.cumprod(units[::-1], axis=0)[::-1]  # units that one of this day's opening becomes
    after = np.vstack([later[1:], np.ones((1, later.shape[1]))])
    income = np.where(large, 0.0, dividend)
    return filled / after, np.where(np.isfinite(filled), income / after, 0.0), large


def _membership(folder: Path, dates: tuple[date, ...]) -> dict[str, NDArray[np.bool_]]:
    """Who was a member on each day; the day of leaving no longer counts."""
    days = np.array([day.isoformat() for day in dates])
    member: dict[str, NDArray[np.bool_]] = defaultdict(lambda: np.zeros(len(days), dtype=np.bool_))
    with (folder / "stocks/sp500_membership_intervals.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            member[row["ticker"]] |= (days >= row["start_date"]) & (
                days < (row["end_date"] or "9999")
            )
    return dict(member)


def _sectors(folder: Path) -> dict[str, str]:
    """The sector of each name as of 2025; unknown for those that left before."""
    with (folder / "stocks/sp500_gics_2025.csv").open(newline="", encoding="utf-8") as file:
        return {row["Symbol"]: row["GICS Sector"] for row in csv.DictReader(file)}
