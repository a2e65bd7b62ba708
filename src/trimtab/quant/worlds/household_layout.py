"""What the steps of many simulated households read and write: arrays with names.

Households stand side by side in the last axis, so that every pass over them is one run through
memory: arrays by instrument are (n, B).

Errors: `InputErrors` for a world that makes no sense, every fault at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError, InputErrors

__all__ = [
    "COST_MAX",
    "MARKET",
    "VOLATILITY_MAX",
    "HouseholdWorld",
    "Households",
    "Outcome",
    "Terms",
    "Work",
    "observed_bounds",
    "observed_size",
]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Seeds = npt.NDArray[np.uint64]

MARKET = 4
"""Figures of the market that a household remembers: variance, common variance, trend, its costs."""
VOLATILITY_MAX, COST_MAX = 5.0, 5.0
OBSERVED_BY_INSTRUMENT, OBSERVED_BY_HOUSEHOLD = 3, 2 + MARKET
DAYS_A_YEAR = 365.0


def observed_size(instruments: int) -> int:
    """How many numbers of a household are observed."""
    return OBSERVED_BY_INSTRUMENT * instruments + OBSERVED_BY_HOUSEHOLD


def observed_bounds(instruments: int) -> tuple[Singles, Singles]:
    """Least and most of each number that is observed.  Shape: (size,) both."""
    n, size = instruments, observed_size(instruments)
    low, high = np.zeros(size, np.float32), np.ones(size, np.float32)
    low[2 * n : 3 * n] = low[3 * n + 4] = -1.0
    high[3 * n + 2], high[3 * n + 5] = VOLATILITY_MAX, COST_MAX
    return low, high


@dataclass(frozen=True, slots=True)
class HouseholdWorld:
    """Targets, costs and tax of a household, and the returns that it may meet.

    Shape: `target`, `cost` (n,), `covariance` (n, n), `growth` (paths, periods, n), `bands` (n, 2)
    down and up.
    Unit: `target` fractions of value, what they leave is cash; `cost` one way, of the traded value;
    `covariance` a year; `growth` price at the end of a period over price at its start; `bands`
    fractions of value to which band-edge actions are relative, infinite for an instrument without
    one; `tax_rate` of realised net gains, at average basis; `capture` the part of the return beyond
    that of the targets which counts as reward; `episode` periods until a household starts anew;
    `spread` and `gain_most` how far from target, and with which embedded gains, it may start.
    Refuses: shapes that do not agree, values that are not finite, negative costs and targets, and
    paths shorter than an episode.
    """

    target: Floats
    cost: Floats
    covariance: Floats
    growth: Floats
    bands: Floats
    risk_aversion: float
    review_years: float = 1.0 / 12.0
    tax_rate: float = 0.0
    capture: float = 0.0
    episode: int = 120
    spread: float = 0.2
    gain_most: float = 0.0

    def __post_init__(self) -> None:
        if errors := [*self._wrong_shapes()] or [*self._wrong_values()]:
            raise InputErrors(errors)

    @property
    def instruments(self) -> int:
        """How many instruments there are."""
        return len(self.target)

    @property
    def banded(self) -> Integers:
        """The instruments with a band of their own."""
        return np.flatnonzero(np.isfinite(self.bands).all(axis=1)).astype(np.int64)

    def _wrong_shapes(self) -> list[InputError]:
        n = len(self.target)
        wanted = {"cost": (n,), "covariance": (n, n), "bands": (n, 2)}
        found = {name: getattr(self, name).shape for name in wanted}
        wanted["growth"] = (*self.growth.shape[:2], n)
        found["growth"] = self.growth.shape
        return [
            InputError(name, f"has shape {found[name]}", f"{n} targets ask {wanted[name]}")
            for name in wanted
            if found[name] != wanted[name]
        ]

    def _wrong_values(self) -> list[InputError]:
        errors = []
        if not (np.isfinite(self.target).all() and (self.target >= 0).all()):
            errors.append(
                InputError("target", "is negative or not finite", "weights are fractions")
            )
        elif self.target.sum() > 1.0 + 1e-9:
            errors.append(InputError("target", f"sums to {self.target.sum():g}", "at most 1"))
        if not (np.isfinite(self.cost).all() and (self.cost >= 0).all() and (self.cost < 1).all()):
            errors.append(InputError("cost", "is outside 0 to 1", "a fraction of the traded value"))
        if not np.isfinite(self.covariance).all():
            errors.append(InputError("covariance", "is not finite", "every element must be"))
        if not (np.isfinite(self.growth).all() and (self.growth > 0).all()):
            errors.append(InputError("growth", "is not above 0", "a price over the one before"))
        if not 1 <= self.episode <= self.growth.shape[1]:
            fact = f"is {self.episode}, the paths have {self.growth.shape[1]} periods"
            errors.append(InputError("episode", fact, "it must lie within them"))
        if not (self.bands > 0).all():
            errors.append(InputError("bands", "is not above 0", "leave one out as infinite"))
        if not 0.0 <= self.tax_rate < 1.0:
            errors.append(InputError("tax_rate", f"is {self.tax_rate:g}", "at least 0, below 1"))
        for name in ("risk_aversion", "review_years"):
            if not 0.0 < getattr(self, name) < np.inf:
                errors.append(InputError(name, f"is {getattr(self, name):g}", "it must be above 0"))
        return errors


class Terms(NamedTuple):
    """A world as the kernel reads it; `growth` (rows, n) holds path after path."""

    target: Floats
    cost: Floats
    covariance: Floats
    bands: Floats
    banded: Integers
    growth: Floats
    periods: int
    episode: int
    drift_price: float
    tax_rate: float
    capture: float
    review_days: float
    spread: float
    gain_most: float
    usual_square: float
    usual_cost: float

    @classmethod
    def of(cls, world: HouseholdWorld) -> Terms:
        """The world's terms, each array contiguous."""
        n, periods = world.instruments, world.growth.shape[1]
        growth = np.ascontiguousarray(world.growth.reshape(-1, n), dtype=np.float64)
        square = float(np.mean((growth - 1.0) ** 2))
        cost = float(world.cost.mean())
        return cls(
            np.ascontiguousarray(world.target, dtype=np.float64),
            np.ascontiguousarray(world.cost, dtype=np.float64),
            np.ascontiguousarray(world.covariance, dtype=np.float64),
            np.ascontiguousarray(world.bands, dtype=np.float64),
            world.banded,
            growth,
            periods,
            world.episode,
            0.5 * world.risk_aversion * world.review_years,
            world.tax_rate,
            world.capture,
            world.review_years * DAYS_A_YEAR,
            world.spread,
            world.gain_most,
            square if square > 0.0 else 1.0,
            0.01 * cost if cost > 0.0 else 1.0,
        )


