"""The conjugate posterior: held against textbook sums, simulation and its limits."""

import numpy as np
import pytest

from trimtab.estimators._base import Market
from trimtab.estimators.normal_inverse_wishart import NormalInverseWishart

RETURNS = np.random.default_rng(3).multivariate_normal(
    [5e-4, 2e-4, 0.0], [[1.0e-4, 6e-5, 0], [6e-5, 1.5e-4, 0], [0, 0, 4e-6]], 500
)


def test_one_instrument_is_the_textbook_sum() -> None:
    returns = RETURNS[:, :1]
    posterior = NormalInverseWishart(20.0, 100.0).posterior(returns)
    # With one instrument the prior mean and variance are those measured: nothing moves.
    assert posterior.weight == 600.0
    assert posterior.freedom == 20.0 + 2.0 + 500.0
    assert posterior.mean[0] == pytest.approx(returns.mean())
    assert posterior.covariance[0, 0] == pytest.approx(returns.var())


def test_the_prior_pulls_correlations_together_and_leaves_volatilities() -> None:
    sample = np.corrcoef(RETURNS.T)
    for prior, least, most in ((1.0, 0.0, 0.02), (500.0, 0.4, 0.6), (1e7, 0.99, 1.0)):
        made = NormalInverseWishart(prior, 1e-9).covariance(RETURNS)
        scale = np.sqrt(np.diag(made))
        pulled = 1.0 - (made / np.outer(scale, scale))[0, 1] / sample[0, 1]
        average = sample[np.triu_indices(3, 1)].mean()
        share = pulled / (1.0 - average / sample[0, 1])
        assert least <= share <= most
        assert scale == pytest.approx(RETURNS.std(axis=0), rel=0.02)


def test_more_data_make_both_errors_smaller() -> None:
    few, many = (NormalInverseWishart().posterior(RETURNS[:rows]) for rows in (100, 500))
    assert many.risk_uncertainty < few.risk_uncertainty
    assert many.risk_uncertainty == pytest.approx(np.sqrt(2 / (21 + 500 - 2)), rel=1e-12)
    assert many.predictive[0, 0] / many.covariance[0, 0] == pytest.approx(1 + 1 / (252 + 500))


def test_the_error_of_a_variance_is_that_of_draws_from_the_posterior() -> None:
    posterior = NormalInverseWishart().posterior(RETURNS[:80])
    root = np.linalg.cholesky(np.linalg.inv(posterior.scale))
    chance = np.random.default_rng(4)
    direction = np.array([1.0, -0.5, -0.5])
    draws = []
    for _ in range(4_000):
        normal = root @ chance.standard_normal((3, int(posterior.freedom)))
        draws.append(direction @ np.linalg.inv(normal @ normal.T) @ direction)
    assert np.std(draws) / np.mean(draws) == pytest.approx(posterior.risk_uncertainty, rel=0.05)
    expected = direction @ posterior.covariance @ direction
    assert np.mean(draws) == pytest.approx(expected, rel=0.02)


def test_the_mean_is_shrunk_to_equal_pay_for_volatility_and_says_how_far_off_it_may_be() -> None:
    weights = np.full(3, 1 / 3)
    market = Market(("A", "B", "C"), RETURNS, np.cov(RETURNS.T) * 252, weights)
    made = NormalInverseWishart(21.0, 1e9).mean(market)
    ratio = made.mean / np.sqrt(np.diag(market.covariance))
    assert ratio == pytest.approx(np.full(3, np.median(ratio)), rel=1e-3)
    plain = NormalInverseWishart(21.0, 1e-9).mean(market)
    assert plain.mean == pytest.approx(RETURNS.mean(axis=0) * 252)
    # The error of a mean of 500 sessions: volatility over the square root of the years.
    errors = np.sqrt(np.diag(plain.covariance))
    assert errors == pytest.approx(np.sqrt(np.diag(market.covariance) * 252 / 500), rel=0.02)


@pytest.mark.parametrize("setting", ["prior_sessions", "prior_mean_sessions"])
def test_a_prior_worth_nothing_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=f"{setting} is 0.0; must be above 0"):
        NormalInverseWishart(**{setting: 0.0})
