"""The ear: two levels of volatility, fitted to a past and filtered forward."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.learned.hearing import (
    MEMORY,
    SIGNALS,
    Ear,
    market_signals,
    remembered_cost,
)

CALM, LOUD = 0.007, 0.02


def moody(seed: int, last_is_loud: bool) -> tuple[np.ndarray, np.ndarray]:
    """Returns of three instruments whose volatility jumps, ten years, and which days are loud."""
    chance = np.random.default_rng(seed)
    loud = np.repeat(np.arange(20) % 2 == 1, 126)
    loud = loud if last_is_loud else loud[:-126]
    together = chance.standard_normal((len(loud), 1))
    shocks = 0.7 * together + 0.7 * chance.standard_normal((len(loud), 3))
    return shocks * np.where(loud, LOUD, CALM)[:, None], loud


def test_an_ear_finds_both_levels_and_says_afterwards_when_it_was_loud():
    past, _ = moody(0, last_is_loud=True)
    ear = Ear.fitted(past)
    assert ear.deviation[1] / ear.deviation[0] == pytest.approx(LOUD / CALM, rel=0.15)
    later, loud = moody(1, last_is_loud=True)
    excess, louder = ear.heard(later[:, None, :])[:, 0].T
    assert excess[loud].mean() > 0.35 > -0.35 > excess[~loud].mean()
    assert louder[loud].mean() > 0.2 > -0.5 > louder[~loud].mean()


def test_what_is_heard_before_a_session_does_not_change_with_it_or_later_ones():
    past, _ = moody(0, last_is_loud=True)
    ear, chance = Ear.fitted(past), np.random.default_rng(2)
    later, _ = moody(1, last_is_loud=True)
    changed = later.copy()
    changed[500:] = chance.permutation(5.0 * changed[500:])
    before, after = ear.heard(later[:, None, :]), ear.heard(changed[:, None, :])
    assert np.array_equal(before[:501], after[:501])
    assert not np.allclose(before[501:], after[501:])


def test_where_volatility_never_jumps_nothing_is_heard():
    still = 0.01 * np.random.default_rng(3).standard_normal((2520, 3))
    ear = Ear.fitted(still)
    later, _ = moody(1, last_is_loud=True)
    assert np.abs(ear.heard(later[:, None, :])).max() < 1e-12


def test_a_household_is_told_the_same_by_its_own_history():
    costs = np.array([1.0, 1.0, 4.0])
    for last_is_loud in (True, False):
        past, _ = moody(4, last_is_loud)
        told = dict(zip(SIGNALS, market_signals(past, costs), strict=True))
        assert (told["storm_excess"] > 0.2) == last_is_loud
        assert (told["log_expected_volatility"] > 0.1) == last_is_loud
        assert told["log_recent_cost"] == pytest.approx((1 - MEMORY) * np.log(4.0))


def test_a_household_that_never_paid_hears_of_no_costs():
    past, _ = moody(4, last_is_loud=True)
    assert market_signals(past, np.empty(0))[SIGNALS.index("log_recent_cost")] == 0.0


def test_costs_are_remembered_from_the_reviews_before_and_fade():
    recent = remembered_cost(np.array([[4.0], [1.0], [1.0]]))[:, 0]
    first = (1 - MEMORY) * np.log(4.0)
    assert recent == pytest.approx([0.0, first, MEMORY * first])


def test_a_past_that_is_too_short_is_refused():
    with pytest.raises(InputError, match="at least 250 sessions"):
        Ear.fitted(np.full((100, 2), 0.01))
