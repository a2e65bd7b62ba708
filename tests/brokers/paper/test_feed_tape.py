"""A price feed as a tape: at the open it knows the close before, at the close its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.brokers.paper.paper_parts import SESSIONS, at
from trimtab.brokers.paper.feed_tape import FeedTape
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.snapshots import Price, PriceHistory

D = Decimal
CLOSES = {
    ("VTI", date(2024, 3, 1)): D(100),
    ("VTI", date(2024, 3, 4)): D(102),
    ("VTI", date(2024, 3, 6)): D(106),
    ("BND", date(2024, 3, 1)): D(50),
}


@dataclass
class Closes:
    """A feed of closes, and of one dividend."""

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        found: dict[str, Price] = {}
        for (name, day), amount in sorted(CLOSES.items(), key=lambda one: one[0][1]):
            if name in instruments and day <= as_of:
                found[name] = Price(name, amount, "USD", day)
        return found

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        raise AssertionError("a tape asks for the latest prices only")

    def actions(
        self, instruments: Sequence[str], since: date, until: date
    ) -> tuple[CorporateAction, ...]:
        paid = CorporateAction("VTI", date(2024, 3, 5), ActionKind.DIVIDEND, amount=D(1))
        return (paid,) if since <= paid.on <= until else ()


TAPE = FeedTape(Closes(), ["VTI", "BND"], SESSIONS, D(0), {"BND": D("0.01")})


def test_a_session_opens_at_the_last_close_and_closes_at_its_own_where_there_is_one():
    heard = [(one.instrument, one.at, one.last) for one in TAPE.ticks(at(4, 0), at(6, 0))]
    assert heard == [
        ("BND", at(4, 9, 30), 50),
        ("VTI", at(4, 9, 30), 100),
        ("VTI", at(4, 16), 102),
        ("BND", at(5, 9, 30), 50),
        ("VTI", at(5, 9, 30), 102),  # the 5th has no close of its own
    ]


def test_a_tick_is_heard_once_by_whoever_asks_on_from_the_last_moment():
    first, second = TAPE.ticks(at(4, 9), at(4, 9, 30)), TAPE.ticks(at(4, 9, 30), at(4, 15, 59))
    assert (len(first), len(second)) == (2, 0)


def test_an_instrument_may_have_a_spread_of_its_own():
    bid_ask = {one.instrument: (one.bid, one.ask) for one in TAPE.ticks(at(4, 9), at(4, 10))}
    assert bid_ask == {"BND": (D("49.5"), D("50.5")), "VTI": (100, 100)}


def test_actions_come_from_a_feed_that_knows_them():
    (paid,) = TAPE.actions(date(2024, 3, 5), date(2024, 3, 5))
    assert paid.amount == 1
    assert list(TAPE.actions(date(2024, 3, 6), date(2024, 3, 5))) == []
