"""Returns net of what came in and went out, linked over time.

A day's return is measured on the money that was at work that day.  Whether a deposit was at work
already is a convention, `FlowTiming`, and the caller states it.  Linking the days gives the
time-weighted return, which judges the policy; `money_weighted` judges what its owner got.

Errors: series that do not fit together, days on which nothing was invested, and a value below zero
are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import (
    DAYS_A_YEAR,
    SESSIONS_A_YEAR,
    Floats,
    closing_dates,
    matching,
    return_series,
    series,
)

__all__ = [
    "FlowTiming",
    "TimeWeightedReturn",
    "YearReturn",
    "annualised_return",
    "calendar_year_returns",
    "cumulative_return",
    "growth",
    "net_returns",
    "time_weighted_return",
    "years_by_days",
    "years_by_sessions",
]


class FlowTiming(StrEnum):
    """When a day's deposits and withdrawals count as made."""

    START = "start"
    """Before the market opens: r = V₁ ÷ (V₀ + F) − 1."""
    END = "end"
    """After the close: r = (V₁ − F) ÷ V₀ − 1."""


def net_returns(
    value: npt.ArrayLike, flow: npt.ArrayLike, timing: FlowTiming = FlowTiming.START
) -> Floats:
    """Daily returns from closing values, without what deposits and withdrawals did to them.

    Shape: `value` and `flow` (T+1,) or (T+1, B); the answer (T,) or (T, B).
    Unit: money, a deposit positive and a withdrawal negative; the answer fractions.  The first
    value already holds the first flow, which is therefore not looked at.
    Refuses: a negative value, and a day on whose base nothing was invested.
    Source: CFA Institute, GIPS Standards (2020), time-weighted returns.
    """
    closes = series(value, "value", 2)
    moved = matching(flow, "flow", closes, "value")
    if (closes < 0).any():
        place = np.argwhere(closes < 0)[0]
        raise InputError(
            "value", f"{closes[tuple(place)]:,.2f} on day {place[0]}", "a value is not negative"
        )
    at_start = timing is FlowTiming.START
    base = closes[:-1] + (moved[1:] if at_start else 0.0)
    end = closes[1:] - (0.0 if at_start else moved[1:])
    if (base <= 0).any() or (end < 0).any():
        raise _nothing_at_work(base, end, timing)
    return np.asarray(end / base - 1.0)


def _nothing_at_work(base: Floats, end: Floats, timing: FlowTiming) -> InputError:
    place = np.argwhere((base <= 0) | (end < 0))[0]
    amount = float(min(base[tuple(place)], end[tuple(place)]))
    other = FlowTiming.END if timing is FlowTiming.START else FlowTiming.START
    return InputError(
        "value",
        f"{amount:,.2f} at work on day {place[0] + 1}, flows counted at its {timing}",
        "a return needs money that earns it",
        "begin with the first deposit, end with the last withdrawal, "
        f"or count flows at the {other} of the day",
    )


def growth(returns: npt.ArrayLike) -> Floats:
    """What one unit of money became, close by close, beginning with 1.

    Shape: (T,) → (T+1,), (T, B) → (T+1, B).
    """
    daily = return_series(returns)
    one = np.ones_like(daily[:1])
    wealth = np.concatenate([one, 1.0 + daily])  # keeps the layout, so that time stays contiguous
    return np.asarray(np.multiply.accumulate(wealth, axis=0, out=wealth))


def cumulative_return(returns: npt.ArrayLike) -> Floats:
    """The return of all days linked: ∏(1 + rₜ) − 1.

    Shape: (T,) → (), (T, B) → (B,).
    """
    return np.asarray(np.prod(1.0 + return_series(returns), axis=0) - 1.0)[()]


def years_by_days(first: date | np.datetime64, last: date | np.datetime64) -> float:
    """The time between two closes in years of 365 days.

    Refuses: a last day that is not after the first.
    """
    span = np.array([first, last], dtype="datetime64[D]")
    days = int(np.diff(span).astype(np.int64)[0])
    if days <= 0:
        raise InputError("dates", f"from {first} to {last}", "the last day must follow the first")
    return days / DAYS_A_YEAR


def years_by_sessions(sessions: int, sessions_a_year: float = SESSIONS_A_YEAR) -> float:
    """How many years so many daily returns are, at 252 a year."""
    if sessions <= 0:
        raise InputError("sessions", f"{sessions}", "at least one return is needed")
    return sessions / sessions_a_year


def annualised_return(cumulative: npt.ArrayLike, years: float) -> Floats:
    """The steady yearly return that gives the same in the end: (1 + R)^(1/years) − 1.

    Refuses: less than a total loss, and a time that is not positive.
    """
    total = np.asarray(cumulative, dtype=np.float64)
    if years <= 0:
        raise InputError("years", f"{years:.6g}", "the time must be positive")
    if not (total >= -1.0).all():
        raise InputError("return", f"{float(np.min(total)):.6g}", "at worst all is lost, −1")
    return np.asarray((1.0 + total) ** (1.0 / years) - 1.0)[()]


@dataclass(frozen=True, slots=True)
class TimeWeightedReturn:
    """What the policy earned on each unit of money, whenever it came in.

    Unit: fractions; `annualised` a year, `years` of 365 days.
    """

    cumulative: float
    annualised: float
    years: float

    @property
    def short(self) -> bool:
        """Whether it covers less than a year, and so may not be shown annualised (GIPS 2020)."""
        return self.years < 1.0


def time_weighted_return(returns: npt.ArrayLike, years: float) -> TimeWeightedReturn:
    """Link daily returns, and annualise them over the stated time.

    Shape: (T,).
    Unit: `years` from `years_by_days` (actual days) or `years_by_sessions` (252).
    Source: CFA Institute, GIPS Standards (2020).
    """
    total = float(cumulative_return(_single(returns)))
    return TimeWeightedReturn(total, float(annualised_return(total, years)), years)


@dataclass(frozen=True, slots=True)
class YearReturn:
    """The return of one calendar year, as far as the series covers it.

    Unit: a fraction, not annualised; `sessions` counts its daily returns.
    """

    year: int
    value: float
    sessions: int


def calendar_year_returns(returns: npt.ArrayLike, dates: npt.ArrayLike) -> tuple[YearReturn, ...]:
    """The linked return of each calendar year; a day belongs to the year of its close.

    Shape: `returns` (T,), `dates` (T+1,): the closes between which the returns lie.
    """
    daily = _single(returns)
    years = closing_dates(dates, len(daily))[1:].astype("datetime64[Y]").astype(np.int64) + 1970
    found, starts = np.unique(years, return_index=True)
    linked = np.multiply.reduceat(1.0 + daily, starts) - 1.0
    counts = np.diff(np.append(starts, len(daily)))
    return tuple(
        YearReturn(int(year), float(value), int(count))
        for year, value, count in zip(found, linked, counts, strict=True)
    )


def _single(returns: npt.ArrayLike) -> Floats:
    daily = return_series(returns)
    if daily.ndim != 1:
        raise InputError("returns", f"shape {daily.shape}", "one series (T,) is meant")
    return daily
