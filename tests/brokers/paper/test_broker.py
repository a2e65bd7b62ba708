"""The paper broker through the port, in memory and on disk."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.brokers.paper.paper_parts import Market, at, tick
from trimtab.books.order_states import fold
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.model.brokers import Link, Notice
from trimtab.model.orders import AckVerdict, Fill, Order, OrderReport, OrderState, Sent
from trimtab.model.snapshots import Side
from trimtab.ports import Broker

D = Decimal
TICKS = [
    tick(at(4, 9, 30), "100.00", "100.10", "60"),
    tick(at(4, 11), "100.00", "100.20", "600"),
]


def order(name: str = "tt-1", side: Side = Side.BUY, quantity: str = "10") -> Order:
    return Order(name, "c-1", "taxable", "VTI", side, D(quantity))


@pytest.fixture(params=["in memory", "on disk"])
def traded(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Market, PaperBroker]:
    market = Market(TICKS, cash="5000", held={"VTI": "50"})
    market.clock = at(4)
    return market, market.broker(None if request.param == "in memory" else tmp_path / "paper.db")


def test_the_paper_broker_is_a_broker(traded):
    broker: Broker = traded[1]  # the type checker holds it against the port
    assert broker.capabilities.notional


def test_it_shows_cash_positions_and_open_orders(traded):
    market, broker = traded
    assert broker.submit(order("tt-1", Side.SELL, "20")).verdict is AckVerdict.ACCEPTED
    state = broker.state()
    (cash,), (held,), (report,) = state.cash, state.positions, state.open_orders
    assert (cash.settled, cash.unsettled, cash.buying_power) == (5000, 600, 5000)
    assert (held.quantity, held.available, held.average_cost) == (44, 30, 80)
    assert (report.state, report.filled) == (OrderState.PARTIAL, 6)
    assert (state.broker_clock, state.is_complete) == (market.clock, True)


def test_an_order_goes_from_its_ack_through_events_to_the_state_that_they_add_up_to(traded):
    market, broker = traded
    broker.open()
    sent = order()
    ack = broker.submit(sent)
    heard = list(broker.events(0))
    market.clock = at(4, 11)
    heard += broker.events(0)
    ticket = fold(sent, [Sent("tt-1", at(4), 1), ack, *heard])
    assert (ticket.state, ticket.filled, ticket.missing) == (OrderState.FILLED, 10, 0)
    assert [one.quantity for one in heard if isinstance(one, Fill)] == [6, 4]
    assert broker.events(0) == ()


def test_waiting_for_events_sleeps_and_hears_what_came(traded):
    market, broker = traded
    broker.open()
    broker.submit(order())
    broker.events(0)
    market.clock = at(4, 10, 59)
    (fill, report) = broker.events(60)
    assert isinstance(fill, Fill)
    assert isinstance(report, OrderReport)


def test_an_id_is_taken_once_found_by_it_and_proven_absent_without(traded):
    _, broker = traded
    ack = broker.submit(order())
    again = broker.submit(order())
    assert (again.verdict, again.broker_id) == (AckVerdict.DUPLICATE, ack.broker_id)
    found = broker.find("tt-1")
    assert found is not None
    assert found.filled == 6
    assert broker.find("tt-2") is None


def test_what_is_refused_is_rejected_with_its_reason(traded):
    _, broker = traded
    ack = broker.submit(order("tt-1", Side.SELL, "51"))
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "short sale")
    assert "available: 50" in ack.text
    assert broker.find("tt-1") is None
    assert broker.cancel("tt-1").verdict is AckVerdict.REJECTED


def test_cancel_and_replace_go_by_our_id(traded):
    _, broker = traded
    broker.submit(order())
    assert broker.replace("tt-1", order("tt-2", quantity="5")).verdict is AckVerdict.ACCEPTED
    assert broker.cancel("tt-2").verdict is AckVerdict.ACCEPTED
    old, new = broker.find("tt-1"), broker.find("tt-2")
    assert old is not None and new is not None
    assert (old.state, old.filled) == (OrderState.CANCELED, 6)
    assert old.text == f"replaced by {new.broker_id}"
    assert new.state is OrderState.CANCELED


def test_fills_since_a_moment_hold_busts_as_well(traded):
    market, broker = traded
    broker.submit(order())
    (fill,) = broker.fills(at(4))
    market.clock = at(4, 10, 30)
    with broker.desk.now() as (engine, now):
        engine.bust(fill.execution_id, now)
        engine.halt("BND", now)
    (bust,) = broker.fills(at(4, 10, 15))
    assert (bust.busts, bust.quantity) == (fill.execution_id, 0)


def test_a_broker_that_was_closed_opens_again(traded):
    market, broker = traded
    broker.submit(order())
    broker.close()
    assert broker.open().open_orders[0].filled == 6
    market.clock = at(4, 11)
    assert len(broker.events(0)) == 2


def test_halts_are_told_as_notices(traded):
    _, broker = traded
    broker.open()
    with broker.desk.now() as (engine, now):
        engine.halt("VTI", now)
    (notice,) = broker.events(0)
    assert isinstance(notice, Notice)
    assert (notice.code, notice.instrument) == ("halt", "VTI")
    instrument = broker.instrument("VTI")
    assert instrument is not None
    assert instrument.halted


def test_a_listener_that_asks_too_late_is_told_of_the_gap(monkeypatch):
    monkeypatch.setattr("trimtab.brokers.paper.matching.EVENTS_KEPT", 3)
    market = Market(TICKS, cash="90000")
    market.clock = at(4)
    broker = market.broker()
    broker.open()
    for count in range(9):
        broker.submit(order(f"tt-{count}"))
    first, *_ = broker.events(0)
    assert isinstance(first, Link)
    assert first.gap
