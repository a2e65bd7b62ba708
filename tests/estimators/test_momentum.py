"""The filtered trend: nothing where there is none, most where it is strong and steady."""

import numpy as np
import pytest

from trimtab.estimators.momentum import Momentum, volatility_before

SESSIONS = 756


def noise(columns: int = 1, volatility: float = 0.01) -> np.ndarray:
    return np.random.default_rng(21).normal(0, volatility, (SESSIONS, columns))


def test_of_many_walks_without_trend_few_are_sure_of_one() -> None:
    made = Momentum().trend(noise(400))
    sure = np.abs(made.confidence - 0.5) > 0.45
    assert sure.mean() < 0.02  # the prior knows that most of what looks like a trend is none
    assert np.abs(made.trend).max() < 0.03


@pytest.mark.parametrize(
    ("yearly_sharpe", "least", "most"), [(2.0, 0.70, 1.0), (0.0, 0.45, 0.55), (-2.0, 0.0, 0.30)]
)
def test_a_steady_trend_is_seen_with_its_sign(
    yearly_sharpe: float, least: float, most: float
) -> None:
    returns = noise(200) + 0.01 * yearly_sharpe / np.sqrt(252)
    made = Momentum().trend(returns)
    assert least < np.mean(made.confidence) < most
    assert np.sign(np.round(np.mean(made.trend), 3)) == np.sign(yearly_sharpe)


def test_the_confidence_is_right_as_often_as_it_says() -> None:
    # Sharpe ratios that wander exactly as the filter believes: its probabilities are then true.
    chance = np.random.default_rng(22)
    keep, at_rest, columns = 0.5 ** (1 / 126), 1.5 / np.sqrt(252), 3_000
    sharpe, returns = chance.normal(0, at_rest, columns), np.empty((500, columns))
    for t in range(500):
        step = np.sqrt(1 - keep**2) * at_rest
        sharpe = keep * sharpe + chance.normal(0, step, columns)
        returns[t] = 0.01 * (sharpe + chance.normal(0, 1, columns))
    made = Momentum(sharpe=1.5, volatility_half_life_sessions=250).trend(returns)
    for low in (0.1, 0.3, 0.5, 0.7):
        chosen = (made.confidence >= low) & (made.confidence < low + 0.2)
        said, came = made.confidence[chosen].mean(), (sharpe[chosen] > 0).mean()
        assert came == pytest.approx(said, abs=0.06)


def test_it_scales_by_volatility() -> None:
    returns = noise() + 5e-4
    calm, wild = Momentum().trend(returns), Momentum().trend(3 * returns)
    assert wild.trend == pytest.approx(3 * calm.trend)
    assert wild.confidence == pytest.approx(calm.confidence)


def test_a_session_of_yesterday_does_not_change_the_volatility_it_is_judged_by() -> None:
    returns = noise()
    other = returns.copy()
    other[400] = 0.035
    before, after = (volatility_before(one, 33.0)[0] for one in (returns, other))
    assert np.array_equal(before[:401], after[:401])
    assert after[401, 0] > 1.05 * before[401, 0]


@pytest.mark.parametrize(
    ("returns", "what"),
    [
        (np.zeros((300, 1)), "a price that never moves"),
        (np.full((300, 1), np.nan), "no returns at all"),
        (np.empty((0, 1)), "no sessions"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_have_a_trend_has_none(returns: np.ndarray, what: str) -> None:
    made = Momentum().trend(returns)
    assert (made.trend[0], made.confidence[0]) == (0.0, 0.5), what


def test_one_bad_print_is_no_trend() -> None:
    returns = noise()
    quiet = Momentum().trend(returns).trend[0]
    returns[-30] = 1.5
    assert abs(Momentum().trend(returns).trend[0] - quiet) < 0.02
