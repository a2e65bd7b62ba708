"""Daily bars as columns, as they come out of a file or an answer, before they are a market history.

One row is one day of one instrument; rows stand in any order.  FX rates are rows like any other:
`EURUSD` is dollars for one euro.

Errors: `InputError` or `InputErrors` naming value, instrument, day and place for a price that is
zero, negative, infinite or beyond what anything costs, a negative volume or dividend, a half-spread
outside 0 to 1, and a day that an instrument has twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.feeds._series import PRICE_MAX, PRICE_MIN
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding

__all__ = ["ERRORS_MAX", "BarField", "Bars", "Floats", "check_bars", "day_at", "raised"]

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

ERRORS_MAX = 20


class BarField(StrEnum):
    """What a bar may tell, as columns of files are called."""

    CLOSE = "close"
    OPEN = "open"
    VWAP = "vwap"
    VOLUME = "volume"
    HALF_SPREAD = "half_spread"
    BID = "bid"
    ASK = "ask"
    DIVIDEND = "dividend"
    SPLIT = "split"

    @property
    def word(self) -> str:
        """What it is called in a message."""
        return WORDS.get(self, self.value)


PRICES = frozenset({BarField.CLOSE, BarField.OPEN, BarField.VWAP, BarField.BID, BarField.ASK})
WORDS: Mapping[BarField, str] = {
    BarField.CLOSE: "price",
    BarField.OPEN: "opening price",
    BarField.VWAP: "average price",
    BarField.HALF_SPREAD: "half-spread",
}


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of several instruments, one row a day and instrument.

    Shape: `day`, `code`, `line` and every column of `values` are (n,); `code` stands for
    `names[code]`, quoted in `currencies[code]`; `line` is where the row stands in `file`.
    Unit: as quoted; `nan` where nothing is known, in `dividend` and `split` too.  `is_adjusted`
    says that closes contain dividends and splits already; `seen` is the first and the last day of
    which there are rows, read or not.
    """

    names: tuple[str, ...]
    currencies: tuple[str, ...]
    day: Days
    code: npt.NDArray[np.int32]
    line: npt.NDArray[np.int64]
    values: Mapping[BarField, Floats]
    file: str
    source: str
    is_adjusted: bool = False
    findings: tuple[Finding, ...] = ()
    seen: tuple[date, date] | None = None


def day_at(days: Days, at: int) -> date:
    """One of several days, as Python's own."""
    return date.fromisoformat(str(days[at]))


def raised(errors: list[InputError]) -> None:
    """Raise what was found in one pass, if anything was."""
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors[:ERRORS_MAX])


def check_bars(bars: Bars) -> None:
    """Refuse values that cannot be, and days that an instrument has twice."""
    errors: list[InputError] = []
    for field, values in bars.values.items():
        for at in np.flatnonzero(_is_impossible(field, values))[: ERRORS_MAX - len(errors)]:
            errors.append(_impossible(bars, field, int(at)))
    raised(errors)
    _refuse_repeats(bars)


def _is_impossible(field: BarField, values: Floats) -> npt.NDArray[np.bool_]:
    """Where a value cannot be; `nan` is a gap."""
    with np.errstate(invalid="ignore"):
        wrong = np.isinf(values)
        if field in PRICES:
            wrong |= (values < PRICE_MIN) | (values > PRICE_MAX)
        elif field is BarField.HALF_SPREAD:
            wrong |= (values < 0) | (values >= 1)
        else:
            wrong |= values < 0
    return np.asarray(wrong)


def _impossible(bars: Bars, field: BarField, at: int) -> InputError:
    value = float(bars.values[field][at])
    subject = f"{field.word} of {bars.names[bars.code[at]]} on {day_at(bars.day, at)}"
    bound, remedy = "a price must be above zero", "correct it"
    if np.isinf(value):
        bound = "it must be finite"
    elif field is BarField.HALF_SPREAD:
        bound = "it is a fraction of the price, from 0 up to 1"
    elif field not in PRICES:
        bound = "it cannot be negative"
    elif value > 0:
        bound = f"a price is from {PRICE_MIN:g} to {PRICE_MAX:g}"
    if field in PRICES:
        remedy = "correct it, or leave the cell empty where there was no trade"
    line = int(bars.line[at])
    return InputError(subject, f"is {value:g}", bound, remedy, file=bars.file, line=line)


def _refuse_repeats(bars: Bars) -> None:
    """Refuse a day that an instrument has twice."""
    day = bars.day.astype(np.int64)
    if not len(day):
        return
    days = int(day.max() - day.min()) + 1
    by_instrument = bars.code * np.int64(days) + (day - day.min())
    key = day * len(bars.names) + bars.code
    if np.all(np.diff(by_instrument) > 0) or np.all(np.diff(key) > 0):
        return  # in order, as most files are: nothing to sort
    order = np.argsort(key, kind="stable")
    twice = np.flatnonzero(np.diff(key[order]) == 0)
    errors = []
    for at in twice[:ERRORS_MAX]:
        first, second = int(order[at]), int(order[at + 1])
        lines = f"in lines {bars.line[first]} and {bars.line[second]}"
        error = InputError(
            f"date {day_at(bars.day, first)}",
            f"{bars.names[bars.code[first]]} has it twice, {lines}",
            remedy="keep the row that is right",
            file=bars.file,
            line=int(bars.line[second]),
        )
        errors.append(error)
    raised(errors)
