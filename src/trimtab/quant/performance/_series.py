"""What every measure asks of its arrays, so that each refuses in the same words.

Errors: a series that is too short, of the wrong shape or not finite is `InputError`, which names
the first place that is at fault.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = [
    "DAYS_A_YEAR",
    "SESSIONS_A_YEAR",
    "Dates",
    "Floats",
    "Ints",
    "closing_dates",
    "matching",
    "return_series",
    "series",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

SESSIONS_A_YEAR = 252
DAYS_A_YEAR = 365.0
"""Actual/365, as Excel's XIRR: then time- and money-weighted returns agree without flows."""


def series(values: npt.ArrayLike, name: str, least: int = 1) -> Floats:
    """An array over time, checked.

    Shape: (T,) or (T, B), at least `least` long.
    Refuses: other shapes, fewer values, NaN and infinity.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise InputError(name, f"shape {array.shape}", "(T,) or several as (T, B) is meant")
    if len(array) < least:
        raise InputError(name, f"{len(array)} values", f"at least {least} are needed")
    if not np.isfinite(array).all():
        place = tuple(int(axis) for axis in np.argwhere(~np.isfinite(array))[0])
        raise InputError(
            name,
            f"{array[place]} at index {', '.join(map(str, place))}",
            "every value must be a finite number",
            "cut the series where the data begin, or say what stood there",
        )
    return array


def return_series(values: npt.ArrayLike, name: str = "returns", least: int = 1) -> Floats:
    """Simple returns over time, checked.

    Refuses: as `series`, and returns below −1, which lose more than there was.
    """
    array = series(values, name, least)
    if array.size and (lowest := float(array.min())) < -1.0:
        raise InputError(
            name,
            f"a return of {lowest:.6g}",
            "nothing loses more than all of itself, −1",
            "give simple returns as fractions, 0.01 for one percent",
        )
    return array


def matching(values: npt.ArrayLike, name: str, like: Floats, of: str) -> Floats:
    """A series with the shape of another one.

    Refuses: as `series`, and another shape.
    """
    array = series(values, name, 0)
    if array.shape != like.shape:
        raise InputError(
            name, f"shape {array.shape}", f"{of} has shape {like.shape}, and they must be equal"
        )
    return array


def closing_dates(dates: npt.ArrayLike, returns: int) -> Dates:
    """The days of the closes that daily returns lie between: one more than there are returns.

    Refuses: another count, and days that do not ascend.
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    if days.shape != (returns + 1,):
        raise InputError(
            "dates",
            f"{days.size} days for {returns} returns",
            "closes are one more than the returns between them",
            "put the day before the first return in front",
        )
    if np.isnat(days).any():
        raise InputError("dates", "a missing day", "every close has its day")
    late = np.flatnonzero(np.diff(days) <= np.timedelta64(0, "D"))
    if late.size:
        first, second = days[late[0]], days[late[0] + 1]
        raise InputError("dates", f"{second} follows {first}", "days must ascend, each once")
    return days