class Households(NamedTuple):
    """What households have and remember.

    Shape: `held`, `basis` (n, B); `market` (MARKET, B); all others (B,).
    Unit: dollars of a household that began with one; `row` the row of growth met next, `left`
    periods until the episode ends.
    """

    held: Floats
    basis: Floats
    cash: Floats
    carried_loss: Floats
    days: Floats
    market: Floats
    row: Integers
    left: Integers
    chance: Seeds

    @classmethod
    def empty(cls, instruments: int, count: int, seed: int) -> Households:
        """Households that have not begun, each with a stream of chance of its own."""
        by_instrument = (instruments, count)
        chance = np.random.default_rng(seed).integers(1, 2**63, count, dtype=np.uint64)
        return cls(
            held=np.zeros(by_instrument),
            basis=np.zeros(by_instrument),
            cash=np.zeros(count),
            carried_loss=np.zeros(count),
            days=np.zeros(count),
            market=np.zeros((MARKET, count)),
            row=np.zeros(count, np.int64),
            left=np.zeros(count, np.int64),
            chance=chance,
        )


class Work(NamedTuple):
    """Room for a step. Shape: `aim`, `away` (n, B); `by_household` (8, B)."""

    aim: Floats
    away: Floats
    by_household: Floats

    @classmethod
    def empty(cls, instruments: int, count: int) -> Work:
        """Room for so many."""
        shape = (instruments, count)
        return cls(np.empty(shape), np.empty(shape), np.empty((8, count)))


class Outcome(NamedTuple):
    """What a step came to.

    Shape: `observed`, `last` (size, B), the latter of episodes that ended; others (B,).
    Unit: `trading`, `tax`, `drift` and `captured` fractions of value, in this period.
    """

    observed: Singles
    last: Singles
    reward: Singles
    ended: Flags
    trading: Floats
    tax: Floats
    drift: Floats
    captured: Floats

    @classmethod
    def empty(cls, instruments: int, count: int) -> Outcome:
        """Room for so many."""
        size = (observed_size(instruments), count)
        return cls(
            np.empty(size, np.float32),
            np.empty(size, np.float32),
            np.empty(count, np.float32),
            np.empty(count, np.bool_),
            *(np.empty(count) for _ in range(4)),
        )
