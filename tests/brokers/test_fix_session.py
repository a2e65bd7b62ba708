"""Sessions by QuickFIX against a QuickFIX acceptor: logon, cuts, gaps, resend, TLS, secrets."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fake_fix import FakeExchange, QuickFixAcceptor, Relay, acceptor
from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_dictionary import prices_dictionary
from trimtab.brokers._fix_profiles import FIX42, FIX44, Profile, Sequence
from trimtab.brokers._fix_quotes import FixQuotes
from trimtab.brokers._fix_session import SessionPlan
from trimtab.brokers._fix_terms import FixLimits, FixTerms
from trimtab.brokers._fix_wire import Message
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.model.brokers import BrokerError, Link, Trouble
from trimtab.model.orders import AckVerdict, Fill, Order, OrderState
from trimtab.model.snapshots import Side

pytest.importorskip("quickfix", reason="QuickFIX is not installed (extra fix)")

PASSWORD = "planted-pass-4711"
CLIENTS = count(1)
EVER = datetime(2020, 1, 1, tzinfo=UTC)
PROFILES = {"FIX.4.2": FIX42, "FIX.4.4": FIX44}
LIMITS = FixLimits(logon=20.0, answer=10.0, positions_quiet=0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wiring() -> Wiring:
    return Wiring(
        lambda name: Secret(PASSWORD),
        Pace(None, time.monotonic, time.sleep),
        lambda: datetime.now(UTC),
        time.sleep,
    )


def broker(
    profile: Profile,
    port: int,
    folder: Path,
    client: str,
    *,
    sequence: Sequence = Sequence.KEEP,
    tls: bool = False,
    host: str = "127.0.0.1",
    limits: FixLimits = LIMITS,
) -> FixBroker:
    secrets = (Secret("planted-name-4711"), Secret(PASSWORD))
    names = (client, "BROKER", host, port, folder, tls, *secrets, sequence)
    plan = SessionPlan(profile, *names, heartbeat=2, reconnect=1)
    return FixBroker(FixTerms("U1"), plan, wiring(), limits)


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine, signed by itself, and a server's context with it."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


def order(name: str, quantity: str = "10") -> Order:
    return Order(name, "cycle", "joint", "VTI", Side.BUY, Decimal(quantity), limit=Decimal("101"))


def until(ready: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


@dataclass
class Bench:
    """An exchange behind an acceptor, a way to it that can be cut, and our folder."""

    exchange: FakeExchange
    server: QuickFixAcceptor
    relay: Relay
    folder: Path
    client: str

    def broker(self, port: int = 0, **more: Any) -> FixBroker:
        profile = PROFILES[self.exchange.version]
        return broker(profile, port or self.relay.port, self.folder, self.client, **more)

    def tell(self, message: Message) -> None:
        """Report, to a session that may be away: it is kept for it then."""
        self.server.application.tell(message)

    def kept(self) -> str:
        """Everything that our side wrote to disk."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return "\n".join(path.read_text(errors="replace") for path in files)


