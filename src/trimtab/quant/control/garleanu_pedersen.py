"""Trading on predictable returns with quadratic costs: trade partially toward an aim.

Returns are r = B f + noise of covariance Σ; the factors f fade, Δf = −Φ f + noise; trading Δx costs
½ Δxᵀ(λΣ)Δx.  The best trade each period is the fraction a/λ of the way to the aim

    x ← x + (a/λ)(aim − x),   aim = (γΣ)⁻¹ B (I + (a/γ)Φ)⁻¹ f

where factors that fade fast weigh less than in the Markowitz portfolio (γΣ)⁻¹Bf, and
a = (−d + √(d² + 4γλ(1−ρ)²)) / (2(1−ρ)), d = γ(1−ρ) + λρ.

Source: Gârleanu & Pedersen (2013), Dynamic trading with predictable returns and transaction costs,
Journal of Finance 68(6), propositions 1 to 3 and equation 9.

Errors: arrays of other shapes, values that are not finite, a singular covariance and factors that
grow so fast that no aim exists are `InputErrors`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control._inputs import (
    above_zero,
    array,
    at_least_zero,
    covariance,
    refuse,
    within,
)
from trimtab.quant.control.tracking import Floats

__all__ = ["PredictableReturns", "PredictableReturnsAnswer", "solve_predictable_returns"]


@dataclass(frozen=True, slots=True)
class PredictableReturns:
    """Returns, their factors, what risk and trading cost.

    Shape: `covariance` (n, n), `loadings` B (n, k), `fading` Φ (k, k).
    Unit: per period, also `discount` ρ; `risk_aversion` γ and `cost` λ as in the module's formulas.
    Refuses: other shapes, values that are not finite, a covariance that is singular or not
    symmetric, a risk aversion that is not positive, a negative cost, a discount outside [0, 1).
    """

    covariance: Floats
    loadings: Floats
    fading: Floats
    risk_aversion: float
    cost: float
    discount: float = 0.0

    def __post_init__(self) -> None:
        n, k = len(np.atleast_1d(self.covariance)), len(np.atleast_1d(self.fading))
        faults = []
        for name, shape in (("covariance", (n, n)), ("loadings", (n, k)), ("fading", (k, k))):
            held, fault = array(name, getattr(self, name), shape)
            object.__setattr__(self, name, held)
            faults.append(fault)
        refuse(*faults)
        refuse(
            covariance("covariance", self.covariance),
            above_zero("risk_aversion", self.risk_aversion),
            at_least_zero("cost", self.cost),
            within("discount", self.discount, 0.0, 1.0),
        )


@dataclass(frozen=True, slots=True)
class PredictableReturnsAnswer:
    """How fast to trade, and toward what.

    Shape: `aim_matrix` (n, k), so that the aim is `aim_matrix @ factors`.
    Unit: `trading_rate` the fraction of the way to the aim, a period.
    """

    value_curvature: float
    trading_rate: float
    aim_matrix: Floats

    def trade(self, holdings: Floats, factors: Floats) -> Floats:
        """The best trade now.

        Shape: (n,) from `holdings` (n,) and `factors` (k,).
        """
        aim = self.aim_matrix @ np.asarray(factors, dtype=np.float64)
        return np.asarray(self.trading_rate * (aim - holdings))


def solve_predictable_returns(problem: PredictableReturns) -> PredictableReturnsAnswer:
    """The trading rate and the aim; without costs all the way to the Markowitz portfolio."""
    gamma, cost, kept = problem.risk_aversion, problem.cost, 1.0 - problem.discount
    inertia = gamma * kept + cost * problem.discount
    # (−d + √(d² + z)) / 2 = z / (2(d + √(d² + z))), which keeps its digits where costs are small.
    root = np.sqrt(inertia * inertia + 4.0 * gamma * cost * kept * kept)
    rate = float(2.0 * gamma * kept / (inertia + root))
    curvature = rate * cost
    slowing = np.eye(len(problem.fading)) + (curvature / gamma) * problem.fading
    if np.linalg.cond(slowing) > 1e12:
        fact = "makes I + (a/γ)Φ singular"
        refuse(InputError("fading", fact, "factors must not grow that fast"))
    weighed = np.linalg.solve(slowing.T, problem.loadings.T).T
    aim = np.linalg.solve(gamma * problem.covariance, weighed)
    return PredictableReturnsAnswer(curvature, rate, aim)
