"""What the control problems ask of their numbers, so that each refuses in the same words.

Every check gives the fault it found or nothing; `refuse` raises all faults in one pass.

Errors: `InputErrors`, whatever the number of faults.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.tracking import Floats

__all__ = [
    "above_zero",
    "array",
    "at_least_zero",
    "covariance",
    "finite",
    "inside_unit",
    "not_a_corner",
    "refuse",
    "within",
]

SINGULAR = 1e-12
"""Smallest over largest eigenvalue below which a covariance counts as singular."""

Fault = InputError | None


def refuse(*faults: Fault) -> None:
    """Raise what was found, all at once.

    Refuses: any fault, by `InputErrors`.
    """
    if found := [fault for fault in faults if fault is not None]:
        raise InputErrors(found)


def finite(name: str, value: float) -> Fault:
    """A fault where a number is NaN or infinite."""
    return None if math.isfinite(value) else InputError(name, f"is {value}", "it must be finite")


def above_zero(name: str, value: float) -> Fault:
    """A fault where a number is not positive and finite."""
    if 0.0 < value < math.inf:
        return None
    return InputError(name, f"is {value:g}", "it must be positive and finite")


def at_least_zero(name: str, value: float) -> Fault:
    """A fault where a number is negative or not finite."""
    if 0.0 <= value < math.inf:
        return None
    return InputError(name, f"is {value:g}", "it must be at least zero and finite")


def within(name: str, value: float, low: float, high: float) -> Fault:
    """A fault where a number is not in [low, high)."""
    if low <= value < high:
        return None
    return InputError(name, f"is {value:g}", f"it must be at least {low:g} and below {high:g}")


def inside_unit(name: str, weight: float) -> Fault:
    """A fault where a weight is not strictly between 0 and 1."""
    if 0.0 < weight < 1.0:
        return None
    remedy = "at 0 and 1 nothing drifts, so there is nothing to decide"
    return InputError(name, f"is {weight:g}", "it must lie strictly between 0 and 1", remedy)


def not_a_corner(name: str, weight: float, near: float = 1e-9) -> Fault:
    """A fault where a weight is 0 or 1, where one buys once and never trades again."""
    if min(abs(weight), abs(weight - 1.0)) > near:
        return None
    remedy = "at 0 and 1 one buys once and never trades again: there is no band to find"
    return InputError(name, f"is {weight:g}", "it must be neither 0 nor 1", remedy)


def array(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> tuple[Floats, Fault]:
    """An array of floats that cannot be written to, and what is wrong with it."""
    held = np.array(values, dtype=np.float64)
    held.setflags(write=False)
    if held.shape != shape:
        return held, InputError(name, f"has shape {held.shape}", f"it must be {shape}")
    if not np.all(np.isfinite(held)):
        place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(held)))
        return held, InputError(name, f"is {held[place]} at {place}", "it must be finite")
    return held, None


def covariance(name: str, matrix: Floats) -> Fault:
    """A fault where a matrix is not symmetric and positive definite."""
    scale = float(np.max(np.abs(matrix)))
    if np.max(np.abs(matrix - matrix.T)) > 1e-8 * max(scale, 1e-300):
        return InputError(name, "is not symmetric")
    eigenvalues = np.linalg.eigvalsh(matrix)
    if eigenvalues[0] > SINGULAR * max(float(eigenvalues[-1]), 1e-300):
        return None
    fact = f"is singular: its eigenvalues run from {eigenvalues[0]:.3g} to {eigenvalues[-1]:.3g}"
    remedy = "shrink it, or estimate it from more observations than instruments"
    return InputError(name, fact, "all must be positive", remedy)