@pytest.fixture(params=["FIX.4.2", "FIX.4.4"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    exchange, port, client = FakeExchange(request.param), free_port(), f"CLIENT{next(CLIENTS)}"
    server = acceptor(exchange, tmp_path / "broker", port, client, PASSWORD)
    server.start()
    yield Bench(exchange, server, Relay(port), tmp_path / "ours", client)
    server.stop()


def opened(bench: Bench, **more: Any) -> FixBroker:
    account = bench.broker(**more)
    account.open()
    return account


def test_an_order_goes_out_fills_and_is_found_again(bench: Bench) -> None:
    with closing(bench.broker()) as account:
        assert not account.open().is_complete  # FIX tells no positions: absent is not flat
        ack = account.submit(order("tt-a"))
        assert (ack.verdict, ack.broker_id) == (AckVerdict.ACCEPTED, "B1")
        until(lambda: account.fills(EVER))
        found = account.find("tt-a")
        assert found is not None
        assert (found.state, found.filled) == (OrderState.FILLED, Decimal(10))
        assert account.find("tt-never") is None


def test_executions_told_while_we_were_away_are_resent_and_counted_once(bench: Bench) -> None:
    bench.exchange.plan.append("part")
    with closing(opened(bench)) as account:
        account.submit(order("tt-a"))
        until(lambda: account.fills(EVER))
    until(lambda: not bench.server.application.is_up)
    bench.tell(bench.exchange.fill("tt-a", "2"))
    bench.tell(bench.exchange.fill("tt-a", "3"))
    with closing(opened(bench)) as again:
        until(lambda: len(again.fills(EVER)) == 3)
        assert sum(one.quantity for one in again.fills(EVER)) == 10
        told = [one for one in again.events(1.0) if isinstance(one, Fill)]
        assert [one.quantity for one in told] == [2, 3]  # what was taken before is not told again


def test_a_cable_pulled_before_the_answer_is_unknown_and_the_order_is_never_sent_late(
    bench: Bench,
) -> None:
    with closing(opened(bench)) as account:
        bench.exchange.plan.append("mute")
        threading.Timer(0.5, bench.relay.cut).start()
        assert account.submit(order("tt-a")).verdict is AckVerdict.UNKNOWN
        until(lambda: not account._wire.is_up)
        late = account.submit(order("tt-b"))
        assert (late.verdict, late.retry_after) == (AckVerdict.THROTTLED, 15.0)
        assert "nothing was sent" in late.text
        bench.relay.is_shut = False
        until(lambda: account._wire.is_up)
        assert account.find("tt-a") is None  # proof of absence: now it may be sent again
        sent = [one.get(11) for one in bench.exchange.received if one.kind == "D"]
        assert sent == ["tt-a"]
        assert account.submit(order("tt-a")).verdict is AckVerdict.ACCEPTED
        links = [one for one in account.events(0.1) if isinstance(one, Link)]
        assert [(one.up, one.gap) for one in links] == [(True, False), (False, True), (True, False)]


def test_an_order_lost_on_the_way_is_asked_for_again_by_the_broker_and_gets_a_gap(
    bench: Bench,
) -> None:
    with closing(opened(bench, limits=FixLimits(logon=20.0, answer=3.0))) as account:
        bench.relay.is_deaf = True  # what we send goes nowhere, and nobody notices
        assert account.submit(order("tt-a")).verdict is AckVerdict.UNKNOWN
        bench.relay.cut()
        until(lambda: not account._wire.is_up)
        bench.relay.is_deaf = bench.relay.is_shut = False
        until(lambda: account._wire.is_up)
        assert account.find("tt-a") is None
        assert [one.kind for one in bench.exchange.received] == ["H"]


def test_an_order_right_behind_a_logon_with_a_gap_is_not_lost_in_the_gap(bench: Bench) -> None:
    dead = free_port()
    for _ in range(2):  # logons that use up numbers and reach nobody
        with pytest.raises(BrokerError, match="no logon within"):
            bench.broker(dead, limits=FixLimits(logon=1.5)).open()
    with closing(opened(bench)) as account:
        for name in ("tt-a", "tt-b"):
            assert account.submit(order(name)).verdict is AckVerdict.ACCEPTED


def test_a_rejected_order_stands_nowhere_and_a_second_of_the_same_id_is_a_duplicate(
    bench: Bench,
) -> None:
    with closing(opened(bench)) as account:
        bench.exchange.plan.extend(["reject", "rest"])
        refused = account.submit(order("tt-a"))
        assert (refused.verdict, refused.text) == (AckVerdict.REJECTED, "exceeds limit")
        bench.exchange.orders["tt-b"] = bench.exchange.orders["tt-a"]
        assert account.submit(order("tt-b")).verdict is AckVerdict.DUPLICATE


def test_an_order_is_replaced_and_canceled_by_ids_of_the_same_root(bench: Bench) -> None:
    with closing(opened(bench)) as account:
        bench.exchange.plan.append("rest")
        account.submit(order("tt-a"))
        assert account.replace("tt-a", order("tt-b", "7")).verdict is AckVerdict.ACCEPTED
        assert account.cancel("tt-b").verdict is AckVerdict.ACCEPTED
        late = account.cancel("tt-b")
        assert (late.verdict, late.text) == (AckVerdict.REJECTED, "too late")
        sent = [(one.get(11), one.get(41)) for one in bench.exchange.received]
        assert sent[1:] == [("tt-b", "tt-a"), ("tt-b-c1", "tt-b"), ("tt-b-c2", "tt-b")]
        assert account.state().open_orders == ()


@pytest.mark.parametrize("version", PROFILES)
def test_prices_are_asked_for_by_groups_and_come_with_their_time(
    version: str, tmp_path: Path
) -> None:
    """The far side reads by the standard's own dictionary, where that is at hand."""
    own = tmp_path / "prices.xml"
    own.write_text(prices_dictionary(version))
    specs = Path(__file__).parents[3] / "shared/brokers/specs/fix"
    standard = specs / f"{version.replace('.', '')}.quickfix.xml"
    dictionary = str(standard if standard.exists() else own)
    exchange, port, client = FakeExchange(version), free_port(), f"CLIENT{next(CLIENTS)}"
    server = acceptor(exchange, tmp_path / "broker", port, client, PASSWORD, dictionary)
    server.start()
    names = (client, "BROKER", "127.0.0.1", port, tmp_path / "ours", False)
    secrets = (Secret("planted-name-4711"), Secret(PASSWORD))
    plan = SessionPlan(PROFILES[version], *names, *secrets, heartbeat=2, prices=True)
    with closing(FixQuotes(FixTerms("U1"), plan, wiring(), LIMITS)) as feed:
        until(lambda: len(feed.quotes(["VTI", "BND"], datetime.now(UTC))) == 2)
        found = feed.quotes(["VTI", "BND"], datetime.now(UTC))
    server.stop()
    (asked,) = (one for one in exchange.received if one.kind == "V")
    assert (asked.every(269), asked.every(55)) == (["0", "1"], ["VTI", "BND"])
    assert (found["VTI"].bid, found["BND"].ask) == (Decimal("99.5"), Decimal("100.5"))
    assert abs((found["VTI"].at - datetime.now(UTC)).total_seconds()) < 60


def test_a_wrong_password_is_told_as_such_and_stands_in_no_file(tmp_path: Path) -> None:
    port = free_port()
    server = acceptor(FakeExchange(), tmp_path / "broker", port, "STRANGER", "another")
    server.start()
    account = broker(FIX44, port, tmp_path / "ours", "STRANGER")
    with pytest.raises(BrokerError, match="wrong password") as caught:
        account.open()
    server.stop()
    assert caught.value.trouble is Trouble.CREDENTIALS
    assert PASSWORD not in str(caught.value)


def test_name_and_password_are_in_the_logon_and_in_no_file_of_ours(bench: Bench) -> None:
    with closing(opened(bench)) as account:
        account.submit(order("tt-a"))
    assert any(PASSWORD in text for text in bench.server.application.logons)
    assert "tt-a" in bench.kept()
    assert PASSWORD not in bench.kept()


def test_numbers_that_disagree_are_an_error_and_start_again_only_where_the_rule_says(
    bench: Bench,
) -> None:
    with closing(opened(bench)) as account:
        account.submit(order("tt-a"))
    for path in bench.folder.glob("*.seqnums"):
        path.unlink()  # our disk was restored from nothing: the broker expects higher numbers
    with pytest.raises(BrokerError, match="MsgSeqNum too low") as caught:
        bench.broker().open()
    assert "sequence" in caught.value.remedy
    with closing(opened(bench, sequence=Sequence.LOGON)) as again:
        until(lambda: again._wire.is_up)
        (link,) = (one for one in again.events(0.5) if isinstance(one, Link))
        assert (link.up, link.gap) == (True, True)
        assert again.find("tt-a") is not None


def test_a_reset_by_the_broker_is_a_gap(bench: Bench) -> None:
    import quickfix

    with closing(opened(bench)) as account:
        account.events(0.2)
        reset = quickfix.Message()
        reset.getHeader().setField(quickfix.StringField(8, bench.exchange.version))
        reset.getHeader().setField(quickfix.StringField(35, "4"))
        reset.setField(quickfix.StringField(36, "50"))
        quickfix.Session.sendToTarget(reset, "BROKER", bench.client)
        told = account.events(3.0)
        assert [(one.up, one.gap) for one in told if isinstance(one, Link)] == [(True, True)]


def test_a_session_runs_through_tls_and_refuses_a_stranger(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = certified(tmp_path)
    relay = Relay(bench.relay.port, context)
    plan = {"tls": True, "host": "localhost"}
    stranger = bench.broker(relay.port, limits=FixLimits(logon=3.0), **plan)
    with pytest.raises(BrokerError, match="certificate verify failed"):
        stranger.open()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with closing(bench.broker(relay.port, **plan)) as account:
        account.open()  # behind a gap: the numbers of the stranger's logons never arrived
        assert account.submit(order("tt-a")).verdict is AckVerdict.ACCEPTED
    assert [one.get(11) for one in bench.exchange.received] == ["tt-a"]
