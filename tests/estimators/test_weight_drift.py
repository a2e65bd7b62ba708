"""How far weights wander: what must hold of any forecast, and how often the intervals hold."""

import numpy as np
import pytest

from trimtab.estimators._base import DriftEstimator
from trimtab.estimators._weight_drift import weights_after
from trimtab.estimators.bootstrap_drift import BootstrapDrift
from trimtab.estimators.lognormal_drift import LognormalDrift
from trimtab.model.errors import InputError
from trimtab.testing.conform_estimators import simulated_returns

EITHER = pytest.mark.parametrize("plugin", [LognormalDrift, BootstrapDrift])
RETURNS = simulated_returns(3, 3, 756)
WEIGHTS = np.array([0.5, 0.3, 0.1])

GROWN = [
    # weights        growth       weights after
    ((0.5, 0.5), (2.0, 1.0), (2 / 3, 1 / 3)),
    ((0.6, 0.4), (1.1, 1.1), (0.6, 0.4)),  # all alike: nothing drifts
    ((0.5, 0.0), (2.0, 1.0), (2 / 3, 0.0)),  # half in cash
]


@pytest.mark.parametrize(("weights", "growth", "after"), GROWN)
def test_weights_follow_growth(weights, growth, after) -> None:  # type: ignore[no-untyped-def]
    assert weights_after(np.array(weights), np.array([growth]))[0] == pytest.approx(after)


@EITHER
def test_the_longer_until_the_review_the_further_it_may_drift(plugin: type) -> None:
    widths = []
    for sessions in (5, 21, 84):
        made = plugin(review_sessions=sessions).drift(RETURNS, WEIGHTS)
        widths.append(made[0].high - made[0].low)
        assert all(one.low <= 0.0 <= one.high for one in made)
    # Sixteen times as long is about four times as far.
    assert widths[2] / widths[0] == pytest.approx(4.0, rel=0.25)


@EITHER
def test_a_household_in_one_instrument_does_not_drift(plugin: type) -> None:
    made = plugin().drift(RETURNS[:, :1], np.array([1.0]))
    assert (made[0].low, made[0].high) == pytest.approx((0.0, 0.0), abs=1e-12)


@EITHER
def test_constant_prices_do_not_drift_against_each_other(plugin: type) -> None:
    made = plugin().drift(np.zeros((300, 2)), np.array([0.6, 0.4]))
    assert made[0].high - made[0].low < 1e-3


@EITHER
def test_the_interval_holds_four_of_five_quarters(plugin: type) -> None:
    held, cases = 0, 0
    for seed in range(60):
        whole = np.random.default_rng(seed).standard_t(6, (756 + 63, 3)) * 0.008
        weights = np.array([0.5, 0.3, 0.2])
        estimator: DriftEstimator = plugin(draws=1_000)
        made = estimator.drift(whole[:756], weights)
        growth = (1.0 + whole[756:]).prod(axis=0)
        change = weights * growth / (weights * growth).sum() - weights
        held += sum(one.low <= x <= one.high for one, x in zip(made, change, strict=True))
        cases += 3
    assert held / cases == pytest.approx(0.80, abs=0.09)  # 180 cases: three standard errors


def test_gaps_shorten_what_the_bootstrap_can_use() -> None:
    holed = np.where(np.arange(756)[:, None] % 3 == np.arange(3), np.nan, RETURNS)
    with pytest.raises(InputError, match="0 sessions have a return of every instrument"):
        BootstrapDrift().drift(holed, WEIGHTS)
    assert len(LognormalDrift().drift(holed, WEIGHTS)) == 3


@pytest.mark.parametrize(
    ("plugin", "settings", "message"),
    [
        (LognormalDrift, {"level": 0.0}, "level is 0.0"),
        (LognormalDrift, {"freedom": 2.0}, "freedom is 2.0; must be above 2"),
        (LognormalDrift, {"review_sessions": 0}, "review_sessions is 0; must be above 0"),
        (BootstrapDrift, {"block_sessions": 0.5}, "block_sessions is 0.5; must be at least 1"),
        (BootstrapDrift, {"draws": 0}, "draws is 0; must be above 0"),
    ],
)
def test_settings_out_of_range_are_refused(plugin: type, settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plugin(**settings)
