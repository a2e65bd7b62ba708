"""The monitor: every household of a service against its targets, on every update of prices.

Holdings and wishes are kept as arrays; an update of prices is one call of the kernel for all
households (`quant.monitoring.watch`).  Threads share a monitor: each brings its household and the
prices that it heard, and reads its own standing.

Errors: `InputError` for a held instrument without a positive price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

import numpy as np

from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import must
from trimtab.quant.monitoring.watch import NOTHING, Level, Readings, Thresholds, Watched, watch

__all__ = ["Monitor", "Portfolio", "Standing", "portfolio_of"]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a household holds and wants, as numbers.

    Unit: `quantities` units by instrument over all accounts, `cash` and `prices` base currency,
    `weights` fractions by target; `target_of` the target that an instrument counts towards.
    """

    base: str
    quantities: Mapping[str, float]
    cash: float
    prices: Mapping[str, float]
    weights: Mapping[str, float]
    target_of: Mapping[str, str]
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a household stands: how far, from which target, and whether it was told to tell.

    Unit: fractions of the household's value.
    """

    level: Level
    farthest: float
    target: str
    total: float


def portfolio_of(loaded: LoadedHousehold, thresholds: Thresholds) -> Portfolio:
    """The numbers of a loaded household, against its current targets where they are estimated."""
    snapshot, mandate = loaded.snapshot, loaded.mandate
    if mandate.target_source is not None:
        from trimtab.app.targeting import current_targets

        current = current_targets(loaded)
        mandate = mandate if current is None else current.applied_to(mandate)
    quantities: dict[str, float] = {}
    for lot in snapshot.lots:
        quantities[lot.instrument] = quantities.get(lot.instrument, 0.0) + float(lot.quantity)
    towards = {name: mandate.target_of(name) for name in quantities}
    return Portfolio(
        loaded.household.base_currency,
        quantities,
        float(snapshot.cash_value()),
        {name: float(snapshot.unit_value(name)) for name in quantities},
        {one.name: float(one.weight) for one in mandate.targets},
        {name: one.name for name, one in towards.items() if one is not None},
        thresholds,
    )


class Monitor:
    """All households of a service."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._portfolios: dict[str, Portfolio] = {}
        self._levels: dict[str, Level] = {}
        self._standings: dict[str, Standing] = {}
        self._prices: dict[tuple[str, str], float] = {}
        self._arrays: dict[Thresholds, _Arrays] | None = None
        self._is_current = True

    def put(self, name: str, portfolio: Portfolio, level: Level | None = None) -> None:
        """Watch a household, or what it holds since; `level` is the one that was told last."""
        with self._lock:
            self._portfolios[name] = portfolio
            self._levels[name] = self._levels.get(name, Level.CALM) if level is None else level
            self._arrays = None
            self.update(portfolio.base, portfolio.prices)

    def update(self, base: str, prices: Mapping[str, float]) -> None:
        """Take prices of instruments, in a base currency."""
        with self._lock:
            for name, price in prices.items():
                self._prices[base, name] = price
            self._is_current = False

    def standing(self, name: str) -> Standing:
        """Where a household stands at the last prices."""
        with self._lock:
            if not self._is_current:
                self._read()
            return self._standings[name]

    def _read(self) -> None:
        """Read all households anew: one call of the kernel for each pair of thresholds."""
        if self._arrays is None:
            self._arrays = _arrays_of(self._portfolios)
        for thresholds, arrays in self._arrays.items():
            prices = np.array([self._prices[place] for place in arrays.places])
            before = np.array([self._levels[name] for name in arrays.names], dtype=np.int64)
            read = watch(arrays.watched, prices, thresholds, before)
            for row, name in enumerate(arrays.names):
                standing = _standing(self._portfolios[name], read, row)
                self._standings[name], self._levels[name] = standing, standing.level
        self._is_current = True


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Households with the same thresholds, and what their arrays' places stand for."""

    names: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    watched: Watched


def _arrays_of(portfolios: Mapping[str, Portfolio]) -> dict[Thresholds, _Arrays]:
    by_thresholds: dict[Thresholds, dict[str, Portfolio]] = {}
    for name, one in portfolios.items():
        by_thresholds.setdefault(one.thresholds, {})[name] = one
    return {thresholds: _packed(some) for thresholds, some in by_thresholds.items()}


def _packed(portfolios: Mapping[str, Portfolio]) -> _Arrays:
    held = {(one.base, name) for one in portfolios.values() for name in one.quantities}
    places = {place: number for number, place in enumerate(sorted(held))}
    rows = len(portfolios)
    columns = max(len(one.quantities) for one in portfolios.values())
    classes = max(len(one.weights) for one in portfolios.values())
    quantities = np.zeros((rows, columns))
    instruments = np.full((rows, columns), NOTHING, dtype=np.int64)
    targets = np.full((rows, columns), NOTHING, dtype=np.int64)
    weights = np.zeros((rows, classes))
    for row, one in enumerate(portfolios.values()):
        numbers = {name: number for number, name in enumerate(one.weights)}
        weights[row, : len(numbers)] = list(one.weights.values())
        for column, (name, quantity) in enumerate(one.quantities.items()):
            quantities[row, column] = quantity
            instruments[row, column] = places[one.base, name]
            if name in one.target_of:
                targets[row, column] = numbers[one.target_of[name]]
    cash = np.array([one.cash for one in portfolios.values()])
    watched = Watched(quantities, instruments, targets, cash, weights)
    return _Arrays(tuple(portfolios), tuple(places), watched)


def _standing(portfolio: Portfolio, read: Readings, row: int) -> Standing:
    number = int(read.target[row])
    names = tuple(portfolio.weights)
    must(number < len(names), "a household's farthest target is one of its own")
    return Standing(
        Level(int(read.level[row])),
        float(read.farthest[row]),
        names[number] if number >= 0 else "",
        float(read.total[row]),
    )
