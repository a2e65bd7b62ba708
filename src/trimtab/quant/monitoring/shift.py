"""Has a series moved away from what a model was trained on?  Kolmogorov-Smirnov, stated honestly.

The test asks whether two samples come from one distribution.  Two cares make its alarms mean what
they say.  Values that follow each other are alike (volatility above all), so that a hundred of them
know less than a hundred: sample sizes are cut by their autocorrelation.  And who looks at many
series finds something by chance: levels are shared out over them (Holm), so that the stated level
is the chance of *any* false alarm.  Only the memory from one value to the next is counted: where
volatility remembers for months, a passing storm is called a shift more often than the level says.

Source: Smirnov (1948) for the two-sample test; Holm (1979), "A Simple Sequentially Rejective
Multiple Test Procedure"; the effective size of an autoregression of order one, Bayley and
Hammersley (1946).
Errors: `InputError` for series that are not finite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import kolmogorov

from trimtab.model.errors import InputError, must

__all__ = ["EFFECTIVE_MIN", "LEVEL", "Floats", "Shift", "Verdict", "effective_size", "shifts"]

Floats = npt.NDArray[np.float64]

LEVEL = 0.01
"""The chance of any false alarm of one check, over all series together."""
EFFECTIVE_MIN = 20.0
"""Independent values below which nothing can be said either way."""
CORRELATION_MAX = 0.99


class Verdict(StrEnum):
    """What a test came to."""

    SAME = "same"
    DRIFTING = "drifting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shift:
    """One series against its reference.

    Unit: `distance` between the two distribution functions, 0 to 1; `effective` independent values
    in the smaller sample; `p_value` of one test by itself, `bound` what it was held against.
    """

    subject: str
    distance: float
    p_value: float
    effective: float
    verdict: Verdict
    bound: float = 0.0


def effective_size(values: Floats) -> float:
    """How many independent values know as much as these.

    Shape: (n,).
    """
    n = len(values)
    centred = values - values.mean() if n else values
    power = float(centred @ centred)
    if n < 3 or power <= 0.0:
        return float(min(n, 1))
    # Levels and sizes both persist; the slower of the two decides.
    sizes = np.abs(centred) - np.abs(centred).mean()
    persistence = max(_lag_one(centred), _lag_one(sizes), 0.0)
    persistence = min(persistence, CORRELATION_MAX)
    return n * (1.0 - persistence) / (1.0 + persistence)


def shifts(
    reference: Mapping[str, Floats], recent: Mapping[str, Floats], level: float = LEVEL
) -> tuple[Shift, ...]:
    """Every series of the reference against what was seen lately; the surest alarm first.

    A series that was not seen lately, or too little of it, is `UNKNOWN`.
    Unit: `level` the chance of any false alarm, above 0 and below 1.
    Refuses: values that are not finite.
    """
    must(0.0 < level < 1.0, "a level is a probability")
    nothing = np.empty(0)
    tested = [
        _tested(name, _finite(name, values), _finite(name, recent.get(name, nothing)))
        for name, values in reference.items()
    ]
    known = sorted((one for one in tested if one.verdict is not Verdict.UNKNOWN), key=_by_p)
    unknown = [one for one in tested if one.verdict is Verdict.UNKNOWN]
    judged, alarm = [], True
    for place, one in enumerate(known):
        bound = level / (len(known) - place)
        alarm = alarm and one.p_value <= bound
        verdict = Verdict.DRIFTING if alarm else Verdict.SAME
        judged.append(replace(one, verdict=verdict, bound=bound))
    return (*judged, *unknown)


def _by_p(shift: Shift) -> float:
    return shift.p_value


def _finite(name: str, values: Floats) -> Floats:
    array = np.asarray(values, dtype=np.float64).ravel()
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise InputError(name, f"value {place + 1} is {array[place]}", "it must be finite")
    return array


def _tested(name: str, reference: Floats, recent: Floats) -> Shift:
    """The test of one series by itself."""
    first, second = effective_size(reference), effective_size(recent)
    smaller = min(first, second)
    if smaller < EFFECTIVE_MIN:
        return Shift(name, 0.0, 1.0, smaller, Verdict.UNKNOWN)
    distance = _distance(reference, recent)
    size = float(np.sqrt(first * second / (first + second)))
    return Shift(name, distance, float(kolmogorov(size * distance)), smaller, Verdict.SAME)


def _distance(one: Floats, other: Floats) -> float:
    """The most by which two empirical distribution functions differ."""
    places = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(s), places, side="right") / len(s) for s in (one, other)]
    return float(np.max(np.abs(below[0] - below[1])))


def _lag_one(centred: Floats) -> float:
    power = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / power if power > 0.0 else 0.0
