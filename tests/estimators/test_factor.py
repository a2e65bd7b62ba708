"""A few factors and a rest: what is kept, what is taken for noise."""

import numpy as np
import pytest

from trimtab.estimators.factor import FactorCovariance, factors_above_noise
from trimtab.estimators.sample import SampleCovariance


def with_factors(instruments: int, sessions: int, factors: int) -> np.ndarray:
    chance = np.random.default_rng(8)
    loadings = chance.normal(0.6, 0.4, (factors, instruments))
    common = chance.normal(0, 0.01, (sessions, factors))
    return common @ loadings + chance.normal(0, 0.01, (sessions, instruments))


@pytest.mark.parametrize("factors", [1, 2, 3])
def test_the_data_say_how_many_factors_there_are(factors: int) -> None:
    returns = with_factors(40, 1_500, factors)
    values = np.linalg.eigvalsh(np.corrcoef(returns.T))
    assert factors_above_noise(values, 1_500) == factors


def test_noise_alone_counts_as_one_factor() -> None:
    chance = np.random.default_rng(9)
    values = np.linalg.eigvalsh(np.corrcoef(chance.normal(size=(500, 30)).T))
    assert factors_above_noise(values, 500) == 1


def test_the_least_risky_weights_by_it_are_less_risky_than_those_by_the_sample() -> None:
    chance = np.random.default_rng(10)
    loadings = chance.normal(0.8, 0.3, 60)
    truth = np.outer(loadings, loadings) + np.eye(60)
    returns = chance.multivariate_normal(np.zeros(60), truth, 120) * 0.01
    risks = []
    for estimator in (FactorCovariance(), SampleCovariance()):
        weights = np.linalg.solve(estimator.covariance(returns), np.ones(60))
        weights /= weights.sum()
        risks.append(weights @ truth @ weights)
    assert risks[0] < 0.8 * risks[1]


def test_a_substitute_still_follows_what_it_stands_in_for() -> None:
    returns = with_factors(20, 756, 1)
    near = returns[:, 0] + np.random.default_rng(11).normal(0, 5e-4, 756)
    made = FactorCovariance(1).covariance(np.column_stack([returns, near]))
    assert made[0, -1] / np.sqrt(made[0, 0] * made[-1, -1]) > 0.99


def test_gaps_move_it_little() -> None:
    returns = with_factors(12, 1_000, 2)
    whole = FactorCovariance(2).covariance(returns)
    holed = np.where(np.random.default_rng(12).random(returns.shape) < 0.05, np.nan, returns)
    assert FactorCovariance(2).covariance(holed) == pytest.approx(whole, rel=0.35, abs=2e-5)


@pytest.mark.parametrize("factors", [-1, 51])
def test_a_number_of_factors_out_of_range_is_refused(factors: int) -> None:
    with pytest.raises(ValueError, match=f"factors is {factors}; must be between 0 and 50"):
        FactorCovariance(factors)
