"""The kernels that decide for many households at once: bands, and the no-trade zone.

Errors: none; callers have checked what they pass.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry, kernel
from trimtab.quant.worlds._base import Floats

__all__ = ["band_destinations", "zone_destinations"]

EXCHANGES_MAX = 5_000
EXACT = 1e-4
"""Part of the dearest exchange that may be left ungained: a boundary is met to that part."""


@entry
def band_destinations(
    weights: Floats,
    gains: Floats,
    target: Floats,
    width: Floats,
    kept: float,
    cost: Floats,
    tax: float,
    wanted: Floats,
) -> None:
    """Weights after a rule of bands; those held where nothing left its band.

    Unit: `tax` what a dollar of gain adds to the cost of a trade, one way.
    """
    paths, n = weights.shape
    band = np.empty(n)
    away = np.empty(n)
    for path in range(paths):
        acts = False
        for i in range(n):
            band[i] = width[i]
            gain = gains[path, i]
            if tax > 0.0 and gain > 0.0 and cost[i] > 0.0:
                band[i] *= ((cost[i] + tax * gain) / cost[i]) ** (1.0 / 3.0)
            away[i] = weights[path, i] - target[i]
            acts = acts or abs(away[i]) > band[i]
        if not acts:
            wanted[path] = weights[path]
            continue
        if kept > 0.0:
            _to_edges(away, band, kept)
        else:
            away[:] = 0.0
        for i in range(n):
            wanted[path, i] = target[i] + away[i]


@kernel
def _to_edges(away: Floats, band: Floats, kept: float) -> None:
    """What left its band goes back to what is kept of it; the rest gives way towards target."""
    left = 0.0
    for i in range(away.shape[0]):
        if abs(away[i]) > band[i]:
            away[i] = np.sign(away[i]) * kept * band[i]
        left += away[i]
    side = np.sign(left)
    room = 0.0
    for i in range(away.shape[0]):
        if side * away[i] > 0.0:
            room += side * away[i]
    part = 1.0 - min(1.0, abs(left) / room) if room > 0.0 else 1.0
    for i in range(away.shape[0]):
        if side * away[i] > 0.0:
            away[i] *= part


@entry
def zone_destinations(
    weights: Floats,
    centre: Floats,
    metric: Floats,
    root: Floats,
    sell: Floats,
    buy: Floats,
    wanted: Floats,
) -> None:
    """Where min Σ sell·(x − y)⁺ + buy·(y − x)⁺ + ½(y − a)ᵀ D M D (y − a) trades to from x.

    Shape: `metric` M (n, n); `centre` a, `root` the diagonal of D, the prices of selling and of
    buying, `weights` x and `wanted` y (paths, n).
    """
    paths, n = weights.shape
    scaled = np.empty((n, n))
    slope = np.empty(n)
    for path in range(paths):
        for i in range(n):
            for j in range(n):
                scaled[i, j] = metric[i, j] * root[path, i] * root[path, j]
        _exchange(weights[path], centre[path], scaled, sell[path], buy[path], wanted[path], slope)


@kernel
def _exchange(
    held: Floats,
    centre: Floats,
    metric: Floats,
    sell: Floats,
    buy: Floats,
    wanted: Floats,
    slope: Floats,
) -> None:
    """Exchange between the pair that gains most, each time to the next kink, until none gains."""
    n = held.shape[0]
    dearest = 0.0
    for i in range(n):
        wanted[i] = held[i]
        dearest = max(dearest, sell[i] + buy[i])
        slope[i] = 0.0
        for j in range(n):
            slope[i] += metric[i, j] * (held[j] - centre[j])
    for _ in range(EXCHANGES_MAX):
        giver, taker = -1, -1
        least_loss, most_gain = np.inf, np.inf
        for i in range(n):
            if wanted[i] > 0.0:
                given = -slope[i] + (-buy[i] if wanted[i] > held[i] else sell[i])
                if given < least_loss:
                    least_loss, giver = given, i
            taken = slope[i] + (-sell[i] if wanted[i] < held[i] else buy[i])
            if taken < most_gain:
                most_gain, taker = taken, i
        gap = -(least_loss + most_gain)
        if giver == taker or gap <= EXACT * dearest:
            return
        step = wanted[giver] - held[giver] if wanted[giver] > held[giver] else wanted[giver]
        if wanted[taker] < held[taker]:
            step = min(step, held[taker] - wanted[taker])
        curve = metric[giver, giver] + metric[taker, taker] - 2.0 * metric[giver, taker]
        if curve * step > gap:
            step = gap / curve
            wanted[giver] -= step
            wanted[taker] += step
        else:
            _to_kink(held, wanted, giver, taker, step)
        for i in range(n):
            slope[i] += step * (metric[i, taker] - metric[i, giver])


@kernel
def _to_kink(held: Floats, wanted: Floats, giver: int, taker: int, step: float) -> None:
    """A step that ends on a kink ends on it exactly."""
    for i, moved in ((giver, -step), (taker, step)):
        before = wanted[i] - held[i]
        wanted[i] += moved
        if before * (wanted[i] - held[i]) < 0.0 or abs(wanted[i] - held[i]) < 1e-15:
            wanted[i] = held[i]
        elif wanted[i] < 1e-15:
            wanted[i] = 0.0
