"""What a learned region may look at, per instrument: numbers with names, the same in every place.

Static features come from the problem, state features from the household's gains, the signals from
the market as estimated up to the day.  Every instrument has the same features, so that one small
network serves any number of them.

Errors: a state that does not fit its problem is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem

__all__ = [
    "STATE_FEATURES",
    "STATIC_FEATURES",
    "HouseholdState",
    "feature_table",
    "static_features",
]

STATIC_FEATURES = (
    "log_target",
    "log_cost",
    "log_volatility",
    "correlation",
    "relative_drift",
    "log_review_years",
    "log_risk_aversion",
    "log_half_width",
)
"""Of the problem: weight wanted; one-way cost; yearly volatility against the rest of the target;
correlation with that rest; drift less the target's; time between reviews; risk aversion; half-width
of the rule's region."""
STATE_FEATURES = ("gain", "sale_tax", "mean_gain")
"""Of the household: embedded gain ÷ value; tax of a sale ÷ its value; the target's mean gain."""

LEAST_TARGET, LEAST_COST, LEAST_VOLATILITY, LEAST_WIDTH = 1e-4, 1e-6, 1e-4, 1e-5
"""Below these a logarithm looks at the bound instead."""


@dataclass(frozen=True, slots=True)
class HouseholdState:
    """What a model may look at beside the problem.

    Shape: `gain` (n,), `signals` (k,) in the order of the model's own names for them.
    Unit: `gain` fraction of value (1 − basis ÷ value); `tax_rate` on a realised gain.
    Refuses: values that are not finite, a gain above one, a tax rate outside [0, 1).
    """

    gain: Floats
    tax_rate: float
    signals: Floats

    def __post_init__(self) -> None:
        for name in ("gain", "signals"):
            held = np.array(getattr(self, name), dtype=np.float64)
            held.setflags(write=False)
            object.__setattr__(self, name, held)
            if held.ndim != 1 or not np.all(np.isfinite(held)):
                fact = f"has shape {held.shape}, or holds NaN or infinity"
                raise InputError(name, fact, "one finite number each")
        if self.gain.size and self.gain.max() > 1.0:
            raise InputError("gain", f"is {self.gain.max():g}", "a basis below zero cannot be")
        if not 0.0 <= self.tax_rate < 1.0:
            raise InputError("tax_rate", f"is {self.tax_rate:g}", "it must be in [0, 1)")

    @classmethod
    def untaxed(cls, instruments: int) -> HouseholdState:
        """A household without gains, taxes or signals."""
        return cls(np.zeros(instruments), 0.0, np.empty(0))


def static_features(problem: TrackingProblem, rule: NoTradeRegion) -> Floats:
    """What the problem and the rule's region say of each instrument.

    Shape: (n, len(STATIC_FEATURES)).
    """
    target, covariance = problem.target, problem.covariance
    volatility, correlation = np.empty_like(target), np.empty_like(target)
    for i in range(problem.instruments):
        rest = np.delete(target, i)
        share = rest / rest.sum() if rest.sum() > 0.0 else np.full(rest.size, 1.0 / rest.size)
        others = np.insert(share, i, 0.0)
        between, variance = covariance[i] @ others, others @ covariance @ others
        volatility[i] = np.sqrt(max(covariance[i, i] + variance - 2.0 * between, 0.0))
        spread = np.sqrt(covariance[i, i] * variance)
        correlation[i] = between / spread if spread > 0.0 else 0.0
    down, up = rule.half_widths()
    everywhere = np.ones_like(target)
    return np.column_stack(
        [
            np.log(np.maximum(target, LEAST_TARGET)),
            np.log(np.maximum(problem.cost, LEAST_COST)),
            np.log(np.maximum(volatility, LEAST_VOLATILITY)),
            correlation,
            problem.drift - target @ problem.drift,
            everywhere * np.log(problem.review_years),
            everywhere * np.log(problem.risk_aversion),
            np.log(np.maximum(np.maximum(down, up), LEAST_WIDTH)),
        ]
    )


def feature_table(problem: TrackingProblem, rule: NoTradeRegion, state: HouseholdState) -> Floats:
    """All features of every instrument: static, state, signals.

    Shape: (n, static + state + k).
    Refuses: as many gains as there are no instruments.
    """
    if state.gain.shape != problem.target.shape:
        bound = f"the problem has {problem.instruments} instruments"
        raise InputError("gain", f"has shape {state.gain.shape}", bound)
    everywhere = np.ones_like(problem.target)
    columns = [
        state.gain,
        state.tax_rate * state.gain,
        everywhere * (problem.target @ state.gain),
        *(everywhere * signal for signal in state.signals),
    ]
    return np.column_stack([static_features(problem, rule), *columns])
