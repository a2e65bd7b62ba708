"""The kernels of many households at once: orders, trades with their tax, and sessions that pass.

Errors: none; callers have checked what they pass.
"""

from __future__ import annotations

from trimtab.quant.compile import entry
from trimtab.quant.worlds._base import Floats

__all__ = ["SUMS", "advance", "observe", "orders", "trade"]

SUMS = 5
TRADING, TAX, TRACKING, TURNOVER, TRADES = range(SUMS)

LEAST_TRADE = 1e-9
"""Part of the portfolio below which nothing is traded."""
LEAST_VALUE = 1e-300
"""So that what is not held has no gain, not none that is a number."""


@entry
def observe(values: Floats, basis: Floats, weights: Floats, gains: Floats) -> None:
    """What is held as parts of the whole, and gain ÷ value of each.

    Shape: (paths, n) each; the last two are written.
    """
    paths, n = values.shape
    for path in range(paths):
        whole = values[path].sum()
        for i in range(n):
            weights[path, i] = values[path, i] / whole
            gains[path, i] = 1.0 - basis[path, i] / max(values[path, i], LEAST_VALUE)


@entry
def orders(weights: Floats, wanted: Floats, sold: Floats, bought: Floats) -> int:
    """Decisions as shares: of each holding to sell, and of all proceeds to buy; how many trade.

    Shape: (paths, n) each; the last two are written.
    """
    paths, n = weights.shape
    count = 0
    for path in range(paths):
        total = 0.0
        for i in range(n):
            total += max(0.0, wanted[path, i] - weights[path, i])
        if total < LEAST_TRADE:
            sold[path] = 0.0
            continue
        count += 1
        for i in range(n):
            more = wanted[path, i] - weights[path, i]
            bought[path, i] = max(0.0, more) / total
            sold[path, i] = -more / weights[path, i] if more < 0.0 else 0.0
    return count


@entry
def trade(
    values: Floats,
    basis: Floats,
    sold: Floats,
    bought: Floats,
    cost: Floats,
    rate: float,
    kept_losses: float,
    losses: Floats,
    sums: Floats,
    by_time: Floats,
    place: int,
) -> None:
    """Sell shares of holdings at average basis, buy with the proceeds, charge cost and tax.

    Both are paid from elsewhere, and are fractions of the value of their day.  Losses are carried
    forward and used up by later gains.
    Shape: `losses` (paths,) dollars carried, of which a realised loss adds `kept_losses`.
    """
    paths, n = values.shape
    for path in range(paths):
        proceeds, gain, cost_paid, whole = 0.0, 0.0, 0.0, 0.0
        for i in range(n):
            whole += values[path, i]
            part = sold[path, i]
            if part > 0.0:
                amount = part * values[path, i]
                gain += amount - part * basis[path, i]
                basis[path, i] *= 1.0 - part
                values[path, i] -= amount
                proceeds += amount
                cost_paid += cost[i] * amount
        if proceeds <= 0.0:
            continue
        for i in range(n):
            amount = bought[path, i] * proceeds
            values[path, i] += amount
            basis[path, i] += amount
            cost_paid += cost[i] * amount
        used = min(max(gain, 0.0), losses[path])
        losses[path] += kept_losses * max(-gain, 0.0) - used
        tax = rate * (max(gain, 0.0) - used)
        sums[path, TRADING] += cost_paid / whole
        sums[path, TAX] += tax / whole
        sums[path, TURNOVER] += proceeds / whole
        sums[path, TRADES] += 1.0
        if by_time.shape[1] > 0:
            by_time[path, min(place, by_time.shape[1] - 1)] += (cost_paid + tax) / whole


@entry
def advance(
    returns: Floats,
    values: Floats,
    target: Floats,
    charge: float,
    sums: Floats,
    by_time: Floats,
    record: int,
    day: int,
) -> None:
    """Let sessions pass: holdings grow, and the squared difference from the target is charged.

    Shape: `returns` (sessions, paths, n).
    """
    sessions, paths, n = returns.shape
    for t in range(sessions):
        for path in range(paths):
            held, earned, aimed = 0.0, 0.0, 0.0
            for i in range(n):
                step = values[path, i] * returns[t, path, i]
                held += values[path, i]
                earned += step
                aimed += target[i] * returns[t, path, i]
                values[path, i] += step
            away = earned / held - aimed
            sums[path, TRACKING] += charge * away * away
            if record > 0:
                by_time[path, (day + t) // record] += charge * away * away
