"""A household's state between trades: what one more and one less dollar of each position cost.

A position's quote follows from its place on its lot curve, its impact and the gradient of drift;
`shift` and `set_trade` move a position and keep place, gradient and cash in step.
"""

import math

from trimtab.quant.compile import hot, kernel
from trimtab.quant.layout import (
    ACCOUNT,
    BUDGET,
    BUY_COST,
    CASH,
    DOWN_FACTOR,
    DOWN_LINEAR,
    DOWN_ROOM,
    FILLED,
    FIRST,
    HELD,
    HIGH,
    IMPACT,
    INSTRUMENT,
    KAPPA,
    LAST,
    LOCATION,
    LOW,
    MULTIPLIER,
    ROOT,
    SEGMENT,
    SELL_COST,
    TAX,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    WIDTH,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)

__all__ = [
    "NEVER",
    "add_exposure",
    "cash_use",
    "cash_used",
    "exposure_drift",
    "locate",
    "refresh",
    "requote",
    "restart",
    "set_trade",
    "shift",
    "trade_for_cash",
]

NEVER = 1e300  # price of what cannot be done
SNAP = 1e-9  # dollars from a breakpoint that count as on it
CASH_NEAR = 2e-3  # of a trade: what is left is of its cube
ROOT_DUST = 1e-3  # root of dollars
CASH_ROUNDS = 20


@hot
def cash_use(position: Floats, p: int, z: float) -> float:
    """Dollars of cash that a trade takes, negative where it brings some."""
    size = abs(z)
    cost = (position[p, BUY_COST] if z > 0.0 else position[p, SELL_COST]) * size
    if position[p, IMPACT] > 0.0:
        cost += position[p, IMPACT] * size * math.sqrt(size)
    return z + cost


@hot
def cash_used(position: Floats, node: Floats, p: int) -> float:
    """Dollars of cash that a quoted position's trade takes, negative where it brings some."""
    z = node[p, Z]
    rate = position[p, BUY_COST] if z > 0.0 else position[p, SELL_COST]
    return z + (rate + position[p, IMPACT] * node[p, ROOT]) * abs(z)


@hot
def requote(
    p: int,
    position: Floats,
    node: Floats,
    quote: Floats,
    at: Ints,
    segment: Floats,
    price: Floats,
) -> None:
    """Recompute what one more and one less dollar of a position cost, and how far that holds."""
    z = node[p, Z]
    impact = position[p, IMPACT]
    root = math.sqrt(abs(z)) if impact > 0.0 else 0.0
    node[p, ROOT] = root
    slope = 1.5 * impact * root
    location = position[p, LOCATION]
    buying = position[p, BUY_COST] + slope
    selling = position[p, SELL_COST] + slope
    if z >= node[p, HIGH] - SNAP:
        quote[p, UP_LINEAR] = NEVER
        quote[p, UP_FACTOR] = 1.0
        node[p, UP_ROOM] = 0.0
    elif z >= 0.0:
        quote[p, UP_LINEAR] = location + buying + price[0]
        quote[p, UP_FACTOR] = 1.0 / (1.0 + buying)
        node[p, UP_ROOM] = node[p, HIGH] - z
    else:
        k = at[p, SEGMENT]
        room = node[p, FILLED]
        if room <= 0.0:
            k -= 1
            room = segment[k, WIDTH]
        quote[p, UP_LINEAR] = location - selling - segment[k, TAX] - price[1]
        quote[p, UP_FACTOR] = 1.0 / (1.0 - selling)
        node[p, UP_ROOM] = min(room, node[p, HIGH] - z)
    if z <= node[p, LOW] + SNAP or (z <= 0.0 and at[p, SEGMENT] >= at[p, LAST]):
        quote[p, DOWN_LINEAR] = -NEVER
        quote[p, DOWN_FACTOR] = 1.0
        node[p, DOWN_ROOM] = 0.0
    elif z > 0.0:
        quote[p, DOWN_LINEAR] = location + buying + price[0]
        quote[p, DOWN_FACTOR] = 1.0 / (1.0 + buying)
        node[p, DOWN_ROOM] = min(z, z - node[p, LOW])
    else:
        k = at[p, SEGMENT]
        room = segment[k, WIDTH] - node[p, FILLED]
        quote[p, DOWN_LINEAR] = location - selling - segment[k, TAX] - price[1]
        quote[p, DOWN_FACTOR] = 1.0 / (1.0 - selling)
        node[p, DOWN_ROOM] = min(room, z - node[p, LOW])


@kernel
def refresh(h: Household, w: Work, p: int) -> None:
    """Requote one position."""
    requote(p, h.position, w.node, w.quote, w.at, w.segment, w.price)


@kernel
def refresh_all(h: Household, w: Work) -> None:
    """Refresh every position."""
    for p in range(h.positions):
        refresh(h, w, p)


