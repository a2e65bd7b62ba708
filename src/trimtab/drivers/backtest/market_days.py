"""The market of each day: what may be known of it, and what may be traded.

A missing close is stood in for by the last one, for a stated number of sessions and for valuing
only: what has no price of its own today is not traded today.  Risk is estimated from total-return
indices that run forwards from each instrument's first price, so that no later split or dividend can
change what an earlier day saw.

Errors: `InputError` where a period has no session.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["MarketDays"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEVER = -1


class MarketDays:
    """A market history, day by day.

    Shape: `close` (T, N) with gaps filled from the last close; `age` (T, N) sessions since that
    close, `NEVER` before the first; `total_return` (T, N) of each session, dividends and splits
    counted, zero where there was no price; `last` (N,) the last session with a price of its own.
    """

    def __init__(self, history: MarketHistory, currency: str = "USD") -> None:
        self.history, self.currency = history, currency
        self.dates: Sequence[date] = history.dates
        self.instruments = history.instruments
        self.column = {name: k for k, name in enumerate(history.instruments)}
        raw = np.asarray(history.close, dtype=np.float64)
        self.own = np.isfinite(raw)
        self.close, self.age = _filled(raw, self.own)
        self.open = np.asarray(history.open, dtype=np.float64)
        self.vwap = np.asarray(history.vwap, dtype=np.float64)
        self.volume = np.asarray(history.volume, dtype=np.float64)
        self.half_spread = np.asarray(history.half_spread, dtype=np.float64)
        self.dividend = np.nan_to_num(np.asarray(history.dividend, dtype=np.float64))
        self.split = np.nan_to_num(np.asarray(history.split, dtype=np.float64), nan=1.0)
        self.total_return = _total_returns(self.close, self.age, self.dividend, self.split)
        days = np.arange(len(raw))[:, None]
        self.last = np.where(self.own, days, NEVER).max(axis=0, initial=NEVER)
        self._index = np.cumprod(1.0 + self.total_return, axis=0)
        self._index[self.age == NEVER] = np.nan
        self.has_event = (self.dividend != 0.0) | (self.split != 1.0)
        self.event_days = self.has_event.any(axis=1)
        self._ended: dict[int, list[int]] = defaultdict(list)
        for column, last in enumerate(self.last.tolist()):
            if NEVER < last < len(raw) - 1:
                self._ended[last + 1].append(column)
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
            tuple(map(tuple, rows.tolist())),
            f"total returns of {self.history.source}",
        )

    def ended(self, t: int) -> Sequence[int]:
        """Instruments whose last price was that of the session before: they end here."""
        return self._ended.get(t, ())


def _filled(raw: Floats, own: npt.NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """Closes with gaps filled from the last one, and how many sessions old each is."""
    days = np.arange(len(raw))[:, None]
    seen = np.maximum.accumulate(np.where(own, days, NEVER), axis=0)
    filled = np.take_along_axis(raw, np.maximum(seen, 0), axis=0)
    filled[seen == NEVER] = np.nan
    return filled, np.where(seen == NEVER, NEVER, days - seen).astype(np.int64)


def _total_returns(close: Floats, age: Ints, dividend: Floats, split: Floats) -> Floats:
    """What a dollar at the last close became, dividends and splits counted."""
    returns = np.zeros_like(close)
    known = age[:-1] != NEVER
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (close[1:] * split[1:] + dividend[1:]) / close[:-1]
    returns[1:] = np.where(known, ratio - 1.0, 0.0)
    return np.nan_to_num(returns)
