"""The one-step problem: how far to trade today when what follows is worth a quadratic in weights.

    minimise  Σ cost_i |y_i − x_i| + ½ (y − a)ᵀ M (y − a)   subject to  Σ y = Σ x,  y ≥ 0

Value is exchanged between the pair of instruments that gains most, with an exact step to the next
kink, until no pair gains: for one linear constraint that is the optimum.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry, kernel
from trimtab.quant.control.tracking import Floats

__all__ = ["EXCHANGES_MAX", "destinations", "trade_to"]

EXCHANGES_MAX = 20_000
"""Exchanges per trade; thirty ill-conditioned instruments far outside take some hundreds."""


@kernel
def trade_to(x: Floats, a: Floats, M: Floats, c: Floats, tol: float, y: Floats, g: Floats) -> bool:
    """Write where to trade from `x` into `y`; whether anything is traded at all.

    Shape: `x`, `a`, `c`, `y`, `g` (n,), `M` (n, n); `g` is room for the gradient.
    """
    n = x.shape[0]
    for i in range(n):
        y[i] = x[i]
        total = 0.0
        for j in range(n):
            total += M[i, j] * (x[j] - a[j])
        g[i] = total
    for exchange in range(EXCHANGES_MAX):
        s, b = -1, -1
        sell, buy = np.inf, np.inf
        for i in range(n):
            if y[i] > 0.0:
                slope = -g[i] - c[i] if y[i] > x[i] else c[i] - g[i]
                if slope < sell:
                    sell, s = slope, i
            slope = g[i] - c[i] if y[i] < x[i] else g[i] + c[i]
            if slope < buy:
                buy, b = slope, i
        if s < 0 or s == b or sell + buy >= -tol:
            return exchange > 0
        step = y[s] - x[s] if y[s] > x[s] else y[s]
        if y[b] < x[b]:
            step = min(step, x[b] - y[b])
        curve = M[s, s] + M[b, b] - 2.0 * M[s, b]
        if curve * step > -(sell + buy):
            step = -(sell + buy) / curve
            y[s] -= step
            y[b] += step
        else:
            _to_the_kink(x, y, s, b, step)
        for i in range(n):
            g[i] += step * (M[i, b] - M[i, s])
    return True


@kernel
def _to_the_kink(x: Floats, y: Floats, s: int, b: int, step: float) -> None:
    """Step exactly onto the kink that limits the exchange, so that rounding leaves no dust."""
    sold_to = x[s] if y[s] > x[s] else 0.0
    bought_to = x[b] if y[b] < x[b] else np.inf
    if y[s] - sold_to <= step:
        y[s] = sold_to
    else:
        y[s] -= step
    if bought_to - y[b] <= step:
        y[b] = bought_to
    else:
        y[b] += step


@entry
def destinations(x: Floats, a: Floats, M: Floats, c: Floats, tol: float, y: Floats) -> None:
    """Write where to trade from each row of `x` into the same row of `y`.

    Shape: `x`, `y` (B, n).
    """
    g = np.empty(x.shape[1])
    for row in range(x.shape[0]):
        trade_to(x[row], a, M, c, tol, y[row], g)
