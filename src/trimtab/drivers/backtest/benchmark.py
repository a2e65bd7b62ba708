"""The benchmark of a run: its targets without cost or tax, brought back to their weights every day.

What a target is made of follows its split: the first instrument that is listed; equal parts of all
that are, brought back every day; or, where the proportions are those held, what the household holds
of it on the first day, left alone from then on.  Nothing of it knows a later price.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.start import Start
from trimtab.model.mandate import Split, Target

__all__ = ["benchmark_values"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def benchmark_values(
    start: Start, market: MarketDays, sessions: range, value: float, flows: Floats
) -> Floats:
    """What the targets would have been worth, with the same flows.

    A target is cash as long as none of it is listed.
    Shape: (T,) with `flows` (T,), which count from the close of their day.
    Unit: dollars.
    """
    held = _held(start, market, sessions.start)
    daily = np.zeros(len(sessions))
    for target in start.mandate.targets:
        daily += float(target.weight) * _target_returns(target, market, sessions, held)
    values = np.zeros(len(sessions))
    for row, (growth, flow) in enumerate(zip((1.0 + daily).tolist(), flows.tolist(), strict=True)):
        value = value * growth + flow
        values[row] = value
    return values


def _held(start: Start, market: MarketDays, first: int) -> Mapping[str, float]:
    """Dollars held of each instrument at the close of the first day."""
    held: dict[str, float] = {}
    for lot in start.books.lots.values():
        if lot.instrument in market.column:
            close = float(market.close[first, market.column[lot.instrument]])
            held[lot.instrument] = held.get(lot.instrument, 0.0) + float(lot.quantity) * close
    return held


def _target_returns(
    target: Target, market: MarketDays, sessions: range, held: Mapping[str, float]
) -> Floats:
    """What a target returned each session; nothing on the first.

    Shape: (T,).
    """
    names = [name for name in target.instruments if name in market.column]
    found = np.zeros(len(sessions))
    if not names or len(sessions) == 1:
        return found
    columns = [market.column[name] for name in names]
    days = np.array(sessions)[1:]
    listed = market.age[days - 1][:, columns] != NEVER
    returns = np.where(listed, market.total_return[days][:, columns], 0.0)
    parts = np.array([held.get(name, 0.0) for name in names])
    if target.split is Split.HELD and parts.sum() > 0.0:
        found[1:] = _left_alone(returns, parts)
    elif target.split is Split.FIRST:
        found[1:] = _of_the_first(returns, listed)
    else:
        count = np.maximum(listed.sum(axis=1), 1)
        found[1:] = returns.sum(axis=1) / count
    return found


def _left_alone(returns: Floats, parts: Floats) -> Floats:
    """Returns of a mix that is bought once.

    Shape: `returns` (T − 1, N), `parts` (N,) dollars at first.
    """
    worth = np.vstack([parts, parts * np.cumprod(1.0 + returns, axis=0)]).sum(axis=1)
    return np.asarray(worth[1:] / worth[:-1] - 1.0)


def _of_the_first(returns: Floats, listed: Flags) -> Floats:
    """Returns of the first instrument, in their order, that was listed the day before."""
    chosen = np.argmax(listed, axis=1)
    return np.asarray(returns[np.arange(len(returns)), chosen])
