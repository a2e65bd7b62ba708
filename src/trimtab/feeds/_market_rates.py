"""Day by day conversion into one currency, from the FX series among the bars.

Takes the pair as quoted (`EURUSD`: dollars for one euro), else its inverse (`USDEUR`).  Exchanges
and banks close on different days: a rate stands for a few days, and no longer.

Errors: `InputError` naming the pair, the instrument that needs it and the first day without it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import BarField, Bars, Floats, day_at
from trimtab.feeds._market_question import RATE_AGE_DAYS_MAX
from trimtab.model.errors import InputError

__all__ = ["Rates"]


class Rates:
    """The rates of the days of a history."""

    def __init__(self, bars: Bars, dates: npt.NDArray[np.datetime64], base: str) -> None:
        self.bars, self.dates, self.base = bars, dates, base
        self.known: dict[str, Floats] = {}

    def of(self, currency: str, needed: npt.NDArray[np.bool_], whose: str) -> Floats:
        """Units of the base currency for one of `currency`, a day each; `nan` where not needed.

        Shape: (T,), as `needed`.
        Refuses: a day on which the rate is needed and not known.
        """
        if currency == self.base:
            return np.ones(len(self.dates))
        if currency not in self.known:
            self.known[currency] = self._series(currency)
        rate = self.known[currency]
        missing = np.flatnonzero(needed & np.isnan(rate))
        if len(missing):
            on, others = day_at(self.dates, int(missing[0])), len(missing) - 1
            raise InputError(
                f"currency {currency} of {whose}",
                f"there is no rate to {self.base} for {on}"
                + (f" and {others} day{'s' if others > 1 else ''} more" if others else ""),
                f"a rate stands for at most {RATE_AGE_DAYS_MAX} days",
                f"add prices of {currency}{self.base}: {self.base} for one {currency}",
                file=self.bars.file,
            )
        return rate

    def _series(self, currency: str) -> Floats:
        direct = self._quoted(f"{currency}{self.base}")
        if np.isnan(direct).all():
            return np.asarray(1.0 / self._quoted(f"{self.base}{currency}"))
        return direct

    def _quoted(self, pair: str) -> Floats:
        """The last quote of a pair on or before each day, `nan` where it is too old."""
        rate = np.full(len(self.dates), np.nan)
        if pair not in self.bars.names:
            return rate
        close = self.bars.values[BarField.CLOSE]
        own = (self.bars.code == self.bars.names.index(pair)) & ~np.isnan(close)
        order = np.argsort(self.bars.day[own])
        days, quotes = self.bars.day[own][order], close[own][order]
        at = np.searchsorted(days, self.dates, side="right") - 1
        fresh = at >= 0
        age = (self.dates[fresh] - days[at[fresh]]).astype(np.int64)
        rate[fresh] = np.where(age <= RATE_AGE_DAYS_MAX, quotes[at[fresh]], np.nan)
        return rate
