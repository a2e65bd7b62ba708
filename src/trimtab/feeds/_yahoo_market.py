"""Bars out of Yahoo's daily rows, taken back to what was traded.

Yahoo states everything for one unit of today: prices and dividends are divided by every split
since, volumes multiplied.  A backtest trades the units of the day, so each is taken back.

Errors: none of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from trimtab.feeds._bars import BarField, Bars, Floats, check_bars
from trimtab.feeds._series import quote_currency
from trimtab.feeds._yahoo_actions import MINOR_UNITS

__all__ = ["YahooRows", "bars_of_rows", "rows_of_frame"]

FRAME_COLUMNS: Mapping[BarField, str] = {
    BarField.CLOSE: "Close",
    BarField.OPEN: "Open",
    BarField.VOLUME: "Volume",
    BarField.DIVIDEND: "Dividends",
    BarField.SPLIT: "Stock Splits",
}
PER_UNIT = (BarField.CLOSE, BarField.OPEN, BarField.DIVIDEND)
DECIMALS = 6
"""Kept of what was divided by later splits and is multiplied up again from single precision."""


@dataclass(frozen=True, slots=True)
class YahooRows:
    """Yahoo's answer for one instrument: days and columns as sent.

    Shape: every column of `values` has one number a day of `days`.
    """

    instrument: str
    currency: str
    days: tuple[date, ...]
    values: Mapping[BarField, Floats]


def rows_of_frame(instrument: str, currency: str, frame: Any) -> YahooRows:
    """The rows of a table of yfinance, oldest first; `KeyError` for one without closes or actions.

    FX rates have closes alone; an answer without a day needs no other column.
    """
    is_rate = quote_currency(instrument, "") != ""
    is_empty = not len(frame[FRAME_COLUMNS[BarField.CLOSE]])
    wanted = (BarField.CLOSE,) if is_rate or is_empty else tuple(FRAME_COLUMNS)
    by_field = {
        field: {stamp.date(): float(each) for stamp, each in frame[FRAME_COLUMNS[field]].items()}
        for field in wanted
    }
    days = tuple(sorted(by_field[BarField.CLOSE]))
    values = {
        field: np.array([column.get(on, np.nan) for on in days])
        for field, column in by_field.items()
    }
    return YahooRows(instrument, currency, days, values)


def bars_of_rows(answers: Sequence[YahooRows], until: date, source: str) -> Bars:
    """The bars of several answers up to a day, as they were traded.

    Refuses: a price that is zero, negative or infinite.
    """
    known = [one for one in answers if one.days]
    traded = [_as_traded(one) for one in known]
    count = [bisect_right(one.days, until) for one in known]
    values = {
        field: np.concatenate(
            [
                np.zeros(0),
                *(
                    one[field][:size] if field in one else np.full(size, np.nan)
                    for one, size in zip(traded, count, strict=True)
                ),
            ]
        )
        for field in FRAME_COLUMNS
    }
    days = [on for one, size in zip(known, count, strict=True) for on in one.days[:size]]
    bars = Bars(
        tuple(one.instrument for one in known),
        tuple(MINOR_UNITS.get(one.currency, one.currency) for one in known),
        np.array(days, dtype="datetime64[D]"),
        np.repeat(np.arange(len(known), dtype=np.int32), count),
        np.concatenate([np.zeros(0, np.int64), *(np.arange(size) + 1 for size in count)]),
        values,
        "Yahoo's answer",
        source,
    )
    check_bars(bars)
    return bars


def _as_traded(one: YahooRows) -> dict[BarField, Floats]:
    """Prices, dividends and volumes for the units of each day, in whole units of currency."""
    found = dict(one.values)
    unit = 0.01 if one.currency in MINOR_UNITS else 1.0
    split = found.get(BarField.SPLIT, np.ones(len(one.days)))
    ratio = np.where(np.isnan(split) | (split <= 0), 1.0, split)
    since = np.append(np.cumprod(ratio[::-1])[::-1][1:], 1.0)  # splits after the day
    for field in PER_UNIT:
        if field in found:
            found[field] = np.round(found[field] * unit * since, DECIMALS)
    if BarField.VOLUME in found:
        found[BarField.VOLUME] = found[BarField.VOLUME] / since
    if BarField.OPEN in found:
        found[BarField.OPEN] = np.where(found[BarField.OPEN] == 0, np.nan, found[BarField.OPEN])
    return found
