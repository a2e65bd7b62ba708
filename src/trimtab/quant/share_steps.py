"""Trades in whole shares: which sizes are allowed, and what one step up or down costs.

A position may always be sold out entirely, even where what is held is no multiple of the step.
"""

import math

from trimtab.quant.certificate import TRADED
from trimtab.quant.compile import kernel
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    FIRST,
    FIXED,
    HELD,
    HIGH,
    INSTRUMENT,
    KAPPA,
    LAST,
    LOCATION,
    LOW,
    MINIMUM,
    SHARE,
    TAX,
    VALUE,
    WIDTH,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import add_exposure, cash_use, locate

__all__ = [
    "CLOSE",
    "allowed",
    "cash_of_step",
    "change_cost",
    "nearest_size",
    "next_size",
    "payment",
    "set_size",
    "trade_tax",
]

CLOSE = 1e-6  # dollars


@kernel
def payment(h: Household, p: int, z: float) -> float:
    """Dollars of cash that a trade takes with its ticket, negative where it brings some."""
    use = cash_use(h.position, p, z)
    return use + h.position[p, FIXED] if abs(z) > TRADED else use


@kernel
def allowed(h: Household, w: Work, p: int, z: float) -> bool:
    """Whether a trade keeps its bounds and its least size."""
    if z < w.node[p, LOW] - CLOSE or z > w.node[p, HIGH] + CLOSE:
        return False
    return abs(z) < CLOSE or abs(z) >= h.position[p, MINIMUM] - CLOSE


@kernel
def trade_tax(h: Household, w: Work, p: int, z: float) -> float:
    """Tax of a trade along the lot curve."""
    left = -z
    tax = 0.0
    for k in range(w.at[p, FIRST], w.at[p, LAST]):
        if left <= 0.0:
            break
        part = min(left, w.segment[k, WIDTH])
        tax += part * w.segment[k, TAX]
        left -= part
    return tax


@kernel
def change_cost(h: Household, w: Work, p: int, z: float) -> float:
    """What changing one trade to `z` adds to the objective, all else as it is."""
    before = w.node[p, Z]
    d = z - before
    i = h.place[p, INSTRUMENT]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    cost = (w.gradient[i] + h.position[p, LOCATION]) * d + 0.5 * scale * h.covariance[i, i] * d * d
    cost += (payment(h, p, z) - z) - (payment(h, p, before) - before)
    return cost + trade_tax(h, w, p, z) - trade_tax(h, w, p, before)


@kernel
def next_size(h: Household, w: Work, p: int, direction: int) -> float:
    """The next allowed trade up (+1) or down (−1), or the same trade where there is none."""
    z = w.node[p, Z]
    share = h.position[p, SHARE]
    if share <= 0.0:
        return z
    steps = math.floor(z / share + 1e-9) if direction < 0 else math.ceil(z / share - 1e-9)
    least = h.position[p, MINIMUM]
    for _ in range(2):
        trial = (steps + direction) * share
        if abs(trial) >= CLOSE and abs(trial) < least - CLOSE:  # step over what is too small
            far = math.ceil(least / share - 1e-9) * share
            if direction > 0:
                trial = 0.0 if z < -CLOSE else far
            else:
                trial = 0.0 if z > CLOSE else -far
        if allowed(h, w, p, trial):
            return trial
        out = -h.position[p, HELD]
        if trial < w.node[p, LOW] and z > out + CLOSE and allowed(h, w, p, out):
            return out  # a last fraction goes with the rest
        steps += direction
    return z


@kernel
def set_size(h: Household, w: Work, p: int, z: float) -> None:
    """Change one trade, with gradient and cash."""
    before = w.node[p, Z]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    w.purse[h.place[p, ACCOUNT], CASH] -= payment(h, p, z) - payment(h, p, before)
    w.node[p, Z] = z
    moved = scale * (z - before)
    add_exposure(h.place[p, INSTRUMENT], moved, h.covariance, w.gradient, h.instruments)
    locate(p, w.node, w.at, w.segment)


@kernel
def nearest_size(h: Household, w: Work, p: int, inward: bool) -> float:
    """The allowed trade nearest to the one at hand, or no larger; itself where none is found."""
    z = w.node[p, Z]
    if z < 0.0 and abs(z + h.position[p, HELD]) < CLOSE and allowed(h, w, p, z):
        return z  # sold out
    if inward:
        share = h.position[p, SHARE]
        smaller = math.copysign(math.floor(abs(z) / share + 1e-9) * share, z)
        if allowed(h, w, p, smaller):
            return smaller
        if allowed(h, w, p, 0.0):
            return 0.0
    return snapped(h, w, p, z)


@kernel
def snapped(h: Household, w: Work, p: int, z: float) -> float:
    """The nearest multiple of the step that is allowed, looking outwards from `z`."""
    share = h.position[p, SHARE]
    middle = math.floor(z / share + 0.5)
    for away in range(4):
        for direction in (-1, 1):
            trial = (middle + direction * away) * share
            if allowed(h, w, p, trial):
                return trial
    sign = 1.0 if z > 0.0 else -1.0
    raised = sign * math.ceil(h.position[p, MINIMUM] / share - 1e-9) * share
    if allowed(h, w, p, raised):
        return raised
    if allowed(h, w, p, 0.0):
        return 0.0
    return z


@kernel
def cash_of_step(h: Household, w: Work, p: int, direction: int) -> float:
    """Cash that one step takes."""
    trial = next_size(h, w, p, direction)
    return payment(h, p, trial) - payment(h, p, w.node[p, Z])
