"""How far off a variance may be: what normal days give, and what real ones add."""

import numpy as np
import pytest

from trimtab.estimators._uncertainty import relative_error_of_variance

SESSIONS = 756


def waves(sessions: int, columns: int, seed: int) -> np.ndarray:
    """Normal days whose volatility doubles every other half-year."""
    level = np.where(np.arange(sessions) // 126 % 2, 0.02, 0.01)[:, None]
    return level * np.random.default_rng(seed).standard_normal((sessions, columns))


def test_normal_days_give_the_textbook_error() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, (SESSIONS, 60))
    error = relative_error_of_variance(returns)
    assert error == pytest.approx(np.sqrt(2 / SESSIONS), rel=0.1)


def test_it_is_the_spread_of_variances_that_come_out() -> None:
    """Fat tails: ten thousand histories, and how far their variances lie apart."""
    chance = np.random.default_rng(2)
    truth = (chance.standard_t(6, (4_000, SESSIONS)) ** 2).mean(axis=1)
    told = relative_error_of_variance(chance.standard_t(6, (SESSIONS, 200)))
    assert told == pytest.approx(truth.std() / truth.mean(), rel=0.25)


def test_volatility_in_waves_is_known_less_well() -> None:
    assert relative_error_of_variance(waves(SESSIONS, 20, 3)) > 1.8 * np.sqrt(2 / SESSIONS)


UNKNOWN = [
    # returns                           the error
    (np.zeros((300, 2)), 0.0),  # what never moves is known
    (np.empty((300, 0)), 0.0),  # nothing
    (np.full((40, 1), 0.01) * np.array([[1.0], [-1.0]] * 20), np.sqrt(2 / 40)),  # too few months
]


@pytest.mark.parametrize(("returns", "error"), UNKNOWN)
def test_what_has_no_months_to_compare(returns: np.ndarray, error: float) -> None:
    assert relative_error_of_variance(returns) == pytest.approx(error)


def test_gaps_are_passed_over() -> None:
    returns = waves(SESSIONS, 20, 4)
    holed = np.where(np.random.default_rng(5).random(returns.shape) < 0.1, np.nan, returns)
    assert relative_error_of_variance(holed) == pytest.approx(
        relative_error_of_variance(returns), rel=0.2
    )
