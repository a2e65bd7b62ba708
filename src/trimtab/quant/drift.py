"""Drift and its cost: tracking error of a weight difference, and what a year of it costs.

Errors: arrays whose shapes do not fit, or a drift that is not finite, are `InputError`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = ["drift_cost", "drift_cost_dollars", "tracking_error"]

Floats = npt.NDArray[np.float64]


def tracking_error(drift: npt.ArrayLike, covariance: npt.ArrayLike) -> Floats:
    """The annualised tracking error √(dᵀΣd) of one drift, or of a batch of them.

    Shape: `drift` (n,) or (B, n); `covariance` (n, n); the answer () or (B,).
    Unit: drift in fractions of value, covariance annualised; the answer a fraction a year.
    Refuses: shapes that do not fit, NaN and infinity.
    Source: Grinold and Kahn (2000), ch. 4.
    """
    d, sigma = np.asarray(drift, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if sigma.ndim != 2 or sigma.shape[0] != sigma.shape[1] or d.shape[-1:] != sigma.shape[:1]:
        raise InputError(
            "drift",
            f"shape {d.shape} does not fit a covariance of shape {sigma.shape}",
            remedy="give n drifts and an n × n covariance in the same order",
        )
    if not (np.isfinite(d).all() and np.isfinite(sigma).all()):
        raise InputError("drift", "drift or covariance holds NaN or infinity")
    variance = np.einsum("...i,ij,...j->...", d, sigma, d)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def drift_cost(drift: npt.ArrayLike, covariance: npt.ArrayLike) -> Floats:
    """The cost of a drift as the field states it: its annualised tracking error.

    Shape, unit and refusals as `tracking_error`; for dollars see `drift_cost_dollars`.
    """
    return tracking_error(drift, covariance)


def drift_cost_dollars(
    drift: npt.ArrayLike, covariance: npt.ArrayLike, value: float, aversion: float
) -> Floats:
    """A year's cost of a drift in dollars: value × (κ/2) × tracking variance.

    Shape: as `tracking_error`.
    Unit: `value` dollars, `aversion` κ dimensionless.
    Source: the quadratic utility of Leibowitz and Markowitz as in Gârleanu and Pedersen (2013).
    """
    return np.asarray(value * aversion / 2.0 * tracking_error(drift, covariance) ** 2)
