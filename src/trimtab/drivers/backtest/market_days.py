"""The market of each day: what may be known of it, and what may be traded.

A missing close is stood in for by the last one, for a stated number of sessions and for valuing
only: what has no price of its own today is not traded today, and what has had none for longer has
lapsed.  Whether a price comes later is not asked, so that no day knows more than it could.  Risk is
estimated from total-return indices that run forwards from each instrument's first price, so that no
later split or dividend can change what an earlier day saw.

Errors: `InputError` where a period has no session.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_checks import fill_forward
from trimtab.drivers.backtest.spread_defaults import spreads_by_liquidity
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CostRules
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["MarketDays"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
NEVER = -1
TRADING_SESSIONS = 21
"""Sessions whose spreads and volumes stand for what trading costs: a month."""
SATURDAY = 5


class MarketDays:
    """A market history, day by day.

    Shape: `close` (T, N) with gaps filled from the last close, in units of the day; `age` (T, N)
    sessions since that close, `NEVER` before the first, `own` (T, N) where it is the day's own;
    `worth` (T, N) the same closes, zero before the first, when nothing can be held;
    `total_return` (T, N) of each session, dividends and splits counted, zero where there was no
    price.
    """

    def __init__(self, history: MarketHistory, currency: str = "USD") -> None:
        self.history, self.currency = history, currency
        self.dates: Sequence[date] = history.dates
        self.instruments = history.instruments
        self.column = {name: k for k, name in enumerate(history.instruments)}
        self.close, self.age = fill_forward(history, None)
        self.own = self.age == 0
        self.worth = np.nan_to_num(self.close)
        self.open = np.asarray(history.open, dtype=np.float64)
        self.vwap = np.asarray(history.vwap, dtype=np.float64)
        self.volume = np.asarray(history.volume, dtype=np.float64)
        self.half_spread = np.asarray(history.half_spread, dtype=np.float64)
        self.dividend = np.nan_to_num(np.asarray(history.dividend, dtype=np.float64))
        self.split = np.nan_to_num(np.asarray(history.split, dtype=np.float64), nan=1.0)
        self.total_return = _total_returns(self.close, self.age, self.dividend, self.split)
        self._index = np.cumprod(1.0 + self.total_return, axis=0)
        self._index[self.age == NEVER] = np.nan
        self.event_days = ((self.dividend != 0.0) | (self.split != 1.0)).any(axis=1)
        self.gap_days = (self.age != 0).any(axis=1)
        self._exact: dict[int, dict[str, Price]] = {}

    def sessions(self, start: date, end: date) -> range:
        """The sessions from one day to another, both included.

        Refuses: a period without any.
        """
        first, last = bisect_left(self.dates, start), bisect_right(self.dates, end)
        if first >= last:
            span = f"{self.dates[0]} to {self.dates[-1]}" if self.dates else "no day at all"
            raise InputError(
                "backtest",
                f"no session lies between {start} and {end}",
                f"the price data cover {span}",
                "choose other dates with --from and --to, or give more price data",
            )
        return range(first, last)

    def prices(self, t: int) -> dict[str, Price]:
        """What each instrument is valued at, exactly as quoted; absent before its first price."""
        if t not in self._exact:
            self._exact = {t: self._prices(t)}  # one day at a time is asked for
        return self._exact[t]

    def _prices(self, t: int) -> dict[str, Price]:
        source, prices = self.history.source, {}
        for name, value, age in zip(
            self.instruments, self.close[t].tolist(), self.age[t].tolist(), strict=True
        ):
            if age != NEVER:
                amount = Decimal(repr(value))
                prices[name] = Price(name, amount, self.currency, self.dates[t - age], source)
        return prices

    def history_until(self, t: int, names: Sequence[str], sessions: int) -> PriceHistory:
        """Total-return indices of the last sessions, the day itself included and nothing later."""
        first = max(0, t + 1 - sessions)
        columns = [self.column[name] for name in names]
        rows = self._index[first : t + 1][:, columns]
        return PriceHistory(
            tuple(self.dates[first : t + 1]),
            tuple(names),
            cast(Sequence[Sequence[float]], rows),  # an array: estimators make one of it anyway
            f"total returns of {self.history.source}",
        )

    def with_trading_data(
        self, estimates: Estimates, t: int, known: Mapping[str, Instrument], costs: CostRules
    ) -> Estimates:
        """Estimates with the spreads and volumes of the last sessions, where the data has them;
        with volumes alone, spreads are assumed by what is traded.

        Unit: volumes base currency a day.
        """
        first = max(0, t + 1 - TRADING_SESSIONS)
        columns = [self.column[name] for name in estimates.instruments if name in self.column]
        window = slice(first, t + 1)
        spreads = _means(self.half_spread[window][:, columns])
        volumes = _means((self.volume * self.close)[window][:, columns])
        names = [self.instruments[column] for column in columns]
        known_spreads = {n: x for n, x in zip(names, spreads, strict=True) if np.isfinite(x)}
        known_volumes = {n: x for n, x in zip(names, volumes, strict=True) if x > 0.0}
        of_these = {n: known[n] for n in estimates.instruments if n in known}
        assumed = spreads_by_liquidity(of_these, costs, known_volumes)
        return replace(
            estimates,
            half_spread={**estimates.half_spread, **assumed, **known_spreads},
            daily_volume={**estimates.daily_volume, **known_volumes},
        )

    def following(self, t: int) -> date:
        """The session after one, as the exchange's calendar announces it; after the last one that
        is known, the next weekday."""
        if t + 1 < len(self.dates):
            return self.dates[t + 1]
        day = self.dates[t] + timedelta(days=1)
        return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def _means(values: Floats) -> list[float]:
    """The mean of what is known of each column, `nan` where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    means: list[float] = np.where(count > 0, sums / np.maximum(count, 1), np.nan).tolist()
    return means


def _total_returns(close: Floats, age: Ints, dividend: Floats, split: Floats) -> Floats:
    """What a dollar at the last close became, dividends and splits counted."""
    returns = np.zeros_like(close)
    known = age[:-1] != NEVER
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (close[1:] * split[1:] + dividend[1:]) / close[:-1]
    returns[1:] = np.where(known, ratio - 1.0, 0.0)
    return np.nan_to_num(returns)
