"""HTTP to a broker: what an answer proves, what is asked again, and what is never sent twice."""

import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from trimtab.brokers._http import Http, Limits, Proof, verdict_of
from trimtab.brokers._pace import Pace, Rate
from trimtab.brokers._secrets import Secret
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import InputError
from trimtab.model.orders import AckVerdict

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
RATES = [Rate("test", 1_000.0, 100)]
PLANTED = "planted-secret-9b1f"
Reply = Callable[[httpx.Request], httpx.Response]


class World:
    """A network with one server, which counts what reaches it."""

    def __init__(self, *replies: Reply) -> None:
        self.replies, self.seen, self.slept = list(replies), [], []  # type: ignore[var-annotated]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self.replies[min(len(self.seen), len(self.replies)) - 1](request)

    def http(self, base: str = "https://broker.example") -> Http:
        return Http(
            "Broker",
            base,
            sign=lambda method, address: {"X-Key": PLANTED},
            secrets=[Secret(PLANTED)],
            pace=Pace(None, lambda: 0.0, self.slept.append),
            clock=lambda: NOW,
            sleep=self.slept.append,
            transport=httpx.MockTransport(self.handle),
        )


def answers(status: int, text: str, **headers: str) -> Reply:
    return lambda _: httpx.Response(status, text=text, headers=headers)


def fails(error: type[httpx.HTTPError]) -> Reply:
    def reply(request: httpx.Request) -> httpx.Response:
        raise error(f"broken while X-Key {PLANTED} was sent")  # type: ignore[call-arg]

    return reply


# What came back from a write, and what that proves.
WRITES = [
    ("an order", answers(200, '{"id": "1"}'), AckVerdict.ACCEPTED),
    ("no content", answers(204, ""), AckVerdict.ACCEPTED),
    ("a success without a text", answers(200, ""), AckVerdict.UNKNOWN),
    ("a success that is HTML", answers(200, "<html>maintenance</html>"), AckVerdict.UNKNOWN),
    ("a success that is cut short", answers(200, '{"id": "1", "qty'), AckVerdict.UNKNOWN),
    ("a refusal with its reason", answers(422, '{"code": 1}'), AckVerdict.REJECTED),
    ("wrong credentials", answers(401, '{"message": "no"}'), AckVerdict.REJECTED),
    ("no permission", answers(403, '{"message": "no"}'), AckVerdict.REJECTED),
    ("a proxy's refusal", answers(403, "<html>blocked</html>"), AckVerdict.UNKNOWN),
    ("too many requests", answers(429, '{"message": "slow"}'), AckVerdict.THROTTLED),
    ("a request that took too long", answers(408, '{"message": "late"}'), AckVerdict.UNKNOWN),
    ("a redirect", answers(302, "", Location="https://other.example"), AckVerdict.UNKNOWN),
    ("a server error", answers(500, '{"message": "oops"}'), AckVerdict.UNKNOWN),
    ("a gateway's time-out", answers(504, "<html>504</html>"), AckVerdict.UNKNOWN),
    ("no answer in time", fails(httpx.ReadTimeout), AckVerdict.UNKNOWN),
    ("a cut", fails(httpx.RemoteProtocolError), AckVerdict.UNKNOWN),
    ("no connection", fails(httpx.ConnectError), AckVerdict.UNKNOWN),
]
WRITE_IDS = [name for name, _, _ in WRITES]


@pytest.mark.parametrize(("reply", "verdict"), [case[1:] for case in WRITES], ids=WRITE_IDS)
def test_a_write_leaves_once_and_only_a_readable_answer_proves(
    reply: Reply, verdict: AckVerdict
) -> None:
    world = World(reply)
    answer = world.http().write("POST", "/orders", {"qty": Decimal("1.50")}, rates=RATES)
    assert verdict_of(answer) is verdict
    assert len(world.seen) == 1


def test_amounts_leave_as_text_in_plain_notation() -> None:
    world = World(answers(200, "{}"))
    body = {"qty": Decimal("1E+3"), "limit": Decimal("0.0000001"), "on": True}
    world.http().write("POST", "/orders", body, rates=RATES)
    assert json.loads(world.seen[0].content) == {"qty": "1000", "limit": "0.0000001", "on": True}


