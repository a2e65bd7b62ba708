"""Trades of many households with lots: least tax first, wash sales, and the tax of a year.

Errors: none; callers have checked what they pass.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry, kernel
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._household_kernels import TAX, TRADES, TRADING, TURNOVER
from trimtab.quant.worlds._lot_layout import (
    BASIS,
    BOUGHT,
    CHARGED,
    LONG_DAYS,
    START,
    UNITS,
    Law,
    LotRoom,
)
from trimtab.quant.worlds._lot_store import take_units, total_units
from trimtab.quant.worlds._lot_washes import buy, replacement, wash_by_earlier
from trimtab.quant.worlds._lot_years import assess, book, charge, turn_year

__all__ = ["liquidation_tax", "trade_lots"]

DUST = 1e-12
"""Part of a holding below which nothing is left of a lot, and part of a price that is no loss."""


@entry
def trade_lots(
    room: LotRoom,
    values: Floats,
    basis: Floats,
    prices: Floats,
    sold: Floats,
    bought: Floats,
    cost: Floats,
    law: Law,
    day: float,
    year: float,
    sums: Floats,
    by_time: Floats,
    place: int,
) -> None:
    """Sell shares of holdings lot by lot, buy with the proceeds, charge cost and tax.

    Both are paid from elsewhere, and are fractions of the value of their day.  What is charged is
    the change of the year's tax: below zero where a loss makes up for a gain of the same year.
    """
    paths, n = values.shape
    for path in range(paths):
        whole, proceeds, paid = values[path].sum(), 0.0, 0.0
        turn_year(room.accounts[path], law, year)
        for i in range(n):
            part = sold[path, i]
            if part > 0.0:
                amount = part * values[path, i]
                sell(room, path, i, part, prices[path, i], law, day)
                values[path, i] -= amount
                proceeds += amount
                paid += cost[i] * amount
        if proceeds <= 0.0:
            continue
        for i in range(n):
            amount = bought[path, i] * proceeds
            if amount > 0.0:
                buy(room, path, i, amount / prices[path, i], prices[path, i], day)
                values[path, i] += amount
                paid += cost[i] * amount
            basis[path, i] = total_basis(room, path, i)
        tax = charge(room.accounts[path], law)
        sums[path, TRADING] += paid / whole
        sums[path, TAX] += tax / whole
        sums[path, TURNOVER] += proceeds / whole
        sums[path, TRADES] += 1.0
        if by_time.shape[1] > 0:
            by_time[path, min(place, by_time.shape[1] - 1)] += (paid + tax) / whole


@kernel
def total_basis(room: LotRoom, path: int, i: int) -> float:
    """The basis of all lots of an instrument."""
    total = 0.0
    for k in range(room.filled[path, i]):
        total += room.lots[path, i, k, BASIS]
    return total


@kernel
def sell(room: LotRoom, path: int, i: int, part: float, price: float, law: Law, day: float) -> None:
    """Sell a part of an instrument, the lots with the least tax first."""
    whole = total_units(room, path, i)
    left, dust = part * whole, DUST * whole
    account = room.accounts[path]
    while left > dust and room.filled[path, i] > 0:
        k = cheapest(room, path, i, price, law, day)
        lot = room.lots[path, i, k]
        units = lot[UNITS] if lot[UNITS] - left <= dust else left
        bought, held = lot[BOUGHT], day - lot[START]
        gain = units * price - take_units(room, path, i, k, units)
        book(account, gain, held > LONG_DAYS)
        left -= units
        if gain < -DUST * units * price:
            wash_by_earlier(room, path, i, units, -gain / units, bought, held, day)


@kernel
def cheapest(room: LotRoom, path: int, i: int, price: float, law: Law, day: float) -> int:
    """The lot with the least tax a unit at the rates of its term, the oldest of equals.

    A loss that a recent purchase of the same would wash is worth nothing.
    """
    lots, best, least = room.lots[path, i], 0, np.inf
    for k in range(room.filled[path, i]):
        gain = price - lots[k, BASIS] / lots[k, UNITS]
        tax = gain * (law.long_rate if day - lots[k, START] > LONG_DAYS else law.short_rate)
        if gain < 0.0 and replacement(room, path, i, lots[k, BOUGHT], day) >= 0:
            tax = 0.0
        if tax < least or (tax == least and lots[k, BOUGHT] < lots[best, BOUGHT]):
            best, least = k, tax
    return best


@entry
def liquidation_tax(
    room: LotRoom, prices: Floats, law: Law, day: float, year: float, found: Floats
) -> None:
    """What selling everything would add to the year's tax.

    Shape: `found` (paths,) is written.
    """
    paths, n = room.filled.shape
    for path in range(paths):
        account = room.accounts[path]
        turn_year(account, law, year)
        short, long = 0.0, 0.0
        for i in range(n):
            for k in range(room.filled[path, i]):
                lot = room.lots[path, i, k]
                gain = lot[UNITS] * prices[path, i] - lot[BASIS]
                if day - lot[START] > LONG_DAYS:
                    long += gain
                else:
                    short += gain
        tax, _, _ = assess(account, law, short, long)
        found[path] = tax - account[CHARGED]
