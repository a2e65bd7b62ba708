"""Second moments where returns are missing, pair by pair, mended to a covariance.

Each covariance rests on the sessions that both instruments have, so a young fund does not shorten
the history of all others.  Such a matrix need not be positive semi-definite; it is mended in its
correlations, which leaves every volatility as it was.

Errors: `InputError` naming the columns that share too few sessions.
"""

import numpy as np

from trimtab.estimators._base import SESSIONS_MIN, Floats
from trimtab.model.errors import InputError

__all__ = ["centred", "check_overlap", "mended", "pairwise_covariance"]

EIGENVALUE_FLOOR = 1e-8
"""Smallest eigenvalue of a correlation matrix: two copies of one series stay solvable."""
VARIANCE_FLOOR = 1e-12
"""Daily variance of what never moved: a volatility of 0.0016 % a year."""


def check_overlap(returns: Floats) -> Floats:
    """How many sessions each pair shares.

    Refuses: a pair with fewer than `SESSIONS_MIN`.
    """
    present = np.isfinite(returns).astype(np.float64)
    counts: Floats = present.T @ present
    if returns.shape[1] and counts.min() < SESSIONS_MIN:
        first, second = np.unravel_index(int(np.argmin(counts)), counts.shape)
        raise InputError(
            f"returns of columns {first} and {second}",
            f"share {counts[first, second]:.0f} sessions",
            f"a covariance needs {SESSIONS_MIN}",
            "give a longer price history",
        )
    return counts


def centred(returns: Floats, weights: Floats | None = None) -> Floats:
    """Returns less each column's (weighted) mean, zero where there is none."""
    present = np.isfinite(returns)
    filled = np.where(present, returns, 0.0)
    weight = np.where(present, 1.0 if weights is None else weights[:, None], 0.0)
    means = (filled * weight).sum(axis=0) / weight.sum(axis=0)
    return np.where(present, filled - means, 0.0)


def pairwise_covariance(returns: Floats, weights: Floats | None = None) -> Floats:
    """Covariance over the sessions that each pair shares, divided by their number (or weight).

    Without gaps and weights it is the maximum-likelihood covariance.  Not mended yet.
    Refuses: a pair that shares fewer than `SESSIONS_MIN` sessions.
    """
    counts = check_overlap(returns)
    deviations = centred(returns, weights)
    if weights is None:
        return deviations.T @ deviations / counts
    present = np.isfinite(returns).astype(np.float64)
    shared = present.T @ (present * weights[:, None])
    return deviations.T @ (deviations * weights[:, None]) / shared


def mended(covariance: Floats) -> Floats:
    """The covariance made positive definite: eigenvalues floored, every variance kept."""
    variances = np.maximum(np.diag(covariance), VARIANCE_FLOOR)
    scale = np.sqrt(variances)
    correlation = covariance / np.outer(scale, scale)
    correlation = (correlation + correlation.T) / 2
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    if values.min(initial=1.0) < EIGENVALUE_FLOOR:
        correlation = (vectors * np.maximum(values, EIGENVALUE_FLOOR)) @ vectors.T
        root = np.sqrt(np.diag(correlation))
        correlation = correlation / np.outer(root, root)
    answer: Floats = correlation * np.outer(scale, scale)
    return (answer + answer.T) / 2
