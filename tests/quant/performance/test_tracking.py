"""Tracking, bands, drift and turnover, worked by hand."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.performance.tracking import (
    average_drift,
    out_of_band,
    target_returns,
    tracking,
    turnover,
)

TARGET = [0.6, 0.4]
BAND = [0.05, 0.05]
WEIGHTS = [
    # stocks, bonds    drift    outside
    [0.60, 0.40],  #   0 %      no
    [0.65, 0.35],  #   5 %      no: on the edge
    [0.66, 0.34],  #   6 %      both
    [0.52, 0.40],  #  −8, 0 %   stocks (8 % in cash)
]


def test_the_target_portfolio_earns_its_weights_each_day():
    returns = [[0.10, 0.00], [0.00, -0.05]]
    np.testing.assert_allclose(target_returns(returns, TARGET), [0.06, -0.02])
    np.testing.assert_allclose(target_returns(returns, [[1.0, 0.0], [0.0, 1.0]]), [0.10, -0.05])


def test_tracking_measures_the_difference_and_its_scatter():
    # differences +1, −1, +1, +3 %: mean 1 %, squares about it 0, 4, 0, 4 → 8·10⁻⁴ ÷ 3
    benchmark = np.array([0.02, 0.01, -0.01, 0.00])
    returns = benchmark + np.array([0.01, -0.01, 0.01, 0.03])
    deviation = np.sqrt(8e-4 / 3)
    found = tracking(returns, benchmark, years=2.0)
    assert found.error == pytest.approx(deviation * np.sqrt(252))
    assert found.information_ratio == pytest.approx(0.01 / deviation * np.sqrt(252))
    assert found.difference == pytest.approx(
        np.prod(1 + returns) ** 0.5 - np.prod(1 + benchmark) ** 0.5
    )
    both = tracking(np.column_stack([returns, benchmark]), benchmark, years=2.0)
    np.testing.assert_allclose(both.error, [found.error, 0.0])
    np.testing.assert_allclose(both.difference, [found.difference, 0.0])
    assert np.isnan(both.information_ratio[1])


def test_a_day_is_out_of_band_when_any_weight_is_and_the_edge_is_inside():
    found = out_of_band(WEIGHTS, TARGET, BAND)
    assert (found.days, found.fraction) == (2, 0.5)
    assert found.days_by_target.tolist() == [2, 1]
    assert found.worst_excess == pytest.approx(0.03)
    assert out_of_band(WEIGHTS[:2], TARGET, BAND).worst_excess == pytest.approx(0.0, abs=1e-12)


def test_bands_may_change_from_day_to_day():
    narrow_then_wide = [[0.01, 0.01]] * 2 + [[0.5, 0.5]] * 2
    assert out_of_band(WEIGHTS, TARGET, narrow_then_wide).days == 1


def test_average_drift_is_half_the_sum_of_distances():
    # 0, 5, 6 and 4 %: the mean is 3.75 %
    assert average_drift(WEIGHTS, TARGET) == pytest.approx(0.0375)


def test_turnover_counts_a_dollar_moved_once_and_a_dollar_invested_once():
    #          moved 100   invested 50   nothing   raised 20
    found = turnover([100, 50, 0, 0], [100, 0, 0, 20], [1_000] * 4, years=2.0)
    np.testing.assert_allclose(found.by_cycle, [0.10, 0.05, 0.0, 0.02])
    assert found.annual == pytest.approx(0.085)
    assert found.cycles_traded == 3
    assert turnover([], [], [], 1.0).annual == 0.0


@pytest.mark.parametrize(
    ("measure", "complaint"),
    [
        (lambda: tracking([0.1, 0.1], [0.1], 1.0), "must be equal"),
        (lambda: out_of_band(WEIGHTS, TARGET, [-0.1, 0.1]), "at least zero"),
        (lambda: out_of_band(WEIGHTS, [1.0], BAND), r"\(2,\) for all days"),
        (lambda: out_of_band([0.1, 0.2], TARGET, BAND), "a table"),
        (lambda: turnover([-1.0], [0.0], [10.0], 1.0), "not negative"),
        (lambda: turnover([1.0], [0.0], [0.0], 1.0), "value is positive"),
    ],
)
def test_what_does_not_fit_is_refused(measure, complaint):
    with pytest.raises(InputError, match=complaint):
        measure()
