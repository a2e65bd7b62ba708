"""Kernels of one rebalance: has a band been left, what is wanted, and what a convention trades.

All are dollars at the day's close: `held` before the trade, `wanted` after it, `trade` bought where
positive and sold where negative.  Conventions are those of `conventions.Convention`, as numbers.

Errors: none.
"""

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.conventions import Convention

__all__ = ["CODES", "left_band", "settle", "trade_full", "trade_partial", "value_of"]

Floats = npt.NDArray[np.float64]

EXACT, CASH, ORDER, SEQUENTIAL = np.int64(0), np.int64(1), np.int64(2), np.int64(3)
CODES = {
    Convention.EXACT: EXACT,
    Convention.CASH: CASH,
    Convention.ORDER: ORDER,
    Convention.SEQUENTIAL: SEQUENTIAL,
}

ROUNDS_MAX = 64
"""Rounds of a partial trade's value after cost; each gains a factor of 1/(2c), c at most
`COST_MAX`, so that 64 reach the last digit with room to spare."""
LAST_DIGIT = 4.0e-16
"""Fraction of value below which two rounds are the same number."""


@kernel
def value_of(units: Floats, price: Floats, cash: float, held: Floats) -> float:
    """Mark to market: dollars held of each instrument, and the value with cash."""
    value = cash
    for i in range(len(units)):
        held[i] = units[i] * price[i]
        value += held[i]
    return value


@kernel
def left_band(held: Floats, value: float, target: Floats, band: Floats, side: Floats) -> bool:
    """Whether any weight is outside its band, and on which side each one is (0: inside)."""
    acts = False
    for i in range(len(held)):
        drift = held[i] - target[i] * value
        width = band[i] * value
        side[i] = 0.0
        if drift > width:
            side[i] = 1.0
            acts = True
        elif -drift > width:
            side[i] = -1.0
            acts = True
    return acts


@kernel
def trade_full(
    convention: int,
    held: Floats,
    value: float,
    cash: float,
    target: Floats,
    cost: Floats,
    trade: Floats,
) -> None:
    """Trades of a convention that take everything to target.

    `exact` solves V′ + Σ c·|w·V′ − h| = V.  The left side is convex, piecewise linear and rising in
    V′, so Newton's steps from V fall towards the root and land on it once the signs stand, after at
    most one step per instrument.
    """
    n = len(held)
    after = value
    if convention == EXACT:
        for _ in range(n + 1):
            numerator, slope = value, 1.0
            for i in range(n):
                if target[i] * after > held[i]:
                    numerator += cost[i] * held[i]
                    slope += cost[i] * target[i]
                else:
                    numerator -= cost[i] * held[i]
                    slope -= cost[i] * target[i]
            lower = numerator / slope
            if lower >= after:
                break
            after = lower
    for i in range(n):
        trade[i] = target[i] * after - held[i]
    _pay(convention, cash, cost, trade)


@kernel
def trade_partial(
    convention: int,
    held: Floats,
    value: float,
    cash: float,
    target: Floats,
    band: Floats,
    kept: float,
    side: Floats,
    cost: Floats,
    trade: Floats,
) -> None:
    """Trades of a convention that take what left its band back to `kept` of it."""
    _pull_in(held, value, target, band, kept, side, trade)
    if convention == EXACT:
        after = value
        for _ in range(ROUNDS_MAX):
            before, after = after, value
            for i in range(len(held)):
                after -= cost[i] * abs(trade[i])
            if abs(after - before) <= LAST_DIGIT * value:
                break
            _pull_in(held, after, target, band, kept, side, trade)
    _pay(convention, cash, cost, trade)


@kernel
def _pull_in(
    held: Floats,
    value: float,
    target: Floats,
    band: Floats,
    kept: float,
    side: Floats,
    trade: Floats,
) -> None:
    """Trades that leave `kept` of the band to what left it, and let the rest give way.

    What has to give way moves towards its own target, in proportion to how far it is from there.
    """
    n = len(held)
    missing = 0.0
    for i in range(n):
        trade[i] = 0.0
        if side[i] != 0.0:
            trade[i] = (target[i] + side[i] * kept * band[i]) * value - held[i]
        missing += target[i] * value - held[i] - trade[i]
    sign = 1.0 if missing > 0.0 else -1.0
    room = 0.0
    for i in range(n):
        room += max(0.0, sign * (target[i] * value - held[i] - trade[i]))
    if room <= 0.0:
        return
    share = min(1.0, abs(missing) / room)
    for i in range(n):
        gap = target[i] * value - held[i] - trade[i]
        if sign * gap > 0.0:
            trade[i] += share * gap


@kernel
def _pay(convention: int, cash: float, cost: Floats, trade: Floats) -> None:
    """Turn wanted trades into those of the convention: how they pay for themselves."""
    n = len(trade)
    if convention == ORDER:
        for i in range(n):
            if trade[i] > 0.0:
                trade[i] /= 1.0 + cost[i]
            else:
                trade[i] /= 1.0 - cost[i]
    elif convention == SEQUENTIAL:
        short = -cash
        for i in range(n):
            short += trade[i] + cost[i] * abs(trade[i])
        for _ in range(n):
            if short <= 0.0:
                break
            largest = 0
            for i in range(1, n):
                if trade[i] >= trade[largest]:
                    largest = i
            if trade[largest] <= 0.0:
                break
            outlay = trade[largest] * (1.0 + cost[largest])
            cut = min(short, outlay)
            trade[largest] = (outlay - cut) / (1.0 + cost[largest])
            short -= cut


@kernel
def settle(
    units: Floats, price: Floats, held: Floats, trade: Floats, cost: Floats, cash: float
) -> tuple[float, float, float, float]:
    """Execute trades: new units, and cash, dollars bought, dollars sold, cost paid."""
    bought = 0.0
    sold = 0.0
    paid = 0.0
    for i in range(len(units)):
        if trade[i] > 0.0:
            bought += trade[i]
        else:
            sold -= trade[i]
        paid += cost[i] * abs(trade[i])
        units[i] = (held[i] + trade[i]) / price[i]
    return cash + sold - bought - paid, bought, sold, paid
