"""Drift: how far a household stands from its targets, target by target and as a whole."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EDGE", "Drift", "TargetDrift"]

EDGE = 1e-9
"""A weight this close to a limit is on it: 0.62 − 0.60 is 0.02, whatever binary digits say."""


@dataclass(frozen=True, slots=True)
class TargetDrift:
    """One target against what is held.

    Unit: fractions of the household's value; `drift` = `actual` − `weight`, signed; `band` is the
    tolerated distance.
    """

    name: str
    weight: float
    actual: float
    band: float

    @property
    def drift(self) -> float:
        """Actual less wanted weight."""
        return self.actual - self.weight

    @property
    def is_out(self) -> bool:
        """Whether the distance exceeds the band."""
        return abs(self.drift) > self.band + EDGE


@dataclass(frozen=True, slots=True)
class Drift:
    """The whole household against its targets.

    Unit: fractions; `tracking_error` annualised; `untargeted` is the weight of what belongs to no
    target, cash left out; `cash` its weight.
    """

    targets: tuple[TargetDrift, ...]
    tracking_error: float
    untargeted: float = 0.0
    cash: float = 0.0

    @property
    def total(self) -> float:
        """Half the sum of absolute drifts, cash and what has no target included."""
        known = sum(abs(target.drift) for target in self.targets)
        cash_wanted = max(0.0, 1.0 - sum(target.weight for target in self.targets))
        return (known + abs(self.untargeted) + abs(self.cash - cash_wanted)) / 2.0

    @property
    def out_of_band(self) -> tuple[TargetDrift, ...]:
        """The targets outside their bands, the farthest first."""
        out = [target for target in self.targets if target.is_out]
        return tuple(sorted(out, key=lambda target: target.band - abs(target.drift)))
