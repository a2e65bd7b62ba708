"""The record of every session, and the benchmark that a run is held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.results import DailyRecord
from trimtab.model.mandate import Mandate

__all__ = ["Recorder", "benchmark_values"]

Floats = npt.NDArray[np.float64]
COLUMNS = (
    *("value", "flow", "tax_paid", "accrued_tax", "liquidation_tax", "cash"),
    *("bought", "sold", "cost", "income"),
)


class Recorder:
    """Arrays that grow by a row a session.

    Shape: `table` (T, columns), `weights` (T, K).
    """

    def __init__(self, sessions: range, targets: int) -> None:
        self.sessions = sessions
        self.table = np.zeros((len(sessions), len(COLUMNS)))
        self.weights = np.zeros((len(sessions), targets))
        self.lots = np.zeros(len(sessions), dtype=np.int64)

    def note(self, t: int, figures: Sequence[float], weights: Floats, lots: int) -> None:
        """Write a session's row; `figures` in the order of `COLUMNS`."""
        row = t - self.sessions.start
        self.table[row] = figures
        self.weights[row] = weights
        self.lots[row] = lots

    def record(self, dates: Sequence[date]) -> DailyRecord:
        """All of it."""
        columns = dict(zip(COLUMNS, self.table.T.copy(), strict=True))
        days = tuple(dates[self.sessions.start : self.sessions.stop])
        return DailyRecord(days, weights=self.weights, lots=self.lots, **columns)


def benchmark_values(
    mandate: Mandate, market: MarketDays, sessions: range, start: float, flows: Floats
) -> Floats:
    """The targets without cost or tax, brought back every day, with the same flows.

    A target is its first instrument that is listed by then, or cash as long as none is.
    Shape: (T,) with `flows` (T,), which count from the close of their day.
    Unit: dollars.
    """
    weight = np.array([float(target.weight) for target in mandate.targets])
    daily = np.zeros(len(sessions))
    for row, t in enumerate(sessions):
        if row == 0:
            continue
        returns = [_target_return(market, t, target.instruments) for target in mandate.targets]
        daily[row] = float(weight @ np.array(returns)) if returns else 0.0
    values = np.zeros(len(sessions))
    value = start
    for row in range(len(sessions)):
        value = value * (1.0 + daily[row]) + flows[row]
        values[row] = value
    return values


def _target_return(market: MarketDays, t: int, instruments: Sequence[str]) -> float:
    for name in instruments:
        column = market.column.get(name)
        if column is not None and market.age[t - 1, column] != NEVER:
            return float(market.total_return[t, column])
    return 0.0
