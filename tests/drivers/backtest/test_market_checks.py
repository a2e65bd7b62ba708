"""A market history that cannot be used is refused, day and instrument named; an odd one is told."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.drivers.backtest.market_checks import (
    MarketRules,
    check_market,
    fill_forward,
    final_sessions,
)
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Severity
from trimtab.model.market import MarketHistory
from trimtab.policies._schedule import is_session
from trimtab.testing.markets import MarketShape, market_of, random_market, sessions_from

TWO = """
date        VTI  BND
2020-03-02  100  50
2020-03-03  101  50.5
2020-03-04  102  50
"""


def told(history: MarketHistory, rules: MarketRules | None = None) -> list[str]:
    """What the checks say, each with the name of its rule."""
    return [
        f"{one.code.removeprefix('market.')}: {one}"
        for one in check_market(history, rules, is_session)
    ]


def refused(history: MarketHistory, rules: MarketRules | None = None) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        check_market(history, rules, is_session)
    return [str(one) for one in caught.value.errors]


def course(*closes: float | str, volume: float | str = 1_000) -> MarketHistory:
    """A history of one instrument from its closes alone, session by session."""
    days = sessions_from(date(2020, 3, 2), len(closes))
    table = "\n".join(f"{day} {close}" for day, close in zip(days, closes, strict=True))
    return market_of(f"date VTI\n{table}", volume=float(volume))


def test_a_sound_history_gives_no_cause() -> None:
    assert told(market_of(TWO, volume=1_000, half_spread=0.0002)) == []
    shape = MarketShape(instruments=tuple("ABCDEFGH"), sessions=1_000, splits_a_year=0.5)
    assert told(random_market(3, shape)) == []  # with its dividends and splits


def test_what_the_feed_said_comes_first_and_nothing_twice() -> None:
    history = market_of(TWO.replace("101  50.5", "101  50.5").replace("100  50", "100  ."))
    (late,) = check_market(history)
    assert check_market(replace(history, findings=(late,))) == (late,)


# What cannot be used.


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("0", "price of BND on 2020-03-03: is 0; a price must be above zero and finite. "
              "Correct it, or give nan where there was no trade."),
        ("-2", "price of BND on 2020-03-03: is -2; a price must be above zero and finite. "
               "Correct it, or give nan where there was no trade."),
    ],
)  # fmt: skip
def test_a_price_of_zero_or_less_is_refused(cell: str, message: str) -> None:
    assert refused(market_of(TWO.replace("50.5", cell))) == [message]


def test_an_infinite_price_is_refused() -> None:
    history = market_of(TWO)
    history.close[2, 0] = np.inf
    assert refused(history) == [
        "price of VTI on 2020-03-04: is inf; a price must be above zero and finite. "
        "Correct it, or give nan where there was no trade."
    ]


@pytest.mark.parametrize(
    ("event", "value", "message"),
    [
        ("open", "0", "open of VTI on 2020-03-03: is 0; a price must be above zero and finite."),
        ("vwap", "-1", "vwap of VTI on 2020-03-03: is -1; a price must be above zero and finite."),
        ("volume", "-5", "volume of VTI on 2020-03-03: is -5; "
                         "a volume cannot be negative or infinite."),
        ("half_spread", "1", "half-spread of VTI on 2020-03-03: is 1; "
                             "it is a fraction, from 0 up to 1."),
        ("dividend", "-1", "dividend of VTI on 2020-03-03: is -1; "
                           "it is an amount, 0 where there is none."),
        ("split", "0", "split of VTI on 2020-03-03: is 0; "
                       "it is a ratio above zero, 1 where there is none."),
    ],
)  # fmt: skip
def test_every_grid_is_held_to_what_it_can_be(event: str, value: str, message: str) -> None:
    history = market_of(TWO, f"date instrument {event}\n2020-03-03 VTI {value}")
    assert refused(history) == [message]


@pytest.mark.parametrize("grid", ["dividend", "split"])
def test_dividends_and_splits_are_always_known(grid: str) -> None:
    history = market_of(TWO)
    getattr(history, grid)[1, 1] = np.nan
    (message,) = refused(history)
    assert message.startswith(f"{grid} of BND on 2020-03-03: is nan; it is a")


def test_a_day_that_stands_twice_is_refused() -> None:
    assert refused(market_of(TWO.replace("03-04", "03-03"))) == [
        "date 2020-03-03: stands twice in the market history. Keep one row."
    ]


def test_days_out_of_order_are_refused() -> None:
    assert refused(market_of(TWO.replace("03-04", "02-28"))) == [
        "date 2020-02-28: stands after 2020-03-03 in the market history; days go upwards."
    ]


def test_a_history_without_a_day_is_refused() -> None:
    assert refused(market_of("date VTI")) == [
        "market history: has no day at all. Ask for days that have prices."
    ]


def test_an_interval_without_data_is_refused_with_its_days() -> None:
    history = market_of("date VTI\n2020-03-02 100\n2020-03-03 101\n2020-06-01 102")
    assert refused(history) == [
        "market history: has no price of any instrument between 2020-03-03 and 2020-06-01, "
        "61 sessions; at most 20 may be missing in a row. "
        "Give the prices of these days, or test before and after them separately."
    ]
    assert check_market(history, MarketRules(missing_sessions_max=61), is_session)


def test_without_a_calendar_a_hole_is_counted_in_weekdays() -> None:
    history = market_of("date VTI\n2020-03-03 101\n2020-06-01 102")
    with pytest.raises(InputErrors, match="between 2020-03-03 and 2020-06-01, 63 sessions"):
        check_market(history)


def test_an_instrument_without_any_price_is_refused() -> None:
    history = market_of("date VTI NOPE\n2020-03-02 100 .\n2020-03-03 101 .")
    assert refused(history) == [
        "instrument NOPE: has no price from 2020-03-02 to 2020-03-03. "
        "Correct its name, or leave it out."
    ]


def test_an_instrument_with_two_columns_is_refused() -> None:
    history = replace(market_of(TWO), instruments=("VTI", "VTI"))
    assert refused(history) == ["instrument VTI: has two columns in the market history."]


def test_grids_of_another_size_are_refused() -> None:
    history = replace(market_of(TWO), split=np.ones((3, 1)))
    assert refused(history) == ["market history, split: is (3, 1); it must be (3, 2)."]


def test_all_that_is_wrong_is_named_in_one_pass_up_to_twenty() -> None:
    assert len(refused(course(*[-1] * 30))) == 20


@pytest.mark.parametrize("value", [-1, float("nan")])
def test_limits_that_cannot_be_are_refused(value: float) -> None:
    with pytest.raises(InputError, match=f"market rule split_move_min: is {value}; at least 0"):
        MarketRules(split_move_min=value)


# What is odd.

FIVE_MISSING = [100, ".", ".", ".", ".", ".", 101]
SIX_MISSING = [100, ".", ".", ".", ".", ".", ".", 101]


def test_a_gap_beyond_the_limit_says_when_and_at_what_a_holding_is_paid_out() -> None:
    assert told(course(*FIVE_MISSING)) == []
    assert told(course(*SIX_MISSING)) == [
        "gap: VTI: has no close from 2020-03-03 to 2020-03-10, 6 sessions: its last close stands "
        "in for 5 of them, and what is held of it is paid out on 2020-03-10 at 100"
    ]


def test_a_longer_reach_forward_bridges_a_gap_that_is_still_told() -> None:
    (words,) = told(course(*SIX_MISSING), MarketRules(forward_fill_sessions_max=6))
    assert words == "gap: VTI: has no close from 2020-03-03 to 2020-03-10, 6 sessions"


def test_an_instrument_that_ends_is_told_and_one_that_comes_late() -> None:
    history = market_of(
        "date A B C\n2020-03-02 1 . 1\n2020-03-03 1 1 1\n2020-03-04 1 1 .", volume=9
    )
    assert told(history) == [
        "listed_late: B: has no price before 2020-03-03, the history opens on 2020-03-02: "
        "none can be bought until then",
        "ended: C: has no price after 2020-03-03, the history closes on 2020-03-04: "
        "it is taken as delisted",
    ]
    assert [one.severity for one in check_market(history)] == [Severity.NOTE, Severity.WARNING]


CALM = (100, 101, 100, 99, 100)


@pytest.mark.parametrize(
    ("close", "volume", "words"),
    [
        (50, 2_000, "after 100 on 2020-03-06, with a volume of 2,000 after 1,000: probably a split "
                    "of 2 for 1 that is not in the data"),
        (33, 3_100, "after 100 on 2020-03-06, with a volume of 3,100 after 1,000: probably a split "
                    "of 3 for 1 that is not in the data"),
        (67, 1_500, "after 100 on 2020-03-06, with a volume of 1,500 after 1,000: probably a split "
                    "of 3 for 2 that is not in the data"),
        (205, 500, "after 100 on 2020-03-06, with a volume of 500 after 1,000: probably a split "
                   "of 1 for 2 that is not in the data"),
        (50, 9_000, "after 100 on 2020-03-06: perhaps a split of 2 for 1 that is not in the data; "
                    "its volume does not bear it out"),
        (25.5, ".", "after 100 on 2020-03-06: perhaps a split of 4 for 1 that is not in the data; "
                    "there is no volume to tell"),
    ],
)  # fmt: skip
def test_a_split_that_is_not_in_the_data_is_told(close: float, volume: str, words: str) -> None:
    # The volume of the day, and the usual one again after it.
    history = course(*CALM, close, close, close)
    history.volume[5, 0] = np.nan if volume == "." else float(volume)
    code = "split_missing" if "probably" in words else "split_possible"
    assert told(history) == [f"{code}: VTI: closes at {close} on 2020-03-09 {words}"]


@pytest.mark.parametrize(
    ("close", "volume", "why"),
    [
        (70, 9_000, "no ratio of a split"),
        (56, 9_000, "too far from a half"),
        (67, 1_000, "a third is too little without the volume"),
    ],
)
def test_a_fall_is_no_split(close: float, volume: float, why: str) -> None:
    history = course(*CALM, close, close, close)
    history.volume[5, 0] = volume
    assert told(history) == [], why


def test_in_wild_days_a_half_is_no_rarity() -> None:
    assert told(course(100, 130, 90, 125, 80, 40, 52, 70, 48)) == []


def test_a_split_that_is_in_the_data_is_not_told() -> None:
    history = course(*CALM, 50, 50)
    history.split[5, 0] = 2
    assert told(history) == []


def test_a_special_dividend_explains_a_fall() -> None:
    history = course(*CALM, 50, 50)
    history.dividend[5, 0] = 50
    assert told(history) == [
        "dividend_large: VTI: pays a dividend of 50 on 2020-03-09, 50% of the close before, 100"
    ]


def test_a_split_that_the_closes_do_not_show_is_told() -> None:
    history = course(*CALM, 101, 100)
    history.split[5, 0] = 2
    assert told(history) == [
        "split_without_move: VTI: closes at 101 on 2020-03-09 after 100, although 2 units stand "
        "for one from that day: are the closes adjusted for splits already?",
    ]


def test_a_dividend_up_to_a_fifth_of_the_price_is_not_told() -> None:
    history = course(*CALM, 80, 80)
    history.dividend[5, 0] = 20
    assert told(history) == []


def test_closes_that_stand_still_without_volume_are_told() -> None:
    still = [100, *[101] * 11, 102]
    assert told(course(*still, volume="nan")) == [
        "stale: VTI: closes at 101 on every day from 2020-03-03 to 2020-03-17, 10 sessions without "
        "a move or a volume: these may be no prices"
    ]
    assert told(course(*still, volume=0)) == told(course(*still, volume="nan"))
    assert told(course(*still, volume=5)) == []


def test_days_on_which_the_exchange_was_closed_and_days_that_are_missing_are_told() -> None:
    days = ["2020-04-08", "2020-04-10", "2020-04-13"]  # the 10th was Good Friday
    history = market_of("date VTI\n" + "\n".join(f"{day} 100" for day in days))
    assert told(history) == [
        "not_a_session: market history: has 1 day on which the exchange was closed: 2020-04-10",
        "session_missing: market history: lacks 1 session of the exchange: 2020-04-09",
    ]
    assert check_market(history) == ()  # without a calendar nothing is said


def test_many_missing_days_are_a_number_and_the_first_few() -> None:
    weekly = sessions_from(date(2020, 3, 2), 26)[::5]
    history = market_of("date VTI\n" + "\n".join(f"{day} 100" for day in weekly), volume=1)
    assert told(history) == [
        "session_missing: market history: lacks 20 sessions of the exchange: 2020-03-03, "
        "2020-03-04, 2020-03-05, 2020-03-06, 2020-03-10 … 2020-04-03"
    ]


def test_of_many_alike_only_the_first_are_told_one_by_one() -> None:
    closes = [100.0]
    for _ in range(6):
        closes += [closes[-1] / 2] * 5
    found = told(course(*closes, volume="nan"))
    assert [words.split(":")[0] for words in found] == ["split_possible"] * 4
    assert found[-1] == "split_possible: VTI: and 3 more of these, the last on 2020-04-07"


# Standing in for a close that is missing.


def test_the_last_close_stands_in_up_to_the_limit_and_no_further() -> None:
    close, age = fill_forward(course(".", 100, ".", ".", ".", 104), 2)
    nan = np.nan
    np.testing.assert_array_equal(close[:, 0], [nan, 100, 100, 100, nan, 104])
    assert age[:, 0].tolist() == [-1, 0, 1, 2, 3, 0]


def test_without_a_limit_it_stands_in_for_ever_to_value_by() -> None:
    close, age = fill_forward(course(100, ".", "."), None)
    assert close[:, 0].tolist() == [100, 100, 100]
    assert age[:, 0].tolist() == [0, 1, 2]


def test_a_split_in_between_divides_the_close_that_stands_in() -> None:
    history = course(100, ".", ".", 26)
    history.split[1, 0] = history.split[2, 0] = 2
    assert fill_forward(history, 5).close[:, 0].tolist() == [100, 50, 25, 26]


def test_the_last_session_of_each_instrument_is_where_its_last_close_stands() -> None:
    history = market_of("date A B C\n2020-03-02 1 1 .\n2020-03-03 1 . .\n2020-03-04 1 . .")
    assert final_sessions(history).tolist() == [2, 0, -1]


WORLDS = st.builds(
    lambda seed, chance, late, ended: random_market(
        seed, MarketShape(sessions=60, gap_chance=chance, late_share=late, ended_share=ended,
                          splits_a_year=5.0)
    ),
    st.integers(0, 10**6), st.floats(0, 0.5), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip


@given(WORLDS, st.integers(0, 8))
def test_nothing_is_ever_filled_beyond_the_limit_nor_before_the_first_close(
    history: MarketHistory, limit: int
) -> None:
    filled = fill_forward(history, limit)
    for at in range(len(history.instruments)):
        last, units, age = np.nan, 1.0, -1
        for row in range(len(history.dates)):
            close = float(history.close[row, at])
            units *= float(history.split[row, at])
            if np.isnan(close):
                age = age + 1 if age >= 0 else -1
            else:
                last, units, age = close, 1.0, 0
            expected = last / units if 0 <= age <= limit else np.nan
            assert filled.age[row, at] == age
            np.testing.assert_allclose(filled.close[row, at], expected, rtol=1e-12)


@given(WORLDS)
def test_every_random_world_passes_the_checks(history: MarketHistory) -> None:
    codes = {one.code for one in check_market(history, None, is_session)}
    assert codes <= {"market.listed_late", "market.ended", "market.gap"}


@given(WORLDS, st.integers(1, 59), st.sampled_from([2.0, 3.0, 0.5]))
def test_a_split_taken_out_of_a_world_is_found_again(
    history: MarketHistory, row: int, ratio: float
) -> None:
    # As units after a split of `ratio` would be quoted, without a word of it.
    close, volume = np.array(history.close), np.array(history.volume)
    if np.isnan(close[row - 1 : row + 1, 0]).any() or history.split[row, 0] != 1:
        return
    close[row:, 0] /= ratio
    volume[row:, 0] *= ratio
    found = check_market(replace(history, close=close, volume=volume))
    day = f" on {history.dates[row]} after "
    assert any(
        one.code in ("market.split_missing", "market.split_possible") and day in one.message
        for one in found
    )
