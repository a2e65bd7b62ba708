"""Whether a day needs a decision at all, and the mandate as it can be met on that day.

Most sessions change nothing: no band is left, nothing is due, no limit is broken.  A policy that
can say so from a look (`Watchful`) is not asked then; the others are asked at each review.  What is
not listed yet cannot be bought, and what has no price today is not traded today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind
from trimtab.policies._base import Look, Policy, Watchful

__all__ = ["DayState", "Watch"]

Floats = npt.NDArray[np.float64]
CENT = 0.01
UNPRICED = "market"
"""The clause of what the market itself forbids."""


@dataclass(frozen=True, slots=True)
class DayState:
    """A day as far as the question goes whether anything is to be done.

    Shape: `held` (N,) dollars of each instrument.
    """

    t: int
    on: date
    value: float
    held: Floats
    cash: Mapping[str, Decimal]
    traded: date | None
    has_flow: bool


class Watch:
    """The household's targets and limits as arrays, looked at once a session."""

    def __init__(
        self, mandate: Mandate, market: MarketDays, settings: BacktestSettings, policy: Policy
    ) -> None:
        self.mandate, self.market, self.settings = mandate, market, settings
        self.policy = policy
        column, count = market.column, len(market.instruments)
        self.members = np.zeros((len(mandate.targets), count))
        for row, target in enumerate(mandate.targets):
            known = [column[name] for name in mandate.members_of(target) if name in column]
            self.members[row, known] = 1.0
        self.stated = np.array([float(target.weight) for target in mandate.targets])
        self.bands = np.array([float(t.band.width(t.weight)) for t in mandate.targets])
        self.ranges = _ranges(mandate, market)
        self._mandates: dict[tuple[tuple[str, ...], tuple[str, ...]], Mandate] = {}

    def weights(self, state: DayState) -> Floats:
        """Weights of the mandate's targets.

        Shape: (K,).
        """
        if state.value <= 0.0:
            return np.zeros(len(self.stated))
        return np.asarray(self.members @ state.held / state.value)

    def drift(self, state: DayState) -> Drift:
        """The drift of the day, without its tracking error."""
        actual = self.weights(state)
        reserve = max(
            float(self.mandate.cash.reserve),
            sum(map(float, self.mandate.cash.account_reserve.values())),
        )
        investable = 1.0 - reserve / state.value if state.value > 0.0 else 0.0
        stated = float(self.stated.sum())
        scale = min(1.0, max(investable, 0.0) / stated) if stated > 0.0 else 1.0
        targets = tuple(
            TargetDrift(target.name, scale * weight, is_now, band)
            for target, weight, is_now, band in zip(
                self.mandate.targets,
                self.stated.tolist(),
                actual.tolist(),
                self.bands.tolist(),
                strict=True,
            )
        )
        invested = float(state.held.sum()) / state.value if state.value > 0.0 else 0.0
        return Drift(targets, 0.0, invested - float(actual.sum()), 1.0 - invested)

    def needs_cycle(self, state: DayState, first: int) -> bool:
        """Whether the cycle is asked today."""
        if state.has_flow or self._is_short(state) or self._breaks_range(state):
            return True
        if isinstance(self.policy, Watchful):
            look = Look(state.on, state.traded, self.drift(state), self.mandate)
            return self.policy.may_act(look)
        return (state.t - first) % self.settings.review_sessions == 0

    def _is_short(self, state: DayState) -> bool:
        kept = self.mandate.cash.account_reserve
        return any(
            float(cash) < float(kept.get(account, 0)) - CENT for account, cash in state.cash.items()
        ) or (
            bool(self.mandate.cash.reserve)
            and float(sum(state.cash.values())) < float(self.mandate.cash.reserve) - CENT
        )

    def _breaks_range(self, state: DayState) -> bool:
        """Whether a holding lies outside what a restriction allows today."""
        for columns, least, most in self.ranges:
            weight = float(state.held[columns].sum()) / state.value if state.value > 0.0 else 0.0
            if weight < least - CENT / state.value or weight > most + CENT / state.value:
                return True
        return False

    def mandate_on(self, t: int) -> Mandate:
        """The mandate without what is not listed yet, and without trades where there is no price.

        A target of which nothing is listed stays in cash until something is.
        """
        age = self.market.age[t]
        names = self.market.instruments
        unlisted = tuple(names[k] for k in np.flatnonzero(age == NEVER))
        unpriced = tuple(names[k] for k in np.flatnonzero(age > 0))
        if not unlisted and not unpriced:
            return self.mandate
        key = (unlisted, unpriced)
        if key not in self._mandates:
            if len(self._mandates) > len(self.market.dates):
                self._mandates.clear()
            self._mandates[key] = _restated(self.mandate, frozenset(unlisted), unpriced)
        return self._mandates[key]


def _restated(mandate: Mandate, unlisted: frozenset[str], unpriced: tuple[str, ...]) -> Mandate:
    targets = []
    for target in mandate.targets:
        left = tuple(name for name in target.instruments if name not in unlisted)
        if left:
            targets.append(replace(target, instruments=left))
    substitutes = {
        name: tuple(other for other in others if other not in unlisted)
        for name, others in mandate.wash_sales.substitutes.items()
        if name not in unlisted
    }
    restrictions = mandate.restrictions
    if unpriced:
        reason = "it has no price today"
        kinds = (RestrictionKind.DO_NOT_BUY, RestrictionKind.DO_NOT_SELL)
        restrictions += tuple(
            Restriction(UNPRICED, kind, unpriced, reason=reason) for kind in kinds
        )
    return replace(
        mandate,
        targets=tuple(targets),
        restrictions=restrictions,
        wash_sales=replace(mandate.wash_sales, substitutes=substitutes),
    )


def _ranges(mandate: Mandate, market: MarketDays) -> list[tuple[list[int], float, float]]:
    """What restrictions of weights ask for: columns, least and most."""
    ranges = []
    for one in mandate.restrictions:
        columns = [market.column[name] for name in one.instruments if name in market.column]
        if not columns:
            continue
        if one.kind is RestrictionKind.HOLD_RANGE:
            least = 0.0 if one.minimum is None else float(one.minimum)
            most = 1.0 if one.maximum is None else float(one.maximum)
            ranges.append((columns, least, most))
        elif one.kind is RestrictionKind.NEVER_OWN:
            ranges.append((columns, 0.0, 0.0))
    return ranges
