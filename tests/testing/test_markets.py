"""Tables become market histories as a reader would expect; random ones are worlds that could be."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.policies._schedule import is_session
from trimtab.testing import conform
from trimtab.testing.markets import MarketShape, market_of, random_market, sessions_from

CLOSES = """
    # what a unit cost
    date        VTI    BND
    2020-01-02  100    50
    2020-01-03  1,010  .
"""


def test_a_table_of_closes_is_a_history_that_pays_nothing() -> None:
    history = market_of(CLOSES)
    assert history.dates == (date(2020, 1, 2), date(2020, 1, 3))
    assert history.instruments == ("VTI", "BND")
    np.testing.assert_array_equal(history.close, [[100, 50], [1010, np.nan]])
    assert (history.dividend == 0).all()
    assert (history.split == 1).all()
    assert np.isnan([history.open, history.vwap, history.volume, history.half_spread]).all()


def test_a_table_of_events_says_the_rest() -> None:
    history = market_of(
        CLOSES,
        """
        date        instrument  open  dividend  split  volume  half_spread
        2020-01-03  VTI         1005  0.5       2      1,000   2bp
        2020-01-02  BND         .     .         .      .       5bp
        """,
        volume=7,
        half_spread=0.001,
    )
    np.testing.assert_array_equal(history.open, [[np.nan, np.nan], [1005, np.nan]])
    np.testing.assert_array_equal(history.dividend, [[0, 0], [0.5, 0]])
    np.testing.assert_array_equal(history.split, [[1, 1], [2, 1]])
    np.testing.assert_array_equal(history.volume, [[7, 7], [1000, 7]])
    np.testing.assert_array_equal(history.half_spread, [[0.001, 0.0005], [0.0002, 0.001]])


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            "date instrument split\n2020-01-06 VTI 2",
            "row '2020-01-06 VTI 2': the closes have no s",
        ),
        ("date instrument split\n2020-01-02 ITOT 2", "row '2020-01-02 ITOT 2': the closes have no"),
        ("date instrument high\n2020-01-02 VTI 2", "column 'high': unknown"),
        (
            "date instrument split\n2020-01-02 VTI x",
            "row '2020-01-02 VTI x', split: 'x' is not a",
        ),
    ],
)
def test_an_event_that_cannot_be_placed_is_refused(events: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        market_of(CLOSES, events)
    assert str(caught.value).startswith(message)


def test_sessions_leave_weekends_and_holidays_out() -> None:
    assert [day.day for day in sessions_from(date(2020, 4, 9), 3)] == [9, 13, 14]  # Good Friday


SEEDS = st.integers(0, 10**9)
SHAPES = st.builds(
    MarketShape,
    instruments=st.sampled_from([("A",), ("A", "B", "C"), tuple("ABCDEFG")]),
    sessions=st.integers(2, 200),
    yearly_volatility=st.floats(0, 1),
    correlation=st.floats(0, 1),
    dividend_yield=st.floats(0, 0.2),
    splits_a_year=st.floats(0, 20),
    gap_chance=st.floats(0, 1),
    late_share=st.floats(0, 1),
    ended_share=st.floats(0, 1),
)


@given(SEEDS, SHAPES)
def test_the_same_seed_and_shape_give_the_same_history(seed: int, shape: MarketShape) -> None:
    assert conform.same(random_market(seed, shape), random_market(seed, shape))


def test_another_seed_gives_another_history() -> None:
    assert not np.array_equal(random_market(1).close, random_market(2).close)


@given(SEEDS, SHAPES)
def test_a_random_history_is_one_that_could_be(seed: int, shape: MarketShape) -> None:
    history = random_market(seed, shape)
    assert len(history.dates) == shape.sessions
    assert all(map(is_session, history.dates))
    close = np.asarray(history.close)
    known = ~np.isnan(close)
    assert (close[known] > 0).all()
    for grid in (history.open, history.vwap, history.volume, history.half_spread):
        np.testing.assert_array_equal(np.isnan(grid), ~known)
    assert known[0, 0] and known[-1, 0]
    for at in range(close.shape[1]):  # nothing is paid or split before the first and after the last
        rows = np.flatnonzero(known[:, at])
        outside = np.ones(len(close), dtype=bool)
        if len(rows):
            outside[rows[0] : rows[-1] + 1] = False
        assert (np.asarray(history.split)[outside, at] == 1).all()
        assert (np.asarray(history.dividend)[outside, at] == 0).all()


def test_prices_fall_by_what_is_paid_and_split_so_that_total_returns_are_as_drawn() -> None:
    plain = MarketShape(sessions=750, dividend_yield=0.0, splits_a_year=0.0)
    paying = replace(plain, dividend_yield=0.08, splits_a_year=3.0)
    one, other = random_market(5, plain), random_market(5, paying)
    assert (np.asarray(other.split) != 1).sum() > 10
    assert (np.asarray(other.dividend) > 0).sum() > 40

    def returns(history):
        close = np.asarray(history.close)
        worth = close[1:] * np.asarray(history.split)[1:] + np.asarray(history.dividend)[1:]
        return worth / close[:-1] - 1

    # Prices are rounded to a hundredth of a cent, and a reverse split makes them large.
    np.testing.assert_allclose(returns(one), returns(other), atol=2e-4)


def test_returns_have_the_volatility_and_the_correlation_asked_for() -> None:
    shape = MarketShape(
        instruments=("A", "B", "C"), sessions=20_000, opens=date(1930, 1, 2), correlation=0.6,
        yearly_volatility=0.2, dividend_yield=0.0, splits_a_year=0.0,
    )  # fmt: skip
    moves = np.diff(np.log(random_market(11, shape).close), axis=0)
    np.testing.assert_allclose(moves.std(axis=0) * np.sqrt(252), 0.2, rtol=0.02)
    np.testing.assert_allclose(np.corrcoef(moves.T)[np.triu_indices(3, 1)], 0.6, atol=0.03)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"instruments": ()},
            "random market: has 0 instruments and 500 sessions; at least",
        ),
        ({"sessions": 1}, "random market: has 4 instruments and 1 sessions; at least 1 and 2"),
        ({"gap_chance": 1.5}, "random market: has a chance of 1.5; from 0 to 1"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(settings, message: str) -> None:
    with pytest.raises(InputError, match=message):
        MarketShape(**settings)
