"""Value paths of many rebalancing rules over one table of prices: no lots, no taxes, in bulk.

The fast simulator for sweeps over weights, bands and calendars.  Decisions and fills are at the
close of the same day; day 0 is the first purchase; cost is proportional to the dollars traded;
units are fractional.  Where lots, taxes or whole shares matter, use the exact path.

    rules = threshold(band=[0.01, 0.05], every=5)
    paths = simulate_values(closes, [0.6, 0.4], rules, cost=0.001, start_value=1_000_000)
    paths.final

Each rule is worked on alone and in the order of its days, so that the answer is the same to the
last bit however rules are shared out over threads or processes (`trimtab.drivers.sweeps`).

Errors: `InputError` for prices, targets, costs or rules that cannot be used, with day and column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.compile import entry
from trimtab.quant.simulate._trading import (
    CODES,
    left_band,
    settle,
    trade_full,
    trade_partial,
    value_of,
)
from trimtab.quant.simulate.conventions import Convention
from trimtab.quant.simulate.rules import ALL_DAYS, NEVER, Rules

__all__ = ["COST_MAX", "ValuePaths", "simulate_values"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

COST_MAX = 0.2
"""Cost per dollar traded beyond which a percentage was meant: 0.2 is a fifth of the trade."""
SUM_TOLERANCE = 1e-9
"""By how much target weights may miss one: the rest is cash."""

FINAL, IN_CASH, TURNOVER, PAID = range(4)
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class ValuePaths:
    """What B rules came to.

    Shape: all (B,), but `holdings` (B, N), and `values` (B, T), `None` unless paths were asked for.
    Unit: dollars of `start_value`; `final`, `holdings` and `cash` on the last day and `values` on
    each, after the day's trades and their cost; `costs` the sum over all days, the first purchase
    included; `turnover` the sum over all rebalances of max(bought, sold) ÷ value before the trade,
    and `rebalances` their number, both without the first purchase.
    """

    final: Floats
    holdings: Floats
    cash: Floats
    turnover: Floats
    costs: Floats
    rebalances: Integers
    values: Floats | None = None


def simulate_values(
    prices: npt.ArrayLike,
    targets: npt.ArrayLike,
    rules: Rules,
    *,
    cost: npt.ArrayLike = 0.0,
    convention: Convention = Convention.EXACT,
    start_value: float = 1.0,
    with_paths: bool = False,
) -> ValuePaths:
    """Replay B rules over T days of closes.

    Shape: `prices` (T, N); `targets` (N,) for all rules or (B, N); `cost` one number, (N,) or
    (B, N).
    Unit: prices in any currency, adjusted for what is to count; `targets` fractions of value, what
    they leave to one is held as cash without interest; `cost` dollars per dollar traded.
    Refuses: prices that are not positive numbers, negative targets or such that add up to more than
    one, costs outside 0 to `COST_MAX`, masks of another number of days, a start of nothing.
    """
    closes = _prices(prices)
    days, count = closes.shape
    width = len(rules)
    if not (np.isfinite(start_value) and start_value > 0.0):
        raise InputError("start value", f"is {start_value:g}", "must be a positive number")
    look_days, look_start, schedule = _look_days(rules, days)
    table = np.zeros((width, COLUMNS))
    holdings = np.zeros((width, count))
    rebalances = np.zeros(width, dtype=np.int64)
    values = np.zeros((width, days) if with_paths else (0, 0))
    _replay(
        closes,
        _targets(targets, width, count),
        _costs(cost, width, count),
        _wide(rules.band, width, count, "bands"),
        np.array(rules.kept),
        schedule,
        look_days,
        look_start,
        CODES[convention],
        float(start_value),
        table,
        holdings,
        rebalances,
        values,
    )
    return ValuePaths(
        final=table[:, FINAL].copy(),
        holdings=holdings,
        cash=table[:, IN_CASH].copy(),
        turnover=table[:, TURNOVER].copy(),
        costs=table[:, PAID].copy(),
        rebalances=rebalances,
        values=values if with_paths else None,
    )


def _prices(prices: npt.ArrayLike) -> Floats:
    """Closes as the kernel reads them; the first that is no price is named."""
    closes = np.ascontiguousarray(prices, dtype=np.float64)
    if closes.ndim != 2 or 0 in closes.shape:
        raise InputError("prices", f"have shape {closes.shape}", "need days × instruments")
    # NaN is the least and the greatest of what it stands among, and no bound holds for it.
    if not (closes.min() > 0.0 and closes.max() < np.inf):
        good = (closes > 0.0) & (closes < np.inf)
        day, column = (int(at) for at in np.argwhere(~good)[0])
        raise InputError(
            f"price on day {day} in column {column}",
            f"is {closes[day, column]:g}",
            "must be a positive number",
            "fill or drop that day or that instrument first",
        )
    # To Numba an array that may not be written is another type: one of both, or it compiles twice.
    locked = closes.view()
    locked.flags.writeable = False
    return locked


def _wide(given: npt.ArrayLike, width: int, count: int, name: str) -> Floats:
    """A table with a row for each rule and a column for each instrument."""
    values = np.asarray(given, dtype=np.float64)
    try:
        return np.array(np.broadcast_to(values, (width, count)), order="C")
    except ValueError:
        raise InputError(
            name, f"have shape {values.shape}", f"must fit {width} rules × {count} instruments"
        ) from None


def _targets(targets: npt.ArrayLike, width: int, count: int) -> Floats:
    weights = _wide(targets, width, count, "targets")
    totals = weights.sum(axis=1)
    if not ((weights >= 0.0).all() and (totals <= 1.0 + SUM_TOLERANCE).all()):
        at = int(np.argmax(~((weights >= 0.0).all(axis=1) & (totals <= 1.0 + SUM_TOLERANCE))))
        raise InputError(
            f"targets of rule {at}",
            f"add up to {totals[at]:g}, the least of them is {weights[at].min():g}",
            "must not be negative nor add up to more than 1",
        )
    return weights


def _costs(cost: npt.ArrayLike, width: int, count: int) -> Floats:
    costs = _wide(cost, width, count, "costs")
    if not ((costs >= 0.0) & (costs <= COST_MAX)).all():
        worst = costs[~((costs >= 0.0) & (costs <= COST_MAX))][0]
        raise InputError(
            "cost", f"is {worst:g}", f"must be from 0 to {COST_MAX:g} of a dollar traded"
        )
    return costs


def _look_days(rules: Rules, days: int) -> tuple[Integers, Integers, Integers]:
    """The days on which rules look, one list for each different schedule.

    Shape: days of all schedules one after another; where each starts, and the end; (B,) which
    schedule a rule keeps.
    """
    if len(rules.masks) and rules.masks.shape[1] != days:
        raise InputError(
            "masks of the rules", f"cover {rules.masks.shape[1]} days", f"prices cover {days}"
        )
    kinds = len(rules.masks) + 1  # masks, and none
    keys, schedule = np.unique(rules.every * kinds + rules.mask - ALL_DAYS, return_inverse=True)
    lists = []
    for key in keys.tolist():
        every, mask = key // kinds, key % kinds + ALL_DAYS
        looks = np.arange(days if every == NEVER else every, days, max(every, 1))
        lists.append(looks if mask == ALL_DAYS else looks[rules.masks[mask, looks]])
    starts = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return np.concatenate(lists).astype(np.int64), starts, schedule.astype(np.int64)


@entry
def _replay(
    prices: Floats,
    targets: Floats,
    costs: Floats,
    bands: Floats,
    kept: Floats,
    schedule: Integers,
    look_days: Integers,
    look_start: Integers,
    convention: int,
    start_value: float,
    table: Floats,
    holdings: Floats,
    rebalances: Integers,
    values: Floats,
) -> None:
    """Replay each rule over its looks; only the value path visits the days between them."""
    days, n = prices.shape
    with_paths = values.shape[0] > 0
    units = np.zeros(n)
    held = np.zeros(n)
    trade = np.zeros(n)
    side = np.zeros(n)
    for b in range(len(schedule)):
        target, cost, band = targets[b], costs[b], bands[b]
        held[:] = 0.0
        trade_full(convention, held, start_value, start_value, target, cost, trade)
        cash, bought, sold, paid = settle(units, prices[0], held, trade, cost, start_value)
        costs_paid, turnover, times = paid, 0.0, 0
        day = 0
        if with_paths:
            values[b, 0] = start_value - paid
        for at in range(look_start[schedule[b]], look_start[schedule[b] + 1]):
            look = look_days[at]
            if with_paths:
                for between in range(day + 1, look):
                    values[b, between] = value_of(units, prices[between], cash, held)
            day = look
            value = value_of(units, prices[day], cash, held)
            if left_band(held, value, target, band, side):
                if kept[b] == 0.0:
                    trade_full(convention, held, value, cash, target, cost, trade)
                else:
                    trade_partial(
                        convention, held, value, cash, target, band, kept[b], side, cost, trade
                    )
                cash, bought, sold, paid = settle(units, prices[day], held, trade, cost, cash)
                costs_paid += paid
                turnover += max(bought, sold) / value
                value -= paid
                times += 1
            if with_paths:
                values[b, day] = value
        if with_paths:
            for between in range(day + 1, days):
                values[b, between] = value_of(units, prices[between], cash, held)
        table[b, FINAL] = value_of(units, prices[days - 1], cash, held)
        holdings[b] = held
        table[b, IN_CASH] = cash
        table[b, TURNOVER] = turnover
        table[b, PAID] = costs_paid
        rebalances[b] = times
