"""The market as the simulator with lots reads it: one world of arrays for all rules and accounts.

Errors: `InputError` for grids that do not fit, prices that are none, a period without sessions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.quant.simulate.lots_layout import (
    ASSETS,
    CALENDAR,
    CLOSE,
    DAY,
    DIVIDEND,
    ENDING,
    EVENT,
    GAP,
    GROWN,
    OWN,
    PANEL,
    QUALIFIED_PART,
    SPLIT,
    SPREAD,
    UNLISTED,
    YEAR,
    World,
)

__all__ = ["LotMarket", "lot_market"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

COST_MAX = 0.05
"""Dearest dollar traded; see `policies._closed_form`."""

TACKED_DAYS = 2 * 366
"""How far before the first session days are counted: what began earlier is long-term anyway."""


@dataclass(frozen=True, slots=True)
class LotMarket:
    """A period of a market's history, ready to be simulated on.

    Shape: T sessions `days`, N `instruments`; `years` the calendar years of the period.
    """

    days: tuple[date, ...]
    instruments: tuple[str, ...]
    years: tuple[int, ...]
    world: World


def lot_market(
    history: MarketHistory,
    start: date | None = None,
    end: date | None = None,
    *,
    half_spread: npt.ArrayLike | None = None,
    qualified_fraction: npt.ArrayLike = 1.0,
    forward_fill_sessions_max: int = 5,
) -> LotMarket:
    """Sessions from one day to another, both included.

    Shape: `half_spread` one number, (N,), or (T, N) for all sessions of the history; the history's
    own where it is not given; `qualified_fraction` one number or (N,).
    Unit: `half_spread` fractions of price, `qualified_fraction` of each dividend what can be
    qualified; after more than `forward_fill_sessions_max` sessions without a price the last one is
    paid out.
    Refuses: a period without sessions, prices that are not above zero, spreads that are not known
    or above `COST_MAX`, fractions outside 0 to 1.
    """
    raw = np.asarray(history.close, dtype=np.float64)
    _check(np.nan_to_num(raw, nan=1.0) > 0.0, raw, history, "close", "must be above zero")
    first = 0 if start is None else bisect_left(history.dates, start)
    last = len(history.dates) if end is None else bisect_right(history.dates, end)
    if first >= last:
        raise InputError("simulation", f"no session lies between {start} and {end}")
    split = np.nan_to_num(np.asarray(history.split, dtype=np.float64), nan=1.0)
    state, close = _states(raw, split, first, forward_fill_sessions_max)
    panel = np.zeros((PANEL, len(raw) + 1, raw.shape[1]))
    panel[CLOSE, :-1], panel[SPREAD, :-1] = close, _spreads(history, half_spread, state)
    panel[DIVIDEND, :-1] = np.nan_to_num(np.asarray(history.dividend, dtype=np.float64))
    panel[SPLIT, :-1] = split
    panel[GROWN, 0] = 1.0
    panel[GROWN, 1:] = np.cumprod(panel[SPLIT, :-1], axis=0)
    period = slice(first, last)
    days = tuple(history.dates[period])
    years = tuple(range(days[0].year, days[-1].year + 1))
    calendar = np.zeros((CALENDAR, len(days)), dtype=np.int64)
    calendar[DAY] = [day.toordinal() for day in days]
    calendar[YEAR] = [day.year - years[0] for day in days]
    events = (panel[DIVIDEND] != 0.0) | (panel[SPLIT] != 1.0)
    events[:-1] |= state == ENDING
    calendar[EVENT] = events[:-1].any(axis=1)[period]
    assets = np.zeros((ASSETS, raw.shape[1]))
    assets[QUALIFIED_PART] = _fractions(qualified_fraction, history)
    counted_from, long_from = _anniversaries(days)
    world = World(
        np.ascontiguousarray(panel[:, first : last + 1]),
        np.ascontiguousarray(state[period]),
        calendar,
        np.zeros((0, len(days)), dtype=np.int64),
        long_from,
        np.array([counted_from], dtype=np.int64),
        assets,
    )
    return LotMarket(days, tuple(history.instruments), years, world)


def _states(raw: Floats, split: Floats, first: int, limit: int) -> tuple[Integers, Floats]:
    """What an instrument is on each session, and its closes with gaps filled from the last one.

    A split within a gap divides the close that stands in.
    """
    own = np.isfinite(raw)
    at = np.arange(len(raw))[:, np.newaxis]
    seen = np.maximum.accumulate(np.where(own, at, -1), axis=0)
    row = np.maximum(seen, 0)
    units = np.cumprod(split, axis=0)
    since = units / np.take_along_axis(units, row, axis=0)
    close = np.take_along_axis(np.where(own, raw, 0.0), row, axis=0) / since
    age = at - seen
    is_gone = (seen < 0) | (age > limit)
    state = np.where(own, OWN, np.where(is_gone, UNLISTED, GAP)).astype(np.int64)
    lapses = (seen >= 0) & ((age == limit + 1) | ((at == first) & (age > limit)))
    return np.where(lapses, ENDING, state), np.where(seen < 0, 0.0, close)


def _spreads(history: MarketHistory, given: npt.ArrayLike | None, state: Integers) -> Floats:
    known = np.asarray(history.half_spread if given is None else given, dtype=np.float64)
    try:
        spread = np.array(np.broadcast_to(known, state.shape))
    except ValueError:
        fact = f"have shape {known.shape}"
        raise InputError("half spreads", fact, f"must fit {state.shape}") from None
    spread[state != OWN] = 0.0
    bound = f"must be from 0 to {COST_MAX:g}, on each session with a price"
    _check((spread >= 0.0) & (spread <= COST_MAX), spread, history, "half spread", bound)
    return spread


def _fractions(given: npt.ArrayLike, history: MarketHistory) -> Floats:
    fraction = np.broadcast_to(np.asarray(given, dtype=np.float64), len(history.instruments))
    if not ((fraction >= 0.0) & (fraction <= 1.0)).all():
        raise InputError("qualified fractions", f"are {fraction}", "must be from 0 to 1")
    return np.array(fraction)


def _check(
    good: npt.NDArray[np.bool_], values: Floats, history: MarketHistory, what: str, bound: str
) -> None:
    if not good.all():
        t, column = np.argwhere(~good)[0]
        where = f"{what} of {history.instruments[column]} on {history.dates[t]}"
        raise InputError(where, f"is {values[t, column]:g}", bound)


def _anniversaries(days: tuple[date, ...]) -> tuple[int, Integers]:
    """The first day on which a sale is long-term, for each day that a holding period may begin.

    The day after it, a year on; a 29 February that is none is the first of March.
    Source: as `model.lots.long_term_from`.
    """
    first = days[0] - timedelta(TACKED_DAYS)
    counted = np.datetime64(first) + np.arange(1, (days[-1] - first).days + 2)
    month = counted.astype("datetime64[M]")
    since = (month + 12).astype("datetime64[D]") + (counted - month.astype("datetime64[D]"))
    return first.toordinal(), since.astype(np.int64) + date(1970, 1, 1).toordinal()
