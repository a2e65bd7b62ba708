"""The record of every session, and the benchmark that a run is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.results import DailyRecord
from trimtab.model.mandate import Mandate

__all__ = ["DayFigures", "Recorder", "benchmark_values"]

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


def benchmark_values(
    mandate: Mandate, market: MarketDays, sessions: range, start: float, flows: Floats
) -> Floats:
    """The targets without cost or tax, brought back every day, with the same flows.

    A target is its first instrument that is listed by then, or cash as long as none is.
    Shape: (T,) with `flows` (T,), which count from the close of their day.
    Unit: dollars.
    """
    daily = np.zeros(len(sessions))
    for target in mandate.targets:
        daily += float(target.weight) * _target_returns(market, sessions, target.instruments)
    values = np.zeros(len(sessions))
    value = start
    for row, (growth, flow) in enumerate(zip((1.0 + daily).tolist(), flows.tolist(), strict=True)):
        value = value * growth + flow
        values[row] = value
    return values


def _target_returns(market: MarketDays, sessions: range, instruments: Sequence[str]) -> Floats:
    """What a target returned each session, held in its first instrument that was listed the day
    before; nothing on the first.

    Shape: (T,).
    """
    found = np.zeros(len(sessions))
    taken = np.zeros(len(sessions), dtype=np.bool_)
    taken[0] = True
    for name in instruments:
        column = market.column.get(name)
        if column is None:
            continue
        listed = market.age[np.array(sessions) - 1, column] != NEVER
        mine = listed & ~taken
        found[mine] = market.total_return[np.array(sessions), column][mine]
        taken |= mine
    return found
