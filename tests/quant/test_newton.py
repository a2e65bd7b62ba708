"""The linear algebra of a Newton step, against NumPy's."""

import numpy as np
import pytest
from numba import njit

from trimtab.quant.newton import factorise, solve_backward, solve_forward


@njit  # type: ignore[untyped-decorator]
def factor_of(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    """`factorise` as Python can call it."""
    factor = matrix.copy()
    return factor, factorise(factor, len(factor))


@njit  # type: ignore[untyped-decorator]
def solved(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The solution for the first of several right-hand sides."""
    columns = right.copy()
    solve_forward(factor, len(factor), columns)
    first = columns[:, 0].copy()
    solve_backward(factor, len(factor), first)
    return first


@pytest.mark.parametrize("size", [1, 2, 5, 17])
def test_a_factor_solves_its_system(size: int) -> None:
    rng = np.random.default_rng(size)
    loadings = rng.standard_normal((size, size + 2))
    matrix = loadings @ loadings.T
    right = rng.standard_normal((size, 4))
    factor, regular = factor_of(matrix)
    assert regular
    assert np.allclose(matrix @ solved(factor, right), right[:, 0])


def test_the_factor_lies_above_a_diagonal_of_reciprocals() -> None:
    factor, _ = factor_of(np.array([[4.0, 2.0], [2.0, 10.0]]))
    upper = np.array([[1 / factor[0, 0], factor[0, 1]], [0.0, 1 / factor[1, 1]]])
    assert np.allclose(upper.T @ upper, [[4.0, 2.0], [2.0, 10.0]])


def test_a_matrix_that_is_not_positive_has_no_factor() -> None:
    assert not factor_of(np.array([[1.0, 2.0], [2.0, 1.0]]))[1]
