"""What a mandate chooses by name: a plug-in with its settings, and rules on which does what.

Errors: none; a name or a setting that does not exist is refused where the plug-in is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["EstimateRules", "PlugInChoice", "Setting", "TargetRules"]

Setting = str | int | float | bool | Decimal | tuple["Setting", ...] | Mapping[str, "Setting"]


@dataclass(frozen=True, slots=True)
class PlugInChoice:
    """A plug-in by name, with its settings."""

    name: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """Which estimator makes what; what has none is not estimated, the trend by its plain form.

    Unit: `sessions` daily closes that estimates rest on at most.
    """

    covariance: PlugInChoice = PlugInChoice("ledoit_wolf")
    mean: PlugInChoice | None = None
    state: PlugInChoice | None = None
    drift: PlugInChoice | None = None
    trend: PlugInChoice | None = None
    cost: PlugInChoice | None = None
    sessions: int = 756


@dataclass(frozen=True, slots=True)
class TargetRules:
    """Where current target weights come from, and how far they may leave the stated ones.

    Unit: `review_sessions` weekdays from one estimate to the next; `blend` how much of an estimate
    is taken, one for all of it and zero for the stated weights; `minimum` and `maximum` by target,
    `distance_max` from the stated weight, in fractions of the household's value.
    """

    source: PlugInChoice
    review_sessions: int = 63
    blend: Decimal = Decimal(1)
    minimum: Mapping[str, Decimal] = field(default_factory=dict)
    maximum: Mapping[str, Decimal] = field(default_factory=dict)
    distance_max: Decimal | None = None
