"""Bars become a market history: days, currencies, dividends and splits, and the findings."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from trimtab.feeds.files import Files
from trimtab.model.errors import InputError
from trimtab.model.findings import Severity
from trimtab.model.market import MarketHistory
from trimtab.ports import MarketFeed

D = date.fromisoformat
SINCE, UNTIL = D("2020-03-02"), D("2020-03-06")

LONG = """\
date,instrument,close,open,volume,dividend,split
2020-03-02,VTI,100,99,1000,,
2020-03-03,VTI,101,100.5,1100,0.50,
2020-03-04,VTI,51,50,2300,,2:1
2020-03-05,VTI,,,,,
2020-03-06,VTI,52,51,2200,,
2020-03-03,BND,50,,,,
2020-03-04,BND,51,,,,
"""


def market(
    folder: Path,
    text: str = LONG,
    names: str = "VTI BND",
    *,
    actions: str = "",
    since: date = SINCE,
    until: date = UNTIL,
    currency: str = "USD",
) -> MarketHistory:
    (folder / "prices.csv").write_text(text)
    if actions:
        (folder / "actions.csv").write_text(actions)
    feed = Files(str(folder / "prices.csv"))
    assert isinstance(feed, MarketFeed)
    return feed.market(names.split(), since, until, currency)


def told(history: MarketHistory) -> list[tuple[str, str, str]]:
    return [(one.code.removeprefix("market."), one.subject, one.message)
            for one in history.findings]  # fmt: skip


def test_every_field_stands_on_its_day_and_nothing_is_filled_forward(tmp_path: Path) -> None:
    history = market(tmp_path)
    assert history.instruments == ("VTI", "BND")
    assert [day.day for day in history.dates] == [2, 3, 4, 6]  # nobody has a price on the 5th
    nan = np.nan
    np.testing.assert_array_equal(history.close, [[100, nan], [101, 50], [51, 51], [52, nan]])
    np.testing.assert_array_equal(history.open[:, 0], [99, 100.5, 50, 51])
    np.testing.assert_array_equal(history.volume[:, 0], [1000, 1100, 2300, 2200])
    np.testing.assert_array_equal(history.dividend, [[0, 0], [0.5, 0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(history.split, [[1, 1], [1, 1], [2, 1], [1, 1]])
    assert np.isnan(history.vwap).all()
    assert history.source == "closes of prices.csv, in USD"


def test_late_listing_and_end_are_told_with_their_days(tmp_path: Path) -> None:
    assert told(market(tmp_path)) == [
        ("listed_late", "BND",
         "has no price before 2020-03-03, the history opens on 2020-03-02: "
         "none can be bought until then"),
        ("ended", "BND",
         "has no price after 2020-03-04, the history closes on 2020-03-06: "
         "it is taken as delisted"),
    ]  # fmt: skip


def test_a_history_much_shorter_than_asked_for_says_so(tmp_path: Path) -> None:
    history = market(tmp_path, names="VTI", since=D("2019-01-01"), until=D("2020-12-31"))
    assert told(history) == [
        ("opens_late", "market history", "opens on 2020-03-02, asked for was 2019-01-01"),
        ("stops_early", "market history", "closes on 2020-03-06, asked for was 2020-12-31"),
    ]


def test_a_dividend_on_a_splits_day_is_per_unit_held_on_the_eve(tmp_path: Path) -> None:
    text = "date,instrument,close,dividend,split\n2020-03-02,VTI,100,,\n2020-03-03,VTI,50,0.5,2\n"
    history = market(tmp_path, text, "VTI")
    assert (history.dividend[1, 0], history.split[1, 0]) == (1.0, 2.0)


def test_an_instrument_unknown_to_the_file_is_a_column_of_nan(tmp_path: Path) -> None:
    history = market(tmp_path, names="NOPE VTI NOPE")
    assert history.instruments == ("NOPE", "VTI")
    assert np.isnan(history.close[:, 0]).all()


def test_an_interval_without_a_price_is_refused_with_the_one_that_has_some(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        market(tmp_path, names="VTI", since=D("2031-01-01"), until=D("2031-12-31"))
    assert str(caught.value) == (
        f"{tmp_path}/prices.csv: market history of VTI: has no price from 2031-01-01 to 2031-12-31"
        "; the rows go from 2020-03-02 to 2020-03-06. Correct the names or the days."
    )


def test_instruments_that_the_file_does_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        market(tmp_path, names="A B C D E F G")
    assert str(caught.value).endswith(
        "market history of A, B, C, D, E and 2 more: has no price from 2020-03-02 to 2020-03-06; "
        "there is no row of it at all. Correct the names or the days."
    )


@pytest.mark.parametrize(
    ("names", "since", "message"),
    [
        ("VTI", "2020-03-07", "market history: was asked from 2020-03-07 to 2020-03-06."),
        ("", "2020-03-02", "market history: was asked of no instrument."),
    ],
)
def test_a_question_that_is_none_is_refused(
    tmp_path: Path, names: str, since: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        market(tmp_path, names=names, since=D(since))
    assert str(caught.value) == message


# Dividends and splits beside the prices.

WIDE = """\
date,VTI,BND
2020-03-02,100,50
2020-03-03,101,50
2020-03-06,51,50
"""


def test_actions_beside_the_prices_are_laid_into_the_days(tmp_path: Path) -> None:
    history = market(
        tmp_path,
        WIDE,
        actions="date,instrument,dividend,split\n2020-03-03,VTI,0.5,\n2020-03-06,VTI,,2:1\n",
    )
    np.testing.assert_array_equal(history.dividend[:, 0], [0, 0.5, 0])
    np.testing.assert_array_equal(history.split[:, 0], [1, 1, 2])
    assert history.findings == ()


def test_an_action_on_no_day_moves_to_the_next_and_one_after_the_end_is_left_out(
    tmp_path: Path,
) -> None:
    history = market(
        tmp_path,
        WIDE,
        until=D("2020-03-09"),
        actions="date,instrument,dividend,split\n2020-03-04,VTI,0.5,\n2020-03-09,BND,0.1,\n",
    )
    np.testing.assert_array_equal(history.dividend[:, 0], [0, 0, 0.5])
    assert not history.dividend[:, 1].any()
    assert told(history) == [
        ("action_moved", "VTI",
         "dividend of 2020-03-04 falls on no day of the history: it is taken on the next, "
         "2020-03-06"),
        ("action_unused", "BND",
         "dividend of 2020-03-09 is left out: the history closes on 2020-03-06"),
    ]  # fmt: skip


def test_what_prices_and_actions_both_say_counts_once(tmp_path: Path) -> None:
    actions = "date,instrument,dividend,split\n2020-03-03,VTI,0.50,\n2020-03-04,VTI,,2\n"
    history = market(tmp_path, actions=actions)
    np.testing.assert_array_equal(history.dividend[:, 0], [0, 0.5, 0, 0])
    np.testing.assert_array_equal(history.split[:, 0], [1, 1, 2, 1])


def test_what_prices_and_actions_say_differently_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        market(tmp_path, actions="date,instrument,dividend,split\n2020-03-03,VTI,0.60,\n")
    assert str(caught.value) == (
        f"{tmp_path}/prices.csv: dividend of VTI on 2020-03-03: is 0.5 among the prices and 0.6 "
        "in actions.csv. Correct one of the two."
    )


ADJUSTED = "date,instrument,adj_close\n2020-03-02,VTI,100\n2020-03-03,VTI,101\n"


def test_adjusted_closes_say_so_and_pay_nothing(tmp_path: Path) -> None:
    history = market(tmp_path, ADJUSTED, "VTI", until=D("2020-03-03"))
    assert history.source == "closes of prices.csv, adjusted for dividends and splits, in USD"
    assert not history.dividend.any()
    assert (history.split == 1).all()
    assert history.findings == ()


def test_a_dividend_of_adjusted_closes_would_count_twice_and_is_refused(tmp_path: Path) -> None:
    actions = "date,instrument,dividend,split\n2020-03-03,VTI,0.5,\n"
    with pytest.raises(InputError) as caught:
        market(tmp_path, ADJUSTED, "VTI", actions=actions)
    assert str(caught.value) == (
        f"{tmp_path}/prices.csv: dividend of VTI on 2020-03-03: is given in actions.csv, and the "
        "closes are adjusted for it; it would count twice. Give closes as traded, or remove it."
    )


def test_closes_without_a_word_on_dividends_are_told(tmp_path: Path) -> None:
    (one,) = market(tmp_path, WIDE).findings
    assert (one.code, one.severity, one.subject) == (
        "market.without_actions", Severity.WARNING, "prices.csv"
    )  # fmt: skip
    assert one.message == (
        "gives neither dividends nor splits: right where its closes are adjusted for both, "
        "and too low a return where they are not"
    )


# Spreads.


def test_half_the_spread_comes_from_bid_and_ask_unless_it_is_given(tmp_path: Path) -> None:
    text = (
        "date,instrument,close,bid,ask,half_spread,dividend\n"
        "2020-03-02,VTI,100,99,101,,\n2020-03-03,VTI,100,99,101,0.0002,\n2020-03-06,VTI,100,,,,\n"
    )
    history = market(tmp_path, text, "VTI")
    np.testing.assert_allclose(history.half_spread[:, 0], [0.01, 0.0002, np.nan])


def test_a_bid_above_the_ask_is_told_and_its_spread_not_known(tmp_path: Path) -> None:
    text = (
        "date,instrument,close,bid,ask,dividend\n2020-03-02,VTI,100,101,99,\n"
        "2020-03-03,VTI,100,99,101,\n2020-03-06,VTI,100,102,100,\n"
    )
    history = market(tmp_path, text, "VTI")
    np.testing.assert_allclose(history.half_spread[:, 0], [np.nan, 0.01, np.nan])
    assert told(history) == [
        ("quotes_crossed", "VTI",
         "has a bid above its ask on 2020-03-02 (the first of 2 such days): "
         "its spread is taken as not known")
    ]  # fmt: skip


# Currencies.

EUROS = """\
date,instrument,close,open,dividend,currency
2020-03-02,SAP,100,99,,EUR
2020-03-03,SAP,110,109,2,EUR
2020-03-04,SAP,120,119,,EUR
2020-03-02,VTI,150,,,USD
2020-03-02,{pair},{first},,,
2020-03-04,{pair},{last},,,
"""


@pytest.mark.parametrize(
    ("pair", "first", "last"), [("EURUSD", "1.25", "1.6"), ("USDEUR", "0.8", "0.625")]
)
def test_foreign_prices_are_converted_day_by_day(
    tmp_path: Path, pair: str, first: str, last: str
) -> None:
    text = EUROS.format(pair=pair, first=first, last=last)
    history = market(tmp_path, text, "SAP VTI", until=D("2020-03-04"))
    np.testing.assert_allclose(history.close[:, 0], [125, 137.5, 192])  # the 3rd at the 2nd's rate
    np.testing.assert_allclose(history.open[:, 0], [123.75, 136.25, 190.4])
    np.testing.assert_allclose(history.dividend[:, 0], [0, 2.5, 0])
    assert history.close[0, 1] == 150
    assert len(history.dates) == 3


def test_a_history_in_euros_turns_the_same_pair_round(tmp_path: Path) -> None:
    text = EUROS.format(pair="EURUSD", first="1.25", last="1.6")
    history = market(tmp_path, text, "SAP VTI", until=D("2020-03-04"), currency="EUR")
    np.testing.assert_allclose(history.close[0], [100, 120])
    assert history.source == "closes of prices.csv, in EUR"


def test_a_missing_pair_is_named_with_instrument_and_day(tmp_path: Path) -> None:
    text = EUROS.format(pair="GBPUSD", first="1.25", last="1.6")
    with pytest.raises(InputError) as caught:
        market(tmp_path, text, "SAP VTI")
    assert str(caught.value) == (
        f"{tmp_path}/prices.csv: currency EUR of SAP: there is no rate to USD for 2020-03-02 and 2 "
        "days more; a rate stands for at most 5 days. Add prices of EURUSD: USD for one EUR."
    )


def test_a_rate_stands_for_five_days_and_no_longer(tmp_path: Path) -> None:
    text = "date,instrument,close,currency\n2020-03-02,EURUSD,1.25,\n2020-03-0{},SAP,100,EUR\n"
    fresh = market(tmp_path, text.format(7), "SAP", since=D("2020-03-07"), until=D("2020-03-09"))
    assert fresh.close[0, 0] == 125
    with pytest.raises(InputError, match="no rate to USD for 2020-03-08"):
        market(tmp_path, text.format(8), "SAP", until=D("2020-03-09"))


def test_a_dividend_in_another_currency_is_converted_too(tmp_path: Path) -> None:
    history = market(
        tmp_path,
        "date,VTI,EURUSD\n2020-03-02,100,1.25\n2020-03-03,100,1.5\n",
        "VTI",
        actions="date,instrument,dividend,split,currency\n2020-03-03,VTI,2,,EUR\n",
    )
    np.testing.assert_array_equal(history.dividend[:, 0], [0, 3])
