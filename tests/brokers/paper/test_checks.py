"""What the paper broker refuses, each for its reason; what is refused leaves nothing behind."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.brokers.paper.paper_parts import PLAIN, Market, at, request, tick
from trimtab.brokers.paper.book import PaperRequest
from trimtab.brokers.paper.checks import Refusal, Refused
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

D = Decimal
OPG, CLS, GTC = TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE, TimeInForce.GOOD_TILL_CANCELED
IOC = TimeInForce.IMMEDIATE_OR_CANCEL
NOTHING = PaperRequest("o", "VTI", Side.BUY)
BOTH = PaperRequest("o", "VTI", Side.BUY, D(1), D(100))
NEGATIVE = PaperRequest("o", "VTI", Side.BUY, D(-1))
ENDLESS = PaperRequest("o", "VTI", Side.BUY, D("Infinity"))
QUOTED = [tick(at(4, 9, 30), "100.00", "100.10")]
R = Refused
REFUSED = [
    ("an instrument that is not listed", request("o", "buy", "1", instrument="XYZ"), at(4),
     R.UNKNOWN_INSTRUMENT, "'XYZ' not found"),
    ("one that is not traded", request("o", "buy", "1", instrument="OLD"), at(4),
     R.NOT_TRADABLE, "OLD is not tradable"),
    ("one without a price yet", request("o", "buy", "1", instrument="NEW"), at(4),
     R.NO_PRICE, "no price of NEW"),
    ("more than is held", request("o", "sell", "51"), at(4), R.SHORT_SALE, "requested: 51, avail"),
    ("more by amount", request("o", "sell", notional="5001"), at(4), R.SHORT_SALE, "50.01"),
    ("more than the cash", request("o", "buy", "10", limit="100.01"), at(4),
     R.BUYING_POWER, "needed: 1000.10, available: 1000"),
    ("the cash and its amount", request("o", "buy", notional="1001"), at(4),
     R.BUYING_POWER, "1001.00"),
    ("neither quantity nor amount", NOTHING, at(4), R.AMOUNT, "only one"),
    ("both", BOTH, at(4), R.AMOUNT, "only one"),
    ("a negative quantity", NEGATIVE, at(4), R.AMOUNT, "above zero"),
    ("an endless quantity", ENDLESS, at(4), R.AMOUNT, "above zero"),
    ("more than there is", request("o", "buy", "1E+40"), at(4), R.AMOUNT, "above 1,000,000,000"),
    ("an amount too small", request("o", "buy", notional="0.99"), at(4), R.AMOUNT, "at least 1"),
    ("a step too small", request("o", "buy", "0.0000000001"), at(4), R.AMOUNT, "multiple"),
    ("a limit between two cents", request("o", "buy", "1", limit="99.995"), at(4),
     R.PRICE, "99.995 is no multiple of 0.01"),
    ("a fraction for longer than the day", request("o", "buy", "0.5", lasts=GTC), at(4),
     R.TIME_IN_FORCE, "DAY"),
    ("the open within a session", request("o", "buy", "1", lasts=OPG), at(4),
     R.TIME_IN_FORCE, "for the open"),
    ("the open a minute before", request("o", "buy", "1", lasts=OPG), at(4, 9, 29),
     R.TIME_IN_FORCE, "for the open"),
    ("the next open right after a close", request("o", "buy", "1", lasts=OPG), at(4, 18),
     R.TIME_IN_FORCE, "for the open"),
    ("the close five minutes before", request("o", "buy", "1", lasts=CLS), at(4, 15, 55),
     R.TIME_IN_FORCE, "for the close"),
    ("at once, in the night", request("o", "buy", "1", lasts=IOC), at(4, 20),
     R.MARKET_CLOSED, "closed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "moment", "why", "text"),
    [one[1:] for one in REFUSED],
    ids=[one[0] for one in REFUSED],
)
def test_the_broker_refuses(asked, moment, why, text):
    market = Market(QUOTED, cash="1000", held={"VTI": "50"})
    answer = market.send(moment, asked)
    assert isinstance(answer, Refusal)
    assert answer.why is why
    assert text in answer.text
    assert (market.book.orders, market.book.names, market.book.events) == ({}, {}, [])


@pytest.mark.parametrize(
    ("asked", "moment"),
    [
        (request("o", "buy", "1", lasts=OPG), at(4, 9, 27)),
        (request("o", "buy", "1", lasts=OPG), at(4, 19)),
        (request("o", "buy", "1", lasts=CLS), at(4, 15, 49)),
        (request("o", "buy", "1", lasts=CLS), at(4, 8)),
        (request("o", "buy", "0.5", limit="99.99"), at(4)),
        (request("o", "buy", "1", limit="0.9999"), at(4)),
        (request("o", "sell", "50"), at(4)),
    ],
)
def test_the_broker_takes(asked, moment):
    Market(QUOTED, cash="1000", held={"VTI": "50"}).taken(moment, asked)


def test_an_id_is_taken_once_and_a_refused_one_may_come_again():
    market = Market(QUOTED, cash="1000")
    assert isinstance(market.send(at(4), request("o", "buy", "11")), Refusal)
    market.taken(at(4), request("o", "buy", "1"))
    again = market.send(at(5), request("o", "buy", "1"))
    assert isinstance(again, Refusal)
    assert again.why is Refused.DUPLICATE


def test_whole_units_alone_are_traded_where_fractions_are_not():
    market = Market(QUOTED, fractional=False)
    for asked in (request("o", "buy", "0.5"), request("o", "buy", notional="50")):
        answer = market.send(at(4), asked)
        assert isinstance(answer, Refusal)
        assert answer.why is Refused.NOT_FRACTIONABLE


def test_a_broker_that_does_not_queue_refuses_what_comes_when_it_is_closed():
    market = Market(QUOTED, terms=replace(PLAIN, queues_when_closed=False))
    answer = market.send(at(4, 8), request("o", "buy", "1"))
    assert isinstance(answer, Refusal)
    assert answer.why is Refused.MARKET_CLOSED
    market.taken(at(4, 8), request("o", "buy", "1", lasts=OPG))


def test_open_orders_reserve_cash_and_units_until_they_are_gone():
    market = Market(QUOTED, cash="1000", held={"BND": "10"})
    buy = market.taken(at(4), request("a", "buy", "9", limit="99.00"))
    sale = market.taken(at(4), request("s", "sell", "8", limit="120", instrument="BND"))
    for asked in (request("b", "buy", "2"), request("t", "sell", "3", instrument="BND")):
        assert isinstance(market.send(at(4), asked), Refusal)
    market.engine.cancel(buy.id, at(4))
    market.engine.cancel(sale.id, at(4))
    market.taken(at(4), request("b", "buy", "2"))
    market.taken(at(4), request("t", "sell", "3", instrument="BND"))


def test_an_order_against_one_of_the_other_side_would_be_a_wash_trade():
    market = Market(QUOTED, held={"VTI": "10"})
    market.taken(at(4), request("b", "buy", "1", limit="90"))
    answer = market.send(at(4), request("s", "sell", "1"))
    assert isinstance(answer, Refusal)
    assert answer.why is Refused.OPPOSITE_SIDE
    open_to_it = Market(QUOTED, held={"VTI": "10"}, terms=replace(PLAIN, refuses_opposite=False))
    open_to_it.taken(at(4), request("b", "buy", "1", limit="90"))
    open_to_it.taken(at(4), request("s", "sell", "1"))


def test_a_blocked_account_trades_nothing():
    market = Market(QUOTED)
    market.book.blocked = True
    answer = market.send(at(4), request("o", "buy", "1"))
    assert isinstance(answer, Refusal)
    assert answer.why is Refused.BLOCKED
