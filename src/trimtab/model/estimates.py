"""Estimates: forecasts from data up to `as_of`, as policies and the solver see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trimtab.model.findings import Finding

__all__ = ["Estimates"]


@dataclass(frozen=True, slots=True)
class Estimates:
    """What data up to `as_of` says about risk, cost and trend.

    Shape: `covariance` is n × n over `instruments`, annualised.
    Unit: `half_spread` fraction of price; `daily_volume` base currency; `daily_volatility` and
    `trend` (recent return, for trend-aware delay) fractions of one.  `sources` says for screens
    what each figure rests on, `findings` what was assumed for want of data.
    """

    instruments: tuple[str, ...]
    covariance: Sequence[Sequence[float]]
    half_spread: Mapping[str, float] = field(default_factory=dict)
    daily_volume: Mapping[str, float] = field(default_factory=dict)
    daily_volatility: Mapping[str, float] = field(default_factory=dict)
    trend: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