def test_a_write_that_its_pace_holds_back_never_leaves() -> None:
    world = World(answers(200, "{}"))
    http = world.http()
    slow = [Rate("slow", 0.001)]
    http.write("POST", "/orders", {}, rates=slow)
    answer = http.write("POST", "/orders", {}, rates=slow)
    assert (answer.proof, verdict_of(answer)) == (Proof.NOT_SENT, AckVerdict.THROTTLED)
    assert len(world.seen) == 1


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (answers(401, '{"message": "no"}'), Trouble.CREDENTIALS),
        (answers(403, '{"message": "no"}'), Trouble.PERMISSION),
        (answers(404, '{"message": "no"}'), Trouble.UNREADABLE),
        (answers(429, '{"message": "slow"}'), Trouble.THROTTLED),
        (answers(200, "<html>maintenance</html>"), Trouble.UNREADABLE),
        (answers(200, '{"cash": 12'), Trouble.UNREADABLE),
        (answers(200, '{"cash": "1", "cash": "2"}'), Trouble.UNREADABLE),
        (answers(200, "[" * 100_000), Trouble.UNREADABLE),
        (answers(503, "down"), Trouble.UNAVAILABLE),
        (fails(httpx.ReadTimeout), Trouble.UNAVAILABLE),
    ],
)
def test_a_read_that_cannot_be_used_says_why(reply: Reply, trouble: Trouble) -> None:
    with pytest.raises(BrokerError, match="Broker, GET /account: ") as caught:
        World(reply).http().read("/account", rates=RATES)
    assert caught.value.trouble is trouble


def test_a_read_is_asked_again_after_a_cut_with_a_pause_between() -> None:
    good = answers(200, '{"cash": "12.10"}')
    world = World(fails(httpx.RemoteProtocolError), answers(503, ""), good)
    assert world.http().read("/account", rates=RATES).body == {"cash": "12.10"}
    assert len(world.seen) == 3
    assert world.slept == [0.25, 1.0]


def test_a_status_that_is_expected_is_an_answer() -> None:
    http = World(answers(404, '{"message": "no"}')).http()
    assert http.read("/orders", rates=RATES, also=frozenset({404})).status == 404
    with pytest.raises(BrokerError):  # a page of a proxy is no proof that there is no order
        World(answers(404, "<html>")).http().read("/orders", rates=RATES, also=frozenset({404}))


def test_too_many_requests_hold_every_later_one_back_for_as_long_as_it_says() -> None:
    world = World(answers(429, "{}", **{"Retry-After": "9"}), answers(200, "{}"))
    http = world.http()
    assert http.write("POST", "/orders", {}, rates=RATES).retry_after == 9
    http.read("/account", rates=RATES)
    assert world.slept == [pytest.approx(9)]


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.brokers._http.ANSWER_BYTES_MAX", 1_000)
    with pytest.raises(BrokerError, match="longer than 1,000 bytes"):
        World(answers(200, '"' + "a" * 2_000 + '"')).http().read("/account", rates=RATES)


def test_credentials_do_not_travel_in_the_open() -> None:
    with pytest.raises(InputError, match=r"http://broker\.example sends credentials"):
        World().http("http://broker.example")
    assert World().http("http://127.0.0.1:8000/").base == "http://127.0.0.1:8000"


def test_a_secret_is_in_no_error_traceback_repr_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[Any] = []
    for reply in (fails(httpx.ReadTimeout), answers(500, f"<pre>X-Key: {PLANTED}</pre>")):
        http = World(reply).http()
        shown += [repr(http), http.write("POST", "/orders", {}, rates=RATES)]
        with pytest.raises(BrokerError) as caught:
            http.read("/account", rates=RATES)
        shown += [repr(caught.value), "".join(traceback.format_exception(caught.value))]
    assert "•••" in str(shown)
    assert PLANTED not in str(shown) + caplog.text


@pytest.fixture
def mute_server() -> Iterator[tuple[str, list[bytes]]]:
    """Takes a connection, reads, and says nothing."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            heard.append(connection.recv(65_536))

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    listener.close()


def test_a_server_that_takes_an_order_and_says_nothing_gets_it_once(
    mute_server: tuple[str, list[bytes]],
) -> None:
    base, heard = mute_server
    http = Http(
        "Broker",
        base,
        sign=lambda *_: {},
        secrets=[],
        pace=Pace(None, lambda: 0.0, lambda _: None),
        clock=lambda: NOW,
        sleep=lambda _: None,
        limits=Limits(connect=1.0, read=0.2),
    )
    assert verdict_of(http.write("POST", "/orders", {}, rates=RATES)) is AckVerdict.UNKNOWN
    http.close()
    assert len(heard) == 1
