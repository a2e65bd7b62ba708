"""Probabilistic and deflated Sharpe ratios: the published examples of the papers."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.performance.sharpe_evidence import (
    SharpeMoments,
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    independent_trials,
    minimum_track_record,
    probabilistic_sharpe_ratio,
    sharpe_moments,
)

# Bailey and López de Prado (2012), "The Sharpe Ratio Efficient Frontier": two years of monthly
# returns with a Sharpe ratio of 0.458 a month (1.59 a year).
PROBABILISTIC = [
    # skewness, kurtosis, published
    (0.0, 3.0, 0.982),
    (-2.448, 10.164, 0.913),
]


@pytest.mark.parametrize(("skewness", "kurtosis", "published"), PROBABILISTIC)
def test_the_probabilistic_sharpe_ratio_is_as_published(skewness, kurtosis, published):
    moments = SharpeMoments(0.458, 24, skewness, kurtosis)
    assert probabilistic_sharpe_ratio(moments) == pytest.approx(published, abs=5e-4)


# The same paper: years to prove, at 95 %, that a Sharpe ratio of 2 a year exceeds 1.
TRACK_RECORDS = [
    # periods a year, skewness, kurtosis, published years
    (252, 0.0, 3.0, 2.73),
    (52, 0.0, 3.0, 2.83),
    (12, 0.0, 3.0, 3.24),
    (12, -0.72, 5.78, 4.99),
]


@pytest.mark.parametrize(("periods", "skewness", "kurtosis", "years"), TRACK_RECORDS)
def test_the_minimum_track_record_is_as_published(periods, skewness, kurtosis, years):
    moments = SharpeMoments(2 / periods**0.5, 24, skewness, kurtosis)
    found = minimum_track_record(moments, 1 / periods**0.5) / periods
    assert found == pytest.approx(years, abs=0.011)


def test_a_record_of_the_minimum_length_has_just_the_confidence():
    short = SharpeMoments(0.1, 100, -0.5, 4.0)
    needed = minimum_track_record(short, 0.02, 0.9)
    long = SharpeMoments(0.1, round(needed), -0.5, 4.0)
    assert probabilistic_sharpe_ratio(long, 0.02) == pytest.approx(0.9, abs=1e-3)


def test_a_ratio_below_the_benchmark_is_never_proven():
    assert minimum_track_record(SharpeMoments(0.1, 100), 0.1) == float("inf")


# Bailey and López de Prado (2014), "The Deflated Sharpe Ratio", the numerical example: five years
# of daily returns, 2.5 a year, the variance of the trials' yearly ratios ½, 250 days a year.
YEARLY, DAYS = 2.5, 250
DEFLATED = [
    # trials, skewness, kurtosis, published
    (100, -3.0, 10.0, 0.9004),
    (46, -3.0, 10.0, 0.9505),
    (88, 0.0, 3.0, 0.9505),
]


@pytest.mark.parametrize(("trials", "skewness", "kurtosis", "published"), DEFLATED)
def test_the_deflated_sharpe_ratio_is_as_published(trials, skewness, kurtosis, published):
    moments = SharpeMoments(YEARLY / DAYS**0.5, 1_250, skewness, kurtosis)
    found = deflated_sharpe_ratio(moments, trials, 0.5 / DAYS)
    assert found.probability == pytest.approx(published, abs=1e-4)


def test_the_threshold_of_the_example_is_as_published():
    assert expected_maximum_sharpe(100, 0.5 / DAYS) == pytest.approx(0.1132, abs=5e-5)


@pytest.mark.parametrize("trials", [10, 100, 1_000])
def test_the_best_of_many_worthless_trials_is_as_high_as_expected(trials):
    best = np.random.default_rng(3).normal(0.0, 0.05, (4_000, trials)).max(axis=1)
    assert expected_maximum_sharpe(trials, 0.05**2) == pytest.approx(best.mean(), rel=0.03)


def test_one_trial_is_not_deflated():
    moments = SharpeMoments(0.1, 500)
    assert deflated_sharpe_ratio(moments, 1, 0.01).probability == probabilistic_sharpe_ratio(
        moments
    )


def test_moments_are_those_of_the_returns():
    # 3, −1, −1, −1 %: mean 0; variance 12/3 with n − 1 and 12/4 with n; z = √3, −1/√3 three times
    moments = sharpe_moments([0.031, -0.009, -0.009, -0.009])
    assert moments.sharpe == pytest.approx(0.1 / 2)
    assert moments.skewness == pytest.approx((3**1.5 - 3 * 3**-1.5) / 4)
    assert moments.kurtosis == pytest.approx((9 + 3 / 9) / 4)


def test_trials_that_move_together_count_as_one():
    chance = np.random.default_rng(4)
    one = chance.normal(0.0, 0.01, (2_000, 1))
    assert independent_trials(one * np.ones((1, 20))) == pytest.approx(1.0)
    assert independent_trials(chance.normal(0.0, 0.01, (2_000, 20))) == pytest.approx(20, rel=0.02)
    half = one + chance.normal(0.0, 0.01, (2_000, 20))
    assert independent_trials(half) == pytest.approx(0.5 + 0.5 * 20, rel=0.1)


@pytest.mark.parametrize(
    ("measure", "complaint"),
    [
        (lambda: SharpeMoments(0.1, 100, 0.0, 0.0), "not its excess"),
        (lambda: SharpeMoments(0.1, 2), "at least 4"),
        (lambda: sharpe_moments([0.01] * 10), "never moves"),
        (lambda: expected_maximum_sharpe(0, 0.1), "at least one"),
        (lambda: minimum_track_record(SharpeMoments(0.1, 9), confidence=95), "below 1"),
        (lambda: independent_trials(np.zeros((5, 2))), "trial 0 never moves"),
    ],
)
def test_what_proves_nothing_is_refused(measure, complaint):
    with pytest.raises(InputError, match=complaint):
        measure()
