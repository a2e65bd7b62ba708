"""Watch households against their targets: how far each has drifted, on every update of prices.

One call takes all households of a service.  Drift is a ratio, so that prices may be in any one
currency.  What is looked at follows `model.drift`: the farthest target, and half the sum of all
absolute drifts, cash and what no target names included.

A crossing is told once: a household whose drift rose past a threshold is not told of again before
it has come back below `RELEASE` of it, so that a drift which trembles at a threshold is one event.

Errors: arrays that do not fit, prices that are not positive where one is needed, and thresholds in
the wrong order are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.compile import entry

__all__ = ["NOTHING", "RELEASE", "Level", "Readings", "Thresholds", "Watched", "watch"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

NOTHING = -1
"""In a row of instruments: the household has no more.  In targets: no target names it."""
RELEASE = 0.9
"""A level is left below this fraction of its threshold."""
EDGE = 1e-9
"""A drift this close below a threshold is at it, whatever binary digits say."""


class Level(IntEnum):
    """How far a household stands from its targets."""

    CALM = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which drift on a household is told of.

    Unit: fractions of the household's value.
    Refuses: thresholds that are not in order between 0 and 1.
    """

    warning: float = 0.03
    critical: float = 0.05

    def __post_init__(self) -> None:
        if not 0.0 < self.warning <= self.critical < 1.0:
            raise InputError(
                "drift thresholds",
                f"warning {self.warning}, critical {self.critical}",
                "fractions above 0 and below 1, the warning not above the critical one",
            )


@dataclass(frozen=True, slots=True)
class Watched:
    """What a number of households hold and want.

    Shape: `quantities`, `instruments`, `targets` (H, N); `cash` (H,); `weights` (H, T).
    Unit: `quantities` units, `cash` money of the prices' currency, `weights` fractions;
    `instruments` places in the prices, `targets` places in `weights`, `NOTHING` where none.
    Refuses: shapes that do not fit, and places that are not there.
    """

    quantities: Floats
    instruments: Indices
    targets: Indices
    cash: Floats
    weights: Floats

    def __post_init__(self) -> None:
        held, count = self.quantities.shape, self.quantities.shape[0]
        fits = (
            len(held) == 2
            and self.instruments.shape == held
            and self.targets.shape == held
            and self.cash.shape == (count,)
            and self.weights.ndim == 2
            and self.weights.shape[0] == count
        )
        if not fits:
            raise InputError("watched households", "their arrays do not fit each other")
        if self.targets.size and self.targets.max() >= self.weights.shape[1]:
            raise InputError("watched households", "a target is named that has no weight")

    @property
    def count(self) -> int:
        """How many households."""
        return self.quantities.shape[0]


@dataclass(frozen=True, slots=True)
class Readings:
    """Where every household stands.

    Shape: all (H,).
    Unit: `farthest` and `total` fractions of the household's value; `target` the place of the
    farthest target; `level` as `Level`; `rose` whether the level rose with this update.
    """

    farthest: Floats
    target: Indices
    total: Floats
    level: Indices
    rose: npt.NDArray[np.bool_]


def watch(watched: Watched, prices: Floats, thresholds: Thresholds, before: Indices) -> Readings:
    """Where every household stands at new prices; `before` are the levels of the last update.

    Shape: `prices` (P,); `before` (H,).
    Refuses: a held instrument without a positive price.
    """
    count = watched.count
    if before.shape != (count,):
        raise InputError("levels", f"{before.shape[0]} of them", f"{count} households are watched")
    if watched.instruments.size and watched.instruments.max() >= prices.shape[0]:
        raise InputError("prices", f"{prices.shape[0]} of them", "an instrument has none")
    farthest, total = np.zeros(count), np.zeros(count)
    target = np.full(count, NOTHING, dtype=np.int64)
    bad = _drifts(
        watched.quantities, watched.instruments, watched.targets, watched.cash, watched.weights,
        prices, farthest, target, total,
    )  # fmt: skip
    if bad >= 0:
        fact = f"the price of instrument {bad} is {prices[bad]}"
        raise InputError("prices", fact, "a positive number")
    level = _levels(farthest + EDGE, thresholds, before)
    return Readings(farthest, target, total, level, level > before)


def _levels(far: Floats, thresholds: Thresholds, before: Indices) -> Indices:
    """The level of each drift; one that was reached is left only well below its threshold."""
    found = np.zeros(far.shape[0], dtype=np.int64)
    for level, bound in (
        (Level.WARNING, thresholds.warning),
        (Level.CRITICAL, thresholds.critical),
    ):
        stays = (before >= level) & (far >= bound * RELEASE)
        found[(far >= bound) | stays] = level
    return found


@entry
def _drifts(
    quantities: Floats,
    instruments: Indices,
    targets: Indices,
    cash: Floats,
    weights: Floats,
    prices: Floats,
    farthest: Floats,
    target: Indices,
    total: Floats,
) -> int:
    """Fill the last three arrays row by row; answers the place of a price that cannot be, or −1."""
    held = np.zeros(weights.shape[1])
    for h in range(quantities.shape[0]):
        held[:] = 0.0
        untargeted = 0.0
        value = cash[h]
        for n in range(quantities.shape[1]):
            place = instruments[h, n]
            if place < 0 or quantities[h, n] == 0.0:
                continue
            price = prices[place]
            if not 0.0 < price < np.inf:
                return int(place)
            worth = quantities[h, n] * price
            value += worth
            if targets[h, n] >= 0:
                held[targets[h, n]] += worth
            else:
                untargeted += worth
        if value <= 0.0:
            continue
        wanted, apart = 0.0, abs(untargeted) / value
        for t in range(weights.shape[1]):
            drift = abs(held[t] / value - weights[h, t])
            wanted += weights[h, t]
            apart += drift
            if drift > farthest[h]:
                farthest[h] = drift
                target[h] = t
        apart += abs(cash[h] / value - max(0.0, 1.0 - wanted))
        total[h] = apart / 2.0
    return -1
