"""The dashboard with its own TLS: what a browser is told, and that nothing goes in the open."""

import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.app.web.security.browsers import CSRF, GOOD
from tests.app.web.served import demo_house, world_of
from trimtab.app.web.application import application
from trimtab.app.web.security import slow_clients
from trimtab.app.web.security.passwords import hash_password
from trimtab.app.web.server import listening, serving
from trimtab.model.errors import InputError
from trimtab.model.web import Person, Right


def certificate(folder) -> tuple[str, str]:
    """A certificate that signs itself, with its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    files = folder / "web.pem", folder / "web-key.pem"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return str(files[0]), str(files[1])


@pytest.fixture
def open_world(tmp_path):
    """A dashboard that listens for others, under the name `localhost`."""
    world = world_of(tmp_path, demo_house(tmp_path / "home"))
    bound = listening("127.0.0.1", 0)
    public = f"https://localhost:{bound.getsockname()[1]}"
    names = dict(zip(("tls_certificate", "tls_key"), certificate(tmp_path), strict=True))
    settings = replace(world.settings, public_url=public, **names)
    person = Person(
        *("ada", "Ada", Right.APPROVE, None, world.clock()), password=hash_password(GOOD)
    )
    world.store.people.add(person)
    settings.check_may_start(world.store)
    yield replace(world, settings=settings), bound, public
    bound.close()
    world.worker.close()
    world.store.close()


def test_a_browser_signs_in_over_tls_and_is_told_to_use_nothing_else(open_world):
    world, bound, public = open_world
    trusted = ssl.create_default_context(cafile=world.settings.tls_certificate)
    with (
        serving(application(world), world.settings, bound),
        httpx.Client(base_url=public, verify=trusted, trust_env=False) as client,
    ):
        page = client.get("/login")
        assert "max-age=31536000" in page.headers["strict-transport-security"]
        csrf = CSRF.search(page.text)[1]
        data = {"csrf": csrf, "name": "ada", "password": GOOD}
        sent = client.post("/login", data=data, headers={"origin": public})
        assert sent.status_code == 303
        cookies = sent.headers.get_list("set-cookie")
        session = next(one for one in cookies if one.startswith("__Host-trimtab_session="))
        assert "Secure" in session
        assert client.get("/account").status_code == 200
        assert client.get("/h/home/proposal").status_code == 200
        approve = {"csrf": CSRF.search(client.get("/account").text)[1]}
        led = client.post("/h/home/proposal/word", data=approve)
        assert led.headers["location"].startswith("/account/factor")
        assert client.get("/login", headers={"host": "127.0.0.1"}).status_code == 421
        with pytest.raises(httpx.HTTPError):
            httpx.get(public.replace("https", "http"), trust_env=False)


def test_a_certificate_that_cannot_be_used_is_named_before_anything_listens(open_world, tmp_path):
    world, bound, _ = open_world
    (tmp_path / "web-key.pem").write_text("no key", "ascii")
    with (
        pytest.raises(InputError, match=r"web\.pem cannot be used"),
        serving(application(world), world.settings, bound),
    ):
        pass


def test_who_begins_tls_and_says_nothing_more_is_not_waited_for(open_world, monkeypatch):
    monkeypatch.setattr(slow_clients, "HEADER_SECONDS", 0.3)
    world, bound, _ = open_world
    with (
        serving(application(world), world.settings, bound),
        socket.create_connection(bound.getsockname(), timeout=10) as silent,
    ):
        begun = time.monotonic()
        assert silent.recv(1) == b""
        assert time.monotonic() - begun < 5


WEAK = [
    # what a client knows alone: ciphers, the newest version of TLS
    ("AES128-SHA", ssl.TLSVersion.TLSv1_2),
    ("ECDHE-ECDSA-AES128-SHA", ssl.TLSVersion.TLSv1_2),
    ("AES256-GCM-SHA384", ssl.TLSVersion.TLSv1_2),
    ("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2),
    ("AECDH-AES128-SHA:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2),
    ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(("ciphers", "newest"), WEAK)
def test_nothing_weak_is_spoken(open_world, ciphers, newest):
    world, bound, _ = open_world
    client = ssl.create_default_context(cafile=world.settings.tls_certificate)
    client.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    client.maximum_version = newest
    client.set_ciphers(ciphers)
    with (
        serving(application(world), world.settings, bound),
        socket.create_connection(bound.getsockname(), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        client.wrap_socket(plain, server_hostname="localhost")
