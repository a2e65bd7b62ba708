"""Estimates: forecasts from data up to `as_of`, as policies and the solver see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from trimtab.model.errors import must
from trimtab.model.findings import Finding

__all__ = ["Estimates", "Forecast", "HeardMarket", "MarketState", "StateForecast"]

PROBABILITY_TOLERANCE = 1e-9


class MarketState(StrEnum):
    """What a market is like, as far as trading in it should differ."""

    CALM = "calm"
    """Ordinary volatility, and no trend to speak of."""
    TRENDING = "trending"
    """Ordinary volatility, and prices that go one way."""
    CRISIS = "crisis"
    """High volatility, and one factor that moves everything."""


@dataclass(frozen=True, slots=True)
class StateForecast:
    """How probable each market state is, from data up to the day: filtered, never smoothed.

    Unit: probabilities that sum to one.  `reason` gives the figures behind them, in words.
    Refuses: probabilities that do not sum to one, with `InvariantError`.
    """

    calm: float
    trending: float
    crisis: float
    reason: str = ""

    def __post_init__(self) -> None:
        whole = self.calm + self.trending + self.crisis
        must(abs(whole - 1.0) <= PROBABILITY_TOLERANCE, f"probabilities sum to one, not {whole}")

    @property
    def likeliest(self) -> MarketState:
        """The state with the largest probability; of equals, the first."""
        return max(MarketState, key=self.probability)

    def probability(self, state: MarketState) -> float:
        """The probability of one state."""
        return {
            MarketState.CALM: self.calm,
            MarketState.TRENDING: self.trending,
            MarketState.CRISIS: self.crisis,
        }[state]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A figure that is not known yet: its middle, and the interval that holds it with `level`.

    Unit: that of the figure; `level` a fraction of one.
    Refuses: an interval that does not hold its middle, with `InvariantError`.
    """

    low: float
    middle: float
    high: float
    level: float = 0.8

    def __post_init__(self) -> None:
        ordered = self.low <= self.middle <= self.high
        must(ordered, f"low {self.low} <= middle {self.middle} <= high {self.high}")


@dataclass(frozen=True, slots=True)
class HeardMarket:
    """What a learned model that listens is told of the market, from data up to the day.

    Zero is the usual in each of the three.
    Unit: `storm_excess` probability of a storm less its usual share; `log_expected_volatility` and
    `log_recent_cost` logarithm of the figure ÷ the usual; `sessions` returns they were heard from;
    `cost_factors` what trading cost at the latest reviews ÷ the usual, the latest last, and
    `cost_reviews` at how many of them it is known: at the others trading counts as usual.
    """

    storm_excess: float
    log_expected_volatility: float
    log_recent_cost: float
    sessions: int
    cost_factors: tuple[float, ...] = ()
    cost_reviews: int = 0

    @property
    def signals(self) -> tuple[float, float, float]:
        """The three in the order in which models name them."""
        return self.storm_excess, self.log_expected_volatility, self.log_recent_cost


@dataclass(frozen=True, slots=True)
class Estimates:
    """What data up to `as_of` says about risk, cost, return, trend and the state of the market.

    Shape: `covariance` is n × n over `instruments`, annualised; `mean_covariance` is that of the
    *error* of `mean`, over its instruments in their order.
    Unit: `half_spread` fraction of price; `daily_volume` base currency; `daily_volatility` and
    `trend` (recent return, for trend-aware delay) fractions of one; `trend_confidence` the
    probability that the trend is up, where an estimator gives one; `mean` expected return a year;
    `drift` change of weight until the next review; `trading_cost` fraction of the traded value, one
    way.  `risk_uncertainty` is the relative standard error of any variance read off `covariance`,
    zero where nothing is known of it.  `heard` is there where a policy listens to the market.
    `sources` says for screens what each figure rests on, `findings` what was assumed for want of
    data, and `assumed` names the instruments whose risk was.
    """

    instruments: tuple[str, ...]
    covariance: Sequence[Sequence[float]]
    half_spread: Mapping[str, float] = field(default_factory=dict)
    daily_volume: Mapping[str, float] = field(default_factory=dict)
    daily_volatility: Mapping[str, float] = field(default_factory=dict)
    trend: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    risk_uncertainty: float = 0.0
    mean: Mapping[str, float] = field(default_factory=dict)
    mean_covariance: Sequence[Sequence[float]] = ()
    state: StateForecast | None = None
    drift: Mapping[str, Forecast] = field(default_factory=dict)
    trend_confidence: Mapping[str, float] = field(default_factory=dict)
    trading_cost: Mapping[str, Forecast] = field(default_factory=dict)
    heard: HeardMarket | None = None
    assumed: tuple[str, ...] = ()
