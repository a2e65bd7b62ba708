"""Alpaca's stream: it replays nothing, so whatever may have been missed has to be said."""

import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.brokers.fake_alpaca import ACCOUNT, KEY, SECRET, FakeAlpaca, instead, made_id
from trimtab.books.order_states import fold
from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._alpaca_wiring import StreamLimits, account_of
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.model.brokers import BrokerError, BrokerEvent, Link, Notice
from trimtab.model.orders import Fill, Order, OrderReport, OrderState
from trimtab.model.snapshots import Side

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
BUY = Order("c1-t1-0", "c1", ACCOUNT, "VTI", Side.BUY, quantity=D(10), limit=D("250.50"))
QUICK = StreamLimits(open=10, silence=30, answer=10, first=0.02, last=0.1, steady=1)
PATIENCE = 60.0


@pytest.fixture
def alpaca() -> FakeAlpaca:
    return FakeAlpaca(NOW)


def connected(
    alpaca: FakeAlpaca, address: str, limits: StreamLimits = QUICK, key: str = KEY
) -> AlpacaBroker:
    secrets = {"key": Secret(key), "secret": Secret(SECRET)}
    wiring = Wiring(
        secret=secrets.__getitem__,
        pace=Pace(None, lambda: 0.0, lambda _: None),
        clock=lambda: NOW,
        sleep=lambda _: None,
        transport=alpaca.transport(),
    )
    return account_of(Alpaca(ACCOUNT, address=address), wiring, limits)


@pytest.fixture
def broker(alpaca: FakeAlpaca) -> Iterator[AlpacaBroker]:
    with alpaca.streaming() as address:
        made = connected(alpaca, address)
        made.open()
        yield made
        made.close()


def until(broker: AlpacaBroker, enough: Callable[[list[BrokerEvent]], bool]) -> list[BrokerEvent]:
    """Events until there are enough of them; fails where they do not come."""
    found: list[BrokerEvent] = []
    end = time.monotonic() + PATIENCE
    while not enough(found):
        assert time.monotonic() < end, found
        found += broker.events(0.05)
    return found


def has_link(up: bool, gap: bool) -> Callable[[list[BrokerEvent]], bool]:
    return lambda found: any(
        isinstance(one, Link) and (one.up, one.gap) == (up, gap) for one in found
    )


def fills(found: list[BrokerEvent]) -> list[Fill]:
    return [one for one in found if isinstance(one, Fill)]


def test_the_first_connection_is_no_gap(broker: AlpacaBroker) -> None:
    assert [(one.up, one.gap) for one in broker.events(1) if isinstance(one, Link)] == [
        (True, False)
    ]


