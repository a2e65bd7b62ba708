"""Tracking error and its cost, against sums done by hand."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.drift import drift_cost, drift_cost_dollars, tracking_error

STOCKS_BONDS = [[0.04, 0.0], [0.0, 0.0025]]  # 20 % and 5 % volatility, uncorrelated

CASES = [
    # drift              covariance                        tracking error
    ([0.0, 0.0], STOCKS_BONDS, 0.0),
    ([0.1, 0.0], STOCKS_BONDS, 0.1 * 0.20),
    ([0.1, -0.1], STOCKS_BONDS, sqrt(0.02**2 + 0.005**2)),
    ([0.1, -0.1], [[0.04, 0.04], [0.04, 0.04]], 0.0),  # the same thing twice: no drift at all
    ([0.1, -0.1], [[0.04, -0.04], [-0.04, 0.04]], 0.2 * 0.20),  # opposites: twice the drift
    ([], np.zeros((0, 0)), 0.0),
]


@pytest.mark.parametrize(("drift", "covariance", "error"), CASES)
def test_tracking_error_is_the_root_of_the_drifts_variance(drift, covariance, error):
    assert tracking_error(drift, covariance) == pytest.approx(error)


def test_a_batch_of_drifts_gives_a_batch_of_errors():
    errors = tracking_error([[0.1, 0.0], [0.0, 0.1]], STOCKS_BONDS)
    assert errors == pytest.approx([0.02, 0.005])


def test_drift_cost_is_the_tracking_error():
    assert drift_cost([0.1, 0.0], STOCKS_BONDS) == tracking_error([0.1, 0.0], STOCKS_BONDS)


def test_in_dollars_drift_costs_half_the_aversion_times_the_variance():
    # $1,000,000 × 15/2 × 2 %² = $3,000 a year
    cost = drift_cost_dollars([0.1, 0.0], STOCKS_BONDS, 1_000_000.0, 15.0)
    assert cost == pytest.approx(3_000.0)


@given(
    st.lists(st.floats(-1, 1), min_size=3, max_size=3),
    st.lists(st.floats(-1, 1), min_size=9, max_size=9),
    st.floats(0, 10),
)
def test_tracking_error_grows_in_proportion_to_the_drift(drift, loadings, scale):
    factor = np.array(loadings).reshape(3, 3)
    Σ = factor @ factor.T
    one = tracking_error(drift, Σ)
    assert tracking_error(scale * np.array(drift), Σ) == pytest.approx(scale * one, abs=1e-7)


@pytest.mark.parametrize(
    ("drift", "covariance", "fact"),
    [
        ([0.1], STOCKS_BONDS, "does not fit"),
        ([0.1, 0.0], [[0.04, 0.0]], "does not fit"),
        ([0.1, np.nan], STOCKS_BONDS, "NaN"),
        ([0.1, 0.0], [[0.04, np.inf], [np.inf, 0.04]], "infinity"),
    ],
)
def test_what_is_no_drift_is_refused(drift, covariance, fact):
    with pytest.raises(InputError, match=fact):
        tracking_error(drift, covariance)
