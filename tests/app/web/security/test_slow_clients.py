"""Who connects and takes their time: the server does not wait for them, and serves others."""

import socket
import time
from dataclasses import replace

import httpx
import pytest

from tests.app.web.served import demo_house, world_of
from trimtab.app.web.application import application
from trimtab.app.web.security.slow_clients import PatientProtocol, room_for_connections
from trimtab.app.web.server import listening, serving

PATIENCE = 0.4
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    place = tmp_path_factory.mktemp("slow")
    world = world_of(place, demo_house(place / "home"))
    world = replace(world, settings=replace(world.settings, read_seconds=PATIENCE))
    bound = listening("127.0.0.1", 0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PatientProtocol, "header_seconds", PATIENCE)
        with serving(application(world), world.settings, bound):
            yield bound.getsockname()[1]
    world.worker.close()
    world.store.close()


def head(port: int, *lines: str) -> bytes:
    return "\r\n".join(["POST /login HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode()


def answer_to(port: int, *parts: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """What comes back for bytes that are sent with pauses between, and after how long."""
    begun, said = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            while found := connection.recv(65_536):
                said += found
        except ConnectionError:
            pass
    return said, time.monotonic() - begun


def test_a_connection_that_says_nothing_ends(port):
    said, seconds = answer_to(port)
    assert said == b""
    assert seconds < 5


def test_headers_that_dribble_in_are_not_waited_for(port):
    lines = [f"X-{number}: y\r\n".encode() for number in range(40)]
    said, seconds = answer_to(port, b"GET /login HTTP/1.1\r\n", *lines, pause=0.05)
    assert said == b""
    assert seconds < 5


def test_a_body_that_dribbles_in_is_refused(port):
    first = head(port, f"Content-Type: {FORM}", "Content-Length: 1000")
    said, seconds = answer_to(port, first, b"name=", pause=0.05)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"did not come in time" in said
    assert seconds < 5


def test_a_connection_is_kept_for_the_next_request_that_is_quick(port):
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/login").status_code == 200
        time.sleep(2 * PATIENCE)
        assert client.get("/login").status_code == 200


def test_who_is_quick_is_served_beside_many_who_are_slow(port):
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(50)]
    begun = time.monotonic()
    assert httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200
    assert time.monotonic() - begun < 2
    for one in idle:
        one.close()


def test_who_keeps_it_waiting_makes_room_for_who_comes(port, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "connections_max", 20)
    monkeypatch.setattr(PatientProtocol, "header_seconds", 30.0)
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(100)]
    for one in idle:
        one.sendall(b"GET /login HTTP/1.1\r\nX: ")
    for _ in range(5):
        assert httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200
    gone = 0
    for one in idle:
        one.settimeout(0.01)
        try:
            gone += one.recv(1) == b""
        except ConnectionError:
            gone += 1
        except TimeoutError:
            pass
        one.close()
    assert gone >= 80


def test_bodies_that_do_not_come_make_room_as_well(port, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "connections_max", 20)
    begun = head(port, f"Content-Type: {FORM}", "Content-Length: 1000")
    slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(40)]
    for one in slow:
        one.sendall(begun)
    for _ in range(5):
        assert httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200
    for one in slow:
        one.close()


def asks_and_never_reads(reader: socket.socket, asked: bytes, seconds: float) -> float:
    """For how long the other side lets somebody ask who takes no answer."""
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < seconds:
            reader.sendall(asked)
            time.sleep(0.01)
    except (ConnectionError, TimeoutError):
        pass
    return time.monotonic() - begun


def test_who_does_not_take_an_answer_is_not_waited_for(port, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "reader_seconds", PATIENCE)
    asked = f"GET /static/trimtab.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        reader.settimeout(20)
        reader.connect(("127.0.0.1", port))
        assert asks_and_never_reads(reader, asked, 15) < 10


def test_half_of_the_files_that_may_be_open_are_left_for_others():
    resource = pytest.importorskip("resource")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert 0 < room_for_connections() <= max(soft, 8_192) // 2
