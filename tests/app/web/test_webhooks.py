"""What happens arrives: signed, once where it is taken, else again, and to nobody else."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from trimtab.app.web.security.sealing import sealer_of
from trimtab.app.web.webhooks import WAITS, Courier, may_hear, seal_name
from trimtab.app.web.world import WebWorld
from trimtab.client import verified
from trimtab.model.web import Person, Right
from trimtab.model.web_board import DeliveryState, Webhook

SECRET = "a secret of thirty-two characters"


class Receiver:
    """A program that receives deliveries and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    made = Receiver()
    if context is not None:
        made.server.socket = context.wrap_socket(made.server.socket, server_side=True)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def hook_at(world: WebWorld, url: str, **facts: object) -> Webhook:
    sealed = sealer_of(world.settings).seal(SECRET, seal_name("h1"))
    hook = Webhook("h1", "ada", url, sealed, None, None, world.clock())
    hook = replace(hook, **facts)  # type: ignore[arg-type]
    world.store.hooks.add(hook)
    return hook


def test_an_event_arrives_signed(world: WebWorld, receiver: Receiver):
    hook_at(world, f"http://127.0.0.1:{receiver.port}/hooks?x=1")
    courier = Courier(world)
    world.hub.publish("live", "home", {"orders": 2})
    assert (courier.hear(), courier.hear(), courier.deliver()) == (1, 0, 1)
    headers, body = receiver.got[0]
    now = world.clock().timestamp()
    found = verified(body, headers["Trimtab-Signature"], SECRET, now)
    assert (found.type, found.household, found.data) == ("live", "home", {"orders": 2})
    assert (headers["Trimtab-Event"], headers["Host"]) == ("live", f"127.0.0.1:{receiver.port}")
    (kept,) = world.store.hooks.deliveries("h1", 5)
    assert (kept.state, kept.attempts, kept.answer) == (DeliveryState.DONE, 1, "status 204")


def test_what_is_not_taken_is_tried_again_later_and_given_up_at_last(
    world: WebWorld, receiver: Receiver
):
    hook_at(world, f"http://127.0.0.1:{receiver.port}/")
    now = [world.clock()]
    later = replace(world, clock=lambda: now[0])
    courier = Courier(later)
    world.hub.publish("work", "home", "done")
    courier.hear()
    receiver.statuses = [500] * 20
    for number, wait in enumerate(WAITS, start=1):
        assert courier.deliver() == 1
        (kept,) = world.store.hooks.deliveries("h1", 5)
        assert (kept.attempts, kept.state) == (number, DeliveryState.DUE)
        assert kept.next_at - now[0] == wait
        assert courier.deliver() == 0
        now[0] += wait
    assert courier.deliver() == 1
    (kept,) = world.store.hooks.deliveries("h1", 5)
    assert (kept.state, kept.answer) == (DeliveryState.GIVEN_UP, "status 500")
    now[0] += dt.timedelta(days=9)
    assert courier.deliver() == 0
    assert len({body for _, body in receiver.got}) == 1


def test_a_redirect_is_not_followed(world: WebWorld, receiver: Receiver):
    hook_at(world, f"http://127.0.0.1:{receiver.port}/")
    receiver.statuses = [307]
    courier = Courier(world)
    world.hub.publish("live", "home")
    courier.hear()
    courier.deliver()
    assert len(receiver.got) == 1
    assert world.store.hooks.deliveries("h1", 5)[0].answer == "status 307"


def test_a_name_that_leads_elsewhere_since_is_not_sent_to(world: WebWorld, receiver: Receiver):
    hook_at(world, f"https://hooks.example:{receiver.port}/")
    courier = Courier(world, resolve=lambda *_: ("169.254.169.254",))
    world.hub.publish("live", "home")
    courier.hear()
    courier.deliver()
    assert receiver.got == []
    assert "169.254.169.254" in world.store.hooks.deliveries("h1", 5)[0].answer


def contexts(place: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's side of TLS, for a certificate of a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (place / "cert.pem").write_bytes(pem)
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(place / "cert.pem", place / "key.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


@pytest.mark.parametrize(("named", "arrives"), [("hooks.example", 1), ("evil.example", 0)])
def test_by_https_the_certificate_is_of_the_name_though_the_address_was_pinned(
    world: WebWorld, tmp_path: Path, named: str, arrives: int
):
    server, client = contexts(tmp_path, named)
    with receiving(server) as receiver:
        hook_at(world, f"https://hooks.example:{receiver.port}/")
        courier = Courier(world, lambda *_: (str(ip_address("127.0.0.1")),), client)
        world.hub.publish("live", "home")
        courier.hear()
        courier.deliver()
        assert len(receiver.got) == arrives


@pytest.mark.parametrize(
    ("facts", "hears"),
    [
        ({}, 2),
        ({"events": frozenset({"live"})}, 1),
        ({"households": frozenset({"home"})}, 2),
        ({"households": frozenset({"other"})}, 0),
        ({"is_off": True}, 0),
    ],
)
def test_a_webhook_hears_what_it_asked_for(
    world: WebWorld, receiver: Receiver, facts: dict[str, object], hears: int
):
    hook_at(world, f"http://127.0.0.1:{receiver.port}/", **facts)
    courier = Courier(world)
    world.hub.publish("live", "home")
    world.hub.publish("work", "home", "done")
    world.hub.publish("unheard", "home")
    assert courier.hear() == hears


def test_a_webhook_hears_no_more_than_its_person_may_see_now(world: WebWorld):
    hook = hook_at(world, "https://hooks.example/")
    assert may_hear(world, hook, "home")
    now = world.clock()
    world.store.people.add(Person("ben", "Ben", Right.TRADE, frozenset({"other"}), now))
    assert not may_hear(world, hook, "home")
    bens = replace(hook, person="ben")
    assert not may_hear(world, bens, "home")
    assert may_hear(world, bens, "other")
    world.store.people.set_scope("ben", Right.TRADE, None, is_off=True)
    assert not may_hear(world, bens, "other")


def test_the_courier_runs_by_itself_and_ends(world: WebWorld, receiver: Receiver):
    hook_at(world, f"http://127.0.0.1:{receiver.port}/")
    courier = Courier(world)
    courier.start()
    world.hub.publish("live", "home")
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    pause = threading.Event()
    while not receiver.got and dt.datetime.now(dt.UTC) < ends:
        pause.wait(0.05)
    courier.close()
    assert len(receiver.got) == 1


def test_deliveries_that_are_over_are_forgotten_and_due_ones_are_not(world: WebWorld):
    hook_at(world, "https://hooks.example/")
    long_ago = world.clock() - dt.timedelta(days=60)
    numbers = [world.store.hooks.send("h1", "live", "{}", long_ago) for _ in range(2)]
    world.store.hooks.settle(numbers[0], DeliveryState.DONE, long_ago, "status 200")
    world.store.hooks.clear(world.clock() - dt.timedelta(days=30))
    assert [one.number for one in world.store.hooks.deliveries("h1", 5)] == [numbers[1]]
