"""What is watched to see whether the world is still the one a model was trained in.

Inputs are the daily returns of each instrument; the residual is the wanted mix's return over the
risk expected of it the day before, which is what is left when volatility has been accounted for.
The same series are kept with the model when it is trained, and worked out again to check it.

Errors: `InputError` where a model's kept series cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from trimtab.app.models.parts import array_bytes, arrays
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.quant.monitoring.shift import Floats

__all__ = ["WATCH_NAME", "WATCH_SESSIONS", "kept_series", "series_bytes", "series_of"]

WATCH_NAME = "watched.npz"
WATCH_SESSIONS = 126
"""Recent sessions that are held against training: half a year, long enough to tell."""
HALF_LIFE = 21.0
"""Sessions after which a day counts half in the risk that is expected."""
RESIDUAL = "residual of risk"


def series_of(
    history: PriceHistory, mandate: Mandate, after: date | None = None
) -> dict[str, Floats]:
    """The watched series of a history, of the days after one where it is given.

    Unit: logarithms of daily returns; the residual in expected deviations.
    """
    closes = np.asarray(history.closes, dtype=np.float64)
    closes = closes.reshape(len(history.dates), len(history.instruments))
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.diff(np.log(closes), axis=0)
    days = history.dates[1:]
    first = 0 if after is None else sum(day <= after for day in days)
    found = {
        f"returns of {name}": column[np.isfinite(column)]
        for name, column in zip(history.instruments, returns[first:].T, strict=True)
    }
    found[RESIDUAL] = _residual(returns @ _wanted(history.instruments, mandate))[first:]
    found[RESIDUAL] = found[RESIDUAL][np.isfinite(found[RESIDUAL])]
    return found


def series_bytes(series: Mapping[str, Floats]) -> bytes:
    """The series as a file of a model."""
    return array_bytes(series)


def kept_series(data: bytes, subject: str) -> dict[str, Floats]:
    """The series that a model was trained on.

    Refuses: a file that holds anything but numbers.
    """
    return {name: np.asarray(one, dtype=np.float64) for name, one in arrays(data, subject).items()}


def _wanted(instruments: tuple[str, ...], mandate: Mandate) -> Floats:
    """The targets' weights on the first instrument of each that has a history.

    Shape: (n,).
    """
    wanted = np.zeros(len(instruments))
    for target in mandate.targets:
        at = next((instruments.index(n) for n in target.instruments if n in instruments), None)
        if at is not None:
            wanted[at] += float(target.weight)
    return wanted


def _residual(returns: Floats) -> Floats:
    """Each return over the deviation expected from the days before it; unknown at first.

    Shape: (t,).
    """
    decay = 0.5 ** (1.0 / HALF_LIFE)
    residual = np.full(len(returns), np.nan)
    variance, weight = 0.0, 0.0
    for day, value in enumerate(returns.tolist()):
        if weight > 0.5 and variance > 0.0:
            residual[day] = value / np.sqrt(variance / weight)
        if np.isfinite(value):
            variance = decay * variance + (1.0 - decay) * value * value
            weight = decay * weight + (1.0 - decay)
    return residual
