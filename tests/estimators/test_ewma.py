"""The exponential covariance forgets at the pace that it says."""

import numpy as np
import pytest

from trimtab.estimators.ewma import ExponentialCovariance
from trimtab.estimators.sample import SampleCovariance
from trimtab.model.errors import InputError
from trimtab.plugins import configure


def test_a_session_counts_half_of_one_a_half_life_later() -> None:
    calm, wild = np.full(200, 0.01), np.full(200, 0.03)
    signs = np.tile([1.0, -1.0], 100)
    data = np.concatenate([calm * signs, wild * signs])[:, None]
    variance = ExponentialCovariance(half_life_sessions=200).covariance(data)[0, 0]
    # Half the weight of the last 200 sessions lies on the 200 before: 2/3 and 1/3.
    assert variance == pytest.approx(2 / 3 * 0.03**2 + 1 / 3 * 0.01**2, rel=0.01)


def test_an_endless_half_life_is_the_sample_covariance() -> None:
    data = np.random.default_rng(1).normal(0, 0.01, (500, 4))
    endless = ExponentialCovariance(half_life_sessions=1e12).covariance(data)
    assert endless == pytest.approx(SampleCovariance().covariance(data), rel=0.003)


def test_the_sample_covariance_is_numpys() -> None:
    data = np.random.default_rng(2).normal(0, 0.01, (500, 4))
    assert SampleCovariance().covariance(data) == pytest.approx(np.cov(data.T), rel=1e-10)


def test_a_half_life_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="half_life_sessions is 0"):
        configure("estimators", "ewma", {"half_life_sessions": 0.0})