def test_an_order_is_reported_and_its_fills_come_once_each(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    ack = broker.submit(BUY)
    alpaca.fill(BUY.id, "4", "250.10")
    alpaca.fill(BUY.id, "6", "250.20")
    found = until(broker, lambda found: len(fills(found)) == 2)
    found += broker.events(0.05)
    assert [(one.quantity, one.price) for one in fills(found)] == [
        (D(4), D("250.10")),
        (D(6), D("250.20")),
    ]
    records = [ack, *(one for one in found if isinstance(one, Fill | OrderReport))]
    ticket = fold(BUY, [*records, *broker.fills(NOW)])  # the same ids, whoever told
    assert (ticket.state, ticket.filled, ticket.missing) == (OrderState.FILLED, D(10), D(0))


def test_a_fill_that_the_list_does_not_have_yet_stays_owed(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    path = "GET /v2/account/activities/FILL"
    alpaca.fault(path, instead(200, "[]"), instead(500, ""), instead(200, "<html>"))
    alpaca.fill(BUY.id, "10", "250.10")
    found = until(broker, lambda found: bool(fills(found)))
    assert len(fills(found)) == 1
    before = alpaca.count(path)
    broker.events(0.05)
    assert alpaca.count(path) == before  # nothing is owed, so nothing is asked


def test_a_restart_in_the_middle_of_an_order_owes_only_what_is_new(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "4", "250.10", told=False)
    alpaca.activities[0]["transaction_time"] = "2026-11-20T14:00:00+00:00"  # an hour ago
    alpaca.fill(BUY.id, "6", "250.10")
    found = until(broker, lambda found: bool(fills(found)))
    assert [one.quantity for one in fills(found)] == [D(6)]
    count = alpaca.count("GET /v2/account/activities/FILL")
    broker.events(0.05)
    assert alpaca.count("GET /v2/account/activities/FILL") == count


def test_after_a_cut_there_is_a_gap_and_the_missed_fill_is_in_the_list(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    until(broker, lambda found: any(isinstance(one, OrderReport) for one in found))
    alpaca.cut()
    alpaca.fill(BUY.id, "10", "250.10", told=False)  # while nobody listens
    found = until(broker, has_link(True, True))
    assert has_link(False, True)(found)
    assert fills(found) == []  # the stream replays nothing
    assert [one.quantity for one in broker.fills(NOW)] == [D(10)]


def test_a_stream_that_says_nothing_for_long_is_opened_anew_and_that_is_a_gap(
    alpaca: FakeAlpaca,
) -> None:
    with alpaca.streaming() as address:
        broker = connected(alpaca, address, replace(QUICK, silence=0.2))
        broker.open()
        found = until(broker, has_link(True, True))
        down = next(one for one in found if isinstance(one, Link) and not one.up)
        assert (down.gap, down.why) == (True, "silent for 0.2 seconds")
        broker.close()


def test_a_line_that_is_dead_is_found_by_its_pings(alpaca: FakeAlpaca) -> None:
    dead = socket.create_server(("127.0.0.1", 0))
    with alpaca.streaming() as address:
        port = int(address.rpartition(":")[2])
        through = f"http://127.0.0.1:{dead.getsockname()[1]}"
        stop = threading.Event()
        relay = threading.Thread(target=relay_then_stall, args=(dead, port, stop))
        relay.start()
        broker = connected(alpaca, through, replace(QUICK, ping=0.1, answer=0.3))
        broker.open()
        until(broker, has_link(True, False))
        stop.set()
        found = until(broker, has_link(False, True))
        assert any("ping" in one.why for one in found if isinstance(one, Link))
        broker.close()
    relay.join()
    dead.close()


def relay_then_stall(listener: socket.socket, port: int, stop: threading.Event) -> None:
    """Pass one connection on, both ways, until told to stop; then swallow everything."""
    near, _ = listener.accept()
    far = socket.create_connection(("127.0.0.1", port))

    def pass_on(source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not stop.is_set():
                    to.sendall(data)
        with suppress(OSError):  # it may have gone already
            to.shutdown(socket.SHUT_RDWR)

    with near, far:
        back = threading.Thread(target=pass_on, args=(near, far))
        back.start()
        pass_on(far, near)
        back.join()


@pytest.mark.parametrize(
    "frame",
    [
        b"not json",
        b"[]",
        b'{"stream": "trade_updates", "data": {"event": "fill", "ord',
        b'{"stream": "trade_updates", "data": null}',
        b'{"stream": "trade_updates", "data": {"event": "fill", "order": {"id": "1"}}}',
    ],
)
def test_a_frame_that_cannot_be_read_is_a_gap_and_no_end(
    alpaca: FakeAlpaca, broker: AlpacaBroker, frame: bytes
) -> None:
    until(broker, has_link(True, False))
    alpaca.sockets[0].send(frame)
    until(broker, has_link(True, True))
    broker.submit(BUY)
    until(broker, lambda found: any(isinstance(one, OrderReport) for one in found))


def test_a_bust_takes_the_fill_back_that_it_names_and_asks_to_reconcile(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "4", "250.10")
    alpaca.fill(BUY.id, "6", "250.20")
    found = until(broker, lambda found: len(fills(found)) == 2)
    execution = alpaca.activities[0]["id"].rpartition("::")[2]
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    order |= {"filled_qty": "6", "status": "partially_filled"}
    alpaca.tell("trade_bust", order, previous_execution_id=execution)
    found += until(broker, has_link(True, True))
    ticket = fold(BUY, [one for one in found if isinstance(one, Fill | OrderReport)])
    assert (ticket.filled, ticket.left) == (D(6), D(4))


@pytest.mark.parametrize("event", ["trade_bust", "trade_correct"])
def test_what_was_changed_of_an_unknown_fill_is_a_gap_to_reconcile(
    alpaca: FakeAlpaca, broker: AlpacaBroker, event: str
) -> None:
    broker.submit(BUY)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    alpaca.tell(event, order, previous_execution_id=made_id("not known"))
    found = until(broker, has_link(True, True))
    assert any(f"{event} of VTI" in one.why for one in found if isinstance(one, Link))
    assert fills(found) == []


def test_a_halt_and_a_late_cancel_are_notices(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    broker.submit(BUY)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    alpaca.tell("suspended", order | {"status": "suspended"})
    alpaca.tell("order_cancel_rejected", order, reason="TOO_LATE_TO_CANCEL")
    found = until(broker, lambda found: sum(isinstance(one, Notice) for one in found) == 2)
    notices = [(one.code, one.text) for one in found if isinstance(one, Notice)]
    assert notices == [
        ("suspended", "suspended"),
        ("order_cancel_rejected", "order_cancel_rejected: TOO_LATE_TO_CANCEL"),
    ]
    reports = [one for one in found if isinstance(one, OrderReport)]
    assert [one.text for one in reports] == ["", "suspended", ""]


def test_a_cancel_by_the_broker_says_why(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    broker.submit(BUY)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    alpaca.tell("canceled", order | {"status": "canceled"}, reason="CORPORATE_ACTION")
    found = until(broker, lambda found: any(isinstance(one, Notice) for one in found))
    [notice] = [one for one in found if isinstance(one, Notice)]
    assert (notice.text, notice.instrument) == ("canceled: CORPORATE_ACTION", "VTI")


def test_a_fill_after_the_cancel_counts(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    broker.submit(BUY)
    broker.cancel(BUY.id)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    alpaca.fill(BUY.id, "10", "250.10")  # it had left for the exchange already
    found = until(broker, lambda found: bool(fills(found)))
    ticket = fold(BUY, [one for one in found if isinstance(one, Fill | OrderReport)])
    assert (ticket.state, ticket.filled) == (OrderState.FILLED, D(10))


def test_a_stream_that_comes_up_after_the_account_was_read_is_a_gap(
    alpaca: FakeAlpaca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.brokers._alpaca_broker.START_SECONDS", 0.05)
    gate = socket.create_server(("127.0.0.1", 0))
    with alpaca.streaming() as address:
        port = int(address.rpartition(":")[2])
        broker = connected(alpaca, f"http://127.0.0.1:{gate.getsockname()[1]}")
        broker.open()
        relay = threading.Thread(target=relay_then_stall, args=(gate, port, threading.Event()))
        relay.start()
        until(broker, has_link(True, True))
        broker.close()
    relay.join()
    gate.close()


def test_a_defect_of_the_reader_is_told_and_it_reads_on(
    alpaca: FakeAlpaca, monkeypatch: pytest.MonkeyPatch
) -> None:
    with alpaca.streaming() as address:
        broker = connected(alpaca, address)
        assert broker._stream is not None
        taken = [RuntimeError("a defect")]

        def broken(raw: str | bytes) -> None:
            if taken:
                raise taken.pop()

        monkeypatch.setattr(broker._stream, "_take", broken)
        broker.open()
        broker.submit(BUY)
        found = until(broker, has_link(True, True))
        assert any("RuntimeError: a defect" in one.why for one in found if isinstance(one, Link))
        broker.close()


def test_an_order_placed_by_hand_is_reported_as_not_ours(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    alpaca.tell("canceled", order | {"client_order_id": made_id("hand"), "status": "canceled"})
    found = until(broker, lambda found: sum(isinstance(one, OrderReport) for one in found) == 2)
    assert [one.order_id for one in found if isinstance(one, OrderReport)] == [BUY.id, ""]


def test_connections_that_fail_are_made_at_growing_distances(alpaca: FakeAlpaca) -> None:
    tried: list[float] = []
    limits = StreamLimits(open=1, first=0.05, last=0.4, steady=60)
    broker = connected(alpaca, "http://127.0.0.1:9", limits)  # nobody listens there
    broker.open()
    until(broker, lambda found: len(found) >= 5 or bool(tried.append(time.monotonic())))
    broker.close()
    assert tried[-1] - tried[0] > 0.8 * (0.05 + 0.1 + 0.2 + 0.4) * 0.8


def test_refused_credentials_are_told_and_not_hammered(alpaca: FakeAlpaca) -> None:
    with alpaca.streaming() as address:
        broker = connected(alpaca, address)
        secret = Secret("another secret")
        assert broker._stream is not None
        broker._stream._secret = secret
        broker.open()
        found = until(broker, has_link(False, False))
        down = next(one for one in found if isinstance(one, Link))
        assert down.why == "the credentials were refused"
        broker.close()


def test_too_many_waiting_updates_are_a_gap(
    alpaca: FakeAlpaca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.brokers._alpaca_stream.QUEUE_MAX", 3)
    with alpaca.streaming() as address:
        broker = connected(alpaca, address)
        broker.open()
        for part in range(6):
            broker.submit(replace(BUY, id=f"c1-t{part}-0", quantity=D(1)))
        time.sleep(0.3)
        found = until(broker, has_link(True, True))
        assert any("were waiting" in one.why for one in found if isinstance(one, Link))
        broker.close()


def test_closing_ends_the_thread_at_once(broker: AlpacaBroker) -> None:
    began = time.monotonic()
    broker.close()
    assert time.monotonic() - began < 2


def test_no_secret_is_in_a_log_traceback_repr_or_event(
    alpaca: FakeAlpaca, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    with alpaca.streaming() as address:
        broker = connected(alpaca, address)
        echo = f"<pre>APCA-API-KEY-ID: {KEY} APCA-API-SECRET-KEY: {SECRET}</pre>"
        shown += [broker.open(), broker.submit(BUY), repr(broker), str(vars(broker))]
        alpaca.fault("POST /v2/orders", instead(403, echo), instead(200, echo))
        shown += [broker.submit(BUY), broker.submit(BUY), *until(broker, has_link(True, False))]
        alpaca.cut()
        shown += until(broker, has_link(True, True))
        alpaca.fault("GET /v2/clock", instead(500, echo), instead(500, echo), instead(500, echo))
        with pytest.raises(BrokerError) as caught:
            broker.state()
        frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        shown += [repr(caught.value), "".join(frames.format())]
        broker.close()
    text = str(shown) + caplog.text
    text = text.replace(repr(echo), "").replace(echo, "")  # this test's own local variable
    assert "•••" in text
    assert KEY not in text
    assert SECRET not in text
