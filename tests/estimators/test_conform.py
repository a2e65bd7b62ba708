"""What every estimator promises, held against every file of the folder."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.estimators._base import (
    SESSIONS_MIN,
    CovarianceEstimator,
    DriftEstimator,
    MeanEstimator,
    StateEstimator,
    TrendEstimator,
)
from trimtab.estimators._packages import MissingPackageError
from trimtab.model.errors import InputError
from trimtab.testing import conform
from trimtab.testing.conform_estimators import estimator_cases, future_faults

EVERY_ESTIMATOR = pytest.mark.parametrize(("name", "plugin"), conform.cases("estimators"))
EVERY_COVARIANCE = pytest.mark.parametrize(("name", "plugin"), estimator_cases(CovarianceEstimator))
KINDS = (CovarianceEstimator, MeanEstimator, StateEstimator, DriftEstimator, TrendEstimator)


def market(seed: int, instruments: int, sessions: int, missing: float = 0.0) -> Any:
    """Returns with one common factor, some of them missing."""
    chance = np.random.default_rng(seed)
    common = chance.normal(0, 0.01, (sessions, 1))
    returns = common + chance.normal(0, 0.01, (sessions, instruments))
    returns[chance.random(returns.shape) < missing] = np.nan
    return returns


def smallest_eigenvalue(covariance: Any) -> float:
    """Of the correlations, so that the unit of the returns plays no part."""
    scale = np.sqrt(np.diag(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0])


@EVERY_ESTIMATOR
def test_an_estimator_is_a_plug_in(name: str, plugin: type[Any]) -> None:
    assert conform.faults("estimators", name) == ()


@EVERY_ESTIMATOR
def test_nothing_that_comes_after_the_day_changes_an_answer_about_it(
    name: str, plugin: type[Any]
) -> None:
    try:
        assert future_faults(conform.example(plugin)) == ()
    except MissingPackageError as error:
        pytest.skip(str(error))


class LearnsAcrossCalls:
    """Keeps the longest history that it ever saw: what a cache at the wrong place would do."""

    longest = np.empty((0, 4))

    def covariance(self, returns: Any) -> Any:
        if len(returns) > len(self.longest):
            self.longest = returns.copy()
        return np.cov(np.nan_to_num(self.longest).T)


class LooksBeyond:
    """Looks behind the end of the array that it was given."""

    def trend(self, returns: Any) -> Any:
        memory = returns if returns.base is None else returns.base
        return memory[-1].copy()


@pytest.mark.parametrize(
    ("cheat", "fault"),
    [
        (LearnsAcrossCalls(), "its covariance changes with what comes after the day"),
        (LooksBeyond(), "its trend changes with what comes after the day"),
    ],
)
def test_an_estimator_that_sees_the_future_is_found_out(cheat: object, fault: str) -> None:
    assert future_faults(cheat) == (fault,)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_an_estimator(kind: type[Any]) -> None:
    assert estimator_cases(kind)


@EVERY_COVARIANCE
@examples(30)  # a third missing leaves a pair about half of its sessions
@given(
    seed=st.integers(0, 2**32 - 1),
    instruments=st.integers(1, 12),
    sessions=st.integers(SESSIONS_MIN * 4, 400),
    missing=st.sampled_from([0.0, 0.02, 0.3]),
)
def test_a_covariance_is_symmetric_and_positive_definite_whatever_is_missing(
    name: str, plugin: type[Any], seed: int, instruments: int, sessions: int, missing: float
) -> None:
    covariance = conform.example(plugin).covariance(market(seed, instruments, sessions, missing))
    assert covariance.shape == (instruments, instruments)
    assert np.array_equal(covariance, covariance.T)
    assert smallest_eigenvalue(covariance) > 0


@EVERY_COVARIANCE
def test_more_instruments_than_sessions_stay_solvable(name: str, plugin: type[Any]) -> None:
    covariance = conform.example(plugin).covariance(market(1, 100, SESSIONS_MIN))
    assert smallest_eigenvalue(covariance) > 0
    np.linalg.cholesky(covariance)


@EVERY_COVARIANCE
def test_two_copies_of_one_series_stay_solvable(name: str, plugin: type[Any]) -> None:
    returns = market(2, 3, 300)
    covariance = conform.example(plugin).covariance(np.column_stack([returns, returns[:, 0]]))
    np.linalg.cholesky(covariance)
    assert covariance[0, 3] / covariance[0, 0] > 0.95


@EVERY_COVARIANCE
def test_volatilities_are_those_of_the_data(name: str, plugin: type[Any]) -> None:
    returns = market(3, 4, 2_000) * np.array([0.1, 1.0, 2.0, 5.0])
    volatility = np.sqrt(np.diag(conform.example(plugin).covariance(returns)))
    assert volatility == pytest.approx(returns.std(axis=0), rel=0.25)


@EVERY_COVARIANCE
def test_a_price_that_never_moves_is_almost_free_of_risk(name: str, plugin: type[Any]) -> None:
    returns = market(4, 3, 300)
    returns[:, 1] = 0.0
    covariance = conform.example(plugin).covariance(returns)
    assert 0 < covariance[1, 1] <= 1e-12
    assert smallest_eigenvalue(covariance) > 0


@EVERY_COVARIANCE
def test_no_instruments_have_no_covariance(name: str, plugin: type[Any]) -> None:
    assert conform.example(plugin).covariance(np.empty((300, 0))).shape == (0, 0)


@EVERY_COVARIANCE
def test_too_few_shared_sessions_are_refused(name: str, plugin: type[Any]) -> None:
    returns = market(5, 2, 2 * SESSIONS_MIN)
    returns[:SESSIONS_MIN, 0] = np.nan
    returns[SESSIONS_MIN + 5 :, 1] = np.nan
    with pytest.raises(InputError, match=rf"share 5 sessions; a covariance needs {SESSIONS_MIN}"):
        conform.example(plugin).covariance(returns)
    with pytest.raises(InputError, match="share 0 sessions"):
        conform.example(plugin).covariance(returns[:0])


@EVERY_COVARIANCE
def test_the_same_returns_give_the_same_answer_to_the_bit(name: str, plugin: type[Any]) -> None:
    returns = market(6, 5, 200, 0.02)
    assert conform.repeats(lambda: conform.example(plugin).covariance(returns))
