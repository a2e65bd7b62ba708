"""Did a stream change on the way?  KSWIN, a sliding window, where the package river is installed.

A check of all recent values against the training data sees slow changes late.  KSWIN holds the
newest values of a window against a draw of the older ones each time a value comes in, here once for
the values and once for how large they are.  As it tests each time, its level is shared out over all
its tests.

Source: Raab, Heusinger and Schleif (2020), "Reactive Soft Prototype Computing for Concept Drift
Streams", Neurocomputing.
Errors: `InputError` where river is not installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = ["WINDOW", "Change", "has_river", "last_change"]

Floats = npt.NDArray[np.float64]

WINDOW, NEWEST = 126, 42
"""Sessions of the window, half a year, and of its newest part, two months."""


@dataclass(frozen=True, slots=True)
class Change:
    """The last place at which a stream changed, counted from its first value; none if it did not.

    `tests` is how many times it was asked; none where the stream is shorter than the window.
    """

    at: int | None
    tests: int


def has_river() -> bool:
    """Whether the package is there."""
    return find_spec("river") is not None


def last_change(values: Floats, level: float, seed: int) -> Change:
    """Where a stream last changed.

    Shape: (n,), the oldest value first.
    Unit: `level` the chance of any false alarm; `seed` of the draws among older values.
    Refuses: to run without river.
    """
    if not has_river():
        raise InputError(
            "KSWIN", "the package river is not installed", "", 'pip install "trimtab[ai]"'
        )
    tests = max(0, len(values) - WINDOW + 1)
    if tests == 0:
        return Change(None, 0)
    sizes = np.abs(values - np.median(values))  # what grows louder has the same middle
    places = [_watched(stream, level / (2 * tests), seed) for stream in (values, sizes)]
    return Change(max((at for at in places if at is not None), default=None), 2 * tests)


def _watched(stream: Floats, level: float, seed: int) -> int | None:
    """Where a detector of that level fired last."""
    from river import drift

    library: Any = drift  # it has no types
    detector = library.KSWIN(alpha=level, window_size=WINDOW, stat_size=NEWEST, seed=seed)
    found = None
    for place, value in enumerate(stream.tolist()):
        detector.update(value)
        if detector.drift_detected:
            found = place
    return found
