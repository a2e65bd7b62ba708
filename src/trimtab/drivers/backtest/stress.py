"""A market that goes on from today as a scenario says: known prices up to today, then a path.

A path is given at some sessions and filled in between by equal returns; what is bought and sold on
it, taxed and limited is the driver's, as on any other market.  Dividends are part of the returns.

Errors: `InputError` for knots that do not ascend from today, and for a holding that would be worth
nothing or less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory

__all__ = ["Knots", "daily_path", "going_on"]

Floats = npt.NDArray[np.float64]

PRICE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Knots:
    """Where a path is known: what a dollar of today has become by some sessions from now.

    Shape: `sessions` (K,) ascending from 0, today; `growth` (K, C), ones in its first row.
    """

    sessions: tuple[int, ...]
    growth: Floats

    def __post_init__(self) -> None:
        steps = np.diff(self.sessions)
        if not len(steps) or self.sessions[0] != 0 or (steps <= 0).any():
            raise InputError(
                "path",
                f"its sessions are {self.sessions[:8]}",
                "they ascend from 0, which is today",
            )
        if not (np.isfinite(self.growth).all() and (self.growth > 0).all()):
            raise InputError("path", "something becomes worthless", "a return is above -100 %")


def daily_path(knots: Knots) -> Floats:
    """The return of every session, the same each day between two knots.

    Shape: (S, C), S the last session of the knots.
    """
    days = np.arange(knots.sessions[-1] + 1)
    logs = np.column_stack(
        [np.interp(days, knots.sessions, column) for column in np.log(knots.growth).T]
    )
    return np.asarray(np.expm1(np.diff(logs, axis=0)))


def going_on(
    history: MarketHistory, today: date, sessions: Sequence[date], returns: Floats, source: str
) -> MarketHistory:
    """A history up to today that goes on by returns; `sessions` are the days that they are of.

    Today everything stands at its last close, its dividends and splits done with.  Volumes and
    spreads stay as they were last known; there are no opens.

    Shape: `returns` (S, N), in the order of `sessions` and of the history's instruments.
    Refuses: a return of -100 % or less, naming instrument and day.
    """
    _check(history, sessions, returns)
    known = sum(on < today for on in history.dates)
    base = _last_known(np.asarray(history.close, dtype=np.float64))
    path = np.vstack([base, base * np.cumprod(1.0 + returns, axis=0)])
    rows = len(path)
    unknown = np.full_like(path, np.nan)
    volume, half_spread = (
        np.tile(_last_known(np.asarray(grid, dtype=np.float64)), (rows, 1))
        for grid in (history.volume, history.half_spread)
    )
    following = {
        "close": np.round(path, PRICE_DECIMALS),
        "open": unknown,
        "vwap": unknown,
        "volume": volume,
        "half_spread": half_spread,
        "dividend": np.zeros_like(path),
        "split": np.ones_like(path),
    }
    grids = {
        name: np.vstack([np.asarray(getattr(history, name), dtype=np.float64)[:known], rows_of])
        for name, rows_of in following.items()
    }
    return MarketHistory(
        dates=(*history.dates[:known], today, *sessions),
        instruments=history.instruments,
        close=grids["close"],
        open=grids["open"],
        vwap=grids["vwap"],
        volume=grids["volume"],
        half_spread=grids["half_spread"],
        dividend=grids["dividend"],
        split=grids["split"],
        source=source,
        findings=history.findings,
    )


def _check(history: MarketHistory, sessions: Sequence[date], returns: Floats) -> None:
    if returns.shape != (len(sessions), len(history.instruments)):
        raise InputError(
            "path",
            f"has shape {returns.shape}",
            f"({len(sessions)}, {len(history.instruments)}) is meant",
        )
    worst = np.argwhere(~(returns > -1.0))
    if len(worst):
        row, column = worst[0].tolist()
        raise InputError(
            f"instrument {history.instruments[column]!r}",
            f"would lose {-float(returns[row, column]):.1%} on session {row + 1}",
            "nothing can lose 100 % or more in a day",
            "give it a smaller beta, or a path of its own",
        )


def _last_known(grid: Floats) -> Floats:
    """The last known figure of each column; `nan` where there is none.

    Shape: (T, N) → (N,).
    """
    known = np.isfinite(grid)
    last = np.where(known, np.arange(len(grid))[:, None], -1).max(axis=0, initial=-1)
    found = np.take_along_axis(grid, np.maximum(last, 0)[None, :], axis=0)[0]
    return np.where(last >= 0, found, np.nan)
