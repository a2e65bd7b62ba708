"""Calm, trending, crisis: told apart where the truth is known, by either estimator."""

from functools import cache

import numpy as np
import pytest

from tests.estimators.states import SESSIONS, market
from trimtab.estimators._base import StateEstimator
from trimtab.estimators._market_state import concentration, moving
from trimtab.estimators.jump_model import JumpModel, features, filtered, fitted_centres
from trimtab.estimators.markov_switching import MarkovSwitching
from trimtab.model.errors import InputError
from trimtab.model.estimates import MarketState, StateForecast

CALM, TRENDING, CRISIS = MarketState.CALM, MarketState.TRENDING, MarketState.CRISIS
EITHER = pytest.mark.parametrize("estimator", ["markov_switching", "jump_model"])


def made(estimator: str) -> StateEstimator:
    if estimator == "markov_switching":
        pytest.importorskip("statsmodels")
        return MarkovSwitching()
    return JumpModel()


@cache
def answered(estimator: str, last: str, length: int, seed: int) -> StateForecast:
    """What an estimator says of a market, once for all who ask."""
    return made(estimator).state(market(last, seed=seed, length=length))


KNOWN = [
    # the last 60 to 130 sessions        sessions  state
    ("calm", 60, CALM),
    ("crisis", 60, CRISIS),
    ("trending", 130, TRENDING),
]


@EITHER
@pytest.mark.parametrize(("last", "length", "state"), KNOWN)
def test_a_market_whose_state_is_known_is_told(
    estimator: str, last: str, length: int, state: MarketState
) -> None:
    right = [answered(estimator, last, length, seed).likeliest is state for seed in range(5)]
    assert sum(right) >= 4


@EITHER
def test_a_crisis_needs_correlations_to_break_down_as_well(estimator: str) -> None:
    crisis, wild = (
        np.mean([answered(estimator, last, 60, seed).crisis for seed in range(5)])
        for last in ("crisis", "wild")
    )
    assert crisis > 0.8
    assert wild < 0.5 * crisis


@EITHER
def test_a_market_of_one_level_has_no_crisis(estimator: str) -> None:
    returns = np.random.default_rng(5).normal(0, 0.01, (SESSIONS, 6))
    assert made(estimator).state(returns).crisis < 0.05


@EITHER
def test_gaps_and_constant_prices_do_not_matter(estimator: str) -> None:
    returns = market("crisis")
    plain = made(estimator).state(returns)
    holed = np.where(np.random.default_rng(6).random(returns.shape) < 0.03, np.nan, returns)
    odd = np.column_stack([holed, np.zeros(SESSIONS), np.full(SESSIONS, np.nan)])
    assert made(estimator).state(odd).likeliest is plain.likeliest
    assert made(estimator).state(odd).crisis == pytest.approx(plain.crisis, abs=0.15)


@EITHER
def test_one_instrument_is_judged_by_its_volatility(estimator: str) -> None:
    assert made(estimator).state(market("crisis")[:, :1]).likeliest is CRISIS


SHORT = [
    (np.zeros((756, 3)), "no instrument has 252 daily returns that move"),
    (np.full((756, 3), np.nan), "no instrument has 252 daily returns that move; the most is 0"),
    (market("calm")[:200], "the most is 200"),
    (np.empty((0, 0)), "the most is 0"),
]


@EITHER
@pytest.mark.parametrize(("returns", "message"), SHORT, ids=[row[1][-20:] for row in SHORT])
def test_what_cannot_carry_a_state_is_refused(
    estimator: str, returns: np.ndarray, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        made(estimator).state(returns)


def test_the_jump_model_filters_by_the_past_alone() -> None:
    """What its forward filter says of a week does not change when later weeks do."""
    weeks = features(moving(market("crisis")))
    points = (weeks - weeks.mean(axis=0)) / weeks.std(axis=0)
    centres = fitted_centres(points, 4.0)
    other = points.copy()
    other[80:] = points[80:][::-1] * -1.0
    assert np.array_equal(filtered(points[:80], centres, 4.0), filtered(other[:80], centres, 4.0))
    whole = [filtered(points[: t + 1], centres, 4.0) for t in (10, 40, 79)]
    assert all(abs(one.sum() - 1.0) < 1e-12 for one in whole)


@pytest.mark.parametrize(
    ("correlation", "share"), [(0.0, 0.25), (0.5, 0.62), (0.9, 0.92), (-0.9, 0.92)]
)
def test_concentration_is_the_first_factors_share_whatever_the_signs(
    correlation: float, share: float
) -> None:
    chance = np.random.default_rng(7)
    size = abs(correlation)
    common = np.sqrt(size) * chance.standard_normal((4_000, 1))
    window = common + np.sqrt(1 - size) * chance.standard_normal((4_000, 4))
    if correlation < 0:
        window[:, :2] *= -1.0
    assert concentration(window) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize(
    ("plugin", "settings", "message"),
    [
        (MarkovSwitching, {"volatility_ratio_min": 1.0}, "must exceed 1"),
        (MarkovSwitching, {"stay_min": 1.0}, "must be at least 0 and below 1"),
        (JumpModel, {"jump_penalty": -1.0}, "must be at least 0"),
        (JumpModel, {"wild_volatility_min": 0.9}, "must exceed 1"),
    ],
)
def test_settings_out_of_range_are_refused(
    plugin: type, settings: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plugin(**settings)
