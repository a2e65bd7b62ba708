"""The record of every session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.results import DailyRecord, FillRecord
from trimtab.model.mandate import CashFlow

__all__ = ["DayFigures", "OpenSession", "Recorder"]

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class DayFigures:
    """One session's row, filled in while the session goes; columns of `DailyRecord`.

    Unit: dollars.
    """

    value: float = 0.0
    flow: float = 0.0
    tax_paid: float = 0.0
    cash: float = 0.0
    bought: float = 0.0
    sold: float = 0.0
    cost: float = 0.0
    income: float = 0.0


@dataclass(slots=True)
class OpenSession:
    """A session before its decision: what has happened in it so far."""

    t: int
    day: DayFigures
    fills: list[FillRecord]
    deposits: tuple[CashFlow, ...]


COLUMNS = tuple(field.name for field in fields(DayFigures))
_row_of = attrgetter(*COLUMNS)


class Recorder:
    """Arrays that are filled by a row a session.

    Shape: `table` (T, columns), `weights` (T, K).
    """

    def __init__(self, sessions: range, targets: int) -> None:
        self.sessions = sessions
        self.table = np.zeros((len(sessions), len(COLUMNS)))
        self.weights = np.zeros((len(sessions), targets))
        self.lots = np.zeros(len(sessions), dtype=np.int64)

    def note(self, t: int, day: DayFigures, weights: Floats, lots: int) -> None:
        """Write a session's row."""
        row = t - self.sessions.start
        self.table[row] = _row_of(day)
        self.weights[row] = weights
        self.lots[row] = lots

    def figures(self, rows: slice) -> DayFigures:
        """The sums of some sessions' rows."""
        return DayFigures(*self.table[rows].sum(axis=0).tolist())

    def record(
        self, dates: Sequence[date], done: int, owed: Floats, liquidation: Floats
    ) -> DailyRecord:
        """The sessions that are done, with the taxes of each.

        Shape: `owed`, `liquidation` (done,).
        """
        columns = dict(zip(COLUMNS, self.table[:done].T.copy(), strict=True))
        days = tuple(dates[t] for t in self.sessions[:done])
        weights, lots = self.weights[:done].copy(), self.lots[:done].copy()
        taxes = {"accrued_tax": owed, "liquidation_tax": liquidation}
        return DailyRecord(days, weights=weights, lots=lots, **taxes, **columns)