@kernel
def locate(p: int, node: Floats, at: Ints, segment: Floats) -> None:
    """Find the segment of the lot curve that the trade has reached."""
    k = at[p, FIRST]
    at[p, SEGMENT] = k
    node[p, FILLED] = 0.0
    if node[p, Z] >= 0.0:
        return
    left = -node[p, Z]
    while k < at[p, LAST] and left >= segment[k, WIDTH] - SNAP:
        left -= segment[k, WIDTH]
        k += 1
    at[p, SEGMENT] = k
    node[p, FILLED] = left if left > SNAP else 0.0


@kernel
def set_trade(h: Household, w: Work, p: int, z: float) -> None:
    """Set a trade, within its bounds, and carry gradient and cash along."""
    node = w.node
    before = node[p, Z]
    z = min(max(z, node[p, LOW]), node[p, HIGH])
    if z != before:
        scale = h.scalar[KAPPA] / h.scalar[VALUE] * (z - before)
        add_exposure(h.place[p, INSTRUMENT], scale, h.covariance, w.gradient, h.instruments)
        use = cash_use(h.position, p, z) - cash_use(h.position, p, before)
        w.purse[h.place[p, ACCOUNT], CASH] -= use
        node[p, Z] = z
    locate(p, node, w.at, w.segment)
    refresh(h, w, p)


@hot
def add_exposure(i: int, scale: float, covariance: Floats, gradient: Floats, n: int) -> None:
    """Add a multiple of one column of the covariance to the drift's gradient."""
    for j in range(n):
        gradient[j] += scale * covariance[i, j]


@kernel
def restart(h: Household, w: Work) -> None:
    """Recompute gradient and cash from the trades, so that rounding cannot pile up."""
    node, quote, at, segment, price, purse = w.node, w.quote, w.at, w.segment, w.price, w.purse
    position, place, account = h.position, h.place, h.account
    for a in range(h.accounts):
        purse[a, CASH] = account[a, BUDGET]
        purse[a, MULTIPLIER] = 0.0
    for p in range(h.positions):
        node[p, Z] = min(max(node[p, Z], node[p, LOW]), node[p, HIGH])
        if node[p, Z] != 0.0:
            purse[place[p, ACCOUNT], CASH] -= cash_use(position, p, node[p, Z])
    exposure_drift(h, w)
    drift = w.drift
    n = h.instruments
    for i in range(n):
        w.gradient[i] = 0.0
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    for i in range(n):
        add_exposure(i, scale * drift[i], h.covariance, w.gradient, n)
    for p in range(h.positions):
        locate(p, node, at, segment)
        requote(p, position, node, quote, at, segment, price)


@kernel
def exposure_drift(h: Household, w: Work) -> None:
    """Dollars of each instrument after the trades, less those wanted, in `w.drift`."""
    target, place, position, value = h.target, h.place, h.position, h.scalar[VALUE]
    node, drift = w.node, w.drift
    for i in range(h.instruments):
        drift[i] = -value * target[i]
    for p in range(h.positions):
        drift[place[p, INSTRUMENT]] += position[p, HELD] + node[p, Z]


@hot
def shift(p: int, dollars: float, node: Floats, at: Ints, segment: Floats) -> None:
    """Move a position along its current segment; `dollars` stays within the room."""
    z = node[p, Z]
    if dollars > 0.0:
        if z < 0.0:
            if node[p, FILLED] <= 0.0:
                at[p, SEGMENT] -= 1
                node[p, FILLED] = segment[at[p, SEGMENT], WIDTH]
            node[p, FILLED] -= dollars
            if node[p, FILLED] < SNAP:
                node[p, FILLED] = 0.0
        z += dollars
        if z > node[p, HIGH] - SNAP:
            z = node[p, HIGH]
    else:
        if z <= 0.0:
            node[p, FILLED] -= dollars
            if node[p, FILLED] > segment[at[p, SEGMENT], WIDTH] - SNAP:
                at[p, SEGMENT] += 1
                node[p, FILLED] = 0.0
        z += dollars
        if z < node[p, LOW] + SNAP:
            z = node[p, LOW]
    if abs(z) < SNAP:
        z = 0.0
        at[p, SEGMENT] = at[p, FIRST]
        node[p, FILLED] = 0.0
    node[p, Z] = z


@hot
def trade_for_cash(position: Floats, p: int, z: float, cash: float) -> float:
    """The trade whose cash use is `cash`, near `z`: the inverse of `cash_use`.

    By Chebyshev's method, whose step has an error of the third order.
    """
    impact = position[p, IMPACT]
    buying = z > 0.0 or (z == 0.0 and cash > 0.0)
    rate = position[p, BUY_COST] if buying else position[p, SELL_COST]
    sign = 1.0 if buying else -1.0
    for _ in range(CASH_ROUNDS):
        size = abs(z)
        root = math.sqrt(size)
        cost = impact * root
        slope = 1.0 / max(1.0 + sign * (rate + 1.5 * cost), 0.05)
        change = (cash - z - (rate + cost) * size) * slope
        bend = 0.375 * impact / max(root, ROOT_DUST)
        z += change - bend * slope * change * change
        if abs(change) < CASH_NEAR * size:
            break
    return z
