"""The mandate as it can be met on a day: without what has no price, and as arrays.

What is not listed yet, or has had no price for too long, cannot be planned with; what merely has no
price today is kept as it is today.  A target of which nothing is listed stays in cash until
something is.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.target_days import TargetDays
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind

__all__ = ["DayRules", "Range", "RulesByDay", "ranges_of"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
RULES_KEPT_MAX = 4_096
UNPRICED = "market"
"""The clause of what the market itself forbids."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a restriction allows to be held of some instruments in some accounts.

    Shape: `covered` (A, N).
    Unit: fractions of the household's value.
    """

    covered: Flags
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class DayRules:
    """A mandate with its targets in numbers.

    Shape: `members` (K, N) is one where an instrument counts towards a target; `stated`, `bands`
    (K,), the former `wanted` in all.
    """

    mandate: Mandate
    members: Floats
    stated: tuple[float, ...]
    bands: tuple[float, ...]
    wanted: float

    @classmethod
    def of(cls, mandate: Mandate, column: Mapping[str, int]) -> DayRules:
        """The arrays of a mandate."""
        members = np.zeros((len(mandate.targets), len(column)))
        for row, target in enumerate(mandate.targets):
            known = [column[name] for name in mandate.members_of(target) if name in column]
            members[row, known] = 1.0
        stated = tuple(float(target.weight) for target in mandate.targets)
        bands = tuple(float(target.band.width(target.weight)) for target in mandate.targets)
        return cls(mandate, members, stated, bands, sum(stated))


class RulesByDay:
    """The rules of each day; days of one review on which the same instruments have prices share
    them."""

    def __init__(self, targets: TargetDays, market: MarketDays, limit: int) -> None:
        self.targets, self.market, self.limit = targets, market, limit
        self._usual: dict[date | None, DayRules] = {}
        self._by_prices: dict[tuple[date | None, bytes, bytes], DayRules] = {}

    def on(self, t: int) -> DayRules:
        """The rules of a session."""
        review = self.targets.review(t)
        if not self.market.gap_days[t]:
            if review not in self._usual:
                self._usual[review] = self._of(t, frozenset(self.market.column), ())
            return self._usual[review]
        age = self.market.age[t]
        gone, unpriced = (age == NEVER) | (age > self.limit), age > 0
        key = review, gone.tobytes(), unpriced.tobytes()
        if key not in self._by_prices:
            if len(self._by_prices) >= RULES_KEPT_MAX:
                self._by_prices.clear()
            names = self.market.instruments
            listed = frozenset(names[k] for k in np.flatnonzero(~gone))
            waiting = tuple(names[k] for k in np.flatnonzero(unpriced & ~gone))
            self._by_prices[key] = self._of(t, listed, waiting)
        return self._by_prices[key]

    def _of(self, t: int, listed: frozenset[str], waiting: tuple[str, ...]) -> DayRules:
        mandate = _restated(self.targets.mandate_on(t), listed, waiting)
        return DayRules.of(mandate, self.market.column)


def _restated(mandate: Mandate, listed: frozenset[str], unpriced: tuple[str, ...]) -> Mandate:
    targets = []
    for target in mandate.targets:
        left = tuple(name for name in target.instruments if name in listed)
        if left:
            targets.append(replace(target, instruments=left))
    substitutes = {
        name: tuple(other for other in others if other in listed)
        for name, others in mandate.wash_sales.substitutes.items()
        if name in listed
    }
    restrictions = mandate.restrictions
    if unpriced:
        kinds = (RestrictionKind.DO_NOT_BUY, RestrictionKind.DO_NOT_SELL)
        reason = "it has no price today"
        restrictions += tuple(
            Restriction(UNPRICED, kind, unpriced, reason=reason) for kind in kinds
        )
    return replace(
        mandate,
        targets=tuple(targets),
        restrictions=restrictions,
        wash_sales=replace(mandate.wash_sales, substitutes=substitutes),
    )


def ranges_of(
    mandate: Mandate,
    accounts: tuple[str, ...],
    market: MarketDays,
    instruments: Mapping[str, Instrument],
) -> tuple[Range, ...]:
    """What restrictions of weights ask for, whether they name instruments, tags or accounts."""
    ranges = []
    for one in mandate.restrictions:
        covered = np.zeros((len(accounts), len(market.instruments)), dtype=np.bool_)
        rows = [
            row for row, name in enumerate(accounts) if not one.accounts or name in one.accounts
        ]
        columns = [
            market.column[name]
            for name in market.instruments
            if name in one.instruments
            or (name in instruments and instruments[name].tags & frozenset(one.tags))
        ]
        covered[np.ix_(rows, columns)] = True
        if one.kind is RestrictionKind.HOLD_RANGE:
            least = 0.0 if one.minimum is None else float(one.minimum)
            most = np.inf if one.maximum is None else float(one.maximum)
            ranges.append(Range(covered, least, most))
        elif one.kind is RestrictionKind.NEVER_OWN:
            ranges.append(Range(covered, 0.0, 0.0))
    return tuple(ranges)
