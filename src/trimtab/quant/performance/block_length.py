"""How long the blocks of a bootstrap should be, from how long a series remembers.

Blocks that are too short cut the memory of a series and make intervals too narrow; blocks that are
too long leave few of them.  The rule balances both by the series' own autocovariances.

Errors: fewer than `SESSIONS_MIN` values are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, series

__all__ = ["BlockLength", "automatic_block_length"]

SESSIONS_MIN = 20
SIGNIFICANCE = 2.0
"""An autocorrelation counts as zero within this many times √(log₁₀ n ÷ n)."""


@dataclass(frozen=True, slots=True)
class BlockLength:
    """The best block length of one series.

    Unit: sessions, not rounded; at least one.
    """

    stationary: float
    """Mean length of the stationary bootstrap's blocks, which have random lengths."""
    circular: float
    """Length of the circular bootstrap's blocks, which are all alike."""


def automatic_block_length(values: npt.ArrayLike) -> BlockLength:
    """The block length that minimises the error of the bootstrap's variance of the mean.

    Shape: (T,).
    Refuses: fewer than `SESSIONS_MIN` values; a series that never moves.
    Source: Politis and White (2004), Econometric Reviews 23(1); corrected by Patton, Politis and
    White (2009), Econometric Reviews 28(4).
    """
    sample = series(values, "values", SESSIONS_MIN)
    if sample.ndim != 1 or not np.ptp(sample):
        fault = f"shape {sample.shape}" if sample.ndim != 1 else "one value throughout"
        raise InputError("values", fault, "a series (T,) that moves is meant")
    n = len(sample)
    quiet = max(5, int(np.ceil(np.sqrt(np.log10(n)))))
    lags_max = int(np.ceil(np.sqrt(n))) + quiet
    covariance = _autocovariances(sample - sample.mean(), min(lags_max, n - 1))
    memory = _memory(covariance, n, quiet)
    lags = np.arange(-memory, memory + 1)
    at_lag = covariance[np.abs(lags)]
    window = np.clip(2.0 * (1.0 - np.abs(lags) / memory), 0.0, 1.0)  # flat to half, then down
    slope = float((window * np.abs(lags) * at_lag).sum())
    long_run = float((window * at_lag).sum())
    longest = np.ceil(min(3.0 * np.sqrt(n), n / 3.0))
    lengths = [
        float(np.clip((2.0 * slope**2 / (share * long_run**2) * n) ** (1 / 3), 1.0, longest))
        for share in (2.0, 4.0 / 3.0)
    ]
    return BlockLength(*lengths)


def _autocovariances(centred: Floats, lags: int) -> Floats:
    """Autocovariances at lags 0 … `lags`, each divided by n."""
    n = len(centred)
    return np.array([centred[: n - lag] @ centred[lag:] for lag in range(lags + 1)]) / n


def _memory(covariance: Floats, n: int, quiet: int) -> int:
    """Twice the lag after which `quiet` autocorrelations in a row are nil, and no longer than all.

    Where no such lag is found, the last lag that still matters decides.
    """
    correlation = np.abs(covariance[1:] / covariance[0])
    matters = correlation >= SIGNIFICANCE * np.sqrt(np.log10(n) / n)
    last = 0
    for lag in range(len(matters)):
        window = matters[lag : lag + quiet]
        if len(window) == quiet and not window.any():
            last = lag
            break
    else:
        still = np.flatnonzero(matters)
        last = int(still[-1]) + 1 if still.size else 0
    return min(2 * max(last, 1), len(matters))
