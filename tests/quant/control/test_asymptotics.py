"""The cube-root laws, as a table and against the exact bands."""

import numpy as np
import pytest

from trimtab.model.errors import InputErrors
from trimtab.quant.control.asymptotics import (
    growth_half_gap,
    instrument_half_widths,
    relative_volatility,
    tracking_half_width,
    weight_volatility,
)


def test_the_laws_give_the_known_widths():
    assert growth_half_gap(0.625, 0.01, 5.0) == pytest.approx(0.04351489532)
    sigma = relative_volatility(0.15, 0.05, 0.1)
    moves = weight_volatility(0.6, sigma)
    assert tracking_half_width(0.001, 0.1125, moves) == pytest.approx(0.02623068874)


def test_with_two_instruments_either_has_the_width_of_the_pair():
    covariance = np.array([[0.0324, 0.00108], [0.00108, 0.0036]])
    variance = 0.0324 + 0.0036 - 2 * 0.00108
    widths = instrument_half_widths([0.4, 0.6], covariance, [0.002, 0.004], 4.0)
    pair = tracking_half_width(0.006, 4.0 * variance, 0.24 * np.sqrt(variance))
    assert widths == pytest.approx([pair, pair])


def test_what_cannot_drift_has_no_width():
    widths = instrument_half_widths([0.0, 1.0], np.eye(2), [0.01, 0.01], 2.0)
    assert widths.tolist() == [0.0, 0.0]


def test_negative_costs_are_refused():
    with pytest.raises(InputErrors, match=r"cost: is -0\.01"):
        instrument_half_widths([0.5, 0.5], np.eye(2), [0.01, -0.01], 2.0)
