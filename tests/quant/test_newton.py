"""The linear algebra of a Newton step, against NumPy's."""

import numpy as np
import pytest

from tests.quant.compiled import callable_kernel
from trimtab.quant.newton import eliminate, substitute


@callable_kernel
def solved(matrix: np.ndarray, right: np.ndarray, positive: int) -> tuple[np.ndarray, bool]:
    """The solution of a symmetric system, and whether it has one."""
    size = len(matrix)
    width = (size + 4) // 4 * 4
    system = np.zeros((size, width))
    system[:, :size] = matrix
    system[:, size] = right
    solution = np.zeros(size)
    rows = system.ravel()
    if not eliminate(rows, positive, size, width):
        return solution, False
    substitute(rows, size, width, solution)
    return solution, True


@pytest.mark.parametrize("size", [1, 2, 5, 17])
def test_a_positive_system_is_solved(size: int) -> None:
    rng = np.random.default_rng(size)
    loadings = rng.standard_normal((size, size + 2))
    matrix = loadings @ loadings.T
    right = rng.standard_normal(size)
    solution, regular = solved(matrix, right, size)
    assert regular
    assert np.allclose(matrix @ solution, right)


@pytest.mark.parametrize(("size", "limits"), [(2, 1), (6, 2), (13, 3)])
def test_a_step_within_equations_is_solved_with_their_prices(size: int, limits: int) -> None:
    rng = np.random.default_rng(size)
    loadings = rng.standard_normal((size, size + 2))
    slopes = rng.standard_normal((size, limits))
    matrix = np.block([[loadings @ loadings.T, slopes], [slopes.T, np.zeros((limits, limits))]])
    right = rng.standard_normal(size + limits)
    solution, regular = solved(matrix, right, size)
    assert regular
    assert np.allclose(matrix @ solution, right)


def test_a_matrix_that_is_not_positive_is_refused() -> None:
    assert not solved(np.array([[1.0, 2.0], [2.0, 1.0]]), np.ones(2), 2)[1]


def test_an_equation_that_nothing_can_change_is_refused() -> None:
    assert not solved(np.array([[1.0, 0.0], [0.0, 0.0]]), np.ones(2), 1)[1]
