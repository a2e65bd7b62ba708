"""What an estimator is, kind by kind, and the numbers that all of them share.

A file of this folder is one estimator; it keeps one or several of these protocols.  Each gets the
returns up to the day and nothing else, so that no estimator can look past it; a test changes the
future and demands the same answer to the bit.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from trimtab.model.estimates import Forecast, StateForecast

__all__ = [
    "HISTORY_SESSIONS",
    "LEVEL",
    "SESSIONS_A_YEAR",
    "SESSIONS_MIN",
    "CostEstimator",
    "CostModel",
    "CovarianceEstimator",
    "DriftEstimator",
    "Fills",
    "Flags",
    "Floats",
    "Market",
    "MeanEstimate",
    "MeanEstimator",
    "Orders",
    "StateEstimator",
    "TrendEstimate",
    "TrendEstimator",
    "UncertainCovariance",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SESSIONS_A_YEAR = 252
HISTORY_SESSIONS = 756
"""Three years: what estimates ask a feed for."""
SESSIONS_MIN = 60
"""Fewest returns of an instrument, and fewest that two instruments share, for an estimate."""
LEVEL = 0.8
"""How often an interval that is shown holds what comes."""


@runtime_checkable
class CovarianceEstimator(Protocol):
    """Covariance of returns, from returns."""

    def covariance(self, returns: Floats) -> Floats:
        """The covariance of one session's returns, symmetric and positive semi-definite.

        Shape: `returns` is sessions × instruments, oldest first, `nan` where there is none; the
        answer is instruments × instruments.
        Refuses: fewer than `SESSIONS_MIN` returns that two instruments share, as `InputError`.
        """
        ...


@runtime_checkable
class UncertainCovariance(Protocol):
    """A covariance estimator that knows how uncertain its answer is."""

    def covariance(self, returns: Floats) -> Floats:
        """As a `CovarianceEstimator`."""
        ...

    def risk_uncertainty(self, returns: Floats) -> float:
        """The relative standard error of a variance read off the covariance."""
        ...


@dataclass(frozen=True, slots=True)
class Market:
    """What a mean is estimated from.

    Shape: `returns` sessions × n, simple, oldest first, `nan` where there is none; `covariance`
    n × n, yearly; `weights` (n,), the wanted ones, which sum to one at most.
    """

    instruments: tuple[str, ...]
    returns: Floats
    covariance: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """Expected returns and how far they may be off.

    Shape: `mean` (n,); `covariance` n × n, that of the error of `mean`.
    Unit: a year, fractions of one.
    """

    mean: Floats
    covariance: Floats


@runtime_checkable
class MeanEstimator(Protocol):
    """Expected returns, from returns and risk."""

    def mean(self, market: Market) -> MeanEstimate:
        """The expected simple return a year of each instrument, with its uncertainty."""
        ...


@runtime_checkable
class StateEstimator(Protocol):
    """The state of the market, from returns."""

    def state(self, returns: Floats) -> StateForecast:
        """How probable each state is on the last session: filtered, never smoothed.

        Shape: `returns` as for a `CovarianceEstimator`.
        Refuses: too few sessions, as `InputError`.
        """
        ...


@runtime_checkable
class DriftEstimator(Protocol):
    """How far weights will wander until the next review, from returns."""

    def drift(self, returns: Floats, weights: Floats) -> tuple[Forecast, ...]:
        """The change of each weight until the next review: its mean, and an interval.

        Shape: `returns` as for a `CovarianceEstimator`; `weights` (n,), those of today; what they
        lack to one is cash.
        """
        ...


@dataclass(frozen=True, slots=True)
class TrendEstimate:
    """Where prices are going, and how sure that is.

    Shape: (n,) each.
    Unit: `trend` a return, fraction of one; `confidence` the probability that it is above zero.
    """

    trend: Floats
    confidence: Floats


@runtime_checkable
class TrendEstimator(Protocol):
    """The trend of each instrument, from returns."""

    def trend(self, returns: Floats) -> TrendEstimate:
        """The expected return over the next `TREND_SESSIONS` sessions as the trend has it.

        Shape: `returns` as for a `CovarianceEstimator`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Orders:
    """What is known of orders before they are sent.

    Shape: (k,) each.
    Unit: `half_spread` fraction of price, quoted or estimated; `volatility` of a day, fraction of
    one; `participation` order value ÷ value traded a day; `day_fraction` how much of the session
    has passed, 0 at the open, 1 at the close; `is_buy` the side.
    """

    half_spread: Floats
    volatility: Floats
    participation: Floats
    day_fraction: Floats
    is_buy: Flags


@dataclass(frozen=True, slots=True)
class Fills:
    """Orders that were filled, and what they cost.

    Shape: (k,) each.
    Unit: `on` days; `cost` fraction of the traded value, one way, against the price when it was
    decided, signed so that a cost is positive.
    """

    on: tuple[date, ...]
    orders: Orders
    cost: Floats


class CostModel(Protocol):
    """What orders will cost; a value that can be kept as plain files."""

    def forecast(self, orders: Orders) -> tuple[Forecast, ...]:
        """Each order's cost: its median, and an interval."""
        ...

    def is_known(self, orders: Orders) -> Flags:
        """Which orders lie within what the model was trained on."""
        ...

    def files(self) -> dict[str, bytes]:
        """The model as plain files by name, none of which holds code."""
        ...


@runtime_checkable
class CostEstimator(Protocol):
    """The cost of trading, from fills."""

    def fit(self, fills: Fills, as_of: date) -> CostModel:
        """A model of what was filled on `as_of` or before it; what came later is left out.

        Refuses: too few fills, as `InputError`.
        """
        ...
