"""What may be asked as a long-run problem."""

from dataclasses import replace

import numpy as np
import pytest

from tests.quant.control.worlds import stocks_and_bonds
from trimtab.model.errors import InputErrors
from trimtab.quant.control.tracking import TrackingProblem

GOOD = stocks_and_bonds()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": np.array([1.0])}, "at least two instruments"),
        ({"target": np.array([0.5, 0.4])}, "sums to 0.9"),
        ({"target": np.array([1.1, -0.1])}, "no weight may be negative"),
        ({"drift": np.array([0.1, np.nan])}, "it must be finite"),
        ({"drift": np.array([0.1])}, "has shape (1,)"),
        ({"covariance": np.array([[0.04, 0.1], [0.1, 0.04]])}, "has the eigenvalue -0.06"),
        ({"covariance": np.array([[0.04, 0.01], [0.0, 0.04]])}, "is not symmetric"),
        ({"cost": np.array([0.001, -0.001])}, "is -0.001 for instrument 1"),
        ({"cost": np.array([1.0, 0.001])}, "at least 0 and below 1"),
        ({"risk_aversion": 0.0}, "it must be positive"),
        ({"review_years": 0.0}, "it must be positive"),
        ({"review_years": 11.0}, "at most 10"),
    ],
)
def test_what_cannot_be_a_problem_is_refused_with_its_value(change, message):
    with pytest.raises(InputErrors) as refused:
        replace(GOOD, **change)
    assert message in str(refused.value)


def test_every_fault_is_named_in_one_pass():
    with pytest.raises(InputErrors) as refused:
        TrackingProblem(
            np.array([0.5, 0.4]), GOOD.drift, GOOD.covariance, np.array([2.0, 0.0]), -1.0, 0.0
        )
    assert len(refused.value.errors) == 4


def test_a_problem_keeps_its_own_arrays_which_nobody_can_change():
    target = np.array([0.6, 0.4])
    problem = replace(GOOD, target=target)
    target[0] = 0.9
    assert problem.target[0] == 0.6
    with pytest.raises(ValueError, match="read-only"):
        problem.target[0] = 0.9


def test_the_drift_cost_is_half_gamma_times_the_tracking_variance():
    away = np.array([0.05, -0.05])
    by_hand = 0.5 * 4.0 * 0.05**2 * (0.18**2 + 0.06**2 - 2 * 0.1 * 0.18 * 0.06)
    assert GOOD.drift_cost(GOOD.target + away) == pytest.approx(by_hand)
