"""Recorded prices as ticks: nothing is known before its time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.brokers.paper.paper_parts import SESSIONS, at, tick
from trimtab.brokers.paper.tape import QuoteTape, RecordedTape, daily_tape, price_step, tick_of
from trimtab.model.brokers import Quote
from trimtab.model.snapshots import PriceHistory

D = Decimal
NAN = float("nan")
HISTORY = PriceHistory(
    dates=(date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 4), date(2024, 3, 5)),
    instruments=("VTI", "BND"),
    closes=((100.0, 50.0), (101.0, 51.0), (102.0, NAN), (103.123456, 53.0)),
    source="test",
)


@pytest.mark.parametrize(
    ("price", "half_spread", "bid", "ask"),
    [("100", "0.0002", "99.98", "100.02"), ("100", "0", "100", "100"),
     ("33.333", "0.001", "33.29", "33.37"), ("0.5", "0.001", "0.4995", "0.5005")],
)  # fmt: skip
def test_bid_and_ask_of_a_price_are_rounded_outwards(price, half_spread, bid, ask):
    made = tick_of("VTI", at(4), D(price), D(half_spread))
    assert (made.bid, made.ask, made.last) == (D(bid), D(ask), D(price))


def test_prices_go_by_cents_and_below_a_dollar_by_hundredths_of_one():
    assert (price_step(D(1)), price_step(D("0.99"))) == (D("0.01"), D("0.0001"))


def test_a_day_opens_at_the_close_before_and_closes_at_its_own():
    tape = daily_tape(HISTORY, SESSIONS, D(0))
    heard = [(one.instrument, one.at, one.last) for one in tape.ticks(at(1, 0), at(6, 0))]
    assert heard == [
        ("BND", at(1, 16), 50),
        ("VTI", at(1, 16), 100),
        ("VTI", at(4, 9, 30), 101),  # Saturday's price is known, but Saturday is no session
        ("VTI", at(4, 16), 102),
        ("BND", at(5, 9, 30), 51),
        ("VTI", at(5, 9, 30), 102),
        ("BND", at(5, 16), 53),
        ("VTI", at(5, 16), D("103.1235")),
    ]


def test_ticks_are_heard_once_and_in_order():
    tape = RecordedTape([tick(at(4, hour), "1", "1") for hour in (12, 10, 11)])
    first = tape.ticks(at(4, 9), at(4, 11))
    second = tape.ticks(at(4, 11), at(4, 12))
    assert [one.at for one in (*first, *second)] == [at(4, 10), at(4, 11), at(4, 12)]


class OneFeed:
    """A feed with one quote."""

    def quotes(self, instruments, at):
        return {
            "VTI": Quote("VTI", D(99), D(101), datetime(2024, 3, 4, 15, tzinfo=UTC), ask_size=D(7))
        }


def test_a_live_quote_is_a_tick_once():
    tape = QuoteTape(OneFeed(), ["VTI"])
    (heard,) = tape.ticks(at(4, 9), at(4, 11))
    assert (heard.bid, heard.ask, heard.last, heard.volume) == (99, 101, 100, 7)
    assert list(tape.ticks(heard.at, heard.at + timedelta(hours=1))) == []
