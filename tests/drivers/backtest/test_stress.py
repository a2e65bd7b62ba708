"""A market goes on from today by a path: what was known stays, and only the path moves prices."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.drivers.backtest.stress import Knots, daily_path, going_on
from trimtab.model.errors import InputError
from trimtab.testing.markets import market_of

HISTORY = market_of(
    """
    date        VTI  BND
    2020-01-02  100  50
    2020-01-03  101  .
    2020-01-06  102  .
    """,
    """
    date        instrument  dividend  volume
    2020-01-03  VTI         0.5       1000
    2020-01-06  VTI         0.7       .
    """,
    half_spread=0.001,
)
TODAY = date(2020, 1, 6)
NEXT = (date(2020, 1, 7), date(2020, 1, 8))
FALL = np.array([[-0.5, 0.1], [0.0, -0.1]])


def knots(sessions: tuple[int, ...], *rows: tuple[float, ...]) -> Knots:
    return Knots(sessions, np.array(rows))


def test_a_path_meets_its_knots_and_moves_alike_in_between():
    path = daily_path(knots((0, 1, 5), (1.0,), (0.8,), (1.0,)))[:, 0]
    assert path[0] == pytest.approx(-0.2)
    assert path[1:] == pytest.approx([(1 / 0.8) ** 0.25 - 1] * 4)


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.floats(0.05, 4.0)),
        min_size=1,
        max_size=8,
    )
)
def test_the_path_of_any_knots_compounds_to_each_of_them(steps):
    sessions = (0, *np.cumsum([gap for gap, _ in steps]).tolist())
    growth = np.array([1.0, *(value for _, value in steps)])[:, None]
    worth = np.cumprod(1.0 + daily_path(Knots(sessions, growth))[:, 0])
    assert len(worth) == sessions[-1]
    assert [worth[at - 1] for at in sessions[1:]] == pytest.approx(growth[1:, 0].tolist())


def test_today_stands_at_the_last_closes_and_the_path_moves_them():
    found = going_on(HISTORY, TODAY, NEXT, FALL, "a test")
    assert found.dates == (*HISTORY.dates, *NEXT)
    assert found.close[2].tolist() == [102, 50]
    assert found.close[3:].tolist() == [[51, 55], [51, 49.5]]


def test_what_was_known_before_today_stays_as_it_was():
    found = going_on(HISTORY, TODAY, NEXT, FALL, "a test")
    for name in ("close", "dividend", "volume", "split"):
        old, new = getattr(HISTORY, name)[:2], getattr(found, name)[:2]
        assert np.array_equal(old, new, equal_nan=True)


def test_dividends_of_today_are_done_with_and_the_path_has_none():
    found = going_on(HISTORY, TODAY, NEXT, FALL, "a test")
    assert not found.dividend[2:].any() and (found.split[2:] == 1).all()


def test_volume_and_spread_stay_as_last_known():
    found = going_on(HISTORY, TODAY, NEXT, FALL, "a test")
    assert found.volume[3:, 0].tolist() == [1000, 1000]
    assert np.isnan(found.volume[3:, 1]).all()
    assert (found.half_spread[3:] == 0.001).all() and np.isnan(found.open[3:]).all()


def test_a_day_without_a_session_is_today_at_the_last_prices():
    sunday = date(2020, 1, 5)
    found = going_on(HISTORY, sunday, NEXT, FALL, "a test")
    assert found.dates == (*HISTORY.dates[:2], sunday, *NEXT)
    assert found.close[2].tolist() == [102, 50]


@pytest.mark.parametrize(
    ("sessions", "rows", "words"),
    [
        ((0,), [(1.0,)], "ascend from 0"),
        ((1, 2), [(1.0,), (1.0,)], "ascend from 0"),
        ((0, 2, 2), [(1.0,), (1.0,), (1.0,)], "ascend from 0"),
        ((0, 1), [(1.0,), (0.0,)], "above -100 %"),
        ((0, 1), [(1.0,), (float("nan"),)], "above -100 %"),
    ],
)
def test_knots_that_are_no_path_are_refused(sessions, rows, words):
    with pytest.raises(InputError, match=words):
        knots(sessions, *rows)


def test_a_holding_that_would_be_worth_nothing_is_named_with_its_day():
    with pytest.raises(InputError, match=r"'BND': would lose 120\.0% on session 2"):
        going_on(HISTORY, TODAY, NEXT, np.array([[0.0, 0.0], [0.0, -1.2]]), "a test")
