"""What a change of sides may gain, judged without solving."""

import numpy as np
import pytest

from tests.quant.compiled import callable_kernel
from trimtab.quant.promises import invert


@callable_kernel
def inverse(covariance: np.ndarray) -> np.ndarray:
    """`invert` as Python can call it."""
    size = len(covariance)
    precision = np.empty_like(covariance)
    invert(size, covariance, precision, np.empty(size * (2 * size + 3)))
    return precision


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_the_precision_is_the_inverse_of_the_covariance(size: int) -> None:
    loadings = np.random.default_rng(size).standard_normal((size, size + 3)) * 0.1
    covariance = loadings @ loadings.T
    assert np.allclose(inverse(covariance) @ covariance, np.eye(size), atol=1e-4)


def test_two_shares_of_one_thing_leave_next_to_no_variance_of_their_own() -> None:
    covariance = np.full((2, 2), 0.04)
    own = 1.0 / np.diag(inverse(covariance))
    assert np.all(own > 0.0) and np.all(own < 1e-9)


def test_the_variance_of_its_own_is_that_of_the_regression_on_all_others() -> None:
    loadings = np.random.default_rng(3).standard_normal((5, 9))
    covariance = loadings @ loadings.T
    rest = np.delete(np.arange(5), 2)
    explained = covariance[2, rest] @ np.linalg.solve(
        covariance[np.ix_(rest, rest)], covariance[rest, 2]
    )
    assert 1.0 / inverse(covariance)[2, 2] == pytest.approx(covariance[2, 2] - explained, rel=1e-6)
