"""Volatility, downside and ratios, worked by hand."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.performance.risk import (
    downside_deviation,
    sharpe_ratio,
    sortino_ratio,
    volatility,
)

# mean 0.5 %; deviations +1.5, −2.5, +0.5, +0.5 %: squares sum to 9·10⁻⁴, ÷ 3 = 3·10⁻⁴
RETURNS = [0.02, -0.02, 0.01, 0.01]
DEVIATION = np.sqrt(3e-4)


def test_volatility_divides_by_one_less_than_the_days_and_grows_with_the_root_of_time():
    assert volatility(RETURNS) == pytest.approx(DEVIATION * np.sqrt(252))
    assert volatility(RETURNS, 12) == pytest.approx(DEVIATION * np.sqrt(12))


def test_downside_counts_all_days_and_squares_only_what_fell_short():
    # (−0.02)² ÷ 4 days; from a minimum of 1 %: (−0.03)² ÷ 4
    assert downside_deviation(RETURNS) == pytest.approx(0.01 * np.sqrt(252))
    assert downside_deviation(RETURNS, minimum=0.01) == pytest.approx(0.015 * np.sqrt(252))


def test_ratios_divide_the_mean_excess_by_its_own_risk():
    assert sharpe_ratio(RETURNS) == pytest.approx(0.005 / DEVIATION * np.sqrt(252))
    assert sharpe_ratio(RETURNS, 0.001) == pytest.approx(0.004 / DEVIATION * np.sqrt(252))
    assert sortino_ratio(RETURNS) == pytest.approx(0.005 / 0.01 * np.sqrt(252))


def test_a_riskless_rate_may_change_from_day_to_day():
    rates = [0.001, 0.002, 0.003, 0.004]
    excess = np.subtract(RETURNS, rates)
    assert sharpe_ratio(RETURNS, rates) == pytest.approx(
        excess.mean() / excess.std(ddof=1) * np.sqrt(252)
    )
    both = sharpe_ratio(np.column_stack([RETURNS, RETURNS]), rates)
    np.testing.assert_allclose(both, sharpe_ratio(RETURNS, rates))


@pytest.mark.parametrize("measure", [volatility, downside_deviation, sharpe_ratio, sortino_ratio])
def test_a_sweep_is_measured_as_its_columns_one_by_one(measure):
    table = np.random.default_rng(1).normal(0.0, 0.01, (50, 4))
    np.testing.assert_allclose(measure(table), [measure(column) for column in table.T], rtol=1e-12)
    assert isinstance(measure(table[:, 0]), float)


def test_a_series_that_never_moves_has_no_ratio():
    assert np.isnan(sharpe_ratio([0.001] * 5))
    assert np.isnan(sortino_ratio([0.001] * 5))


def test_one_return_has_no_volatility():
    with pytest.raises(InputError, match="at least 2"):
        volatility([0.01])
