"""Nothing after a day changes anything up to it: no decision, no fill, no record, no entry."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drivers.backtest.seeded import SEEDS, WARM_UP, done, few
from trimtab.drivers.backtest.run import Backtest
from trimtab.model.market import MarketHistory


def another_future(history: MarketHistory, t: int, seed: int) -> MarketHistory:
    """The same history up to a session, and quite another one after it."""
    chance = np.random.default_rng(seed)
    later = np.arange(len(history.dates))[:, None] > t
    size = later.shape[0], len(history.instruments)

    def changed(grid, other):
        return np.where(later, other, np.array(grid))

    factor = chance.uniform(0.3, 3.0, size)
    close = np.where(chance.random(size) < 0.1, np.nan, np.array(history.close) * factor)
    close[-1] = np.where(np.isnan(close[-1]), 50.0, close[-1])
    return replace(
        history,
        close=changed(history.close, close),
        open=changed(history.open, np.array(history.open) * factor),
        vwap=changed(history.vwap, np.full(size, np.nan)),
        volume=changed(history.volume, chance.uniform(1, 1e7, size)),
        half_spread=changed(history.half_spread, chance.uniform(0, 0.01, size)),
        dividend=changed(history.dividend, np.where(chance.random(size) < 0.05, 1.0, 0.0)),
        split=changed(history.split, np.where(chance.random(size) < 0.02, 2.0, 1.0)),
    )


def up_to(test: Backtest, t: int) -> tuple[object, ...]:
    """All that a backtest knows of itself up to a session."""
    on, rows = test.market.dates[t], t + 1 - test.sessions.start
    return (
        [entry for entry in test.holdings.entries if entry.on <= on],
        [fill for fill in test.broker.fills if fill.on <= on],
        [decision for decision in test.decisions if decision.on <= on],
        test.recorder.table[:rows].tolist(),
        test.recorder.weights[:rows].tolist(),
    )


@pytest.mark.slow
@few
@given(SEEDS, st.integers(10, 140), st.integers(0, 1_000))
def test_no_price_dividend_volume_or_split_changes_anything_before_it(seed, day, other):
    drawn, whole = done(seed)
    t = WARM_UP + day
    changed = drawn.backtest(another_future(drawn.history, t, other))
    while changed.sessions.start + changed.done <= t:
        changed.step(changed.sessions.start + changed.done)
    assert up_to(changed, t) == up_to(whole, t)


@few
@given(SEEDS, st.integers(10, 140))
def test_a_history_that_ends_there_gives_the_same_days(seed, day):
    drawn, whole = done(seed)
    t = WARM_UP + day
    names = ("close", "open", "vwap", "volume", "half_spread", "dividend", "split")
    cut = {name: np.array(getattr(drawn.history, name))[: t + 1] for name in names}
    short = replace(drawn.history, dates=drawn.history.dates[: t + 1], **cut)
    test = drawn.backtest(short)
    test.run()
    last = t - 1  # on the last session of all, interest is paid that a longer backtest pays later
    assert up_to(test, last) == up_to(whole, last)


def test_a_backtest_that_looked_ahead_would_be_found():
    """The guard itself: a planted look at tomorrow's close is seen."""
    drawn, _ = done(1)

    def peeking(history):
        test = drawn.backtest(history)
        for grid in (test.market.close, test.market.worth):
            grid[WARM_UP : WARM_UP + 60] = grid[WARM_UP + 1 : WARM_UP + 61]
        for t in test.sessions[:41]:
            test.step(t)
        return test

    t = WARM_UP + 40
    with pytest.raises(AssertionError):
        assert up_to(peeking(another_future(drawn.history, t, 1)), t) == up_to(
            peeking(drawn.history), t
        )
