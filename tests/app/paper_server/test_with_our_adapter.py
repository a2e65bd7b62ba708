"""Our Alpaca adapter trades on the paper server: the code path of a real account, end to end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.app.paper_server.served import KEY, SECRET, Served
from tests.brokers.paper.paper_parts import at
from trimtab.app.paper_server.faults import Fault
from trimtab.books.order_states import Ticket, fold
from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._alpaca_wiring import StreamLimits, account_of
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.model.brokers import BrokerError, BrokerEvent, Link, Trouble
from trimtab.model.orders import (
    Ack,
    AckVerdict,
    Fill,
    Order,
    OrderReport,
    OrderState,
    Sent,
    TimeInForce,
)
from trimtab.model.snapshots import Side

D = Decimal
QUICK = StreamLimits(open=2, answer=2, first=0.02, last=0.1)
PATIENCE = 5.0


def wiring_of(paper: Served, secret: str = SECRET) -> Wiring:
    secrets = {"key": Secret(KEY), "secret": Secret(secret)}
    return Wiring(
        secret=secrets.__getitem__,
        pace=Pace(None, time.time, time.sleep),
        clock=paper.clock,
        sleep=time.sleep,
    )


def settings_of(paper: Served, account: str = "") -> Alpaca:
    return Alpaca(
        account or paper.market.engine.book.account,
        address=paper.url,
        data_address=paper.url,
        requests_per_minute=10_000,
    )


def connected(paper: Served, secret: str = SECRET, account: str = "") -> AlpacaBroker:
    return account_of(settings_of(paper, account), wiring_of(paper, secret), QUICK)


@pytest.fixture
def broker(paper: Served) -> Iterator[AlpacaBroker]:
    made = connected(paper)
    made.open()
    yield made
    made.close()


def order(paper: Served, name: str = "c1-1-0", **terms: object) -> Order:
    base = Order(
        name, "c1", paper.market.engine.book.account, "VTI", Side.BUY, D(10), limit=D("100.10")
    )
    return replace(base, **terms)  # type: ignore[arg-type]


def until(broker: AlpacaBroker, enough: Callable[[list[BrokerEvent]], bool]) -> list[BrokerEvent]:
    found: list[BrokerEvent] = []
    end = time.monotonic() + PATIENCE
    while not enough(found):
        assert time.monotonic() < end, found
        found += broker.events(0.05)
    return found


def fills(found: list[BrokerEvent]) -> list[Fill]:
    return [one for one in found if isinstance(one, Fill)]


def ticket_of(asked: Order, *records: Ack | BrokerEvent) -> Ticket:
    kept = [one for one in records if isinstance(one, Ack | OrderReport | Fill)]
    return fold(
        asked, [Sent(asked.id, at(4), 1), *(one for one in kept if one.order_id == asked.id)]
    )


def test_an_order_is_taken_filled_and_told(paper: Served, broker: AlpacaBroker) -> None:
    asked = order(paper)
    ack = broker.submit(asked)
    assert ack.verdict is AckVerdict.ACCEPTED
    found = until(broker, lambda found: bool(fills(found)))
    ticket = ticket_of(asked, ack, *found, *broker.fills(at(4)))
    assert (ticket.state, ticket.filled, ticket.missing) == (OrderState.FILLED, D(10), D(0))
    assert ticket.fills[0].price == D("100.10")
    state = broker.state()
    assert state.is_complete
    assert {one.instrument: one.quantity for one in state.positions} == {
        "VTI": D(60),
        "BND": D("30.5"),
    }
    assert state.cash[0].settled + state.cash[0].unsettled == D("18999.00")


def test_what_a_sale_brings_is_not_settled(paper: Served, broker: AlpacaBroker) -> None:
    sale = order(paper, side=Side.SELL, limit=None)
    assert broker.submit(sale).verdict is AckVerdict.ACCEPTED
    [cash] = broker.state().cash
    assert (cash.settled, cash.unsettled) == (D(20000), D(1000))


def test_an_order_that_waits_holds_what_it_sells_and_is_canceled(
    paper: Served, broker: AlpacaBroker
) -> None:
    waits = order(paper, side=Side.SELL, quantity=D(20), limit=D("150.00"))
    broker.submit(waits)
    state = broker.state()
    assert [(one.order_id, one.state) for one in state.open_orders] == [
        (waits.id, OrderState.WORKING)
    ]
    held = {one.instrument: one.available for one in state.positions}
    assert held["VTI"] == D(30)
    too_much = broker.submit(replace(waits, id="c1-2-0", quantity=D(31)))
    assert too_much.verdict is AckVerdict.REJECTED
    assert broker.cancel(waits.id).verdict is AckVerdict.ACCEPTED
    found = broker.find(waits.id)
    assert found is not None
    assert found.state is OrderState.CANCELED


@pytest.mark.parametrize("fault", [one for one in Fault if one.is_after])
def test_an_order_whose_answer_is_lost_is_found_and_never_doubled(
    paper: Served, broker: AlpacaBroker, fault: Fault
) -> None:
    paper.service.faults.add([fault])
    asked = order(paper)
    assert broker.submit(asked).verdict is AckVerdict.UNKNOWN
    found = broker.find(asked.id)
    assert found is not None
    assert found.state is OrderState.FILLED
    assert broker.submit(asked).verdict is AckVerdict.DUPLICATE
    assert sum(one.quantity for one in broker.fills(at(4))) == D(10)


@pytest.mark.parametrize(
    ("fault", "verdict"), [("429", AckVerdict.THROTTLED), ("500", AckVerdict.UNKNOWN)]
)
def test_an_order_that_was_never_taken_is_proven_absent_and_sent_again(
    paper: Served, broker: AlpacaBroker, fault: str, verdict: AckVerdict
) -> None:
    paper.service.faults.add([fault])
    asked = order(paper)
    assert broker.submit(asked).verdict is verdict
    assert broker.find(asked.id) is None
    assert broker.submit(asked).verdict is AckVerdict.ACCEPTED


def test_fills_while_nobody_listened_are_in_the_list(paper: Served, broker: AlpacaBroker) -> None:
    waits = order(paper, limit=D("99.00"), time_in_force=TimeInForce.DAY)
    broker.submit(waits)
    broker.close()
    done = paper.ask("PATCH", f"/v2/orders/{_broker_id(paper)}", json={"limit_price": "100.10"})
    assert done.status_code == 200
    other = connected(paper)
    other.open()
    [fill] = other.fills(at(4))
    assert (fill.quantity, fill.order_id) == (D(10), "")  # replaced by hand: not ours any more
    other.close()


def _broker_id(paper: Served) -> str:
    [found] = paper.market.engine.book.open_orders
    return found.id


def test_a_bust_takes_back_what_was_filled(paper: Served, broker: AlpacaBroker) -> None:
    asked = order(paper)
    ack = broker.submit(asked)
    found = until(broker, lambda found: bool(fills(found)))
    execution = fills(found)[0].execution_id.rpartition("::")[2]
    done = paper.ask("POST", "/paper/busts", json={"execution_id": execution})
    assert done.status_code == 200
    found += until(broker, lambda found: any(isinstance(one, Link) and one.gap for one in found))
    assert ticket_of(asked, ack, *found).filled == D(0)
    assert {one.instrument: one.quantity for one in broker.state().positions}["VTI"] == D(50)


def test_the_wrong_secret_and_another_account_open_nothing(paper: Served) -> None:
    for made, trouble in (
        (connected(paper, secret="wrong-secret"), Trouble.CREDENTIALS),
        (connected(paper, account="PA-OTHER"), Trouble.PERMISSION),
    ):
        with pytest.raises(BrokerError) as bad:
            made.open()
        assert bad.value.trouble is trouble
        made.close()


def test_instruments_are_the_servers_and_a_halted_one_is_not_traded(
    paper: Served, broker: AlpacaBroker
) -> None:
    vti = broker.instrument("VTI")
    assert vti is not None
    assert vti.tradable
    assert broker.instrument("NOPE") is None
    assert paper.ask("POST", "/paper/halts", json={"symbol": "VTI"}).status_code == 200
    halted = broker.instrument("VTI")
    assert halted is not None
    assert not halted.tradable


def test_bid_and_ask_are_the_servers(paper: Served, broker: AlpacaBroker) -> None:
    feed = settings_of(paper).quotes(wiring_of(paper))
    found = feed.quotes(["VTI", "NOPE"], paper.clock())
    feed.close()
    assert {name: (one.bid, one.ask) for name, one in found.items()} == {
        "VTI": (D("100.00"), D("100.10"))
    }


def test_fifty_orders_are_acknowledged_within_a_second(paper: Served, broker: AlpacaBroker) -> None:
    def seconds(round_: int) -> float:
        orders = [order(paper, f"r{round_}-{part}", quantity=D(1)) for part in range(50)]
        began = time.perf_counter()
        verdicts = {broker.submit(one).verdict for one in orders}
        assert verdicts == {AckVerdict.ACCEPTED}
        return time.perf_counter() - began

    assert any(seconds(round_) < 1.0 for round_ in range(5))  # the machine may be busy for once
