"""Weights followed through many periods under a rule: what trading and drifting cost on average."""

from __future__ import annotations

import numpy as np

from trimtab.quant.compile import entry
from trimtab.quant.control.one_step import trade_to
from trimtab.quant.control.tracking import Floats

__all__ = ["follow_region"]


@entry
def follow_region(
    weights: Floats,
    growth: Floats,
    a: Floats,
    M: Floats,
    c: Floats,
    tol: float,
    target: Floats,
    risk: Floats,
    sums: Floats,
) -> None:
    """Follow paths under a no-trade region; add up what each pays.

    Shape: `weights` (P, n), moved on in place; `growth` (P, T, n) gross returns; `risk` (n, n) the
    covariance; `sums` (P, 3): cost of trades, tracking variance, and half the traded weights, each
    summed over the periods.
    """
    paths, periods, n = growth.shape
    y, g = np.empty(n), np.empty(n)
    for p in range(paths):
        x = weights[p]
        for t in range(periods):
            trade_to(x, a, M, c, tol, y, g)
            for i in range(n):
                traded = abs(y[i] - x[i])
                sums[p, 0] += c[i] * traded
                sums[p, 2] += 0.5 * traded
            total = 0.0
            for i in range(n):
                row = 0.0
                for j in range(n):
                    row += risk[i, j] * (y[j] - target[j])
                sums[p, 1] += row * (y[i] - target[i])
                x[i] = y[i] * growth[p, t, i]
                total += x[i]
            for i in range(n):
                x[i] /= total
