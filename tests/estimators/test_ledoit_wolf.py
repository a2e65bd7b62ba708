"""Our Ledoit-Wolf is scikit-learn's, with volatilities kept and gaps allowed."""

from typing import Any

import numpy as np
import pytest

from trimtab.estimators.ledoit_wolf import LedoitWolf

SHAPES = [(60, 3), (60, 100), (756, 25), (2_000, 2)]


def returns(sessions: int, instruments: int, seed: int = 7) -> Any:
    chance = np.random.default_rng(seed)
    scale = chance.uniform(0.002, 0.04, instruments)
    return (chance.normal(size=(sessions, 1)) + chance.normal(size=(sessions, instruments))) * scale


@pytest.mark.parametrize(("sessions", "instruments"), SHAPES)
def test_it_equals_scikit_learn(sessions: int, instruments: int) -> None:
    reference = pytest.importorskip("sklearn.covariance")
    data = returns(sessions, instruments)
    expected, _ = reference.ledoit_wolf(data)
    ours = LedoitWolf(keep_variances=False).covariance(data)
    assert ours == pytest.approx(expected, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize(("sessions", "instruments"), SHAPES)
def test_with_volatilities_kept_it_equals_scikit_learn_on_standardised_returns(
    sessions: int, instruments: int
) -> None:
    reference = pytest.importorskip("sklearn.covariance")
    data = returns(sessions, instruments)
    scale = data.std(axis=0)
    expected = reference.ledoit_wolf(data / scale)[0] * np.outer(scale, scale)
    ours = LedoitWolf().covariance(data)
    assert ours == pytest.approx(expected, rel=1e-10, abs=1e-15)
    assert np.diag(ours) == pytest.approx(data.var(axis=0), rel=1e-12)


def test_a_few_gaps_change_it_little() -> None:
    data = returns(756, 10)
    whole = LedoitWolf().covariance(data)
    data[5, 0] = data[100:110, 4] = np.nan
    assert LedoitWolf().covariance(data) == pytest.approx(whole, rel=0.1)


def test_a_young_fund_does_not_shorten_the_history_of_the_others() -> None:
    data = returns(756, 4)
    expected = np.diag(LedoitWolf().covariance(data))[:3]
    data[:600, 3] = np.nan
    assert np.diag(LedoitWolf().covariance(data))[:3] == pytest.approx(expected, rel=1e-12)
