"""The long-run problem behind rebalancing: hold a target when trading costs and drifting costs.

At every review one may trade, pays for it, and then a period of returns moves the weights.  The
policy sought has the least long-run average of trading cost + ½γ × tracking variance a year.

Errors: what cannot be a problem is refused by `InputErrors`, every fault in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError, InputErrors

__all__ = ["REVIEW_YEARS_MAX", "SUM_TOLERANCE", "Floats", "TrackingProblem"]

Floats = npt.NDArray[np.float64]

SUM_TOLERANCE = 1e-6
"""How far the weights of a target may be from summing to one."""
SYMMETRY_TOLERANCE = 1e-8
NEGATIVE_TOLERANCE = 1e-9
"""Relative to the largest eigenvalue: what is less negative is rounding."""
REVIEW_YEARS_MAX = 10.0


@dataclass(frozen=True, slots=True)
class TrackingProblem:
    """Which target to hold, how the instruments move, what trading costs and what drift costs.

    Shape: `target`, `drift`, `cost` (n,), `covariance` (n, n).
    Unit: `drift` a year, arithmetic (of dS/S); `covariance` a year, of log returns; `cost` one way,
    fraction of the traded value, so that a trade costs sum(cost·|dw|); `review_years` between
    reviews.  A policy's cost is a fraction of value a year.
    Refuses: fewer than two instruments, shapes that differ, values that are not finite, a target
    below zero or not summing to one, a covariance that is not symmetric or has a negative
    eigenvalue, costs outside [0, 1), a risk aversion or a review period that is not positive.
    """

    target: Floats
    drift: Floats
    covariance: Floats
    cost: Floats
    risk_aversion: float
    review_years: float

    def __post_init__(self) -> None:
        for field in fields(self)[:4]:
            held = np.array(getattr(self, field.name), dtype=np.float64)
            held.setflags(write=False)
            object.__setattr__(self, field.name, held)
        if errors := (_shape_errors(self) or [*_market_errors(self), *_taste_errors(self)]):
            raise InputErrors(errors)

    @property
    def instruments(self) -> int:
        """How many instruments there are."""
        return len(self.target)

    def drift_cost(self, weights: Floats) -> Floats:
        """What holding these weights costs: ½γ × tracking variance.

        Shape: `weights` (n,) or (B, n); the result () or (B,).
        Unit: fraction of value a year.
        """
        away = np.asarray(weights, dtype=np.float64) - self.target
        variance = np.einsum("...i,ij,...j->...", away, self.covariance, away)
        return np.asarray(0.5 * self.risk_aversion * variance)


def _shape_errors(problem: TrackingProblem) -> list[InputError]:
    n = problem.target.size
    if problem.target.ndim != 1 or n < 2:
        shape = problem.target.shape
        return [InputError("target", f"has shape {shape}", "at least two instruments are needed")]
    errors = []
    for name, shape in (("drift", (n,)), ("covariance", (n, n)), ("cost", (n,))):
        array = getattr(problem, name)
        if array.shape != shape:
            errors.append(InputError(name, f"has shape {array.shape}", f"the target asks {shape}"))
    for name in ("target", "drift", "covariance", "cost"):
        array = getattr(problem, name)
        if not np.all(np.isfinite(array)):
            place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(array)))
            errors.append(InputError(name, f"is {array[place]} at {place}", "it must be finite"))
    return errors


def _market_errors(problem: TrackingProblem) -> list[InputError]:
    errors = []
    covariance = problem.covariance
    scale = float(np.max(np.abs(covariance)))
    if np.max(np.abs(covariance - covariance.T)) > SYMMETRY_TOLERANCE * max(scale, 1e-12):
        errors.append(InputError("covariance", "is not symmetric"))
    else:
        eigenvalues = np.linalg.eigvalsh(covariance)
        if eigenvalues[0] < -NEGATIVE_TOLERANCE * max(eigenvalues[-1], 1e-12):
            fact = f"has the eigenvalue {eigenvalues[0]:.3g}"
            remedy = "shrink it, or estimate it from more observations than instruments"
            errors.append(InputError("covariance", fact, "none may be negative", remedy))
    lacking = np.nonzero((problem.cost < 0.0) | (problem.cost >= 1.0))[0]
    if lacking.size:
        fact = f"is {problem.cost[lacking[0]]:g} for instrument {lacking[0]}"
        errors.append(InputError("cost", fact, "it must be at least 0 and below 1"))
    return errors


def _taste_errors(problem: TrackingProblem) -> list[InputError]:
    errors = []
    if problem.target.min() < 0.0:
        place = int(problem.target.argmin())
        fact = f"is {problem.target[place]:g} for instrument {place}"
        errors.append(InputError("target", fact, "no weight may be negative"))
    if abs(float(problem.target.sum()) - 1.0) > SUM_TOLERANCE:
        errors.append(InputError("target", f"sums to {problem.target.sum():g}", "it must be 1"))
    if not 0.0 < problem.risk_aversion < np.inf:
        fact = f"is {problem.risk_aversion:g}"
        errors.append(InputError("risk_aversion", fact, "it must be positive and finite"))
    if not 0.0 < problem.review_years <= REVIEW_YEARS_MAX:
        fact = f"is {problem.review_years:g}"
        bound = f"it must be positive and at most {REVIEW_YEARS_MAX:g}"
        errors.append(InputError("review_years", fact, bound))
    return errors
