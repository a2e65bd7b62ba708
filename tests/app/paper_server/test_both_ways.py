"""One paper account, by our own adapter over HTTP and directly: both show the same."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.app.paper_server.served import KEY, SECRET, Served
from tests.brokers.paper.paper_parts import at
from trimtab.books.order_states import fold
from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.model.brokers import BrokerError, BrokerEvent, Link, Trouble
from trimtab.model.orders import AckVerdict, Fill, Order, OrderState, Sent
from trimtab.model.snapshots import Side

D = Decimal


def wiring(paper: Served) -> Wiring:
    words = {"key": Secret(KEY), "secret": Secret(SECRET)}
    pace = Pace(None, time.time, time.sleep)
    return Wiring(words.__getitem__, pace, paper.clock, time.sleep)


@pytest.fixture
def broker(paper: Served) -> Iterator[AlpacaBroker]:
    settings = Alpaca("taxable", address=paper.url, requests_per_minute=10_000)
    made = settings.connect(wiring(paper))
    yield made
    made.close()


def order(name: str, quantity: str = "10", side: Side = Side.BUY, limit: str = "") -> Order:
    price = D(limit) if limit else None
    return Order(name, "c-1", "taxable", "VTI", side, D(quantity), limit=price)


def heard(broker: AlpacaBroker, count: int) -> list[BrokerEvent]:
    """So many events of orders, or all that come within ten seconds."""
    found: list[BrokerEvent] = []
    ends = time.monotonic() + 10
    while len(found) < count and time.monotonic() < ends:
        found += (one for one in broker.events(0.2) if not isinstance(one, Link))
    return found


def test_both_ways_to_the_account_show_the_same(paper, broker):
    here = PaperBroker("taxable", PaperDesk(paper.market.engine, paper.clock), lambda _: None)
    broker.open()
    assert broker.submit(order("tt-1", "5", limit="90.00")).verdict is AckVerdict.ACCEPTED
    assert broker.submit(order("tt-2", "20", Side.SELL)).verdict is AckVerdict.REJECTED
    over_http, direct = broker.state(), here.state()
    assert over_http.open_orders == direct.open_orders
    assert [(one.instrument, one.quantity, one.available) for one in over_http.positions] == [
        (one.instrument, one.quantity, one.available) for one in direct.positions
    ]
    assert over_http.cash[0].buying_power == direct.cash[0].buying_power == 20000 - 450
    assert over_http.is_complete
    assert broker.find("tt-1") == here.find("tt-1")
    assert broker.find("tt-2") is here.find("tt-2") is None


def test_an_order_is_heard_from_its_ack_to_its_last_fill(paper, broker):
    broker.open()
    sent = order("tt-1", "150")
    ack = broker.submit(sent)
    events = heard(broker, 3)
    paper.set_clock(at(4, 12))
    events += heard(broker, 2)
    ticket = fold(sent, [Sent("tt-1", at(4), 1), ack, *events])
    assert (ticket.state, ticket.filled, ticket.missing) == (OrderState.FILLED, 150, 0)
    assert [one.quantity for one in events if isinstance(one, Fill)] == [100, 50]
    assert sum(one.quantity for one in broker.fills(at(4))) == 150


def test_orders_are_replaced_canceled_and_known_by_their_ids(broker):
    broker.open()
    broker.submit(order("tt-1", limit="90.00"))
    assert broker.submit(order("tt-1", limit="90.00")).verdict is AckVerdict.DUPLICATE
    assert broker.replace("tt-1", order("tt-2", "5", limit="91.00")).verdict is AckVerdict.ACCEPTED
    assert broker.cancel("tt-2").verdict is AckVerdict.ACCEPTED
    states = [broker.find(name) for name in ("tt-1", "tt-2")]
    assert [one and one.state for one in states] == [OrderState.CANCELED] * 2
    assert broker.cancel("tt-2").verdict is AckVerdict.REJECTED


def test_a_clock_that_is_off_opens_nothing(paper):
    settings = Alpaca("taxable", address=paper.url, stream=False)
    late = replace(wiring(paper), clock=lambda: paper.clock() + timedelta(minutes=5))
    made = settings.connect(late)
    with pytest.raises(BrokerError) as refused:
        made.open()
    made.close()
    assert refused.value.trouble is Trouble.CLOCK
