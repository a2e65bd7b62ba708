"""A day on which nobody is asked is one on which asking would have changed nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drivers.backtest.seeded import SEEDS, WATCHFUL, draw, few
from trimtab.testing.conform import same


@pytest.mark.slow
@few
@given(SEEDS)
def test_asking_every_day_changes_no_trade_and_no_figure(seed):
    drawn = draw(seed, WATCHFUL)
    normal, always = drawn.backtest(), drawn.backtest()
    always.watch.needs_cycle = lambda state, first, traded: True
    expected, got = always.run(), normal.run()
    assert len(got.decisions) <= len(expected.decisions)
    assert normal.holdings.entries == always.holdings.entries
    assert got.fills == expected.fills
    assert same(got.daily, expected.daily)


@pytest.mark.slow
@few
@given(st.integers(0, 3))
def test_two_runs_are_the_same_to_the_last_bit(seed):
    drawn = draw(seed)
    first, second = drawn.backtest().run(), drawn.backtest().run()
    assert same(first, second)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_result_asked_twice_is_the_same_result(seed):
    test = draw(seed).backtest()
    assert same(test.run(), test.result())
